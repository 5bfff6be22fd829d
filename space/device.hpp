#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "arch/architecture.hpp"
#include "mapper/search.hpp"
#include "sim/evaluate.hpp"
#include "space/board_engine.hpp"
#include "space/hwnasbench_model.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// A device that is no hierarchy of memories for the mapper: its schedule is fixed, so a layer has
/// one cost there.
struct CostModel {
  std::string name;
  std::string description;
  std::string details;  ///< every parameter with unit and source: for eyes, and for a fingerprint
  std::function<LayerCost(const Layer&)> cost;  ///< pure; may throw InputError; any thread calls it
};

/// What can be asked for a cost: an architecture that the mapper searches, a cost model of layers,
/// or a published model of whole networks, which knows NAS-Bench-201 and FBNet only.
using Device = std::variant<Architecture, CostModel, HwnasbenchModel>;

/// Whether the device is a cost model of layers.
bool has_fixed_schedule(const Device& device);
/// The device as a model of whole networks; null: it costs layers.
const HwnasbenchModel* network_model(const Device& device);
/// Throws the InputError of a model of whole networks that is asked for a layer.
[[noreturn]] void refuse_layers(const Device& device);
const std::string& name(const Device& device);
const std::string& description(const Device& device);
/// All of it as plain text for a terminal.
std::string describe(const Device& device);

/// The device of a file in the format of docs/architectures.md, of any family. Throws InputError
/// with file, line, path and cure.
Device load_device(const std::filesystem::path& path);
/// A shipped device by name ("eyeriss", "pixel_m32p32"), or the file of that path; or a preset
/// of HW-NAS-Bench, "hwnasbench-zc706", with switches changed as in
/// "hwnasbench-zc706:no_ceilings=off:buffer_clear=off". Throws InputError; also for "board:...",
/// whose engine depends on layers.
Device find_device(const std::string& name_or_path);
/// The same; "board:ultra96" is the engine found for that board and these layers.
Device find_device(const std::string& name_or_path, std::span<const WeightedLayer> layers,
                   Objective objective);

/// The best mapping on an architecture. On a cost model: its cost, `best` empty, a space of one
/// member that was evaluated, so proven; of the options only the objective matters. Throws
/// InputError for a model of whole networks.
SearchResult search(const Device& device, const Layer& layer, const SearchOptions& options);

/// A text that two searches share only if they have the same answer up to names. Of a cost model:
/// its name and the layer.
std::string problem_key(const Layer& layer, const Device& device, Objective objective,
                        std::optional<Factors> factors);

/// What stands for the mapping where there is none to choose.
inline constexpr const char* kFixedSchedule = "fixed schedule";

}  // namespace tilewise
