#include "sim/engine/pixel_weights.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>

#include "base/error.hpp"
#include "base/integers.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMostUnits = std::int64_t{1} << 17;

/// A set that stays: all layers behind `largest`, in the order of their room, and the best of those
/// before it within `capacity`.
struct KeptWeights {
  std::size_t largest = 0;  ///< of those that stream
  std::int64_t capacity = 0;
  Cycles saved{-1.0};
};

/// The knapsack over layers of rising room: after `add` of the first n, the most that a choice of
/// these saves within each capacity.
class Knapsack {
 public:
  explicit Knapsack(std::int64_t capacity) : best_(static_cast<std::size_t>(capacity) + 1) {}

  Cycles best(std::int64_t capacity) const { return best_[static_cast<std::size_t>(capacity)]; }

  void add(const KeepableWeights& layer) {
    std::vector<bool>& taken = taken_.emplace_back(best_.size(), false);
    for (auto c = static_cast<std::int64_t>(best_.size()) - 1; c >= layer.room; --c) {
      const auto at = static_cast<std::size_t>(c);
      const Cycles with = best(c - layer.room) + layer.saved;
      if (with <= best_[at]) continue;
      best_[at] = with;
      taken[at] = true;
    }
  }
  bool takes(std::size_t layer, std::int64_t capacity) const {
    return taken_[layer][static_cast<std::size_t>(capacity)];
  }

 private:
  std::vector<Cycles> best_;
  std::vector<std::vector<bool>> taken_;
};

/// Layers of rising room, `rising`: the best set in which at least one streams.
std::vector<bool> best_set(std::span<const KeepableWeights> rising, std::int64_t capacity) {
  std::int64_t behind = 0;  // room and savings of the layers behind the one at hand
  Cycles saved_behind;
  for (const KeepableWeights& layer : rising) {
    behind += layer.room;
    saved_behind += layer.saved;
  }
  Knapsack knapsack(capacity);
  KeptWeights best;
  for (std::size_t i = 0; i < rising.size(); ++i) {
    behind -= rising[i].room;
    saved_behind = saved_behind - rising[i].saved;
    // What is larger than the memory streams through all of it.
    const std::int64_t left = capacity - std::min(rising[i].room, capacity) - behind;
    if (left >= 0 && knapsack.best(left) + saved_behind > best.saved) {
      best = {i, left, knapsack.best(left) + saved_behind};
    }
    knapsack.add(rising[i]);
  }
  std::vector<bool> kept(rising.size(), true);
  kept[best.largest] = false;
  for (std::size_t i = best.largest; i-- > 0;) {
    kept[i] = knapsack.takes(i, best.capacity);
    if (kept[i]) best.capacity -= rising[i].room;
  }
  for (std::size_t i = best.largest; i-- > 0;) {
    if (kept[i] || rising[i].room > best.capacity) continue;
    kept[i] = true;
    best.capacity -= rising[i].room;
  }
  return kept;
}

/// What a layer saves where its weights are on chip; empty: it has no weights to keep, or no cost.
std::optional<Cycles> cycles_saved(const PixelEngine& engine, const Layer& layer) {
  if (weight_room(engine, layer) == Bits{}) return std::nullopt;
  try {
    return pixel_engine_cost(engine, layer, WeightPlace::OffChip).latency.total -
           pixel_engine_cost(engine, layer, WeightPlace::OnChip).latency.total;
  } catch (const InputError&) {  // the layer's own cost says so
    return std::nullopt;
  }
}

/// One channel group of one tap for all lanes.
Bits weight_unit(const PixelEngine& engine) {
  return engine.operand_width * checked_multiply(engine.m, engine.channel_group, "lanes");
}

}  // namespace

std::vector<bool> keep_weights(std::span<const KeepableWeights> layers, std::int64_t capacity) {
  std::int64_t room = 0;
  for (const KeepableWeights& layer : layers) room += layer.room;
  if (room <= capacity) return std::vector<bool>(layers.size(), true);
  std::vector<std::size_t> order(layers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return layers[a].room < layers[b].room; });
  std::vector<KeepableWeights> rising;
  for (const std::size_t at : order) rising.push_back(layers[at]);
  const std::vector<bool> in_order = best_set(rising, capacity);
  std::vector<bool> kept(layers.size());
  for (std::size_t i = 0; i < order.size(); ++i) kept[order[i]] = in_order[i];
  return kept;
}

std::vector<WeightPlace> place_weights(const PixelEngine& engine, std::span<const Layer> network) {
  std::vector<WeightPlace> places(network.size(), WeightPlace::OffChip);
  if (!engine.weight_memory) return places;
  std::int64_t unit = weight_unit(engine).count();
  unit *= std::max<std::int64_t>(1, ceil_div(engine.weight_memory->count() / unit, kMostUnits));
  std::vector<KeepableWeights> layers;
  std::vector<std::size_t> at;
  for (std::size_t i = 0; i < network.size(); ++i) {
    const auto saved = cycles_saved(engine, network[i]);
    if (!saved) continue;
    layers.push_back({ceil_div(weight_room(engine, network[i]).count(), unit), *saved});
    at.push_back(i);
  }
  const std::vector<bool> kept = keep_weights(layers, engine.weight_memory->count() / unit);
  for (std::size_t i = 0; i < at.size(); ++i) {
    if (kept[i]) places[at[i]] = WeightPlace::OnChip;
  }
  return places;
}

}  // namespace tilewise
