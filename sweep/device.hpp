#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "arch/architecture.hpp"
#include "mapper/search.hpp"
#include "sim/evaluate.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// A device that is no hierarchy of memories for the mapper: it has a control of its own, so a
/// layer has one cost there.
struct LayerModel {
  std::string name;
  std::string description;
  std::string family;   ///< that its file names
  std::string details;  ///< every parameter with unit and source: for eyes, and for a fingerprint
  std::function<LayerCost(const Layer&)> cost;  ///< pure; may throw InputError; any thread calls it
  /// The same device while a network of these layers runs on it, told by their names; empty: what a
  /// layer costs does not depend on the others.
  std::function<LayerModel(std::span<const Layer>)> in_network = {};
};

/// What a layer has a cost on: an architecture that the mapper searches, or an engine whose
/// control is fixed.
using Device = std::variant<Architecture, LayerModel>;

const std::string& name(const Device& device);
const std::string& description(const Device& device);
/// All of it as plain text for a terminal.
std::string describe(const Device& device);

/// Whether what a layer costs depends on the other layers of its network.
bool depends_on_network(const Device& device);

/// The device while a network of these layers runs on it; itself where that makes no difference.
Device in_network(const Device& device, std::span<const Layer> layers);

/// The best mapping on an architecture. On an engine: its cost, a space of one member that was
/// evaluated, so proven; of the options only the objective matters.
SearchResult search(const Device& device, const Layer& layer, const SearchOptions& options);

/// A text that two searches share only if they have the same answer up to names. Of an engine: its
/// name and the layer, so not of one in a network.
std::string problem_key(const Layer& layer, const Device& device, Objective objective,
                        std::optional<Factors> factors);

/// What stands for the mapping where there is none to choose.
inline constexpr const char* kFixedControl = "fixed control";

}  // namespace tilewise
