#pragma once

#include <string>
#include <vector>

#include "sim/cost.hpp"
#include "space/search_space.hpp"
#include "sweep/sweep.hpp"

namespace tilewise {

/// [data set][index] what each candidate of a space with indices costs on a device under its best
/// schedule. `layers`: the distinct ones of the sweep, with their results; `device`: its place
/// among them. Pieces that candidates share are solved once. Empty: nothing can stay on chip there.
std::vector<std::vector<Cost>> scheduled_candidates(const SearchSpace& space,
                                                    const SweepOptions& options,
                                                    const Device& device, std::size_t device_place,
                                                    const std::vector<SweepLayer>& layers);

}  // namespace tilewise
