#include "space/sweep.hpp"

#include <Eigen/Sparse>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "space/nasbench201_counts.hpp"

namespace tilewise {
namespace {

using Clock = std::chrono::steady_clock;
/// Rows: architectures, columns: distinct layers; how often each runs.
using UseMatrix = Eigen::SparseMatrix<double, Eigen::RowMajor>;

/// One data set: where its distinct layers stand in the list of the whole sweep.
struct DatasetPlan {
  Dataset dataset = Dataset::Cifar10;
  Nasbench201Layers space;
  std::vector<std::size_t> place;  ///< [layer of the data set] index into SweepResult::layers
  UseMatrix uses;
};

class Sweeper {
 public:
  explicit Sweeper(const SweepOptions& options) : options_(options) {}

  SweepResult run() {
    phase("load devices", [&] { load_devices(); });
    phase("count layers", [&] { plan_datasets(); });
    phase("map layers", [&] { map_layers(); });
    phase("compose architectures", [&] { compose(); });
    return std::move(result_);
  }

 private:
  template <class Work>
  void phase(const std::string& name, const Work& work) {
    const auto start = Clock::now();
    work();
    const std::chrono::duration<double> took = Clock::now() - start;
    result_.phases.push_back({name, took.count()});
  }

  void load_devices() {
    for (const std::string& name : options_.devices) {
      result_.devices.push_back(find_device(name));
      for (std::size_t i = 0; i + 1 < result_.devices.size(); ++i) {
        if (tilewise::name(result_.devices[i]) == tilewise::name(result_.devices.back())) {
          throw InputError("device " + name + ": " + tilewise::name(result_.devices[i]) +
                           " is there twice; give each device once, with a name of its own");
        }
      }
    }
  }

  void plan_datasets() {
    std::map<std::string, std::size_t> known;
    for (const Dataset dataset : options_.datasets) {
      DatasetPlan plan{dataset, nasbench201_layers(dataset), {}, {}};
      for (const Layer& layer : plan.space.layers) {
        const auto [at, fresh] = known.try_emplace(canonical_key(layer), result_.layers.size());
        if (fresh) result_.layers.push_back({layer, 0, {}});
        plan.place.push_back(at->second);
      }
      count_uses(plan);
      plans_.push_back(std::move(plan));
    }
  }

  void count_uses(DatasetPlan& plan) {
    const auto& architectures = nasbench201_architectures();
    std::vector<Eigen::Triplet<double>> entries;
    for (std::size_t index = 0; index < architectures.size(); ++index) {
      for (const LayerUse& use :
           nasbench201_layer_uses(plan.space, architectures[index], options_.prune)) {
        entries.emplace_back(static_cast<int>(index), static_cast<int>(use.layer),
                             static_cast<double>(use.times));
        result_.layers[plan.place[use.layer]].times_used += use.times;
      }
    }
    plan.uses.resize(static_cast<Eigen::Index>(architectures.size()),
                     static_cast<Eigen::Index>(plan.space.layers.size()));
    plan.uses.setFromTriplets(entries.begin(), entries.end());
  }

