#include "report/exploration_summary.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "base/text_table.hpp"
#include "report/exploration_table.hpp"

namespace tilewise {
namespace {

using Json = nlohmann::ordered_json;

/// Rows of the front that are shown; the rest is in pareto.csv.
constexpr std::size_t kMostRows = 20;

/// Whether any point has the metric.
std::vector<StudyMetric> known_metrics(const std::vector<Explored>& points) {
  std::vector<StudyMetric> known;
  for (const StudyMetric metric : all_of<StudyMetric>()) {
    for (const Explored& point : points) {
      if (!point.metrics[metric]) continue;
      known.push_back(metric);
      break;
    }
  }
  return known;
}

std::string front_table(const Study& study, const std::vector<Explored>& points) {
  const std::vector<StudyMetric> metrics = known_metrics(points);
  std::vector<std::vector<std::string>> rows{{"index", "architecture"}};
  for (const std::string& parameter : parameter_names(study)) rows[0].push_back(parameter);
  for (const StudyMetric metric : metrics) rows[0].push_back(heading(metric));
  for (const Explored& point : points) {
    auto& row = rows.emplace_back();
    row.push_back(fmt::format("{}", point.index));
    row.push_back(point.base);
    for (const std::string& value : point.values) row.push_back(value.empty() ? "-" : value);
    for (const StudyMetric metric : metrics) {
      row.push_back(point.metrics[metric] ? fmt::format("{:.5g}", *point.metrics[metric]) : "-");
    }
  }
  return text_table(rows);
}

std::string counts_text(const Study& study, const Exploration& exploration) {
  const ExplorationCounts counts = exploration.counts();
  std::string text = fmt::format("configurations: {}", exploration.configurations());
  if (study.search)
    text += fmt::format(" of {}, proposed by {}", grid_size(study), name(study.search->method));
  const char* separator = " (";
  for (const Outcome outcome : all_of<Outcome>()) {
    if (counts.configurations[outcome] == 0) continue;
    text += fmt::format("{}{} {}", separator, counts.configurations[outcome], name(outcome));
    separator = ", ";
  }
  return text + fmt::format("), {} on the front\nlayers: {} mapped, {} known before\n",
                            exploration.front().size(), counts.layers_mapped, counts.layers_known);
}

/// What was proven of schedules, and what left configurations out.
std::string schedules_text(const Study& study, const Exploration& exploration) {
  if (!exploration.schedules()) return "";
  const ExplorationCounts counts = exploration.counts();
  std::string text = fmt::format("schedule {}: {} found, {} known before; ", name(study.schedule),
                                 counts.schedules_found, counts.schedules_known);
  text += counts.schedules_open == 0 ? "each proven best"
                                     : fmt::format("{} not proven best", counts.schedules_open);
  return text + (study.prune ? "; left out only what bounds of every schedule exclude\n"
                             : "; no configuration was left out by a bound\n");
}

std::string objectives_text(const Study& study) {
  std::string text;
  for (const StudyMetric metric : study.objectives) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", name(metric));
  }
  return text;
}

std::string front_csv(const Study& study, Exploration& exploration) {
  std::string text = exploration_header(study);
  for (const ParetoMember& member : exploration.front().sorted()) {
    text += exploration_row(study, exploration.explored(member.index), true);
  }
  return text;
}

}  // namespace

std::string exploration_text(const Study& study, Exploration& exploration) {
  std::vector<Explored> shown;
  for (const ParetoMember& member : exploration.front().sorted()) {
    if (shown.size() == kMostRows) break;
    shown.push_back(exploration.explored(member.index));
  }
  std::string text = fmt::format("Pareto front of {} ({})\n", study.name, objectives_text(study));
  if (shown.empty()) {
    text += "none: no configuration is costed; all.csv says why of each\n";
  } else {
    text += front_table(study, shown);
  }
  const std::size_t size = exploration.front().size();
  if (size > shown.size()) {
    text += fmt::format("and {} more in pareto.csv\n", size - shown.size());
  }
  return text + "\n" + counts_text(study, exploration) + schedules_text(study, exploration);
}

std::string exploration_json(const Study& study, Exploration& exploration) {
  const ExplorationCounts counts = exploration.counts();
  Json json{{"study", study.name}, {"objectives", Json::array()}};
  for (const StudyMetric metric : study.objectives) json["objectives"].push_back(column(metric));
  if (study.search) {
    json["search"] = {{"method", name(study.search->method)},
                      {"evaluations", study.search->evaluations},
                      {"seed", study.search->seed},
                      {"grid", grid_size(study)}};
  }
  json["configurations"] = {{"all", exploration.configurations()}};
  for (const Outcome outcome : all_of<Outcome>()) {
    json["configurations"][std::string(name(outcome))] = counts.configurations[outcome];
  }
  json["layers"] = {{"mapped", counts.layers_mapped}, {"known", counts.layers_known}};
  if (exploration.schedules()) {
    json["schedules"] = {{"kind", name(study.schedule)},
                         {"orders", name(study.orders)},
                         {"found", counts.schedules_found},
                         {"known", counts.schedules_known},
                         {"not_proven", counts.schedules_open}};
  }
  json["front"] = Json::array();
  for (const ParetoMember& member : exploration.front().sorted()) {
    const Explored point = exploration.explored(member.index);
    Json entry{{"index", point.index}, {"architecture", point.base}};
    const std::vector<std::string>& names = parameter_names(study);
    entry["parameters"] = Json::object();
    for (std::size_t p = 0; p < names.size(); ++p) {
      if (!point.values[p].empty()) entry["parameters"][names[p]] = point.values[p];
    }
    for (const StudyMetric metric : all_of<StudyMetric>()) {
      if (point.metrics[metric]) entry[column(metric)] = *point.metrics[metric];
    }
    json["front"].push_back(std::move(entry));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Report exploration_report(const Study& study, Exploration& exploration) {
  return {[&] { return exploration_text(study, exploration); },
          [&] { return exploration_json(study, exploration); },
          [&] { return front_csv(study, exploration); }};
}

}  // namespace tilewise
