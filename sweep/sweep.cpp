#include "sweep/sweep.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "mapper/objective.hpp"
#include "space/distinct_layers.hpp"
#include "space/layer_uses.hpp"
#include "sweep/scheduled_space.hpp"

namespace tilewise {
namespace {

/// A data set of a space whose candidates have indices: where its distinct layers stand in the list
/// of the whole sweep.
struct IndexedPlan {
  std::string dataset;
  std::vector<Layer> layers;       ///< the distinct ones of the data set
  std::vector<std::size_t> place;  ///< [layer of the data set] index into SweepResult::layers
  LayerUses uses;
};

/// What a target asks for each candidate, or for each way to use the layers.
struct TargetCosts {
  std::vector<Cost> costs;
  bool by_way = false;
};

/// A data set of a space of blocks.
struct BlockPlan {
  std::string dataset;
  BlockLayers parts;
};

/// Calls `visit` with each layer of the fixed parts and of every block, in the order of the table.
template <class Visit>
void for_each_layer(const BlockLayers& parts, const Visit& visit) {
  for (const Block& block : parts.fixed) {
    for (const Layer& layer : block.layers) visit(layer);
  }
  for (const auto& choices : parts.positions) {
    for (const Block& block : choices) {
      for (const Layer& layer : block.layers) visit(layer);
    }
  }
}

/// A schedule of a block knows layers that read the one before.
void check_in_a_row(const BlockLayers& parts) {
  const auto check = [](const Block& block) {
    if (block.in_a_row) return;
    throw InputError(fmt::format(
        "--schedule: the layers of block {} do not run in a row; leave it out", block.name));
  };
  for (const Block& block : parts.fixed) check(block);
  for (const auto& choices : parts.positions) {
    for (const Block& block : choices) check(block);
  }
}

class Sweeper {
 public:
  Sweeper(const SearchSpace& space, const SweepOptions& options, const RowSink& sink)
      : space_(space), options_(options), sink_(sink) {}

  SweepResult run() {
    result_.space = space_.name;
    result_.settings = settings(space_, options_.space);
    if (options_.schedule != ScheduleKind::Separate) {
      result_.scheduled = true;
      result_.settings.push_back(fmt::format("schedule: {}", name(options_.schedule)));
    }
    result_.datasets = options_.datasets;
    phase("count layers", [&] { plan_datasets(); });
    phase("load devices", [&] { load_targets(); });
    phase("map layers",
          [&] { map_layers(result_.layers, result_.devices, options_.mapping, options_.memory); });
    if (options_.schedule == ScheduleKind::Separate) {
      schedule();
    } else {
      phase("schedule", [&] { schedule(); });
    }
    if (!indexed_plans_.empty()) phase("compose architectures", [&] { compose(); });
    if (!block_plans_.empty()) phase("add up blocks", [&] { tabulate(); });
    return std::move(result_);
  }

 private:
  template <class Work>
  void phase(const std::string& name, const Work& work) {
    time_phase(result_.phases, name, work);
  }

  void plan_datasets() {
    std::vector<std::int64_t> times;
    for (const std::string& dataset : options_.datasets) {
      SpaceLayers layers = space_.layers(dataset, options_.space);
      if (auto* indexed = std::get_if<IndexedLayers>(&layers)) {
        plan_indexed(dataset, std::move(*indexed), times);
      } else {
        block_plans_.push_back({dataset, std::move(std::get<BlockLayers>(layers))});
        for_each_layer(block_plans_.back().parts, [&](const Layer& layer) {
          times.resize(std::max(times.size(), collection_.layers().size() + 1));
          ++times[collection_.index_of(layer)];
        });
      }
    }
    for (const Layer& layer : collection_.layers()) {
      result_.layers.push_back({layer, times[result_.layers.size()], {}});
    }
  }

