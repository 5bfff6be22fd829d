#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/energy/energy_tables.hpp"
#include "arch/fpga/fpga_board.hpp"
#include "arch/fpga/fpga_resources.hpp"
#include "arch/hardware.hpp"
#include "base/yaml.hpp"

namespace tilewise {

/// One parameter of a family, in words.
struct FamilyParameter {
  std::string name;
  std::string type;                    ///< the values there are, with their unit
  std::optional<std::string> value{};  ///< the default as a file writes it; empty: there is none
  std::string otherwise{};             ///< what then holds: "required", "all on DSP"
  std::string meaning{};
};

/// A word by which studies name parameters of different families alike: pe_array.X, clock.
struct FamilyAlias {
  std::string name;
  /// Of these the first that the file sets, the last where it sets none; none: `why_none`.
  std::vector<std::string> parameters;
  std::string why_none{};  ///< goes on after "NAME of family FAMILY "
};

/// What a builder takes beside the parameters. Nothing else is read.
struct FamilyContext {
  const EnergyTables& tables;
  const BoardFinder& boards;
};

/// What an engine takes of its board.
struct FpgaDemand {
  FpgaBoard board;
  FpgaResources resources;
};

/// Hardware whose structure follows from few parameters. Nothing that comes after `build` asks for
/// the family: what belongs to it is said here, or handed along in the hardware.
struct Family {
  std::string name;     ///< as the key `family` of a file has it
  std::string summary;  ///< one line
  std::string page;     ///< where the parameters are documented: docs/architectures.md
  std::vector<FamilyParameter> parameters;  ///< in the order in which they are read
  std::vector<FamilyAlias> aliases;
  /// The hardware of the map `parameters`. Throws InputError with the place.
  Hardware (*build)(const YamlNode& parameters, const std::string& name,
                    const FamilyContext& context);
  /// The same for what the engine takes of its board, which may be too small. Null: it is no FPGA
  /// engine whose resources are known; what is known is the area of chip_area.
  FpgaDemand (*fpga_demand)(const YamlNode& parameters, const FamilyContext& context) = nullptr;
};

/// The parameter of that name; null: there is none. The same for an alias.
const FamilyParameter* find_parameter(const Family& family, std::string_view name);
const FamilyAlias* find_alias(const Family& family, std::string_view name);

/// The default as a file writes it, or what holds without one.
std::string default_text(const FamilyParameter& parameter);
/// Name, type, default and meaning of each parameter; the first row is the header.
std::vector<std::vector<std::string>> parameter_rows(const Family& family);

/// The file of a family, without what it is.
struct FamilyFile {
  std::string name;
  std::optional<std::string> description;
  YamlNode parameters;
  std::optional<YamlNode> merges;  ///< in the place of what the family says
};
/// {family, name, description, merges, parameters}. Throws InputError with the place.
FamilyFile read_family_file(const YamlNode& yaml);

}  // namespace tilewise
