#include "report/exploration_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <set>
#include <string_view>

#include "base/file.hpp"
#include "base/file_writer.hpp"
#include "base/hash.hpp"
#include "base/parallel.hpp"
#include "base/quote.hpp"
#include "base/text.hpp"
#include "report/exploration_table.hpp"
#include "report/file_set.hpp"
#include "report/front_plot.hpp"
#include "report/gnuplot.hpp"
#include "report/sweep_files.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRun = "run.yaml";
constexpr const char* kArchitectures = "architectures";
constexpr std::array<std::string_view, 4> kTables{"all.csv", "pareto.csv", "layers.csv", kRun};
/// Configurations that are described at a time.
constexpr std::int64_t kBlock = 4096;
/// Dots of a plot: of more, every so many-th is drawn.
constexpr std::int64_t kMostDots = 20'000;

std::string plot_name(StudyMetric x, StudyMetric y) {
  return fmt::format("front_{}_{}.svg", name(x), name(y));
}

/// The number of "architectures/5.yaml".
std::optional<std::int64_t> architecture_of(std::string_view file) {
  const std::string_view folder = kArchitectures;
  if (!file.starts_with(folder) || !file.ends_with(".yaml")) return std::nullopt;
  file.remove_prefix(std::min(folder.size() + 1, file.size()));
  file.remove_suffix(std::string_view(".yaml").size());
  return parse_integer(file);
}

/// Of what a user puts into architectures/, and of other plots, nothing is in the way.
OutputNames names_of(const Study& study) {
  std::set<std::string> plots;
  for (const StudyMetric x : study.objectives) {
    for (const StudyMetric y : study.objectives) plots.insert(plot_name(x, y));
  }
  const std::int64_t count = study.search ? grid_size(study) : configuration_count(study);
  OutputNames names{"an exploration", kRun, [plots, count](const std::string& file) {
                      const auto number = architecture_of(file);
                      if (number) return 0 <= *number && *number < count;
                      return plots.contains(file) ||
                             std::find(kTables.begin(), kTables.end(), file) != kTables.end();
                    }};
  names.besides = [](const std::string& file) {
    return file.starts_with(kArchitectures) || file.starts_with("results.sqlite") ||
           (file.starts_with("front_") && file.ends_with(".svg"));
  };
  return names;
}

/// The rows of all.csv, written as they come, and what the plots need of them.
class FileRows {
 public:
  FileRows(const Study& study, Exploration& exploration, int threads)
      : study_(study), exploration_(exploration), threads_(threads) {
    for (const ParetoMember& member : exploration.front().sorted()) front_.insert(member.index);
    const std::int64_t count = exploration.configurations();
    every_ = std::max<std::int64_t>(1, (count + kMostDots - 1) / kMostDots);
  }

  void write(const fs::path& path) {
    FileWriter file(path);
    file.write(exploration_header(study_));
    const std::int64_t count = exploration_.configurations();
    for (std::int64_t begin = 0; begin < count; begin += kBlock) {
      std::vector<Explored> block(static_cast<std::size_t>(std::min(kBlock, count - begin)));
      parallel_for(static_cast<std::int64_t>(block.size()), threads_, [&](std::int64_t i) {
        block[static_cast<std::size_t>(i)] = exploration_.explored(exploration_.listed(begin + i));
      });
      for (std::size_t i = 0; i < block.size(); ++i) {
        const std::int64_t row = begin + static_cast<std::int64_t>(i);
        const bool on_front = front_.contains(exploration_.listed(row));
        file.write(exploration_row(study_, block[i], on_front));
        if (block[i].outcome == Outcome::Costed && (on_front || row % every_ == 0)) {
          dots_.push_back({fmt::format("{}", block[i].index), objectives(study_, block[i]),
                           block[i].base, block[i].values});
        }
      }
    }
    file.finish();
  }

  /// A plot of two of the objectives.
  Plot plot(std::size_t x, std::size_t y) const {
    std::vector<PlotPoint> points;
    const auto group = grouping();
    for (const Dot& dot : dots_) {
      points.push_back({dot.name, dot.costs[x], dot.costs[y], group(dot)});
    }
    const std::string shown =
        every_ == 1 ? "" : fmt::format(" (the front and every {}th configuration)", every_);
    return front_plot(study_.name + shown, heading(study_.objectives[x]),
                      heading(study_.objectives[y]), points);
  }
  bool empty() const { return dots_.empty(); }