  void plan_indexed(const std::string& dataset, IndexedLayers layers,
                    std::vector<std::int64_t>& times) {
    std::vector<std::size_t> place;
    for (const Layer& layer : layers.layers) place.push_back(collection_.index_of(layer));
    times.resize(collection_.layers().size());
    LayerUses uses(std::get<IndexedForm>(space_.form).size, layers.uses);
    for (std::size_t way = 0; way < uses.ways(); ++way) {
      for (const LayerUse& use : uses.uses(way)) {
        times[place[use.layer]] += use.times * uses.candidates_of(way);
      }
    }
    indexed_plans_.push_back(
        {dataset, std::move(layers.layers), std::move(place), std::move(uses)});
  }

  void load_targets() {
    std::vector<WeightedLayer> weighted;
    for (const SweepLayer& each : result_.layers) {
      if (each.times_used > 0) {
        weighted.push_back({each.layer, static_cast<double>(each.times_used)});
      }
    }
    for (Target& target : find_targets(options_.devices, weighted, options_.mapping.objective)) {
      SweepTarget swept{name(target), description(target), describe(target), {}};
      if (auto* model = std::get_if<NetworkModel>(&target)) {
        published(*model, space_, options_.space);  // or it throws
        swept.source = std::move(*model);
      } else {
        swept.source = result_.devices.size();
        result_.devices.push_back(std::move(std::get<Device>(target)));
      }
      result_.targets.push_back(std::move(swept));
    }
  }

  /// [way] the sum of a metric of the layers, given by their place in the data set.
  template <class Metric>
  std::vector<double> sums_of(const IndexedPlan& plan, const Metric& metric) const {
    std::vector<double> values;
    for (std::size_t i = 0; i < plan.place.size(); ++i) values.push_back(metric(i));
    return plan.uses.sums_of(values);
  }

  /// What candidates, or blocks, cost under their best schedules on each device that has a home.
  void schedule() {
    rows_.resize(result_.devices.size());
    if (options_.schedule == ScheduleKind::Separate) return;
    if (!indexed_plans_.empty()) scheduled_.resize(result_.devices.size());
    std::vector<std::vector<Layer>> rows;
    for (const BlockPlan& plan : block_plans_) {
      check_in_a_row(plan.parts);
      for (const Block& block : plan.parts.fixed) rows.push_back(block.layers);
      for (const auto& choices : plan.parts.positions) {
        for (const Block& block : choices) rows.push_back(block.layers);
      }
    }
    SweepOptions options = options_;
    std::mutex telling;
    options.mapping.run.progress = [&](const std::string& phase, double share) {
      const std::scoped_lock lock(telling);
      options_.mapping.run.show(phase.c_str(), share);
    };
    // Much of one device runs on one thread: where they are enough, each device has one.
    const auto devices = std::ssize(result_.devices);
    const int threads = options_.mapping.run.threads;
    const bool enough = devices >= (threads > 0 ? threads : available_threads());
    parallel_for(devices, enough ? threads : 1, [&](std::int64_t i) {
      const auto d = static_cast<std::size_t>(i);
      const DeviceLayers on{result_.devices[d], d, result_.layers};
      if (!indexed_plans_.empty()) scheduled_[d] = scheduled_candidates(space_, options, on);
      if (!rows.empty()) rows_[d] = scheduled_rows(rows, options, on);
    });
  }

  /// Costs of all candidates: how often each layer runs times its metrics.
  void compose() {
    const IndexedForm& form = std::get<IndexedForm>(space_.form);
    for (const IndexedPlan& plan : indexed_plans_) {
      const std::vector<SweepRow> of_ways = counts_of_ways(plan);
      std::vector<TargetCosts> targets;
      for (std::size_t t = 0; t < result_.targets.size(); ++t) {
        targets.push_back(costs_of(plan, t));
      }
      std::vector<SweepRow> rows;
      std::vector<std::string> architectures;
      for (std::int64_t first = 0; first < form.size; first += sink_.at_most) {
        rows.clear();
        architectures.clear();
        for (std::int64_t i = first; i < std::min(first + sink_.at_most, form.size); ++i) {
          const std::size_t way = plan.uses.way_of(i);
          SweepRow& row = rows.emplace_back(of_ways[way]);
          row.index = i;
          row.costs.reserve(targets.size());
          for (const TargetCosts& target : targets) {
            row.costs.push_back(target.costs[target.by_way ? way : static_cast<std::size_t>(i)]);
          }
          architectures.push_back(form.text(i));
        }
        sink_.take(result_, {rows, architectures});
      }
    }
  }

