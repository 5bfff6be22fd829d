#pragma once

#include <filesystem>
#include <string>

#include "arch/architecture.hpp"
#include "arch/energy/energy_tables.hpp"
#include "arch/fpga/fpga_board.hpp"
#include "arch/hardware.hpp"
#include "base/yaml.hpp"

namespace tilewise {

/// The architecture of a file in the format of docs/architectures.md, checked, every energy
/// derived. Throws InputError with file, line, path and cure, also where the control is fixed.
Architecture load_architecture(const std::filesystem::path& path);

/// The same from a document that is already read.
Architecture read_architecture(const YamlNode& yaml);
/// The same, reading no file: many architectures share tables and boards.
Architecture read_architecture(const YamlNode& yaml, const EnergyTables& tables,
                               const BoardFinder& boards);

/// What a file of any family describes, checked, every energy derived. Throws InputError with file,
/// line, path and cure.
Hardware read_hardware(const YamlNode& yaml);

/// A shipped architecture by name ("eyeriss"), or the file of that path.
Architecture find_architecture(const std::string& name_or_path);

}  // namespace tilewise
