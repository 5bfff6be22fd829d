#include "sweep/scheduled_space.hpp"

#include <algorithm>
#include <span>
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

/// The candidates of a space on one device.
class SpaceScheduler {
 public:
  SpaceScheduler(const SearchSpace& space, const SweepOptions& options,
                 const Architecture& architecture, const Home& home, std::size_t device,
                 const std::vector<SweepLayer>& layers)
      : space_(space),
        options_(options),
        architecture_(architecture),
        room_(home_room(architecture, home)),
        most_(std::max(room_[home.input_memory], room_[home.output_memory])),
        costs_({architecture,
                home,
                totals_of(options.mapping.objective),
                options.mapping.factors.value_or(Factors::Divisors),
                options.mapping.run,
                {}}),
        pieces_(costs_, home, room_, totals_of(options.mapping.objective),
                options.mapping.run.threads) {
    for (const SweepLayer& each : layers) {
      const std::size_t place = costs_.add_layer(each.layer, best_mapping(each.results[device]));
      places_.emplace(canonical_key(each.layer), place);
    }
  }

  std::vector<std::vector<Cost>> run() {
    const std::int64_t size = indexed(space_)->size;
    std::vector<std::vector<std::vector<std::size_t>>> all;  // [data set][index] its pieces
    for (const std::string& dataset : options_.datasets) {
      auto& of_dataset = all.emplace_back();
      for (std::int64_t first = 0; first < size; first += kChunk) {
        add_pieces(dataset, first, std::min(size, first + kChunk), of_dataset);
      }
    }
    pieces_.solve();
    std::vector<std::vector<Cost>> costs;
    for (const auto& of_dataset : all) {
      auto& made = costs.emplace_back(of_dataset.size());
      parallel_batches(std::ssize(of_dataset), options_.mapping.run.threads,
                       [&](std::int64_t first, std::int64_t last) {
                         for (std::int64_t i = first; i < last; ++i) {
                           const auto at = static_cast<std::size_t>(i);
                           made[at] = cost_of(of_dataset[at]);
                         }
                       });
    }
    return costs;
  }

 private:
  void add_pieces(const std::string& dataset, std::int64_t first, std::int64_t last,
                  std::vector<std::vector<std::size_t>>& into) {
    std::vector<std::vector<KeptPlan>> plans(static_cast<std::size_t>(last - first));
    parallel_batches(last - first, options_.mapping.run.threads,
                     [&](std::int64_t begin, std::int64_t end) {
                       for (std::int64_t i = begin; i < end; ++i) {
                         plans[static_cast<std::size_t>(i)] = plans_of(first + i, dataset);
                       }
                     });
    for (const std::vector<KeptPlan>& pieces : plans) {
      auto& made = into.emplace_back();
      for (const KeptPlan& piece : pieces) made.push_back(pieces_.add(piece));
    }
  }

  std::vector<KeptPlan> plans_of(std::int64_t index, const std::string& dataset) const {
    const Network network = space_.network(indexed(space_)->text(index), dataset, options_.space);
    std::vector<std::size_t> layers;
    for (std::size_t l = 0; l < network.size(); ++l) {
      layers.push_back(places_.at(canonical_key(network.layer(l))));
    }
    const Activations kept =
        activations_of(network, std::vector<bool>(network.size(), false), most_);
    return pieces_of(plan_of(network, kept, layers));
  }

  Cost cost_of(const std::vector<std::size_t>& pieces) const {
    const TotalCost total = pieces_.best(pieces, options_.mapping.objective);
    return {milliseconds(duration(Cycles{total.latency_cycles}, architecture_.clock)),
            millijoules(Picojoules{total.energy_pj}), total.off_chip_bits / 8.0};
  }

  const SearchSpace& space_;
  const SweepOptions& options_;
  const Architecture& architecture_;
  std::vector<Bits> room_;
  Bits most_;
  HomeCosts costs_;
  PieceCosts pieces_;
  std::unordered_map<std::string, std::size_t> places_;  ///< [canonical key] of a layer
};

}  // namespace

std::vector<std::vector<Cost>> scheduled_candidates(const SearchSpace& space,
                                                    const SweepOptions& options,
                                                    const Device& device, std::size_t device_place,
                                                    const std::vector<SweepLayer>& layers) {
  const auto* architecture = std::get_if<Architecture>(&device);
  if (architecture == nullptr) return {};
  const auto home = home_of(*architecture);
  if (std::holds_alternative<NoHome>(home)) return {};
  return SpaceScheduler(space, options, *architecture, std::get<Home>(home), device_place, layers)
      .run();
}

}  // namespace tilewise