  /// [way] a row without index and costs. From the layers of the data set itself: one of the same
  /// key elsewhere may have other folded parameters. Counts stay below 2^53: the sums of doubles
  /// are exact.
  std::vector<SweepRow> counts_of_ways(const IndexedPlan& plan) const {
    const auto all_macs =
        sums_of(plan, [&](std::size_t i) { return static_cast<double>(macs(plan.layers[i])); });
    const auto all_parameters = sums_of(
        plan, [&](std::size_t i) { return static_cast<double>(parameters(plan.layers[i])); });
    std::vector<SweepRow> rows;
    for (std::size_t way = 0; way < plan.uses.ways(); ++way) {
      rows.push_back({0,
                      plan.dataset,
                      static_cast<std::int64_t>(all_macs[way]),
                      static_cast<std::int64_t>(all_parameters[way]),
                      {}});
    }
    return rows;
  }

  TargetCosts costs_of(const IndexedPlan& plan, std::size_t target) const {
    const auto& source = result_.targets[target].source;
    if (const auto* model = std::get_if<NetworkModel>(&source)) {
      return {published(*model, space_, options_.space).by_index(plan.dataset)};
    }
    const std::size_t device = std::get<std::size_t>(source);
    if (!scheduled_.empty() && !scheduled_[device].empty()) {
      return {scheduled_[device][static_cast<std::size_t>(&plan - indexed_plans_.data())]};
    }
    std::vector<Cost> layers;
    for (const std::size_t place : plan.place) {
      layers.push_back(cost_of(*tilewise::cost(result_.layers[place].results[device])));
    }
    const auto sums = [&](const auto& metric) {
      return sums_of(plan, [&](std::size_t i) { return metric(layers[i]); });
    };
    const auto latency = sums([](const Cost& each) { return each.latency.count(); });
    const auto energy = sums([](const Cost& each) { return each.energy.count(); });
    const auto bytes = sums([](const Cost& each) { return each.dram_bytes; });
    const auto below = sums([](const Cost& each) { return each.energy_below.count(); });
    const auto above = sums([](const Cost& each) { return each.energy_above.count(); });
    TargetCosts made{{}, true};
    for (std::size_t way = 0; way < plan.uses.ways(); ++way) {
      made.costs.push_back({Milliseconds{latency[way]}, Millijoules{energy[way]}, bytes[way],
                            Millijoules{below[way]}, Millijoules{above[way]}});
    }
    return made;
  }

  /// Costs of all blocks on each data set.
  void tabulate() {
    const auto costs = [&](const std::vector<Layer>& row, std::size_t target) {
      std::vector<Cost> parts;
      const auto* device = std::get_if<std::size_t>(&result_.targets[target].source);
      if (device == nullptr || row.empty()) return parts;  // by block, below; or nothing runs
      if (rows_[*device]) return std::vector<Cost>{rows_[*device]->cost_of(row)};
      for (const Layer& layer : row) {
        const SweepLayer& mapped = result_.layers[collection_.index_of(layer)];
        parts.push_back(cost_of(*tilewise::cost(mapped.results[*device])));
      }
      return parts;
    };
    for (BlockPlan& plan : block_plans_) {
      BlockTable table =
          block_table(plan.dataset, std::move(plan.parts), result_.targets.size(), costs);
      for (std::size_t t = 0; t < result_.targets.size(); ++t) {
        if (const auto* model = std::get_if<NetworkModel>(&result_.targets[t].source)) {
          table.devices[t] = published(*model, space_, options_.space).by_block(table.dataset);
        }
      }
      result_.tables.push_back(std::move(table));
    }
  }

