#include "report/network_sweep_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "base/text_table.hpp"
#include "report/schedule/corners_text.hpp"
#include "report/schedule/schedule_text.hpp"
#include "report/why_text.hpp"
#include "sweep/evidence.hpp"
#include "sweep/network_shares.hpp"

namespace tilewise {
namespace {

using Cells = std::vector<std::string>;
using TextRows = std::vector<Cells>;

constexpr std::size_t kLeastName = 16;  // characters, however wide the numbers are
constexpr std::size_t kMostBound = 18;  // "Weight network below GLB" loses its middle
constexpr std::ptrdiff_t kNamedParts = 3;
constexpr double kLeastShare = 0.005;  // smaller parts are not told one by one

std::string share_cell(double share) { return fmt::format("{:.1f}", 100.0 * share); }
std::string cost_cell(double value) { return fmt::format("{:.5g}", value); }
std::string whole_percent(double share) { return fmt::format("{:.0f} %", 100.0 * share); }

/// The first column gets what the others leave of a line.
std::string fitted_table(TextRows rows, std::size_t line) {
  std::size_t others = 0;
  for (std::size_t c = 1; c < rows.front().size(); ++c) {
    std::size_t width = 0;
    for (const Cells& row : rows) width = std::max(width, row[c].size());
    others += 2 + width;
  }
  const std::size_t most = std::max(kLeastName, line - std::min(line, others));
  for (Cells& row : rows) row.front() = cut_in_middle(row.front(), most);
  return text_table(rows);
}

Cells share_row(const CostShare& share) {
  return {share.name,
          fmt::format("{:.0f}", share.cycles.count()),
          cost_cell(share.cost.latency.count()),
          share_cell(share.time),
          cost_cell(share.cost.energy.count()),
          share_cell(share.energy),
          share_cell(share.utilisation),
          cut_in_middle(share.bound, kMostBound),
          fmt::format("{:.0f}", share.cost.dram_bytes)};
}

std::string layer_rows(const NetworkShares& shares, std::size_t line) {
  TextRows rows{
      {"layer", "cycles", "ms", "time %", "mJ", "energy %", "used %", "bound", "DRAM [B]"}};
  for (const CostShare& layer : shares.layers) {
    rows.push_back(share_row(layer));
    if (!layer.parts.empty()) rows.back().front() += fmt::format(" ({} parts)", layer.parts.size());
  }
  rows.push_back(share_row(shares.total));
  rows.back()[7] = "";
  return fitted_table(std::move(rows), line);
}

std::string operator_rows(const NetworkShares& shares, std::size_t line) {
  TextRows rows{{"operator", "layers", "cycles", "ms", "time %", "mJ", "energy %", "used %",
                 "mostly bound", "DRAM [B]"}};
  const auto add = [&](const CostShare& share) {
    Cells row = share_row(share);
    row.insert(row.begin() + 1, fmt::format("{}", share.layers));
    rows.push_back(std::move(row));
  };
  for (const CostShare& each : shares.operators) add(each);
  add(shares.total);
  rows.back()[8] = "";
  return fitted_table(std::move(rows), line);
}

std::string level_rows(const NetworkShares& shares, std::size_t line) {
  TextRows rows{{"level", "busy [ms]", "of time %", "mJ", "energy %"}};
  for (const PlaceShare& place : shares.places) {
    const bool timed = place.busy > Milliseconds{};
    rows.push_back({place.place, timed ? cost_cell(place.busy.count()) : "-",
                    timed ? share_cell(place.time) : "-", cost_cell(place.spent.count()),
                    share_cell(place.energy)});
  }
  rows.push_back({"total", cost_cell(shares.total.cost.latency.count()), share_cell(1.0),
                  cost_cell(shares.total.cost.energy.count()), share_cell(1.0)});
  return fitted_table(std::move(rows), line);
}

std::string table_of(const NetworkShares& shares, CostRows by, std::size_t line) {
  switch (by) {
    case CostRows::Layer: return layer_rows(shares, line);
    case CostRows::Operator: return operator_rows(shares, line);
    case CostRows::Level: return level_rows(shares, line);
  }
  return "";
}

/// "compute 70 %, DRAM port 30 %"; `each(item)` gives name and share.
template <class Item, class Each>
std::string parts_text(const std::vector<Item>& items, const Each& each) {
  Cells parts;
  double rest = 0.0;
  for (const Item& item : items) {
    const auto [word, share] = each(item);
    if (share >= kLeastShare || (parts.empty() && rest == 0.0)) {
      parts.push_back(fmt::format("{} {}", word, whole_percent(share)));
    } else {
      rest += share;
    }
  }
  if (rest >= kLeastShare) parts.push_back("others " + whole_percent(rest));
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// "time: 62 % in 4 of 21 layers: conv1, ...; bound by compute 70 %, DRAM port 30 %".
std::string time_line(const NetworkShares& shares) {
  double taken = 0.0;
  for (const std::size_t place : shares.slowest) taken += shares.layers[place].time;
  return fmt::format(
      "time: {} in {} of {} layers: {}; bound by {}\n", whole_percent(taken), shares.slowest.size(),
      shares.layers.size(), layer_names(shares.layers, shares.slowest),
      parts_text(shares.bounds,
                 [](const BoundShare& each) { return std::pair(each.bound, each.time); }));
}

std::string energy_line(const NetworkShares& shares) {
  return fmt::format("energy: {}\n", parts_text(shares.places, [](const PlaceShare& each) {
                       return std::pair(each.place, each.energy);
                     }));
}

/// "range: latency 12.1 to 15.3 ms in 90 % of cases; energy 3.1 to 9 mJ with other published
/// energies of the components", then what was compared.
std::string range_lines(const Cost& total, const DeviceEvidence& evidence) {
  Cells ranges;
  if (const auto interval = evidence.of_network(total.latency.count())) {
    ranges.push_back(fmt::format("latency {:.5g} to {:.5g} ms in {:.0f} % of cases", interval->low,
                                 interval->high, 100.0 * kCoverage));
  }
  if (const auto range = energy_interval(total)) {
    ranges.push_back(
        fmt::format("energy {:.5g} to {:.5g} mJ with other published energies of the components",
                    range->low, range->high));
  }
  const std::string known = evidence.text() + "\n";
  return ranges.empty() ? known : fmt::format("range: {}\n{}", fmt::join(ranges, "; "), known);
}

std::string omission_lines(const NetworkShares& shares) {
  std::string text;
  for (const Omission& omission : shares.omitted) text += omission_text(omission) + "\n";
  return text;
}

/// "split: pool5 does not fit eyeriss as one layer; it is costed as pool5 over rows, ...".
std::string split_lines(const NetworkShares& shares, const std::string& device) {
  std::string text;
  for (const CostShare& layer : shares.layers) {
    if (layer.parts.empty()) continue;
    Cells named(
        layer.parts.begin(),
        layer.parts.begin() + std::min<std::ptrdiff_t>(kNamedParts, std::ssize(layer.parts)));
    if (named.size() < layer.parts.size()) named.emplace_back("...");
    text += fmt::format("split: {} does not fit {} as one layer; costed in {} parts: {}\n",
                        layer.name, device, layer.parts.size(), fmt::join(named, ", "));
  }
  return text;
}

std::string unfit_lines(const NetworkShares& shares, const std::string& device) {
  if (shares.unfit.empty()) return "";
  const std::size_t count = shares.unfit.size();
  Cells layers;
  for (const UnfitLayer& layer : shares.unfit) layers.push_back(unfit_text(layer.name, layer.why));
  return fmt::format("partial: {} layer{} not fit {}: {}\n", count, count == 1 ? " does" : "s do",
                     device, fmt::join(layers, ", "));
}

}  // namespace

std::string_view name(CostRows rows) {
  switch (rows) {
    case CostRows::Layer: return "layer";
    case CostRows::Operator: return "operator";
    case CostRows::Level: return "level";
  }
  return "";
}

std::string unfit_text(const std::string& layer, std::string_view why) {
  constexpr std::string_view kExample = "; for example ";
  const std::size_t at = why.find(kExample);
  const std::string beginning = fmt::format("no mapping of {}: ", layer);
  if (at != std::string_view::npos) {
    why.remove_prefix(at + kExample.size());
  } else if (why.starts_with(beginning)) {
    why.remove_prefix(beginning.size());
  }
  return fmt::format("{} ({})", layer, why);
}

std::string network_sweep_text(const NetworkSweep& sweep, CostRows by, std::size_t line) {
  std::string text;
  for (std::size_t n = 0; n < sweep.networks.size(); ++n) {
    for (std::size_t d = 0; d < sweep.devices.size(); ++d) {
      const std::string& device = name(sweep.devices[d]);
      const NetworkShares shares = shares_of(sweep, n, d);
      if (!text.empty()) text += "\n";
      text +=
          fmt::format("{} on {}: {} of {} layers, objective {}\n", sweep.networks[n].name, device,
                      shares.layers.size(), sweep.layers[n].size(), name(sweep.mapping.objective));
      if (!shares.layers.empty()) {
        text +=
            table_of(shares, by, line) + time_line(shares) +
            network_why_text(shares, waits_of(sweep, n, d)) + energy_line(shares) +
            range_lines(shares.total.cost, DeviceEvidence(sweep.devices[d], has_schedule(sweep)));
      }
      text += split_lines(shares, device) + unfit_lines(shares, device) + omission_lines(shares);
      if (sweep.schedules.empty()) continue;
      text += schedule_text(sweep, n, d, line) + corners_text(sweep, n, d);
    }
  }
  return text;
}

}  // namespace tilewise
