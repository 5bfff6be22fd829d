#include "sweep/mapped_layers.hpp"

#include <fmt/format.h>

#include <array>
#include <atomic>
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

/// Work on a list of problems.
class LayerMapper {
 public:
  LayerMapper(std::span<SweepLayer> layers, const std::vector<Device>& devices,
              const MappingOptions& options, const MappingMemory& memory)
      : layers_(layers), devices_(devices), options_(options), memory_(memory), alone_{options} {
    for (SweepLayer& layer : layers_) layer.results.resize(devices.size());
    alone_.mapping.run.threads = 1;  // the loop over problems is parallel
    alone_.mapping.run.progress = {};
  }

  /// `settled(result)` sees each problem's result at once, and may throw.
  template <class Settled>
  MappingCounts run(const Settled& settled) {
    const ProblemList problems = list_problems(layers_, devices_, options_);
    const auto count = static_cast<std::int64_t>(problems.solved.size());
    parallel_for(count, options_.run.threads, [&](std::int64_t i) {
      const std::size_t pair = problems.solved[static_cast<std::size_t>(i)];
      solve(pair);
      settled(result_of(pair));
      const std::scoped_lock lock(reporting_);
      ++done_;
      options_.run.show("map layers", static_cast<double>(done_) / static_cast<double>(count));
    });
    for (std::size_t pair = 0; pair < problems.same_as.size(); ++pair) {
      if (problems.same_as[pair] != pair) copy(problems.same_as[pair], pair);
    }
    return {count - known_, known_};
  }

 private:
  const Device& device_of(std::size_t pair) const { return devices_[pair % devices_.size()]; }
  const Layer& layer_of(std::size_t pair) const { return layers_[pair / devices_.size()].layer; }
  SearchResult& result_of(std::size_t pair) {
    return layers_[pair / devices_.size()].results[pair % devices_.size()];
  }

  void solve(std::size_t pair) {
    if (options_.run.stopped()) throw Interrupted();
    const auto* architecture = std::get_if<Architecture>(&device_of(pair));
    if (architecture && memory_.find) {
      if (auto known = memory_.find(layer_of(pair), *architecture)) {
        result_of(pair) = *std::move(known);
        ++known_;
        return;
      }
    }
    try {
      result_of(pair) = search(device_of(pair), layer_of(pair), alone_);
    } catch (const InputError& error) {  // nothing that an engine, or the map space, can take
      result_of(pair).answer = NotMapped{error.what()};
      return;
    }
    if (options_.run.stopped()) throw Interrupted();
    if (architecture && memory_.keep) {
      memory_.keep(layer_of(pair), *architecture, result_of(pair));
    }
  }

  /// The same numbers, with the names of this layer and device.
  void copy(std::size_t from, std::size_t to) {
    SearchResult& made = result_of(to);
    made = result_of(from);
    if (auto* named = std::get_if<Mapped>(&made.answer)) {
      named->cost = evaluate(std::get<Architecture>(device_of(to)), layer_of(to), named->mapping);
    } else if (auto* none = std::get_if<NotMapped>(&made.answer)) {
      none->why = renamed(none->why, {layer_of(from).name, name(device_of(from))},
                          {layer_of(to).name, name(device_of(to))});
    }
  }

  std::span<SweepLayer> layers_;
  const std::vector<Device>& devices_;
  const MappingOptions& options_;
  const MappingMemory& memory_;
  SearchOptions alone_;
  std::mutex reporting_;
  std::int64_t done_ = 0;
  std::atomic<std::int64_t> known_ = 0;
};

}  // namespace

std::string renamed(std::string_view why, const ProblemNames& from, const ProblemNames& to) {
  const auto beginnings = [](const ProblemNames& names) {
    return std::array{
        fmt::format("no mapping of {} fits {};", names.layer, names.device),
        fmt::format("no mapping of {}: the constraints of {} allow", names.layer, names.device)};
  };
  const auto old = beginnings(from);
  for (std::size_t form = 0; form < old.size(); ++form) {
    if (!why.starts_with(old[form])) continue;
    return beginnings(to)[form] + std::string(why.substr(old[form].size()));
  }
  return std::string(why);
}

MappingCounts try_layers(std::span<SweepLayer> layers, const std::vector<Device>& devices,
                         const MappingOptions& options, const MappingMemory& memory) {
  return LayerMapper(layers, devices, options, memory).run([](const SearchResult&) {});
}

void cost_in_network(std::span<SweepLayer> network, const std::vector<Device>& devices,
                     const MappingOptions& options) {
  std::vector<Layer> layers;
  for (const SweepLayer& each : network) layers.push_back(each.layer);
  SearchOptions alone{options};
  alone.mapping.run.progress = {};
  for (std::size_t d = 0; d < devices.size(); ++d) {
    if (!depends_on_network(devices[d])) continue;
    const Device device = in_network(devices[d], layers);
    for (SweepLayer& each : network) {
      if (cost(each.results[d]) != nullptr) each.results[d] = search(device, each.layer, alone);
    }
  }
}

void map_layers(std::span<SweepLayer> layers, const std::vector<Device>& devices,
                const MappingOptions& options, const MappingMemory& memory) {
  LayerMapper(layers, devices, options, memory).run([](const SearchResult& result) {
    if (cost(result) == nullptr) throw InputError(std::string(why_none(result)));
  });
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
  cost_in_network(made.layers, devices, options);
  made.totals.resize(devices.size());
  for (const SweepLayer& layer : made.layers) {
    for (std::size_t d = 0; d < devices.size(); ++d) {
      made.totals[d] += cost_of(*cost(layer.results[d]));
    }
  }
  return made;
}

}  // namespace tilewise
