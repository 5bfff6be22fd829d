#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "arch/architecture.hpp"
#include "base/units.hpp"
#include "study/result_store.hpp"
#include "study/study.hpp"
#include "study/study_families.hpp"
#include "study/study_layers.hpp"

namespace tilewise {

/// A layer of a configuration that is to be mapped.
struct LayerTask {
  std::int64_t position = 0;  ///< of the configuration, as `configuration` takes it
  std::size_t layer = 0;      ///< of Study::layers
};

/// Maps layers, in order: what the store keeps of them. Neighbours of one layer and family share a
/// search. Depends on the study and the tasks only, so that any thread, process or machine may do
/// it. Throws InputError where a configuration cannot be built.
std::vector<StoredLayer> solve_layers(const Study& study, StudyLayers& widths,
                                      StudyFamilies& families, std::span<const LayerTask> tasks);

/// Configurations of one such key may share the search of a layer.
Key shared_key(const Architecture& architecture, std::optional<Bits> precision);
/// How many of them share one at most.
std::size_t most_in_search(const Study& study);
/// The configuration at a position, named as a store does. Throws InputError where there is none.
Configuration stored_configuration(const Study& study, std::int64_t position);
/// A layer on the architectures of a family, all of them. They and the layer have the names of a
/// store, so that equal ones have equal results.
std::vector<StoredLayer> solve_family(std::span<const Architecture> members, const Layer& layer,
                                      const Study& study);

}  // namespace tilewise
