#include "space/sweep.hpp"

#include <fmt/format.h>

#include <Eigen/Sparse>
#include <set>
#include <utility>

#include "arch/fpga_board.hpp"
#include "base/error.hpp"
#include "space/board_engine.hpp"
#include "space/distinct_layers.hpp"
#include "space/nasbench201_counts.hpp"

namespace tilewise {
namespace {

/// Rows: architectures, columns: distinct layers; how often each runs.
using UseMatrix = Eigen::SparseMatrix<double, Eigen::RowMajor>;

/// One data set: where its distinct layers stand in the list of the whole sweep.
struct DatasetPlan {
  std::string dataset;
  SpaceLayers space;
  std::vector<std::size_t> place;  ///< [layer of the data set] index into SweepResult::layers
  UseMatrix uses;
};

class Sweeper {
 public:
  Sweeper(const IndexedSpace& space, const SweepOptions& options)
      : space_(space), options_(options) {}

  SweepResult run() {
    result_.space = space_.name;
    result_.settings = space_.settings;
    result_.datasets = options_.datasets;
    phase("count layers", [&] { plan_datasets(); });
    phase("load devices", [&] { load_devices(); });
    phase("map layers",
          [&] { map_layers(result_.layers, result_.devices, mapping_options(options_)); });
    phase("compose architectures", [&] { compose(); });
    return std::move(result_);
  }

 private:
  template <class Work>
  void phase(const std::string& name, const Work& work) {
    time_phase(result_.phases, name, work);
  }

  void load_devices() {
    result_.devices = find_devices(options_.devices, result_.layers, options_.objective);
    for (const Device& device : result_.devices) {
      if (network_model(device) == nullptr) continue;
      if (space_.name != kNasbench201Name) {
        throw InputError(fmt::format("--device {}: this model knows nasbench201 and fbnet, not {}",
                                     name(device), space_.name));
      }
      if (options_.prune == PruneDead::Yes) {
        throw InputError(fmt::format(
            "--device {}: published with all edges; leave --prune-dead out", name(device)));
      }
    }
  }

  void plan_datasets() {
    LayerCollection all;
    for (const std::string& dataset : options_.datasets) {
      DatasetPlan plan{dataset, space_.on_dataset(dataset), {}, {}};
      for (const Layer& layer : plan.space.layers) plan.place.push_back(all.index_of(layer));
      plans_.push_back(std::move(plan));
    }
    for (const Layer& layer : all.layers()) result_.layers.push_back({layer, 0, {}});
    for (DatasetPlan& plan : plans_) count_uses(plan);
    for (std::int64_t index = 0; index < space_.size; ++index) {
      result_.architectures.push_back(space_.architecture(index));
    }
  }

  void count_uses(DatasetPlan& plan) {
    std::vector<Eigen::Triplet<double>> entries;
    for (std::int64_t index = 0; index < space_.size; ++index) {
      for (const LayerUse& use : plan.space.uses(index)) {
        entries.emplace_back(static_cast<int>(index), static_cast<int>(use.layer),
                             static_cast<double>(use.times));
        result_.layers[plan.place[use.layer]].times_used += use.times;
      }
    }
    plan.uses.resize(static_cast<Eigen::Index>(space_.size),
                     static_cast<Eigen::Index>(plan.space.layers.size()));
    plan.uses.setFromTriplets(entries.begin(), entries.end());
  }

  /// Adds up a metric of the layers, given by their place in the data set, for each architecture
  /// and hands row and sum to `store`.
  template <class Metric, class Store>
  void add_up(const DatasetPlan& plan, std::size_t first_row, const Metric& metric,
              const Store& store) {
    Eigen::VectorXd values(static_cast<Eigen::Index>(plan.place.size()));
    for (std::size_t i = 0; i < plan.place.size(); ++i) {
      values[static_cast<Eigen::Index>(i)] = metric(i);
    }
    const Eigen::VectorXd sums = plan.uses * values;
    for (Eigen::Index i = 0; i < sums.size(); ++i) {
      store(result_.rows[first_row + static_cast<std::size_t>(i)], sums[i]);
    }
  }

