#include "report/what_if_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "arch/family/fpga_engine_yaml.hpp"
#include "base/csv.hpp"
#include "base/text_table.hpp"
#include "base/units.hpp"
#include "report/cost_text.hpp"

namespace tilewise {
namespace {

using Json = nlohmann::ordered_json;

/// The cells of an estimate, in the order of the table's columns.
std::vector<std::string> cells(const FpgaEstimate& at) {
  std::vector<std::string> made;
  made.push_back(at.latency ? fmt::format("{:.0f}", at.latency->count()) : "-");
  made.push_back(at.latency ? fmt::format("{:.5g}", nearest_milliseconds(at.time).count()) : "-");
  made.push_back(fmt::format(
      "{}", at.latency
                ? at.nest.pipelining == Pipelining::On ? at.interval.cycles : at.nest.depth + 1
                : at.interval.cycles));
  for (const FpgaResource each : all_of<FpgaResource>()) {
    made.push_back(fmt::format("{}", at.use.total.amount(each)));
  }
  return made;
}

std::string step(const std::string& before, const std::string& after) {
  return before == after ? after : before + " -> " + after;
}

/// Two lines of what the numbers rest on.
std::string assumptions(const WhatIf& answer) {
  const HlsEngine& design = answer.design;
  const std::int64_t low = answer.before.use.least_lut;
  const std::int64_t high = answer.before.use.total.lut;
  std::string text = fmt::format(
      "assumed: loop body of {} cycles{}, sums ready after {}{}; LUT and FF are estimates{}\n",
      body_depth(design), design.depth ? "" : " (estimate)", add_latency(design),
      design.add_latency ? "" : " (default)",
      low < high ? fmt::format(" (LUT {} if every DSP adds in its own post-adder)", low) : "");
  if (!answer.before.lacks.empty()) {
    text += fmt::format("the design does not fit {}: {}\n", design.engine.board.name,
                        excess_text(answer.before.lacks));
  }
  return text;
}

Json estimate_json(const FpgaEstimate& at) {
  Json json{
      {"latency_cycles", at.latency ? Json(at.latency->count()) : Json(nullptr)},
      {"latency_ms", at.latency ? Json(nearest_milliseconds(at.time).count()) : Json(nullptr)},
      {"energy_mJ", at.latency ? Json(nearest_millijoules(at.energy).count()) : Json(nullptr)},
      {"initiation_interval", at.interval.cycles},
      {"initiation_interval_by", at.interval.why},
      {"body_depth", at.nest.depth},
      {"bound", at.bound},
      {"proven", at.proven}};
  for (const FpgaResource each : all_of<FpgaResource>()) {
    json[std::string(name(each))] = at.use.total.amount(each);
  }
  json["LUT_least"] = at.use.least_lut;
  json["fits"] = at.lacks.empty();
  Json lacks = Json::array();
  for (const FpgaExcess& each : at.lacks) {
    lacks.push_back({{"resource", name(each.resource)},
                     {"need", each.need},
                     {"have", each.have},
                     {"excess", each.excess}});
  }
  json["lacks"] = lacks;
  if (!at.latency) json["why_none"] = at.why_none;
  return json;
}

Json parameters_json(const FpgaEngineParameters& p) {
  Json made{{"clock", fmt::format("{} MHz", p.clock.count())},
            {"Tm", p.tm},
            {"Tn", p.tn},
            {"Tp", p.tp},
            {"Tq", p.tq},
            {"window", p.window},
            {"line_words", p.line_words}};
  if (p.precision.arithmetic == Arithmetic::Float32) {
    made["precision"] = "fp32";
  } else {
    for (const Tensor t : kTensors) {
      made["precision"][std::string(kTensorKeys[static_cast<std::size_t>(t)])] =
          fmt::format("{} bit", p.precision.width[t].count());
    }
  }
  if (p.dsp_packing) made["dsp_packing"] = *p.dsp_packing;
  if (p.multipliers_on_dsp) made["multipliers_on_dsp"] = *p.multipliers_on_dsp;
  Json twice = Json::array();
  for (const Tensor t : kTensors) {
    const std::string key{kTensorKeys[static_cast<std::size_t>(t)]};
    made[key + "_buffer"] = fmt::format("{} bit", p.buffer[t].count());
    if (p.banks[t]) made["banks"][key] = *p.banks[t];
    if (p.fill[t]) made["fill"][key] = *p.fill[t];
    if (p.double_buffered[t]) twice.push_back(std::string(name(t)));
  }
  made["double_buffered"] = twice;
  if (p.interval) made["interval"] = *p.interval;
  made["pass_overhead"] = p.pass_overhead;
  made["energy"] = p.energy == FpgaEnergy::Activity ? "activity" : "accesses";
  return made;
}

/// `parameters` as an architecture file has them, without its board and port, and the pragmas that
/// such a file has no keys for.
Json hls_engine_json(const HlsEngine& design) {
  return {{"parameters", parameters_json(design.engine)},
          {"pipeline", design.pipelining == Pipelining::On},
          {"flatten", design.flattening == Flattening::On},
          {"dataflow", design.dataflow == Overlap::On}};
}

std::string what_if_text(const WhatIf& answer) {
  const std::vector<std::string> before = cells(answer.before);
  std::vector<std::vector<std::string>> rows{
      {"change", "cycles", "ms", "II", "DSP", "BRAM18", "URAM", "LUT", "FF"}};
  rows.push_back({"(none)"});
  rows.back().insert(rows.back().end(), before.begin(), before.end());
  std::string reasons;
  for (const WhatIfRow& row : answer.rows) {
    const std::vector<std::string> after = cells(row.after);
    rows.push_back({row.change});
    for (std::size_t c = 0; c < after.size(); ++c) {
      rows.back().push_back(step(before[c], after[c]));
    }
    reasons += fmt::format("  {}: {}\n", row.change, fmt::join(row.why, "; "));
  }
  const FpgaEngineParameters& p = answer.design.engine;
  return layer_line(answer.layer) +
         fmt::format("{}: Tm {}, Tn {}, {}, {:g} MHz on {}\n", p.name, p.tm, p.tn,
                     text(p.precision), p.clock.count(), p.board.name) +
         assumptions(answer) + "\n" + text_table(rows) + "\nwhy\n" + reasons;
}

std::string what_if_json(const WhatIf& answer) {
  const HlsEngine& design = answer.design;
  Json changes = Json::array();
  for (const WhatIfRow& row : answer.rows) {
    changes.push_back({{"change", row.change},
                       {"design", hls_engine_json(row.design)},
                       {"after", estimate_json(row.after)},
                       {"why", row.why}});
  }
  const Json json{{"architecture", design.engine.name},
                  {"board", design.engine.board.name},
                  {"layer", answer.layer.name},
                  {"body_depth", body_depth(design)},
                  {"add_latency", add_latency(design)},
                  {"design", hls_engine_json(design)},
                  {"before", estimate_json(answer.before)},
                  {"changes", changes}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::vector<std::string> estimate_columns() {
  std::vector<std::string> columns{
      "latency_cycles",         "latency_ms", "energy_mJ", "initiation_interval",
      "initiation_interval_by", "body_depth", "bound",     "proven"};
  for (const FpgaResource each : all_of<FpgaResource>()) columns.emplace_back(name(each));
  columns.insert(columns.end(), {"LUT_least", "fits"});
  return columns;
}

std::vector<std::string> estimate_cells(const FpgaEstimate& at) {
  const auto yes = [](bool is) { return is ? "yes" : "no"; };
  const auto known = [&at](double value) { return at.latency ? fmt::format("{}", value) : ""; };
  std::vector<std::string> made{known(at.latency ? at.latency->count() : 0.0),
                                known(nearest_milliseconds(at.time).count()),
                                known(nearest_millijoules(at.energy).count()),
                                fmt::format("{}", at.interval.cycles),
                                at.interval.why,
                                fmt::format("{}", at.nest.depth),
                                at.bound,
                                yes(at.proven)};
  for (const FpgaResource each : all_of<FpgaResource>()) {
    made.push_back(fmt::format("{}", at.use.total.amount(each)));
  }
  made.push_back(fmt::format("{}", at.use.least_lut));
  made.emplace_back(yes(at.lacks.empty()));
  return made;
}

std::string what_if_csv(const WhatIf& answer) {
  std::vector<std::vector<std::string>> rows;
  const auto add = [&rows](const std::string& change, std::vector<std::string> cells,
                           const std::string& why) {
    cells.insert(cells.begin(), change);
    cells.push_back(why);
    rows.push_back(std::move(cells));
  };
  add("change", estimate_columns(), "why");
  add("(none)", estimate_cells(answer.before), answer.before.why_none);
  for (const WhatIfRow& row : answer.rows) {
    add(row.change, estimate_cells(row.after), fmt::format("{}", fmt::join(row.why, "; ")));
  }
  return csv_table(rows);
}

}  // namespace

Report what_if_report(const WhatIf& answer) {
  return {[&] { return what_if_text(answer); }, [&] { return what_if_json(answer); },
          [&] { return what_if_csv(answer); }};
}

}  // namespace tilewise