  void map_layers() {
    const std::size_t devices = result_.devices.size();
    for (SweepLayer& layer : result_.layers) layer.results.resize(devices);
    SearchOptions search_options;
    search_options.objective = options_.objective;
    search_options.factors = options_.factors;
    search_options.threads = 1;  // the loop over layers is parallel
    // Equal problems are solved once: those whose keys agree.
    std::map<std::string, std::int64_t> first_of;
    std::vector<std::int64_t> solved;
    std::vector<std::int64_t> same_as;
    for (std::size_t i = 0; i < result_.layers.size() * devices; ++i) {
      const std::string key =
          problem_key(result_.layers[i / devices].layer, result_.devices[i % devices],
                      options_.objective, options_.factors);
      const auto index = static_cast<std::int64_t>(i);
      const auto [known, fresh] = first_of.try_emplace(key, index);
      same_as.push_back(known->second);
      if (fresh) solved.push_back(index);
    }
    std::mutex reporting;
    std::int64_t done = 0;
    const auto problems = static_cast<std::int64_t>(solved.size());
    parallel_for(problems, options_.threads, [&](std::int64_t i) {
      const auto problem = static_cast<std::size_t>(solved[static_cast<std::size_t>(i)]);
      const auto layer = problem / devices;
      const auto device = problem % devices;
      SweepLayer& mapped = result_.layers[layer];
      mapped.results[device] = search(result_.devices[device], mapped.layer, search_options);
      if (!mapped.results[device].best && !has_fixed_schedule(result_.devices[device])) {
        throw InputError(mapped.results[device].why_none);
      }
      const std::scoped_lock lock(reporting);
      ++done;
      if (options_.progress) {
        options_.progress("map layers", static_cast<double>(done) / static_cast<double>(problems));
      }
    });
    for (std::size_t i = 0; i < same_as.size(); ++i) {
      const auto from = static_cast<std::size_t>(same_as[i]);
      if (from == i) continue;
      SearchResult& copy = result_.layers[i / devices].results[i % devices];
      copy = result_.layers[from / devices].results[from % devices];
      // The same numbers, with the names of this device.
      if (const auto* architecture = std::get_if<Architecture>(&result_.devices[i % devices])) {
        copy.cost = evaluate(*architecture, result_.layers[i / devices].layer, *copy.best);
      }
    }
  }

  /// A metric of the layers of a data set, one entry a layer.
  template <class Metric>
  Eigen::VectorXd per_layer(const DatasetPlan& plan, const Metric& metric) const {
    Eigen::VectorXd values(static_cast<Eigen::Index>(plan.place.size()));
    for (std::size_t i = 0; i < plan.place.size(); ++i) {
      values[static_cast<Eigen::Index>(i)] = metric(result_.layers[plan.place[i]]);
    }
    return values;
  }

  /// Costs of all architectures: counts, sparse, times the metrics of the layers.
  void compose() {
    for (const DatasetPlan& plan : plans_) {
      const std::size_t first = result_.rows.size();
      const auto size = static_cast<std::size_t>(plan.uses.rows());
      result_.rows.resize(first + size);
      const auto fill = [&](const auto& metric, const auto& store) {
        const Eigen::VectorXd sums = plan.uses * per_layer(plan, metric);
        for (std::size_t i = 0; i < size; ++i) {
          store(result_.rows[first + i], sums[static_cast<Eigen::Index>(i)]);
        }
      };
      for (std::size_t i = 0; i < size; ++i) {
        result_.rows[first + i].index = static_cast<std::int64_t>(i);
        result_.rows[first + i].dataset = plan.dataset;
      }
      // Counts stay below 2^53: the sums of doubles are exact.
      fill([](const SweepLayer& l) { return static_cast<double>(macs(l.layer)); },
           [](SweepRow& row, double sum) { row.macs = static_cast<std::int64_t>(sum); });
      fill([](const SweepLayer& l) { return static_cast<double>(parameters(l.layer)); },
           [](SweepRow& row, double sum) { row.parameters = static_cast<std::int64_t>(sum); });
      for (std::size_t d = 0; d < result_.devices.size(); ++d) {
        fill([d](const SweepLayer& l) { return l.results[d].cost.time.count() * 1e-3; },
             [](SweepRow& row, double sum) { row.latency_ms.push_back(sum); });
        fill([d](const SweepLayer& l) { return l.results[d].cost.energy.total.count() * 1e-9; },
             [](SweepRow& row, double sum) { row.energy_mj.push_back(sum); });
        fill(
            [d](const SweepLayer& l) {
              return static_cast<double>(l.results[d].cost.off_chip_bits) / 8.0;
            },
            [](SweepRow& row, double sum) { row.dram_bytes.push_back(sum); });
      }
    }
  }

  const SweepOptions& options_;
  SweepResult result_;
  std::vector<DatasetPlan> plans_;
};

}  // namespace

SweepResult sweep_nasbench201(const SweepOptions& options) {
  if (options.datasets.empty()) throw InputError("sweep: no data set; give --dataset cifar10");
  if (options.devices.empty()) throw InputError("sweep: no device; give --device eyeriss");
  return Sweeper(options).run();
}

}  // namespace tilewise
