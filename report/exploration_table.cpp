#include "report/exploration_table.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <iterator>

#include "base/quote.hpp"
#include "workload/dim.hpp"

namespace tilewise {

std::string exploration_header(const Study& study) {
  std::string text = "index,architecture";
  for (const std::string& parameter : parameter_names(study)) text += "," + csv_cell(parameter);
  text += ",outcome,front";
  for (const StudyMetric metric : all_of<StudyMetric>()) text += "," + column(metric);
  for (const StudyWorkload& workload : study.workloads) {
    for (const char* what : {"latency_ms", "energy_mJ", "dram_bytes", "proven"}) {
      text += "," + csv_cell(fmt::format("{}_{}", workload.name, what));
    }
  }
  return text + ",why\n";
}

std::string exploration_row(const Study& study, const Explored& explored, bool on_front) {
  std::string text = fmt::format("{},{}", explored.index, csv_cell(explored.base));
  auto out = std::back_inserter(text);
  for (const std::string& value : explored.values) text += "," + csv_cell(value);
  fmt::format_to(out, ",{},{}", name(explored.outcome), on_front ? "yes" : "no");
  for (const auto& metric : explored.metrics) {
    text += ',';
    if (metric) fmt::format_to(out, "{}", *metric);
  }
  for (std::size_t w = 0; w < study.workloads.size(); ++w) {
    if (explored.workloads.empty()) {
      text += ",,,,";
      continue;
    }
    const StoredNetwork& cost = explored.workloads[w];
    fmt::format_to(out, ",{},{},{},{}", cost.latency_ms, cost.energy_mj, cost.dram_bytes,
                   cost.proven ? "yes" : "no");
  }
  return text + "," + csv_cell(explored.why) + "\n";
}

std::string front_layers_header() {
  std::string text = "index,layer,operator";
  for (const Dim d : kDims) text += fmt::format(",{}", name(d));
  return text +
         ",times,mapping,cycles,latency_ms,energy_pJ,dram_bytes,utilisation,factors,"
         "proven\n";
}

std::string front_layers_rows(const Study& study, const Explored& explored,
                              std::span<const StoredLayer> layers) {
  const std::vector<double> times = layer_weights(study);
  std::string text;
  auto out = std::back_inserter(text);
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const Layer& layer = study.layers[l];
    const StoredLayer& cost = layers[l];
    fmt::format_to(out, "{},{},{}", explored.index, csv_cell(layer.name), name(layer.op));
    for (const Dim d : kDims) fmt::format_to(out, ",{}", layer.bounds[d]);
    fmt::format_to(out, ",{},{},{},{},{},{},{},{},{}\n", times[l], csv_cell(cost.mapping),
                   cost.cycles, cost.latency_ms, cost.energy_pj, cost.dram_bytes, cost.utilisation,
                   cost.factors, cost.proven ? "yes" : "no");
  }
  return text;
}

}  // namespace tilewise
