#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/yaml.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// What flows along an edge of a network: `batch` stacks of `channels` planes of height x width.
struct FeatureMap {
  std::int64_t batch = 1;
  std::int64_t channels = 1;
  std::int64_t height = 1;
  std::int64_t width = 1;
  bool operator==(const FeatureMap&) const = default;
};

/// What a layer takes from the network around it where its own keys do not say it.
struct LayerContext {
  std::string name{};                 ///< empty: the key `name` must be there
  std::optional<FeatureMap> input{};  ///< empty: the keys `input` and `batch` must say it
  std::int64_t operands = 2;          ///< of an add
  WordWidths widths{};
};

/// The layer described by `map`, checked; docs/formats.md lists the keys. Throws InputError with
/// file, line, key and cure, also for an unknown key.
Layer parse_layer(YamlMap map, const LayerContext& context);
Layer parse_layer(YamlMap map);

/// The layer of a file, named after the file unless it says otherwise.
Layer load_layer(const std::filesystem::path& path);
/// The layer of a file, or of a shipped config by its name: "alexnet_conv3".
Layer find_layer(const std::string& name);

/// A map of channels, height and width, 1 to 2^31 each; height and width default to 1.
FeatureMap parse_feature_map(YamlMap map);
/// Widths such as "8 bit" for all words or {weight: 8 bit}; `defaults` for those not named.
WordWidths parse_word_widths(const YamlNode& node, const WordWidths& defaults);

/// The output of a layer.
FeatureMap output_map(const Layer& layer);

}  // namespace tilewise
