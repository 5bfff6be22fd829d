#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "design/board_engine.hpp"
#include "space/published/network_model.hpp"
#include "sweep/device.hpp"

namespace tilewise {

/// What a name after --device may mean: a device that costs layers, or a published model that costs
/// whole networks.
using Target = std::variant<Device, NetworkModel>;

const std::string& name(const Target& target);
const std::string& description(const Target& target);
/// All of it as plain text for a terminal.
std::string describe(const Target& target);

/// One way to name a target; space/target.cpp lists all.
struct TargetKind {
  std::string form;  ///< "board:NAME", for --help
  bool (*is)(const std::string& name);
  /// Throws InputError for what is wrong whatever the layers are.
  void (*check)(const std::string& name);
  /// Throws InputError; also where it needs layers and there are none.
  Target (*find)(const std::string& name, std::span<const WeightedLayer> layers,
                 Objective objective);
};
std::span<const TargetKind> target_kinds();
/// "shipped names or files, board:NAME, ...": what --device takes.
std::string target_forms();

/// Throws InputError where the name means nothing, whatever the layers are.
void check_target(const std::string& name);
/// The target of a name: a shipped device ("eyeriss", "pixel_m32p32") or the file of a path; a
/// preset of a published model, "hwnasbench-zc706", with switches changed as in
/// "hwnasbench-zc706:no_ceilings=off:buffer_clear=off"; "board:ultra96", the engine found for that
/// board and these layers. Throws InputError.
Target find_target(const std::string& name, std::span<const WeightedLayer> layers = {},
                   Objective objective = Objective::Edp);
/// The targets of these names, in order. Throws InputError also where one is there twice.
std::vector<Target> find_targets(std::span<const std::string> names,
                                 std::span<const WeightedLayer> layers, Objective objective);
/// The same where layers are to be costed: throws InputError for a published model.
Device find_device(const std::string& name, std::span<const WeightedLayer> layers = {},
                   Objective objective = Objective::Edp);
/// The device of a target; throws InputError for a published model.
const Device& device_of(const Target& target);

/// The device of a file in the format of docs/architectures.md, of any family. Throws InputError
/// with file, line, path and cure.
Device load_device(const std::filesystem::path& path);

}  // namespace tilewise
