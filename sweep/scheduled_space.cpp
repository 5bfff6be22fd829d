#include "sweep/scheduled_space.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "base/parallel.hpp"
#include "schedule/activations.hpp"
#include "schedule/kept_plan.hpp"
#include "schedule/piece_costs.hpp"
#include "schedule/schedule.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kChunk = 1024;  ///< candidates whose plans are held at a time

/// The places of distinct layers, found without a text of each.
class LayerPlaces {
 public:
  void add(const Layer& layer, std::size_t place) {
    known_.emplace(hash(layer), Known{layer, place});
  }

  std::optional<std::size_t> find(const Layer& layer) const {
    const auto [first, last] = known_.equal_range(hash(layer));
    for (auto each = first; each != last; ++each) {
      if (is_same(each->second.layer, layer)) return each->second.place;
    }
    return std::nullopt;
  }
  std::size_t at(const Layer& layer) const {
    if (const auto place = find(layer)) return *place;
    throw std::out_of_range("LayerPlaces: " + layer.name);
  }

 private:
  struct Known {
    Layer layer;
    std::size_t place;
  };

  static std::size_t hash(const Layer& layer) {
    auto value = static_cast<std::size_t>(layer.op);
    for (const std::int64_t bound : layer.bounds) {
      value = value * 1'000'003 + static_cast<std::size_t>(bound);
    }
    return value;
  }
  /// As canonical_key has it.
  static bool is_same(const Layer& known, const Layer& layer) {
    if (known.bounds != layer.bounds) return false;
    Layer renamed = layer;
    renamed.name = known.name;
    renamed.folded_parameters = known.folded_parameters;
    renamed.owns_weights = known.owns_weights;
    renamed.padding_end = known.padding_end;
    return renamed == known;
  }

  std::unordered_multimap<std::size_t, Known> known_;
};

/// Networks on one device: their pieces are solved once, then each is put together.
class SharedSchedules {
 public:
  /// The places of the pieces of a network.
  using Pieces = std::vector<std::size_t>;
  /// What of a network may be kept, in pieces. What runs as one has its place in `merged` until it
  /// is added.
  struct Plans {
    std::vector<KeptPlan> pieces;
    std::vector<Layer> merged;
  };

  SharedSchedules(const SweepOptions& options, const Architecture& architecture, const Home& home,
                  const DeviceLayers& on)
      : options_(options),
        architecture_(architecture),
        room_(home_room(architecture, home)),
        most_(allowed_by(options.schedule).keep
                  ? std::optional(std::max(room_[home.input_memory], room_[home.output_memory]))
                  : std::nullopt),
        costs_({architecture, home, totals_of(options.mapping.objective),
                options.mapping.factors.value_or(Factors::Divisors), options.mapping.run,
                options.home_memory}),
        pieces_(costs_, home, room_, totals_of(options.mapping.objective),
                options.mapping.run.threads) {
    for (const SweepLayer& each : on.layers) {
      const std::size_t place = costs_.add_layer(each.layer, best_mapping(each.results[on.place]));
      places_.add(each.layer, place);
    }
  }

  /// Any thread may ask.
  Plans plans_of(const Network& network) const {
    std::vector<std::size_t> layers;
    for (std::size_t l = 0; l < network.size(); ++l) {
      layers.push_back(places_.at(network.layer(l)));
    }
    const std::vector<bool> none_apart(network.size(), false);
    const Activations kept = activations_of(network, none_apart, most_);
    Plans made;
    std::vector<MergedPlace> merged;
    const bool merges = allowed_by(options_.schedule).merge;
    for (MergedLayers& each : merged_layers(
             network, merges ? architecture_.merges : EnumArray<Merge, bool>{}, none_apart)) {
      if (!in_a_row(each)) continue;
      const std::size_t place = made.merged.size();
      made.merged.push_back(each.layer);
      merged.push_back({std::move(each), place});
    }
    made.pieces = pieces_of(plan_of(network, kept, layers, merged));
    return made;
  }

  Pieces add(Plans plans) {
    std::vector<std::size_t> places;
    for (const Layer& layer : plans.merged) places.push_back(place_of(layer));
    Pieces made;
    for (KeptPlan& plan : plans.pieces) {
      for (KeptJoint& joint : plan.joints) joint.step.layer = places[joint.step.layer];
      made.push_back(pieces_.add(plan));
    }
    return made;
  }

  void solve() { pieces_.solve(); }

  /// After `solve`. Any thread may ask.
  Cost cost_of(const Pieces& pieces) const {
    const TotalCost total = pieces_.best(pieces, options_.mapping.objective);
    return {milliseconds(duration(Cycles{total.latency_cycles}, architecture_.clock)),
            millijoules(Picojoules{total.energy_pj}), total.off_chip_bits / 8.0};
  }

