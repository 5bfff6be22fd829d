#pragma once

#include <array>
#include <string>
#include <string_view>

#include "arch/family/family.hpp"
#include "arch/family/fpga.hpp"
#include "base/yaml.hpp"

namespace tilewise {

inline constexpr const char* kTiledEngineFamily = "fpga_tiled_engine";

/// [tensor] how the keys of that family name it.
inline constexpr std::array<std::string_view, 3> kTensorKeys{"input", "weight", "output"};

/// `fpga_tiled_engine`: the engine of build_fpga_engine (docs/fpga.md).
Family tiled_engine_family();

/// The `parameters` of that family. Throws InputError with the place.
FpgaEngineParameters read_fpga_engine(const YamlNode& parameters);

/// "fp32", a width such as "16 bit", or {input: 8 bit, weight: 4 bit, output: 16 bit}.
FpgaPrecision read_precision(const YamlNode& yaml);

/// The parameters of an engine: of a shipped architecture by name, or of a file. Throws InputError
/// where it is of another family.
FpgaEngineParameters find_fpga_engine(const std::string& name_or_path);

}  // namespace tilewise
