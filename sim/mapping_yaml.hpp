#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "arch/architecture.hpp"
#include "base/yaml.hpp"
#include "sim/mapping.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// The mapping of a document in the format of docs/formats.md: one entry a level, outermost first,
/// named as in `architecture`. Throws InputError with file, line, key and cure.
Mapping parse_mapping(const YamlNode& yaml, const Architecture& architecture);
/// The mapping of a file.
Mapping load_mapping(const std::filesystem::path& path, const Architecture& architecture);

/// The mapping as such a document: parse_mapping reads back the same.
std::string mapping_yaml(const Mapping& mapping, const Architecture& architecture);

/// The loop nest as a person reads it: a heading a level with the tensors that it keeps and the
/// words of their tiles, below it its loops, indented.
std::string nest_text(const Mapping& mapping, const Layer& layer, const Architecture& architecture);

/// The mapping on one line: "DRAM: M4 C2 | GLB: P14 y:R3 x:Q14 -Weight" (y, x: spatial; -: bypass).
std::string nest_line(const Mapping& mapping, const Architecture& architecture);
/// The mapping of such a line; empty where it is none of this architecture.
std::optional<Mapping> parse_nest_line(std::string_view line, const Architecture& architecture);

}  // namespace tilewise