 private:
  /// Of layers that run as one.
  std::size_t place_of(const Layer& layer) {
    if (const auto known = places_.find(layer)) return *known;
    const std::size_t place = costs_.add_layer(layer, nullptr);
    places_.add(layer, place);
    return place;
  }

  const SweepOptions& options_;
  const Architecture& architecture_;
  std::vector<Bits> room_;
  std::optional<Bits> most_;
  HomeCosts costs_;
  PieceCosts pieces_;
  LayerPlaces places_;
};

/// The candidates `first` to before `last` of a data set.
std::vector<SharedSchedules::Pieces> pieces_of_candidates(const SearchSpace& space,
                                                          const SweepOptions& options,
                                                          const std::string& dataset,
                                                          std::int64_t first, std::int64_t last,
                                                          SharedSchedules& schedules) {
  std::vector<SharedSchedules::Plans> plans(static_cast<std::size_t>(last - first));
  parallel_batches(last - first, options.mapping.run.threads,
                   [&](std::int64_t begin, std::int64_t end) {
                     for (std::int64_t i = begin; i < end; ++i) {
                       const std::string text = indexed(space)->text(first + i);
                       plans[static_cast<std::size_t>(i)] =
                           schedules.plans_of(space.network(text, dataset, options.space));
                     }
                   });
  std::vector<SharedSchedules::Pieces> made;
  for (SharedSchedules::Plans& each : plans) made.push_back(schedules.add(std::move(each)));
  return made;
}

/// What decides the cost of a row.
std::string row_key(const std::vector<Layer>& row) {
  std::string key;
  for (const Layer& layer : row) key += canonical_key(layer) + "\n";
  return key;
}

struct HomeOf {
  const Architecture& architecture;
  Home home;
};
std::optional<HomeOf> home_on(const Device& device) {
  const auto* architecture = std::get_if<Architecture>(&device);
  if (architecture == nullptr) return std::nullopt;
  const auto home = home_of(*architecture);
  if (std::holds_alternative<NoHome>(home)) return std::nullopt;
  return HomeOf{*architecture, std::get<Home>(home)};
}

}  // namespace

std::vector<std::vector<Cost>> scheduled_candidates(const SearchSpace& space,
                                                    const SweepOptions& options,
                                                    const DeviceLayers& on) {
  const auto at = home_on(on.device);
  if (!at) return {};
  SharedSchedules schedules(options, at->architecture, at->home, on);
  const std::int64_t size = indexed(space)->size;
  std::vector<std::vector<SharedSchedules::Pieces>> all;  // [data set][index]
  for (const std::string& dataset : options.datasets) {
    auto& of_dataset = all.emplace_back();
    for (std::int64_t first = 0; first < size; first += kChunk) {
      auto more = pieces_of_candidates(space, options, dataset, first,
                                       std::min(size, first + kChunk), schedules);
      std::move(more.begin(), more.end(), std::back_inserter(of_dataset));
    }
  }
  schedules.solve();
  std::vector<std::vector<Cost>> costs;
  for (const auto& of_dataset : all) {
    auto& made = costs.emplace_back(of_dataset.size());
    parallel_batches(std::ssize(of_dataset), options.mapping.run.threads,
                     [&](std::int64_t first, std::int64_t last) {
                       for (auto i = static_cast<std::size_t>(first);
                            i < static_cast<std::size_t>(last); ++i) {
                         made[i] = schedules.cost_of(of_dataset[i]);
                       }
                     });
  }
  return costs;
}

const Cost& ScheduledRows::cost_of(const std::vector<Layer>& row) const {
  return costs_.at(row_key(row));
}

void ScheduledRows::add(const std::vector<Layer>& row, const Cost& cost) {
  costs_.emplace(row_key(row), cost);
}

std::optional<ScheduledRows> scheduled_rows(const std::vector<std::vector<Layer>>& rows,
                                            const SweepOptions& options, const DeviceLayers& on) {
  const auto at = home_on(on.device);
  if (!at) return std::nullopt;
  SharedSchedules schedules(options, at->architecture, at->home, on);
  std::vector<SharedSchedules::Pieces> pieces;
  for (const std::vector<Layer>& row : rows) {
    Network network;
    for (const Layer& layer : row) {
      const std::size_t before = network.size();
      network.add(layer, before == 0 ? std::vector<std::size_t>{} : std::vector{before - 1});
    }
    pieces.push_back(schedules.add(schedules.plans_of(network)));
  }
  schedules.solve();
  ScheduledRows made;
  for (std::size_t i = 0; i < rows.size(); ++i) made.add(rows[i], schedules.cost_of(pieces[i]));
  return made;
}

}  // namespace tilewise
