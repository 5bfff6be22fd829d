#include "report/network_sweep_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/csv.hpp"
#include "report/layer_table.hpp"
#include "report/network_sweep_json.hpp"
#include "sweep/evidence.hpp"
#include "sweep/network_shares.hpp"

namespace tilewise {
namespace {

using Cells = std::vector<std::string>;

/// Columns of totals alone.
constexpr std::array kRanges{"latency_ms_low", "latency_ms_high", "energy_mJ_low",
                             "energy_mJ_high"};

/// Rows of one network and device; the first two cells of each name these.
class CsvRows {
 public:
  explicit CsvRows(CostRows by) : by_(by) {
    rows_.push_back({"network", "device", "row", "name"});
    for (const char* column : columns()) rows_.front().emplace_back(column);
    for (const char* column : kRanges) rows_.front().emplace_back(column);
    rows_.front().emplace_back("partial");
    rows_.front().emplace_back("why");
  }

  void add(const std::string& network, const std::string& device, const NetworkShares& shares,
           const DeviceEvidence& evidence) {
    network_ = network;
    device_ = device;
    switch (by_) {
      case CostRows::Layer: add_all(shares.layers); break;
      case CostRows::Operator: add_all(shares.operators); break;
      case CostRows::Level:
        for (const PlaceShare& place : shares.places) add_place(place);
        break;
    }
    if (by_ == CostRows::Level) {
      add_row("total", "total",
              {number(shares.total.cost.latency.count()), "", "",
               number(shares.total.cost.energy.count()), number(1.0)});
    } else {
      add_share("total", shares.total);
    }
    set_ranges(shares.total.cost, evidence, rows_.back());
    rows_.back()[rows_.back().size() - 2] = shares.partial() ? "yes" : "no";
    for (const UnfitLayer& layer : shares.unfit) {
      add_row("unfit", layer.name, Cells(columns().size()));
      rows_.back().back() = layer.why;
    }
    for (const Omission& omission : shares.omitted) {
      add_row("omitted", omission.op, Cells(columns().size()));
      rows_.back().back() = omission_text(omission);
    }
  }

  std::string text() const { return csv_table(rows_); }

 private:
  static std::string number(double value) { return fmt::format("{}", value); }

  std::vector<const char*> columns() const {
    if (by_ == CostRows::Level) {
      return {"latency_ms", "busy_ms", "busy_share", "energy_mJ", "energy_share"};
    }
    return {"operator",     "layers",      "cycles", "latency_ms", "time_share", "energy_mJ",
            "energy_share", "utilisation", "bound",  "dram_bytes", "macs"};
  }

  /// Of the row of a total.
  static void set_ranges(const Cost& total, const DeviceEvidence& evidence, Cells& row) {
    const Cells cells =
        range_cells(evidence.of_network(total.latency.count()), energy_interval(total));
    std::copy(cells.begin(), cells.end(),
              row.end() - static_cast<std::ptrdiff_t>(kRanges.size()) - 2);
  }

  void add_row(const char* kind, const std::string& name, const Cells& cells) {
    Cells& row = rows_.emplace_back(Cells{network_, device_, kind, name});
    row.insert(row.end(), cells.begin(), cells.end());
    row.insert(row.end(), kRanges.size() + 2, "");
  }

  void add_share(const char* kind, const CostShare& share) {
    add_row(kind, share.name,
            {share.op, fmt::format("{}", share.layers), number(share.cycles.count()),
             number(share.cost.latency.count()), number(share.time),
             number(share.cost.energy.count()), number(share.energy), number(share.utilisation),
             share.bound, number(share.cost.dram_bytes), fmt::format("{}", share.macs)});
  }

  void add_all(const std::vector<CostShare>& shares) {
    for (const CostShare& share : shares) {
      add_share(by_ == CostRows::Layer ? "layer" : "operator", share);
      if (!share.parts.empty()) {
        rows_.back().back() = fmt::format("in parts: {}", fmt::join(share.parts, "; "));
      }
    }
  }

  void add_place(const PlaceShare& place) {
    add_row("level", place.place,
            {"", number(place.busy.count()), number(place.time), number(place.spent.count()),
             number(place.energy)});
  }

  CostRows by_;
  std::string network_;
  std::string device_;
  std::vector<Cells> rows_;
};

std::string network_sweep_csv(const NetworkSweep& sweep, CostRows by) {
  CsvRows rows(by);
  for (std::size_t n = 0; n < sweep.networks.size(); ++n) {
    for (std::size_t d = 0; d < sweep.devices.size(); ++d) {
      rows.add(sweep.networks[n].name, name(sweep.devices[d]), shares_of(sweep, n, d),
               DeviceEvidence(sweep.devices[d], has_schedule(sweep)));
    }
  }
  return rows.text();
}

}  // namespace

Report network_sweep_report(const NetworkSweep& sweep, CostRows by, std::size_t line) {
  return {[&sweep, by, line] { return network_sweep_text(sweep, by, line); },
          [&sweep, by] { return network_sweep_json(sweep, by); },
          [&sweep, by] { return network_sweep_csv(sweep, by); }};
}

}  // namespace tilewise
