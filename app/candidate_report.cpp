#include "app/candidate_report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/csv.hpp"
#include "base/text_table.hpp"
#include "sweep/cost_metric.hpp"

namespace tilewise {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const CandidateCosts& shown, const CandidateCosts::OnDataset& on) {
  std::string text = shown.index ? fmt::format("index: {}\n", *shown.index) : "";
  text += fmt::format("architecture: {}\ndataset: {}\nMACs: {}\nparameters: {}\nlayers: {}\n",
                      shown.text, on.dataset, macs(on.network), parameters(on.network),
                      on.network.size());
  if (shown.targets.empty()) return text;
  std::vector<std::vector<std::string>> rows{
      {"device", "latency [ms]", "energy [mJ]", "off-chip [bytes]"}};
  for (std::size_t t = 0; t < shown.targets.size(); ++t) {
    const Cost& cost = on.costs[t];
    rows.push_back({name(shown.targets[t]), fmt::format("{:.5g}", cost.latency.count()),
                    fmt::format("{:.5g}", cost.energy.count()),
                    fmt::format("{:.0f}", cost.dram_bytes)});
  }
  return text + "\n" + text_table(rows);
}

Json json_of(const CandidateCosts& shown, const CandidateCosts::OnDataset& on) {
  Json json = Json::object();
  if (shown.index) json["index"] = *shown.index;
  json["arch_str"] = shown.text;
  json["dataset"] = on.dataset;
  json["macs"] = macs(on.network);
  json["params"] = parameters(on.network);
  json["layers"] = on.network.size();
  json["devices"] = Json::array();
  for (std::size_t t = 0; t < shown.targets.size(); ++t) {
    json["devices"].push_back({{"device", name(shown.targets[t])},
                               {"latency_ms", on.costs[t].latency.count()},
                               {"energy_mJ", on.costs[t].energy.count()},
                               {"dram_bytes", on.costs[t].dram_bytes}});
  }
  return json;
}

std::string candidate_text(const CandidateCosts& candidate) {
  std::string text;
  for (const CandidateCosts::OnDataset& on : candidate.datasets) {
    if (!text.empty()) text += "\n";
    text += text_of(candidate, on);
  }
  return text;
}

std::string candidate_json(const CandidateCosts& candidate) {
  Json objects = Json::array();
  for (const CandidateCosts::OnDataset& on : candidate.datasets) {
    objects.push_back(json_of(candidate, on));
  }
  return objects.dump(2) + "\n";
}

std::string candidate_csv(const CandidateCosts& candidate) {
  std::vector<std::vector<std::string>> rows{{"index", "arch_str", "dataset", "macs", "params"}};
  for (const Target& target : candidate.targets) {
    for (const char* metric :
         {"latency_ms", "energy_mJ", "dram_bytes", "arithmetic_intensity_macs_per_byte"}) {
      rows[0].push_back(fmt::format("{}_{}", column_word(name(target)), metric));
    }
  }
  for (const CandidateCosts::OnDataset& on : candidate.datasets) {
    const std::int64_t work = macs(on.network);
    std::vector<std::string>& row = rows.emplace_back();
    row = {candidate.index ? fmt::format("{}", *candidate.index) : "", candidate.text, on.dataset,
           fmt::format("{}", work), fmt::format("{}", parameters(on.network))};
    for (const Cost& cost : on.costs) {
      for (const double value : {cost.latency.count(), cost.energy.count(), cost.dram_bytes,
                                 static_cast<double>(work) / cost.dram_bytes}) {
        row.push_back(fmt::format("{}", value));
      }
    }
  }
  return csv_table(rows);
}

}  // namespace

Report candidate_report(const CandidateCosts& candidate) {
  return {[&] { return candidate_text(candidate); }, [&] { return candidate_json(candidate); },
          [&] { return candidate_csv(candidate); }};
}

}  // namespace tilewise
