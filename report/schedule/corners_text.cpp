#include "report/schedule/corners_text.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/text_table.hpp"
#include "sweep/hull_corners.hpp"

namespace tilewise {

std::string corners_text(const NetworkSweep& sweep, std::size_t network, std::size_t device) {
  const std::vector<HullCorner> corners = hull_corners(sweep, network, device);
  if (corners.empty()) return "";
  std::vector<std::vector<std::string>> rows{{"ms", "mJ", "EDP [mJ ms]", "DRAM [B]"}};
  for (const HullCorner& corner : corners) {
    rows.push_back({fmt::format("{:.6g}", corner.cost.latency.count()),
                    fmt::format("{:.6g}", corner.cost.energy.count()),
                    fmt::format("{:.6g}", corner.edp_mj_ms),
                    fmt::format("{:.0f}", corner.cost.dram_bytes)});
  }
  const bool proven = sweep.schedules[network][device].corners_proven;
  return fmt::format("pareto: {} corner{} of the convex hull{}\n{}", corners.size(),
                     corners.size() == 1 ? "" : "s",
                     proven ? "; between two of them nothing lies below their line: proven"
                            : ", not proven: there may be others, and totals below their lines",
                     text_table(rows));
}

}  // namespace tilewise