 private:
  struct Dot {
    std::string name;
    std::vector<double> costs;
    std::string base;
    std::vector<std::string> values;
  };
  using Group = std::function<std::string(const Dot&)>;

  bool few(const Group& group) const {
    std::set<std::string> words;
    for (const Dot& dot : dots_) words.insert(group(dot));
    return words.size() > 1 && words.size() <= kMostGroups;
  }

  /// What colours tell: the base, else the first parameter of few values, else nothing.
  Group grouping() const {
    const Group of_base = [](const Dot& dot) { return dot.base; };
    if (few(of_base)) return of_base;
    for (std::size_t p = 0; p < study_.parameters.size(); ++p) {
      const Group of_value = [&parameter = study_.parameters[p], p](const Dot& dot) {
        return dot.values[p].empty() ? dot.base : parameter + " " + dot.values[p];
      };
      if (few(of_value)) return of_value;
    }
    return [](const Dot&) { return std::string(); };
  }

  const Study& study_;
  Exploration& exploration_;
  int threads_;
  std::set<std::int64_t> front_;
  std::int64_t every_ = 1;
  std::vector<Dot> dots_;
};

void write_front(const Study& study, Exploration& exploration, FileSet& files) {
  FileWriter pareto(files.place_of("pareto.csv"));
  FileWriter layers(files.place_of("layers.csv"));
  pareto.write(exploration_header(study));
  layers.write(front_layers_header());
  for (const ParetoMember& member : exploration.front().sorted()) {
    const Explored point = exploration.explored(member.index);
    pareto.write(exploration_row(study, point, true));
    layers.write(front_layers_rows(study, point, exploration.layers(member.index)));
    write_file(files.place_of(fmt::format("{}/{}.yaml", kArchitectures, point.index)),
               configuration_file(study, member.index));
  }
  pareto.finish();
  layers.finish();
}

void write_plots(const Study& study, const FileRows& rows, FileSet& files) {
  if (rows.empty()) return;
  const auto& metrics = study.objectives;
  for (std::size_t x = 0; x < metrics.size(); ++x) {
    for (std::size_t y = x + 1; y < metrics.size(); ++y) {
      write_file(files.place_of(plot_name(metrics[x], metrics[y])), plot_svg(rows.plot(x, y)));
    }
  }
}

std::string run_text(const Study& study, const Exploration& exploration,
                     const ExplorationRun& run) {
  const ExplorationCounts counts = exploration.counts();
  std::string text = fmt::format(
      "command: {}\nversion: {}\nstudy: {}\nconfiguration: \"{}\"\nobjective: {}\nfactors: {}\n",
      yaml_quoted(run.command), yaml_quoted(version()), yaml_quoted(study.name),
      fingerprint(study.text), name(study.mapping), name(study.factors));
  if (exploration.schedules()) {
    text += fmt::format("schedule: {}\norders: {}\n", name(study.schedule), name(study.orders));
  }
  if (study.search) {
    text += fmt::format("search: {{method: {}, evaluations: {}, seed: {}, grid: {}}}\n",
                        name(study.search->method), study.search->evaluations, study.search->seed,
                        grid_size(study));
  }
  text += fmt::format("configurations:\n  all: {}\n", exploration.configurations());
  for (const Outcome outcome : all_of<Outcome>()) {
    text += fmt::format("  {}: {}\n", name(outcome), counts.configurations[outcome]);
  }
  text += fmt::format("  front: {}\nlayers:\n  mapped: {}\n  known: {}\n",
                      exploration.front().size(), counts.layers_mapped, counts.layers_known);
  if (exploration.schedules()) {
    text += fmt::format("schedules:\n  found: {}\n  known: {}\n  not_proven: {}\n",
                        counts.schedules_found, counts.schedules_known, counts.schedules_open);
  }
  return text + phases_yaml(run.phases);
}

}  // namespace

void check_exploration_folder(const Study& study, const fs::path& folder) {
  check_folder(folder, names_of(study));
}

std::optional<std::string> write_exploration(const Study& study, Exploration& exploration,
                                             const ExplorationRun& run, int threads,
                                             const fs::path& folder) {
  FileSet files(folder, names_of(study));
  FileRows rows(study, exploration, threads);
  rows.write(files.place_of("all.csv"));
  write_front(study, exploration, files);
  const auto warning = draw_or_tell([&] { write_plots(study, rows, files); });
  write_file(files.place_of(kRun), run_text(study, exploration, run));
  files.publish(run.guard);
  return warning;
}

}  // namespace tilewise
