#include "space/mapped_layers.hpp"

#include <fmt/format.h>

#include <map>
#include <mutex>

#include "base/error.hpp"
#include "base/parallel.hpp"

namespace tilewise {
namespace {

/// Every pair of layer and device, by layer, then device; equal problems are solved once.
struct ProblemList {
  std::vector<std::size_t> solved;   ///< the first pair of each kind
  std::vector<std::size_t> same_as;  ///< [pair] the pair that is solved for it
};

ProblemList list_problems(std::span<const SweepLayer> layers, const std::vector<Device>& devices,
                          const MappingOptions& options) {
  ProblemList problems;
  std::map<std::string, std::size_t> first_of;
  for (const SweepLayer& layer : layers) {
    for (const Device& device : devices) {
      if (network_model(device) != nullptr) {
        problems.same_as.push_back(problems.same_as.size());
        continue;
      }
      const std::string key = problem_key(layer.layer, device, options.objective, options.factors);
      const std::size_t pair = problems.same_as.size();
      const auto [known, fresh] = first_of.try_emplace(key, pair);
      problems.same_as.push_back(known->second);
      if (fresh) problems.solved.push_back(pair);
    }
  }
  return problems;
}

}  // namespace

CostSum& CostSum::operator+=(const CostSum& other) {
  latency_ms += other.latency_ms;
  energy_mj += other.energy_mj;
  dram_bytes += other.dram_bytes;
  return *this;
}

CostSum cost_sum(const LayerCost& cost) {
  return {cost.time.count() * 1e-3, cost.energy.total.count() * 1e-9,
          static_cast<double>(cost.off_chip_bits) / 8.0};
}

CostSum cost_sum(const HwnasbenchCost& cost) {
  return {cost.latency.count() * 1e-3, cost.energy.count() * 1e-9, cost.off_chip_bytes};
}

std::vector<Device> find_devices(const std::vector<std::string>& names,
                                 std::span<const SweepLayer> layers, Objective objective) {
  std::vector<WeightedLayer> weighted;
  for (const SweepLayer& each : layers) {
    if (each.times_used > 0) {
      weighted.push_back({each.layer, static_cast<double>(each.times_used)});
    }
  }
  std::vector<Device> devices;
  for (const std::string& asked : names) {
    devices.push_back(find_device(asked, weighted, objective));
    for (std::size_t i = 0; i + 1 < devices.size(); ++i) {
      if (name(devices[i]) != name(devices.back())) continue;
      throw InputError(
          fmt::format("device {}: {} is there twice; give each device once, with a name of its own",
                      asked, name(devices[i])));
    }
  }
  return devices;
}

void map_layers(std::span<SweepLayer> layers, const std::vector<Device>& devices,
                const MappingOptions& options) {
  for (SweepLayer& layer : layers) layer.results.resize(devices.size());
  SearchOptions search_options;
  search_options.objective = options.objective;
  search_options.factors = options.factors;
  search_options.threads = 1;  // the loop over problems is parallel
  search_options.interrupted = options.interrupted;
  const ProblemList problems = list_problems(layers, devices, options);
  std::mutex reporting;
  std::size_t done = 0;
  const auto count = static_cast<std::int64_t>(problems.solved.size());
  parallel_for(count, options.threads, [&](std::int64_t i) {
    const std::size_t pair = problems.solved[static_cast<std::size_t>(i)];
    SweepLayer& mapped = layers[pair / devices.size()];
    SearchResult& result = mapped.results[pair % devices.size()];
    result = search(devices[pair % devices.size()], mapped.layer, search_options);
    if (options.interrupted && options.interrupted()) throw Interrupted();
    const bool fixed = has_fixed_schedule(devices[pair % devices.size()]);
    if (!result.best && !fixed) throw InputError(result.why_none);
    const std::scoped_lock lock(reporting);
    ++done;
    if (options.progress) options.progress(static_cast<double>(done) / static_cast<double>(count));
  });
  for (std::size_t pair = 0; pair < problems.same_as.size(); ++pair) {
    const std::size_t from = problems.same_as[pair];
    if (from == pair) continue;
    const std::size_t device = pair % devices.size();
    SweepLayer& mapped = layers[pair / devices.size()];
    SearchResult& copy = mapped.results[device];
    copy = layers[from / devices.size()].results[from % devices.size()];
    // The same numbers, with the names of this device.
    if (const auto* architecture = std::get_if<Architecture>(&devices[device])) {
      copy.cost = evaluate(*architecture, mapped.layer, *copy.best);
    }
  }
}

std::vector<SweepLayer> map_each(std::span<const Layer> layers, const std::vector<Device>& devices,
                                 const MappingOptions& options) {
  for (const Device& device : devices) {
    if (network_model(device) != nullptr) refuse_layers(device);
  }
  std::vector<SweepLayer> mapped;
  for (const Layer& layer : layers) mapped.push_back({layer, 1, {}});
  map_layers(mapped, devices, options);
  return mapped;
}

std::vector<CostSum> cost_layers(std::span<const Layer> layers, const std::vector<Device>& devices,
                                 const MappingOptions& options) {
  std::vector<CostSum> sums(devices.size());
  for (const SweepLayer& layer : map_each(layers, devices, options)) {
    for (std::size_t d = 0; d < devices.size(); ++d) sums[d] += cost_sum(layer.results[d].cost);
  }
  return sums;
}

}  // namespace tilewise
