#include <fmt/format.h>

#include <iterator>
#include <map>

#include "base/text_table.hpp"
#include "base/units.hpp"
#include "report/design_report.hpp"

namespace tilewise {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string milliseconds_text(Cycles cycles, Megahertz clock) {
  return fmt::format("{:.4g}", nearest_milliseconds(duration(cycles, clock)).count());
}

std::string heading_line(const DesignHeading& heading) {
  const FpgaBoard& board = heading.target.board;
  return fmt::format("{} on {} ({}), {} arithmetic, {:.6g} MHz; objective: {}\n", heading.subject,
                     board.name, board.part, text(heading.target.precision),
                     heading.target.clock.count(), name(heading.objective));
}

std::string overview(const DesignHeading& heading, const NetworkDesigns& designs) {
  Rows rows{{"organisation", "latency [ms]", "interval [ms]", "images/s", "energy [mJ]", "DSP",
             "BRAM18", "LUT", ""}};
  const Megahertz clock = heading.target.clock;
  for (std::size_t i = 0; i < designs.designs.size(); ++i) {
    const OrganisationDesign& each = designs.designs[i];
    const std::string word(name(each.organisation));
    if (!each.found()) {
      const std::string verdict = each.refusal.empty() ? "does not fit" : "cannot run it";
      rows.push_back({word, "-", "-", "-", "-", "-", "-", "-", verdict});
      continue;
    }
    const FpgaResources& taken = each.resources();
    rows.push_back({word, milliseconds_text(each.latency(), clock),
                    milliseconds_text(each.interval(), clock),
                    fmt::format("{:.5g}", per_second(duration(each.interval(), clock))),
                    fmt::format("{:.4g}", nearest_millijoules(each.energy()).count()),
                    std::to_string(taken.dsp), std::to_string(taken.bram18),
                    std::to_string(taken.lut), designs.best == i ? "<- best" : ""});
  }
  return text_table(rows);
}

std::string misfit_text(const OrganisationDesign& each) {
  std::string result = fmt::format("{}: {}", name(each.organisation), misfit(each));
  if (!each.refusal.empty() || each.organisation != Organisation::Streaming) return result + "\n";
  auto out = std::back_inserter(result);
  if (each.nearest.width) {
    fmt::format_to(out, "; nearest that fits: words of {} bit on this board",
                   each.nearest.width->count());
  }
  if (each.nearest.board) {
    fmt::format_to(out, "{} the same on {}",
                   each.nearest.width ? ", or" : "; nearest that fits:", *each.nearest.board);
  }
  if (!each.nearest.width && !each.nearest.board) result += "; no shipped board holds it";
  return result + "\n";
}

/// "conv1, conv2[1]": groups of one layer that are all there are written as the layer.
std::string unit_list(const EngineDesign& engine, const std::vector<EngineUnit>& units,
                      const std::vector<Layer>& layers) {
  std::map<std::size_t, std::int64_t> groups;
  for (const std::size_t u : engine.units) ++groups[units[u].layer];
  std::string list;
  for (std::size_t i = 0; i < engine.units.size(); ++i) {
    const EngineUnit& unit = units[engine.units[i]];
    const bool whole = !unit.group || groups[unit.layer] == layers[unit.layer].bounds[Dim::G];
    if (whole && i > 0 && units[engine.units[i - 1]].layer == unit.layer) continue;
    list += (list.empty() ? "" : ", ") + (whole ? layers[unit.layer].name : name(unit, layers));
  }
  return list;
}

std::string engines_text(const OrganisationDesign& design, const NetworkDesigns& all) {
  const bool several = design.organisation == Organisation::Several;
  const std::vector<EngineUnit>& units = several ? all.units : all.whole_units;
  Rows rows{{"engine", "Tm", "Tn", "Tp", "Tq", "tile", "cycles", "DSP", "BRAM18", "layers"}};
  for (std::size_t e = 0; e < design.engines->engines.size(); ++e) {
    const EngineDesign& engine = design.engines->engines[e];
    const EngineLanes& lanes = engine.lanes;
    rows.push_back({std::to_string(e + 1), std::to_string(lanes.tm), std::to_string(lanes.tn),
                    std::to_string(lanes.tp), std::to_string(lanes.tq),
                    fmt::format("{}x{}", engine.tile.rows, engine.tile.columns),
                    fmt::format("{:.0f}", engine.cycles), std::to_string(engine.resources.dsp),
                    std::to_string(engine.resources.bram18), unit_list(engine, units, all.layers)});
  }
  return "Engines\n" + text_table(rows) +
         "cycles: F10, or the compulsory off-chip traffic of a layer where that takes longer; a "
         "bound for the mapping on these engines\n";
}

std::string stages_text(const StreamingDesign& design, const StreamPipeline& pipeline) {
  Rows rows{{"stage", "kind", "PE", "SIMD", "cycles", "DSP", "BRAM18", "LUT"}};
  for (std::size_t s = 0; s < design.stages.size(); ++s) {
    const StageOption& stage = design.stages[s];
    rows.push_back({pipeline.names[s], std::string(name(pipeline.stages[s].kind)),
                    std::to_string(stage.folding.pe), std::to_string(stage.folding.simd),
                    std::to_string(stage.cycles), std::to_string(stage.resources.dsp),
                    std::to_string(stage.resources.bram18), std::to_string(stage.resources.lut)});
  }
  return "Stages\n" + text_table(rows) +
         "latency of one image: interval x (1 + first-output delays of the longest path), an "
         "estimate (S1)\n";
}

std::string resources_text(const FpgaResources& need, const DesignTarget& target) {
  const FpgaResources device = whole_device(target.board);
  Rows rows{{"resource", "needed", "available", "device", "of device [%]"}};
  for (const FpgaResource each : all_of<FpgaResource>()) {
    if (device.amount(each) == 0) continue;
    const double share =
        static_cast<double>(need.amount(each)) / static_cast<double>(device.amount(each));
    rows.push_back({std::string(name(each)), std::to_string(need.amount(each)),
                    std::to_string(target.available.amount(each)),
                    std::to_string(device.amount(each)), fmt::format("{:.1f}", 100.0 * share)});
  }
  return "Resources\n" + text_table(rows) +
         "LUT: adders of all products counted (F5, the high estimate); FF: 0.699 a LUT, calibrated "
         "on Qiu; energy: F13, coefficients are estimates\n";
}

std::string certificate_text(const OrganisationDesign& design, DesignObjective objective) {
  const DesignCertificate& done = design.certificate();
  if (done.space.empty()) return "";  // a design from a file: nothing was searched
  std::string result = "Certificate\n";
  auto out = std::back_inserter(result);
  fmt::format_to(out, "objective: {} = {:.8g} {}\n", name(objective), design.objective_value(),
                 unit(objective));
  fmt::format_to(out, "searched: {}\n", done.space);
  if (done.gap == 0.0) {
    fmt::format_to(out, "proven: yes, no design among these is better\n");
  } else {
    fmt::format_to(out, "lower bound of the organisation: {:.8g} {}; the gap is {:.3g} %\n",
                   done.lower_bound, unit(objective), 100.0 * done.gap);
  }
  fmt::format_to(out, "candidates: {}, excluded by resources: {}, by a bound: {}; evaluated: {}\n",
                 done.candidates, done.by_resources, done.by_bound, done.evaluated);
  return result;
}

std::string price_line(std::string_view what, const GeneralityPrice& price) {
  return fmt::format(
      "{}: mean {:.5g} against {:.5g}; price of generality: mean {:.4f}, at most {:.4f} "
      "(architecture {})\n",
      what, price.mean_general, price.mean_own, price.mean_ratio, price.most_ratio,
      price.most_index);
}

std::string fits_text(const SpaceReport& report) {
  Rows rows{{"board", "fit", "of", "do not fit for"}};
  for (const StreamingFits& each : report.fits) {
    std::string lacks;
    for (const auto& [what, count] : each.lacks) {
      lacks += fmt::format("{}{} {}", lacks.empty() ? "" : ", ", what, count);
    }
    rows.push_back({each.board, std::to_string(each.fit), std::to_string(report.architectures),
                    lacks.empty() ? "-" : lacks});
  }
  return "Streaming designs that fit (usable part of each board)\n" + text_table(rows);
}

}  // namespace

