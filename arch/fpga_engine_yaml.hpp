#pragma once

#include <optional>
#include <string>

#include "arch/fpga.hpp"
#include "base/yaml.hpp"

namespace tilewise {

/// The `parameters` of family fpga_tiled_engine (docs/architectures.md). Throws InputError with the
/// place.
FpgaEngineParameters read_fpga_engine(YamlMap map, const BoardFinder& boards = find_board);

/// "fp32", a width such as "16 bit", or {input: 8 bit, weight: 4 bit, output: 16 bit}.
FpgaPrecision read_precision(const YamlNode& yaml);

/// The parameters of an engine: of a shipped architecture by name, or of a file. Throws InputError
/// where it is no fpga_tiled_engine.
FpgaEngineParameters find_fpga_engine(const std::string& name_or_path);

/// What an architecture file takes of its board: the area of an FPGA. Empty: it is no
/// fpga_tiled_engine, so its area is that of chip_area. Throws InputError as find_fpga_engine.
std::optional<FpgaResources> resources_of(const YamlNode& architecture);

}  // namespace tilewise
