#include "report/layer_table.hpp"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "base/enum_array.hpp"
#include "base/units.hpp"

namespace tilewise {
namespace {

constexpr std::size_t kSearchColumns = 4;

}  // namespace

std::vector<std::string> shape_columns() {
  std::vector<std::string> columns;
  for (const Dim d : kDims) columns.emplace_back(name(d));
  for (const std::string_view plane : {"stride", "dilation", "padding", "image"}) {
    columns.push_back(fmt::format("{}_vertical", plane));
    columns.push_back(fmt::format("{}_horizontal", plane));
  }
  return columns;
}

std::vector<std::string> shape_cells(const Layer& layer) {
  std::vector<std::string> cells;
  for (const Dim d : kDims) cells.push_back(fmt::format("{}", layer.bounds[d]));
  for (const Plane& plane : {layer.stride, layer.dilation, layer.padding, layer.image}) {
    cells.push_back(fmt::format("{}", plane.vertical));
    cells.push_back(fmt::format("{}", plane.horizontal));
  }
  return cells;
}

std::vector<std::string> range_cells(const std::optional<Interval>& latency,
                                     const std::optional<Interval>& energy) {
  std::vector<std::string> cells;
  for (const auto& end : {low_of(latency), high_of(latency), low_of(energy), high_of(energy)}) {
    cells.push_back(end ? fmt::format("{}", *end) : "");
  }
  return cells;
}

std::vector<std::string> layer_columns() {
  std::vector<std::string> columns{"name", "device", "operator"};
  for (const std::string& column : shape_columns()) columns.push_back(column);
  for (const char* column : {"times_used", "mapping", "cycles", "latency_ms", "energy_pJ"}) {
    columns.emplace_back(column);
  }
  for (const EnergyCause cause : all_of<EnergyCause>()) {
    columns.push_back(fmt::format("energy_{}_pJ", name(cause)));
  }
  for (const char* column :
       {"dram_bytes", "utilisation", "bound", "stall_share", "latency_ms_low", "latency_ms_high",
        "energy_pJ_low", "energy_pJ_high", "factors", "space_size", "evaluated", "proven"}) {
    columns.emplace_back(column);
  }
  return columns;
}

std::vector<std::string> layer_cells(const Layer& layer, std::string_view device,
                                     std::int64_t times_used, std::string_view mapping,
                                     const LayerCost& cost, const DeviceEvidence& evidence) {
  std::vector<std::string> cells{layer.name, std::string(device), std::string(name(layer.op))};
  const auto add = [&cells](auto value) { cells.push_back(fmt::format("{}", value)); };
  for (const std::string& cell : shape_cells(layer)) cells.push_back(cell);
  add(times_used);
  cells.emplace_back(mapping);
  add(cost.latency.total.count());
  add(nearest_milliseconds(cost.time).count());
  add(cost.energy.total.count());
  EnumArray<EnergyCause, Picojoules> by_cause{};
  for (const EnergyItem& item : cost.energy.items) by_cause[item.cause] += item.energy;
  for (const Picojoules energy : by_cause) add(energy.count());
  add(in_bytes(Bits{cost.off_chip_bits}));
  add(cost.utilisation);
  cells.push_back(cost.bound);
  add(cost.latency.stall_share());
  const auto interval = evidence.of_layer(layer, nearest_milliseconds(cost.time).count());
  for (std::string& cell : range_cells(interval, energy_interval(cost.energy))) {
    cells.push_back(std::move(cell));
  }
  return cells;
}

std::vector<std::string> search_cells(const SearchResult& found) {
  if (std::holds_alternative<InDrain>(found.answer)) return no_search_cells();
  if (std::holds_alternative<InStrips>(found.answer)) {
    std::vector<std::string> cells = no_search_cells();
    cells.front() = name(found.factors);
    cells.back() = found.proven ? "yes" : "no";
    return cells;
  }
  const bool fixed = std::holds_alternative<Fixed>(found.answer);
  return {std::string(fixed ? "fixed" : name(found.factors)), found.space.digits,
          fmt::format("{}", found.certificate.evaluated), found.proven ? "yes" : "no"};
}

std::vector<std::string> no_search_cells() { return std::vector<std::string>(kSearchColumns); }

}  // namespace tilewise
