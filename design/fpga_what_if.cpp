#include "design/fpga_what_if.hpp"

#include <fmt/format.h>

#include <utility>

namespace tilewise {
namespace {

std::string signed_step(std::int64_t before, std::int64_t after) {
  return fmt::format("{} -> {}", before, after);
}

/// Why the interval of a step is what it is.
std::string interval_reason(const HlsEngine& design, const FpgaEstimate& at) {
  if (design.pipelining == Pipelining::Off) {
    return fmt::format("not pipelined: an iteration takes depth {} + 1 (H1)", at.nest.depth);
  }
  if (at.interval.why.empty()) return "every cycle";
  return fmt::format("II {} by {} (H2)", at.interval.cycles, at.interval.why);
}

std::string nest_text(const HlsNest& nest) {
  if (nest.flattening == Flattening::On) {
    return fmt::format("a pass is one loop of {} trips (H3)", nest.entries * nest.trips);
  }
  return fmt::format(
      "a pass enters its inner loop of {} trips {} times, each pays the depth and 2 "
      "cycles to go in and out (H3)",
      nest.trips, nest.entries);
}

/// Who waits for whom where copies of buffers were added or left out.
void explain_overlap(const HlsEngine& before, const HlsEngine& after, WhatIfRow& row) {
  if (before.dataflow != after.dataflow) {
    row.why.push_back(after.dataflow == Overlap::On
                          ? "load, compute and store overlap, the slowest counts (H6)"
                          : "load, compute and store take turns, their sum counts (H6)");
  }
  for (const Tensor t : kTensors) {
    if (before.engine.double_buffered[t] == after.engine.double_buffered[t]) continue;
    const char* when = after.engine.double_buffered[t]
                           ? "during the work on the tile before (H7)"
                           : "before or after the work on its tile (H7)";
    row.why.push_back(fmt::format("{} moves {}", name(t), when));
  }
}

/// The cause of a latency that moved: the nest's rate where it did, else what binds.
void explain_latency(const WhatIf& of, const HlsEngine& design, WhatIfRow& row) {
  const FpgaEstimate& before = of.before;
  const FpgaEstimate& after = row.after;
  if (!after.latency) {
    row.why.push_back(after.why_none);
    return;
  }
  if (!before.latency) return;
  const bool pipeline_moved = design.pipelining != of.design.pipelining;
  if (pipeline_moved || before.interval.cycles != after.interval.cycles) {
    row.why.push_back(interval_reason(design, after));
  }
  if (design.flattening != of.design.flattening) row.why.push_back(nest_text(after.nest));
  explain_overlap(of.design, design, row);
  if (before.latency == after.latency && before.time == after.time) {
    row.why.push_back(fmt::format("latency stays: {} bounds it", after.bound));
  } else if (before.bound != after.bound) {
    row.why.push_back(fmt::format("bound {} -> {}", before.bound, after.bound));
  } else {
    row.why.push_back(fmt::format("bound {}", after.bound));
  }
}

/// "512 banks x 63 words x 16 bit x 2 copies".
std::string memory_text(const HlsEngine& design, Tensor t) {
  const FpgaEngineParameters& p = design.engine;
  const std::int64_t banks = buffer_banks(p, t);
  const std::int64_t width =
      p.precision.width[t].count() * (t == Tensor::Weight ? p.window * p.window : 1);
  const bool twice = p.double_buffered[t] && design.dataflow == Overlap::On;
  return fmt::format("{} banks x {} words x {} bit x {}", banks,
                     (p.buffer[t].count() / width + banks - 1) / banks, width, twice ? 2 : 1);
}

void explain_buffers(const WhatIf& of, const HlsEngine& design, WhatIfRow& row) {
  for (const Tensor t : kTensors) {
    const FpgaResources& before = of.before.use.buffers[t];
    const FpgaResources& after = row.after.use.buffers[t];
    if (before == after) continue;
    std::string what;
    for (const FpgaResource each : {FpgaResource::Bram18, FpgaResource::Uram, FpgaResource::Lut}) {
      if (before.amount(each) == after.amount(each)) continue;
      what += fmt::format("{}{} {}", what.empty() ? "" : ", ", name(each),
                          signed_step(before.amount(each), after.amount(each)));
    }
    row.why.push_back(
        fmt::format("{} buffer {}: {} (F2, F3)", name(t), what, memory_text(design, t)));
  }
}

void explain_lanes(const WhatIf& of, const HlsEngine& design, WhatIfRow& row) {
  const FpgaResources& before = of.before.use.lanes;
  const FpgaResources& after = row.after.use.lanes;
  const FpgaEngineParameters& p = design.engine;
  if (before.dsp != after.dsp) {
    row.why.push_back(fmt::format("{} multipliers of {}, {} DSP (F1)", multipliers(p),
                                  text(p.precision), after.dsp));
  }
  if (before.lut != after.lut) {
    const bool floating = p.precision.arithmetic == Arithmetic::Float32;
    row.why.push_back(fmt::format("LUT of the lanes {} ({})", signed_step(before.lut, after.lut),
                                  floating ? "F7" : "F5, F6"));
  }
  const FpgaResources& controllers = row.after.use.controllers;
  if (of.before.use.controllers != controllers) {
    row.why.push_back(fmt::format("{} LUT, {} BRAM18 of memory controllers (F8)", controllers.lut,
                                  controllers.bram18));
  }
}

/// For each quantity that moved, the term that moved it.
void explain(const WhatIf& of, const HlsEngine& design, WhatIfRow& row) {
  if (!row.after.lacks.empty()) {
    row.why.push_back("does not fit: " + excess_text(row.after.lacks));
  }
  explain_latency(of, design, row);
  explain_lanes(of, design, row);
  explain_buffers(of, design, row);
  if (of.design.engine.clock != design.engine.clock) {
    row.why.push_back("whether the fabric reaches this clock is unknown: there is no timing model");
  }
}

}  // namespace

WhatIf what_if(const HlsEngine& design, const Layer& layer, const std::vector<std::string>& changes,
               const SearchOptions& options) {
  // All changes are read before the first search.
  std::vector<HlsEngine> designs;
  for (const std::string& change : changes) designs.push_back(changed(design, change));
  const EnergyTables& tables = load_energy_tables();
  SearchOptions each = options;
  each.mapping.run.progress = {};  // the share done is that of the rows
  WhatIf answer{design, layer, estimate(design, layer, tables, each), {}};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    WhatIfRow row{changes[i], designs[i], estimate(designs[i], layer, tables, each), {}};
    explain(answer, designs[i], row);
    answer.rows.push_back(std::move(row));
    options.mapping.run.show("what-if",
                             static_cast<double>(i + 1) / static_cast<double>(changes.size()));
  }
  return answer;
}

}  // namespace tilewise
