#include "sweep/mapped_layers.hpp"

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

void map_layers(std::span<SweepLayer> layers, const std::vector<Device>& devices,
                const MappingOptions& options) {
  for (SweepLayer& layer : layers) layer.results.resize(devices.size());
  SearchOptions alone{options};
  alone.mapping.run.threads = 1;  // the loop over problems is parallel
  alone.mapping.run.progress = {};
  const ProblemList problems = list_problems(layers, devices, options);
  std::mutex reporting;
  std::size_t done = 0;
  const auto count = static_cast<std::int64_t>(problems.solved.size());
  parallel_for(count, options.run.threads, [&](std::int64_t i) {
    const std::size_t pair = problems.solved[static_cast<std::size_t>(i)];
    SweepLayer& mapped = layers[pair / devices.size()];
    SearchResult& result = mapped.results[pair % devices.size()];
    result = search(devices[pair % devices.size()], mapped.layer, alone);
    if (options.run.stopped()) throw Interrupted();
    if (cost(result) == nullptr) throw InputError(std::string(why_none(result)));
    const std::scoped_lock lock(reporting);
    ++done;
    options.run.show("map layers", static_cast<double>(done) / static_cast<double>(count));
  });
  for (std::size_t pair = 0; pair < problems.same_as.size(); ++pair) {
    const std::size_t from = problems.same_as[pair];
    if (from == pair) continue;
    const std::size_t device = pair % devices.size();
    SweepLayer& mapped = layers[pair / devices.size()];
    SearchResult& copy = mapped.results[device];
    copy = layers[from / devices.size()].results[from % devices.size()];
    // The same numbers, with the names of this device.
    if (auto* named = std::get_if<Mapped>(&copy.answer)) {
      named->cost = evaluate(std::get<Architecture>(devices[device]), mapped.layer, named->mapping);
    }
  }
}

std::vector<SweepLayer> map_each(std::span<const Layer> layers, const std::vector<Device>& devices,
                                 const MappingOptions& options) {
  std::vector<SweepLayer> mapped;
  for (const Layer& layer : layers) mapped.push_back({layer, 1, {}});
  map_layers(mapped, devices, options);
  return mapped;
}

NetworkCosts cost(std::span<const Layer> layers, const std::vector<Device>& devices,
                  const MappingOptions& options) {
  NetworkCosts made{devices, map_each(layers, devices, options), {}};
  made.totals.resize(devices.size());
  for (const SweepLayer& layer : made.layers) {
    for (std::size_t d = 0; d < devices.size(); ++d) {
      made.totals[d] += cost_of(*cost(layer.results[d]));
    }
  }
  return made;
}

}  // namespace tilewise
