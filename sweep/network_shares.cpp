#include "sweep/network_shares.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <utility>
#include <variant>

#include "base/enum_array.hpp"
#include "sim/without_port.hpp"
#include "sweep/layer_loads.hpp"

namespace tilewise {
namespace {

double part(double of, double all) { return all > 0.0 ? of / all : 0.0; }

CostShare share_of(const Layer& layer, const LayerCost& cost) {
  CostShare share;
  share.name = layer.name;
  share.op = name(layer.op);
  share.macs = macs(layer);
  share.cycles = cost.latency.total;
  share.cost = cost_of(cost);
  share.utilisation = cost.utilisation;
  share.bound = cost.bound;
  return share;
}

/// The time that each bound has.
std::vector<BoundShare> bounds_of(const std::vector<const CostShare*>& layers) {
  std::vector<BoundShare> bounds;
  for (const CostShare* layer : layers) {
    const auto same = std::find_if(bounds.begin(), bounds.end(), [&](const BoundShare& each) {
      return each.bound == layer->bound;
    });
    if (same == bounds.end()) {
      bounds.push_back({layer->bound, layer->time});
    } else {
      same->time += layer->time;
    }
  }
  std::stable_sort(bounds.begin(), bounds.end(),
                   [](const BoundShare& a, const BoundShare& b) { return a.time > b.time; });
  return bounds;
}

/// Layers as one; shares of the total are theirs added up.
CostShare sum_of(std::string name, const std::vector<const CostShare*>& layers) {
  CostShare sum;
  sum.name = std::move(name);
  sum.layers = static_cast<std::int64_t>(layers.size());
  double worked = 0.0;
  for (const CostShare* layer : layers) {
    sum.macs += layer->macs;
    sum.cycles += layer->cycles;
    sum.cost += layer->cost;
    sum.time += layer->time;
    sum.energy += layer->energy;
    worked += layer->utilisation * layer->cycles.count();
  }
  sum.utilisation = part(worked, sum.cycles.count());
  if (!layers.empty()) sum.bound = bounds_of(layers).front().bound;
  return sum;
}

/// The parts of a layer that does not fit as one.
CostShare share_of(const Layer& layer, const SplitLayer& split) {
  std::vector<CostShare> parts;
  for (const SweepLayer& each : split.parts) {
    parts.push_back(share_of(each.layer, *cost(each.results.front())));
    parts.back().time = parts.back().cost.latency.count();  // for what bounds most of it
  }
  std::vector<const CostShare*> all;
  for (const CostShare& part : parts) all.push_back(&part);
  CostShare sum = sum_of(layer.name, all);
  sum.op = name(layer.op);
  sum.layers = 1;
  for (const CostShare& part : parts) sum.parts.push_back(part.name);
  return sum;
}

/// Parts of a layer's cost at each place of a device.
class Places {
 public:
  void add(const LayerCost& cost, const Device& device) {
    std::map<std::string, Cycles> busy;  // at each place its busiest port
    for (const PartLoad& load : loads_of(cost, device)) {
      Cycles& longest = busy[load.place];
      longest = std::max(longest, load.busy);
      at(load.place);
    }
    for (const auto& [place, cycles] : busy) {
      at(place).busy += cost_of(cost).latency * part(cycles.count(), cost.latency.total.count());
    }
    for (const EnergyItem& item : cost.energy.items) {
      at(item.place).spent += millijoules(item.energy);
    }
  }

  std::vector<PlaceShare> take(const Cost& total) {
    for (PlaceShare& place : places_) {
      place.time = part(place.busy.count(), total.latency.count());
      place.energy = part(place.spent.count(), total.energy.count());
    }
    std::stable_sort(places_.begin(), places_.end(),
                     [](const PlaceShare& a, const PlaceShare& b) { return a.spent > b.spent; });
    return std::move(places_);
  }

 private:
  PlaceShare& at(const std::string& place) {
    for (PlaceShare& each : places_) {
      if (each.place == place) return each;
    }
    return places_.emplace_back(PlaceShare{place, {}, 0.0, {}, 0.0});
  }

