#include "design/design_target.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "arch/energy/energy_tables.hpp"
#include "base/enum_words.hpp"
#include "base/error.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kPlenty = std::int64_t{1} << 40;

struct DesignObjectiveEntry {
  std::string_view name;
  std::string_view unit;
};
constexpr EnumArray<DesignObjective, DesignObjectiveEntry> kDesignObjectives{{{
    {"latency", "cycles"},
    {"throughput", "cycles"},
    {"energy", "pJ"},
}}};

}  // namespace

std::string_view name(DesignObjective objective) { return kDesignObjectives[objective].name; }

std::string_view unit(DesignObjective objective) { return kDesignObjectives[objective].unit; }

std::string design_objective_list() {
  return fmt::format("{}", fmt::join(enum_names<DesignObjective>(), ", "));
}

DesignObjective parse_design_objective(std::string_view word) {
  return parse_enum<DesignObjective>(word, "objective");
}

std::string_view name(Organisation organisation) {
  switch (organisation) {
    case Organisation::Single: return "single";
    case Organisation::Several: return "multi";
    case Organisation::Streaming: return "streaming";
  }
  return "";
}

DesignTarget design_target(const FpgaBoard& board, const FpgaPrecision& precision,
                           Megahertz clock) {
  DesignTarget target;
  target.board = board;
  target.available = usable_device(board);
  target.clock = clock;
  target.precision = precision;
  target.packing = default_packing(precision);
  target.bandwidth = per_cycle(board.off_chip_bandwidth, clock);
  const EnergyTables& tables = load_energy_tables();
  target.dram_energy = dram_cost(tables.dram, board.dram, Bits{1}).energy.read;
  target.activity = tables.fpga;
  return target;
}

DesignTarget dsp_budget(std::int64_t dsp, const FpgaPrecision& precision) {
  DesignTarget target;
  target.available = {dsp, kPlenty, kPlenty, kPlenty, kPlenty};
  target.precision = precision;
  target.packing = default_packing(precision);
  return target;
}

std::int64_t most_lanes(const DesignTarget& target) {
  const auto dsp = [&](std::int64_t lanes) {
    return dsp_of_macs(lanes, target.precision, target.packing);
  };
  std::int64_t lanes = target.available.dsp * target.packing / dsp(target.packing);
  while (lanes > 0 && dsp(lanes) > target.available.dsp) --lanes;
  return lanes;
}

double price(const FpgaResources& resources, const ResourcePrices& prices) {
  double sum = 0.0;
  for (const FpgaResource each : all_of<FpgaResource>()) {
    if (prices[each] != 0.0) sum += prices[each] * static_cast<double>(resources.amount(each));
  }
  return sum;
}

Picojoules design_energy(const DesignTarget& target, const FpgaResources& resources, Cycles time,
                         Bits off_chip) {
  return energy(target.board.board_power, duration(time, target.clock)) +
         activity_energy(target.activity, resources) * time.count() +
         target.dram_energy * static_cast<double>(off_chip.count());
}

void set_gap(DesignCertificate& certificate, double objective, double lower_bound) {
  constexpr double kRoundingOfTarget = 1e-9;
  certificate.lower_bound = std::min(objective, lower_bound);
  const double gap = lower_bound > 0.0 ? objective / lower_bound - 1.0 : 0.0;
  certificate.gap = gap > kRoundingOfTarget ? gap : 0.0;
}

}  // namespace tilewise
