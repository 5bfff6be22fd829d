#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "workload/network.hpp"

namespace tilewise {

struct OnnxOptions {
  std::optional<std::int64_t> batch{};         ///< size of a batch that the model leaves open; 1
  std::map<std::string, std::int64_t> dims{};  ///< sizes of other open dimensions, by name
  bool strict = false;                         ///< refuse what would cost nothing with a warning
  /// Activations, batch norm, biases and what moves words are layers of their own, not folded into
  /// their neighbours.
  bool unfused = false;
};

/// A network read from an ONNX model, and what in it costs nothing although it is work.
struct OnnxImport {
  Network network;
  std::vector<std::string> warnings;
};

/// The layers of an ONNX model, one for each operator that costs something; docs/onnx.md has the
/// table. Weights are not read, nor any file beside this one. Throws InputError that names file,
/// node and cure for what is no model, has no fixed shapes or, if strict, would only be warned of.
OnnxImport import_onnx(const std::filesystem::path& path, const OnnxOptions& options = {});

/// What a user means by a network: the ONNX model of a path that ends in .onnx, else
/// find_network(name, options.batch), of which nothing is warned.
OnnxImport find_network_or_model(const std::string& name, const OnnxOptions& options = {});

}  // namespace tilewise
