#pragma once

#include "arch/architecture.hpp"
#include "arch/energy_tables.hpp"
#include "arch/fpga_board.hpp"
#include "base/yaml.hpp"

namespace tilewise {

/// {family: eyeriss | fpga_tiled_engine, name, parameters: {...}}: the architecture that the
/// family's builder makes of the parameters. Throws InputError with the place.
Architecture read_family(const YamlNode& yaml, const EnergyTables& tables,
                         const BoardFinder& boards);

}  // namespace tilewise
