#include "report/search_text.hpp"

#include <fmt/format.h>

#include <iterator>

#include "mapper/objective.hpp"
#include "sim/mapping_yaml.hpp"

namespace tilewise {

std::string search_text(const SearchResult& result, const SearchOptions& options) {
  const Certificate& done = result.certificate;
  std::string text = "Search\n";
  auto out = std::back_inserter(text);
  const bool is_front = kObjectives[options.mapping.objective].front;
  fmt::format_to(
      out, "objective: {} = {:.6g} {}{}\n", name(options.mapping.objective), result.objective_value,
      kObjectives[options.mapping.objective].unit,
      is_front ? fmt::format(" at the least EDP of {} points", front(result).size()) : "");
  if (result.proven) {
    fmt::format_to(out, "proven: yes, {}{}\n",
                   result.factors == Factors::All
                       ? "the best of all tilings"
                       : "the best of the tilings that divide; others were not all looked at",
                   result.tiles == Tiles::ByTensor ? ", each tensor at a place of its own" : "");
  } else {
    fmt::format_to(out,
                   "proven: no; every mapping of the space has at least {:.6g}, the gap is "
                   "{:.3g} %\n",
                   result.lower_bound, 100.0 * result.gap);
  }
  fmt::format_to(out, "space: {}{} ({}{})\n", name(result.factors),
                 result.tiles == Tiles::ByTensor ? ", tiles by tensor" : "",
                 tilewise::text(result.space), result.space.digits.empty() ? "" : " mappings");
  fmt::format_to(out,
                 "subtrees (kept tensors x spatial loops): {}, excluded by their bound: {}, left "
                 "open: {}\n",
                 done.spatial, done.spatial_by_bound, done.open);
  if (done.most_steps > 0.0) {
    fmt::format_to(out, "excluded unseen: all spatial loops that need over {:.0f} steps\n",
                   done.most_steps);
  }
  fmt::format_to(out, "tiles excluded: {} by capacity, {} by their bound; loop orders: {}\n",
                 done.tiles_by_capacity, done.tiles_by_bound, done.orders_by_bound);
  fmt::format_to(out, "evaluated: {} mappings\n", done.evaluated);
  return text;
}

std::string front_text(const SearchResult& result, const Architecture& architecture) {
  std::string text = "Pareto front\n";
  auto out = std::back_inserter(text);
  fmt::format_to(out, "{:>16}  {:>16}  {:>18}  mapping\n", "latency [cycles]", "energy [pJ]",
                 "EDP [pJ x cycles]");
  for (const ParetoPoint& point : front(result)) {
    const double latency = point.cost.latency.total.count();
    const double energy = point.cost.energy.total.count();
    fmt::format_to(out, "{:>16.1f}  {:>16.6g}  {:>18.6g}  {}\n", latency, energy, latency * energy,
                   nest_line(point.mapping, architecture));
  }
  return text;
}

}  // namespace tilewise
