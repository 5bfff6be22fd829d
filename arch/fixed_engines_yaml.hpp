#pragma once

#include "arch/fixed_engines.hpp"
#include "base/yaml.hpp"

namespace tilewise {

/// {family: fpga_pixel_engine, name, description, parameters: {...}}; docs/fpga_engines.md lists
/// the parameters. Throws InputError with file, line, key and cure.
PixelEngine read_pixel_engine(const YamlNode& yaml);

/// The same of family fpga_convolver_engine.
ConvolverEngine read_convolver_engine(const YamlNode& yaml);

}  // namespace tilewise