  std::vector<PlaceShare> places_;
};

std::vector<CostShare> by_operator(const std::vector<CostShare>& layers) {
  std::vector<CostShare> operators;
  for (const Operator op : all_of<Operator>()) {
    std::vector<const CostShare*> of_one;
    for (const CostShare& layer : layers) {
      if (layer.op == name(op)) of_one.push_back(&layer);
    }
    if (of_one.empty()) continue;
    operators.push_back(sum_of(std::string(name(op)), of_one));
    operators.back().op = name(op);
  }
  std::stable_sort(operators.begin(), operators.end(),
                   [](const CostShare& a, const CostShare& b) { return a.time > b.time; });
  return operators;
}

/// Of these layers the fewest that take half of their time, by falling time.
std::vector<std::size_t> slowest_half(std::vector<std::size_t> order,
                                      const std::vector<CostShare>& layers) {
  double all = 0.0;
  for (const std::size_t each : order) all += layers[each].time;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return layers[a].time > layers[b].time; });
  double taken = 0.0;
  std::size_t count = 0;
  while (count < order.size() && taken < 0.5 * all) taken += layers[order[count++]].time;
  order.resize(count);
  return order;
}

/// The layers that `bound` bounds.
std::vector<std::size_t> layers_with(const std::string& bound,
                                     const std::vector<CostShare>& layers) {
  std::vector<std::size_t> places;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    if (layers[l].bound == bound) places.push_back(l);
  }
  return places;
}

/// Equal runs of a layer, or of a part of it.
struct Run {
  const Architecture& architecture;  ///< as the layer meets it
  const Layer& layer;
  const Mapping& mapping;
  const LayerCost& cost;
  double times = 1.0;
};

/// What a fetch of words takes without a port: its ports work side by side, and nothing else does.
Cycles fetch_without(const LayerCost& fetch, const Port* port) {
  Cycles longest{0.0};
  for (const PortLoad& load : fetch.latency.ports) {
    const bool gone = port == nullptr || widens(*port, load.port);
    if (!gone) longest = std::max(longest, load.busy);
  }
  return longest;
}

/// Sums over the runs of a network. Which ports there are is known after the last one.
class Waits {
 public:
  Waits(const NetworkSweep& sweep, std::size_t network, std::size_t device)
      : sweep_(sweep),
        network_(network),
        device_(device),
        architecture_(std::get<Architecture>(sweep.devices[device])) {}

  NetworkWaits sum() {
    NetworkWaits waits;
    std::vector<Port> ports;
    const auto meet = [&](const LayerCost& cost, double times) {
      waits.total += cost.latency.total * times;
      for (const PortLoad& load : cost.latency.ports) {
        if (std::find(ports.begin(), ports.end(), load.port) == ports.end()) {
          ports.push_back(load.port);
        }
      }
    };
    each([&](const Run& run) { meet(run.cost, run.times); }, meet);
    for (const Port& port : ports) {
      waits.ports.push_back({describe(port, architecture_), left_without(port)});
    }
    std::stable_sort(waits.ports.begin(), waits.ports.end(),
                     [](const PortWait& a, const PortWait& b) { return a.left < b.left; });
    each(
        [&](const Run& run) {
          waits.work +=
              portless_latency(run.architecture, run.layer, run.mapping, run.cost.latency) *
              run.times;
        },
        [&](const LayerCost& fetch, double times) {
          waits.work += fetch_without(fetch, nullptr) * times;
        });
    return waits;
  }

 private:
  using EachRun = std::function<void(const Run&)>;
  using EachFetch = std::function<void(const LayerCost&, double times)>;

  Cycles left_without(const Port& port) const {
    Cycles left{0.0};
    each(
        [&](const Run& run) {
          const std::vector<PortLoad>& loads = run.cost.latency.ports;
          const bool loaded = std::any_of(loads.begin(), loads.end(), [&](const PortLoad& load) {
            return widens(port, load.port);
          });
          left += (loaded ? latency_without(run.architecture, port, run.layer, run.mapping)
                          : run.cost.latency.total) *
                  run.times;
        },
        [&](const LayerCost& fetch, double times) { left += fetch_without(fetch, &port) * times; });
    return left;
  }