std::string misfit(const OrganisationDesign& design) {
  if (!design.refusal.empty()) return design.refusal;
  if (!design.lacks.empty()) {
    return (design.found() ? "" : "the least design ") + excess_text(design.lacks);
  }
  return design.found() ? "" : "each resource alone suffices, no folding needs all of them at once";
}

std::string design_text(const DesignHeading& heading, const NetworkDesigns& designs) {
  std::string result = heading_line(heading) + overview(heading, designs);
  for (const OrganisationDesign& each : designs.designs) {
    if (!each.found()) result += misfit_text(each);
  }
  if (!designs.best) return result + "No organisation fits.\n";
  const OrganisationDesign& best = designs.designs[*designs.best];
  if (!best.lacks.empty()) {
    result += fmt::format("It does not fit: {}\n", excess_text(best.lacks));
  }
  result += fmt::format("\nBest: {}\n", name(best.organisation));
  result +=
      best.engines ? engines_text(best, designs) : stages_text(*best.streaming, *designs.pipeline);
  if (best.mapped) {
    const double above = *best.mapped / best.latency() - 1.0;
    result += fmt::format(
        "mapped: {:.0f} cycles with the best mapping of each layer on these buffers, {:.2f} % "
        "above "
        "the bound\n",
        best.mapped->count(), 100.0 * above);
  }
  result += "\n" + resources_text(best.resources(), heading.target);
  return result + "\n" + certificate_text(best, heading.objective);
}

std::string space_design_text(const DesignHeading& heading, const SpaceReport& report) {
  std::string result = heading_line(heading);
  auto out = std::back_inserter(result);
  if (report.designs) {
    const SpaceDesigns& designs = *report.designs;
    const EngineLanes& lanes = designs.one_engine.engines.front().lanes;
    const std::string_view value_unit = unit(heading.objective);
    fmt::format_to(out,
                   "One engine for all: Tm {}, Tn {}, Tp {}, Tq {}; {} different ones where "
                   "each architecture has its own\n",
                   lanes.tm, lanes.tn, lanes.tp, lanes.tq, designs.distinct_engines);
    fmt::format_to(out, "Objective in {} an image, mean over {} architectures\n", value_unit,
                   report.architectures);
    result += price_line("one engine, against an engine of its own", designs.engine_price);
    result +=
        price_line("one engine, against its own engine or streaming design", designs.any_price);
    fmt::format_to(out, "streaming: {} architectures fit, {} of them beat their own engine\n",
                   designs.streaming_fit, designs.streaming_better);
    fmt::format_to(out, "one streaming design for all (every operation on each edge): {}\n\n",
                   designs.union_lacks.empty()
                       ? "its least folding fits"
                       : "none fits, the least folding " + excess_text(designs.union_lacks));
  } else {
    result += "Not even one lane fits the board.\n";
  }
  return result + fits_text(report);
}

}  // namespace tilewise