  const SearchSpace& space_;
  const SweepOptions& options_;
  const RowSink& sink_;
  LayerCollection collection_;
  SweepResult result_;
  std::vector<IndexedPlan> indexed_plans_;
  std::vector<BlockPlan> block_plans_;
  /// [device][data set][index]; of a device that has no home empty.
  std::vector<std::vector<std::vector<Cost>>> scheduled_;
  std::vector<std::optional<ScheduledRows>> rows_;  ///< [device]
};

/// The sums of one metric over all candidates.
std::vector<double> totals(const BlockMetric& metric, std::span<const std::uint8_t> choices,
                           std::size_t count, int threads) {
  std::vector<double> sums(count);
  fill_totals(metric, choices, threads, sums);
  return sums;
}

}  // namespace

void check_sweep_words(const SweepOptions& options) {
  if (kObjectives[options.mapping.objective].front) {
    throw InputError(
        fmt::format("--objective {}: a sweep needs one cost a layer; expected one of {}",
                    name(options.mapping.objective), fmt::join(single_objectives(), ", ")));
  }
  for (const std::string& device : options.devices) check_target(device);
  std::set<std::string> seen;
  for (const std::string& dataset : options.datasets) {
    if (!seen.insert(dataset).second) {
      throw InputError(fmt::format("--dataset: {} is there twice; leave one out", dataset));
    }
  }
}

SweepResult sweep(const SearchSpace& space, const SweepOptions& options, const RowSink& sink) {
  if (options.datasets.empty()) {
    throw InputError(
        fmt::format("{}: no data set; give --dataset {}", space.name, space.datasets.front()));
  }
  check_options(space, options.space);
  return Sweeper(space, options, sink).run();
}

SweepResult sweep(const SearchSpace& space, const SweepOptions& options) {
  std::vector<SweepRow> rows;
  std::vector<std::string> architectures;
  const RowSink all{[&](const SweepResult&, const RowBlock& block) {
    if (block.rows.front().index == std::ssize(architectures)) {  // of the first data set
      architectures.insert(architectures.end(), block.architectures.begin(),
                           block.architectures.end());
    }
    rows.insert(rows.end(), block.rows.begin(), block.rows.end());
  }};
  SweepResult result = sweep(space, options, all);
  result.rows = std::move(rows);
  result.architectures = std::move(architectures);
  return result;
}

SweepResult block_rows(const SweepResult& swept, const BlockForm& form,
                       std::span<const std::uint8_t> choices, int threads) {
  SweepResult result = swept;
  time_phase(result.phases, "add up architectures", [&] {
    const std::size_t count = choices.size() / form.positions;
    for (std::size_t i = 0; i < count; ++i) {
      result.architectures.push_back(
          form.text(choices.subspan(i * form.positions, form.positions)));
    }
    for (const BlockTable& table : swept.tables) {
      const std::size_t first = result.rows.size();
      const auto macs = totals(table.macs, choices, count, threads);
      const auto parameters = totals(table.parameters, choices, count, threads);
      for (std::size_t i = 0; i < count; ++i) {
        result.rows.push_back(
            {static_cast<std::int64_t>(i), table.dataset, static_cast<std::int64_t>(macs[i]),
             static_cast<std::int64_t>(parameters[i]), std::vector<Cost>(table.devices.size())});
      }
      for (std::size_t t = 0; t < table.devices.size(); ++t) {
        const auto latency = totals(table.devices[t].latency_ms, choices, count, threads);
        const auto energy = totals(table.devices[t].energy_mj, choices, count, threads);
        const auto bytes = totals(table.devices[t].dram_bytes, choices, count, threads);
        const auto below = totals(table.devices[t].energy_below_mj, choices, count, threads);
        const auto above = totals(table.devices[t].energy_above_mj, choices, count, threads);
        for (std::size_t i = 0; i < count; ++i) {
          result.rows[first + i].costs[t] = {Milliseconds{latency[i]}, Millijoules{energy[i]},
                                             bytes[i], Millijoules{below[i]},
                                             Millijoules{above[i]}};
        }
      }
    }
  });
  result.tables.clear();
  return result;
}

}  // namespace tilewise
