#pragma once

#include "arch/architecture.hpp"
#include "mapper/search.hpp"
#include "report/format.hpp"
#include "sim/evaluate.hpp"
#include "sim/mapping.hpp"
#include "sweep/device.hpp"
#include "workload/layer.hpp"

namespace tilewise {

// The CSV table of each has the columns of layers.csv (docs/formats.md, Sweep).

/// A layer on an architecture under one mapping that was given: no search, no proof.
Report cost_report(const LayerCost& cost, const Mapping& mapping, const Layer& layer,
                   const Architecture& architecture);

/// The best mapping and what proves it, or all points of a Pareto front. Assumes that there is a
/// best.
Report search_report(const SearchResult& result, const SearchOptions& options, const Layer& layer,
                     const Architecture& architecture);

/// A layer on a device with fixed control: `result` is that of its search.
Report fixed_cost_report(const SearchResult& result, const Layer& layer, const Device& device);

}  // namespace tilewise
