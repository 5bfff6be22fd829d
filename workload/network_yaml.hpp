#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/yaml.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// The network described by `map`, shapes inferred along its edges; docs/formats.md lists the
/// keys. Throws InputError with file, line, key and cure, also where shapes do not fit.
/// `batch`: images at a time instead of the file's (with_batch); it must be told by the file, or by
/// a layer with a window.
Network parse_network(YamlMap map, std::optional<std::int64_t> batch = {});

/// The network of a file; the file of one layer is a network of that layer.
Network load_network(const std::filesystem::path& path, std::optional<std::int64_t> batch = {});
/// The network of a file, or of a shipped config by its name: "resnet18".
Network find_network(const std::string& name, std::optional<std::int64_t> batch = {});

/// A network as a file that load_network reads back to the same layers, each by its loop bounds.
std::string network_yaml(const Network& network);

}  // namespace tilewise