  void each(const EachRun& run, const EachFetch& fetch) const {
    for (std::size_t l = 0; l < sweep_.layers[network_].size(); ++l) {
      const SweepLayer& layer = sweep_.layers[network_][l];
      if (const SplitLayer* split = split_of(sweep_, network_, l, device_)) {
        for (const SweepLayer& part : split->parts) alone(part.layer, part.results.front(), run);
      } else if (!has_schedule(sweep_)) {
        alone(layer.layer, layer.results[device_], run);
      } else {
        scheduled(l, layer, run, fetch);
      }
    }
  }

  void alone(const Layer& layer, const SearchResult& found, const EachRun& run) const {
    const Mapping* mapping = best_mapping(found);
    if (mapping != nullptr) run({architecture_, layer, *mapping, *cost(found)});
  }

  void scheduled(std::size_t index, const SweepLayer& layer, const EachRun& run,
                 const EachFetch& fetch) const {
    const Schedule& schedule = sweep_.schedules[network_][device_];
    if (const ScheduledStrips* strips = strips_with(schedule, index)) {
      for (const ScheduledStrips::Run& each : strips->runs) {
        if (each.layer != index) continue;
        run({at_home(architecture_, *schedule.home, each.use), each.part, each.mapping, each.cost,
             static_cast<double>(each.times)});
      }
      for (const ScheduledStrips::Load& each : strips->loads) {
        if (each.layer == index) fetch(each.cost, static_cast<double>(each.times));
      }
    } else if (const auto& made = schedule.layers[index]) {
      run({at_home(architecture_, *schedule.home, made->use),
           made->merged ? *made->merged : layer.layer, made->mapping, made->cost});
    } else {
      alone(layer.layer, layer.results[device_], run);
    }
  }

  const NetworkSweep& sweep_;
  std::size_t network_;
  std::size_t device_;
  const Architecture& architecture_;
};

}  // namespace

NetworkShares shares_of(const NetworkSweep& sweep, std::size_t network, std::size_t device) {
  NetworkShares shares;
  Places places;
  Cost total;
  for (std::size_t l = 0; l < sweep.layers[network].size(); ++l) {
    const SweepLayer& layer = sweep.layers[network][l];
    if (const SplitLayer* split = split_of(sweep, network, l, device)) {
      shares.layers.push_back(share_of(layer.layer, *split));
      total += shares.layers.back().cost;
      for (const SweepLayer& part : split->parts) {
        places.add(*cost(part.results.front()), sweep.devices[device]);
      }
      continue;
    }
    const SearchResult& found = layer.results[device];
    const LayerCost* known = cost(found);
    if (known == nullptr) {
      shares.unfit.push_back({layer.layer.name, std::string(why_none(found))});
      continue;
    }
    shares.layers.push_back(share_of(layer.layer, *known));
    total += shares.layers.back().cost;
    places.add(*known, sweep.devices[device]);
  }
  std::vector<const CostShare*> all;
  for (CostShare& layer : shares.layers) {
    layer.time = part(layer.cost.latency.count(), total.latency.count());
    layer.energy = part(layer.cost.energy.count(), total.energy.count());
    all.push_back(&layer);
  }
  shares.total = sum_of("total", all);
  shares.bounds = bounds_of(all);
  for (BoundShare& each : shares.bounds) {
    each.slowest = slowest_half(layers_with(each.bound, shares.layers), shares.layers);
  }
  shares.operators = by_operator(shares.layers);
  shares.places = places.take(total);
  std::vector<std::size_t> places_of_all(shares.layers.size());
  std::iota(places_of_all.begin(), places_of_all.end(), std::size_t{0});
  shares.slowest = slowest_half(std::move(places_of_all), shares.layers);
  shares.omitted = sweep.networks[network].network.omitted();
  return shares;
}

double NetworkWaits::saved(Cycles left) const {
  return total.count() > 0.0 ? 1.0 - left / total : 0.0;
}

std::optional<NetworkWaits> waits_of(const NetworkSweep& sweep, std::size_t network,
                                     std::size_t device) {
  if (!std::holds_alternative<Architecture>(sweep.devices[device])) return std::nullopt;
  NetworkWaits waits = Waits(sweep, network, device).sum();
  if (waits.total.count() <= 0.0) return std::nullopt;
  return waits;
}

}  // namespace tilewise
