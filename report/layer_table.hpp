#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapper/search.hpp"
#include "sim/evaluate.hpp"
#include "sweep/evidence.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// The eight bounds, stride, dilation, padding and image of a layer.
std::vector<std::string> shape_columns();
std::vector<std::string> shape_cells(const Layer& layer);

/// The columns of layers.csv (docs/formats.md, Sweep): those of layer_cells, then of search_cells.
std::vector<std::string> layer_columns();

/// The ends of the interval of a latency and of an energy; empty cells where there is none.
std::vector<std::string> range_cells(const std::optional<Interval>& latency,
                                     const std::optional<Interval>& energy);

/// A layer on a device and what it costs there. `mapping` is on one line; empty: fixed control.
std::vector<std::string> layer_cells(const Layer& layer, std::string_view device,
                                     std::int64_t times_used, std::string_view mapping,
                                     const LayerCost& cost, const DeviceEvidence& evidence);
/// Which space was searched ("fixed" where there is nothing to choose) and what is proven.
std::vector<std::string> search_cells(const SearchResult& found);
/// The same where nothing was searched: empty.
std::vector<std::string> no_search_cells();

}  // namespace tilewise
