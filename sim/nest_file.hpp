#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/yaml.hpp"
#include "sim/access_counts.hpp"
#include "sim/mapping.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// A loop nest without an architecture: enough to count accesses.
struct NestFile {
  Layer layer;
  std::vector<std::string> level_names;  ///< outermost first
  Mapping mapping;
  MergeRules merges;
};

/// The nest of a document, YAML or JSON, in the format of docs/formats.md. The image may be smaller
/// than what the loops touch: the rest is padding. Throws InputError with file, line, key and cure.
NestFile parse_nest(const YamlNode& yaml);
/// The nest of a file.
NestFile load_nest(const std::filesystem::path& path);

}  // namespace tilewise