  /// Costs of all architectures: counts, sparse, times the metrics of the layers.
  void compose() {
    for (const DatasetPlan& plan : plans_) {
      const std::size_t first = result_.rows.size();
      for (std::int64_t index = 0; index < space_.size; ++index) {
        result_.rows.emplace_back();
        result_.rows.back().index = index;
        result_.rows.back().dataset = plan.dataset;
      }
      compose_counts(plan, first);
      for (std::size_t d = 0; d < result_.devices.size(); ++d) compose_costs(plan, first, d);
    }
  }

  /// From the layers of the data set itself: one of the same key elsewhere may have other folded
  /// parameters. Counts stay below 2^53: the sums of doubles are exact.
  void compose_counts(const DatasetPlan& plan, std::size_t first) {
    const std::vector<Layer>& layers = plan.space.layers;
    add_up(
        plan, first, [&](std::size_t i) { return static_cast<double>(macs(layers[i])); },
        [](SweepRow& row, double sum) { row.macs = static_cast<std::int64_t>(sum); });
    add_up(
        plan, first, [&](std::size_t i) { return static_cast<double>(parameters(layers[i])); },
        [](SweepRow& row, double sum) { row.parameters = static_cast<std::int64_t>(sum); });
  }

  /// A model of whole networks knows them by their index.
  void take_costs(const HwnasbenchModel& model, const DatasetPlan& plan, std::size_t first) {
    const std::vector<HwnasbenchCost> costs = model.nasbench201(parse_dataset(plan.dataset));
    for (std::size_t i = 0; i < costs.size(); ++i) {
      SweepRow& row = result_.rows[first + i];
      const CostSum cost = cost_sum(costs[i]);
      row.latency_ms.push_back(cost.latency_ms);
      row.energy_mj.push_back(cost.energy_mj);
      row.dram_bytes.push_back(cost.dram_bytes);
    }
  }

  void compose_costs(const DatasetPlan& plan, std::size_t first, std::size_t device) {
    if (const HwnasbenchModel* model = network_model(result_.devices[device])) {
      return take_costs(*model, plan, first);
    }
    const auto cost = [&](std::size_t i) {
      return cost_sum(result_.layers[plan.place[i]].results[device].cost);
    };
    add_up(
        plan, first, [&](std::size_t i) { return cost(i).latency_ms; },
        [](SweepRow& row, double sum) { row.latency_ms.push_back(sum); });
    add_up(
        plan, first, [&](std::size_t i) { return cost(i).energy_mj; },
        [](SweepRow& row, double sum) { row.energy_mj.push_back(sum); });
    add_up(
        plan, first, [&](std::size_t i) { return cost(i).dram_bytes; },
        [](SweepRow& row, double sum) { row.dram_bytes.push_back(sum); });
  }

  const IndexedSpace& space_;
  const SweepOptions& options_;
  SweepResult result_;
  std::vector<DatasetPlan> plans_;
};

}  // namespace

void check_sweep_words(const SweepOptions& options) {
  if (options.objective == Objective::Pareto) {
    throw InputError(
        "--objective pareto: a sweep needs one cost a layer; expected edp, energy or latency");
  }
  for (const std::string& device : options.devices) {
    if (device.starts_with(kBoardPrefix)) {
      find_board(device.substr(kBoardPrefix.size()));  // its engine is searched with the layers
    } else {
      find_device(device);
    }
  }
  std::set<std::string> seen;
  for (const std::string& dataset : options.datasets) {
    if (!seen.insert(dataset).second) {
      throw InputError(fmt::format("--dataset: {} is there twice; leave one out", dataset));
    }
  }
}

void check_sweep_options(const SweepOptions& options) {
  if (options.datasets.empty()) throw InputError("sweep: no data set; give --dataset cifar10");
  if (options.devices.empty()) throw InputError("sweep: no device; give --device eyeriss");
}

MappingOptions mapping_options(const SweepOptions& options) {
  MappingOptions mapping{
      options.objective, options.factors, options.threads, {}, options.interrupted};
  if (options.progress) {
    mapping.progress = [show = options.progress](double share) { show("map layers", share); };
  }
  return mapping;
}

SweepResult sweep(const IndexedSpace& space, const SweepOptions& options) {
  check_sweep_options(options);
  return Sweeper(space, options).run();
}

SweepResult sweep_nasbench201(const SweepOptions& options) {
  return sweep(nasbench201_space(options.prune), options);
}

}  // namespace tilewise
