// The last part of SubtreeSearch: all bounds of the loops are known, their orders are not.
#include <algorithm>
#include <array>
#include <optional>

#include "base/integers.hpp"
#include "mapper/subtree.hpp"

namespace tilewise {

void SubtreeSearch::search_leaf(const TileChoice& leaf) {
  tables_.trim();
  std::vector<EnumArray<Dim, std::int64_t>> rest(problem_.levels);
  order_context_ = {};
  nest_.runs_short = false;
  EnumArray<Dim, bool> loops{};
  for (const Dim d : kDims) {
    const SpatialSplit& of = split(d);
    const TileNode& node = of.nodes[leaf[d]];
    std::int64_t left = problem_.layer.bounds[d];
    std::int64_t covered = 1;
    for (std::size_t level = problem_.levels; level-- > 0;) {
      rest[level][d] = left;
      left = ceil_div(ceil_div(left, of.instances[level]), node.temporal[level]);
      covered *= of.instances[level] * node.temporal[level];
      if (level + 1 < problem_.levels) loops[d] |= node.temporal[level] > 1;
    }
    order_context_.clipped[d] = covered > problem_.layer.bounds[d];
    order_context_.short_run[d] = of.states[1][node.state].clipped;
    nest_.runs_short |= order_context_.short_run[d];
  }
  order_context_.axes_sure = !(loops[Dim::P] && loops[Dim::R]) && !(loops[Dim::Q] && loops[Dim::S]);
  nest_.axes_sure = order_context_.axes_sure;
  if (!only_order_fits(leaf)) {
    ++certificate_->orders_by_bound;
    return;
  }
  layout_ = lay_out(problem_, choice_, rest);
  if (layout_.empty()) return;

  if (!kept_set_->pricer) {
    kept_set_->pricer = std::make_unique<NestPricer>(problem_, kept_set_->choice);
  }
  turned_.fill(0);
  for (auto& groups : leaf_moves_) {
    for (auto& known : groups) known.clear();
  }
  for (std::size_t boundary = 1; boundary <= problem_.levels; ++boundary) {
    for (const DimGroup g : kDimGroups) set_moves(boundary, g, leaf);
  }
  const double energy = kept_set_->pricer->operation_energy() +
                        kept_set_->pricer->boundary_energy(nest_, problem_.levels);
  search_orders(0, leaf, energy);
}

/// The dimensions with a temporal loop at `level`.
std::vector<Dim> SubtreeSearch::loops_at(std::size_t level, const TileChoice& leaf) const {
  std::vector<Dim> dims;
  for (const Dim d : kDims) {
    if (split(d).nodes[leaf[d]].temporal[level] > 1) dims.push_back(d);
  }
  return dims;
}

/// Where constraints leave one order to each level, whether it may beat what is known: before any
/// table is made.
bool SubtreeSearch::only_order_fits(const TileChoice& leaf) {
  for (std::size_t level = 0; level + 1 < problem_.levels; ++level) {
    if (problem_.architecture.constraints[level].orders.size() != 1) return true;
    const auto& groups = orders_of(level, loops_at(level, leaf));
    if (groups.empty()) return true;
    kept_[level + 1] = kept_by(level, groups.front().front());
  }
  return orders_fit(0, problem_.levels - 1, innermost_.energy);
}

void SubtreeSearch::set_moves(std::size_t boundary, DimGroup group, const TileChoice& leaf) {
  const auto index = static_cast<std::size_t>(group);
  // Which of two orders it is matters only where both dimensions have a loop.
  const std::uint32_t bits = turned_[index] & ((1U << boundary) - 1U);
  auto& known = leaf_moves_[boundary][index];
  for (const auto& [turned, moves] : known) {
    if (turned != bits) continue;
    nest_.moves[boundary][index] = moves;
    return;
  }
  const LeanMoves* made = &tables_.moves(keep_, kept_set_->pricer->plan(boundary), group, boundary,
                                         choice_, leaf, bits);
  known.emplace_back(bits, made);
  nest_.moves[boundary][index] = made;
}

const std::vector<OrderGroup>& SubtreeSearch::orders_of(std::size_t level,
                                                        const std::vector<Dim>& dims) {
  OrderKey key{level, dims, {}};
  key.context.axes_sure = order_context_.axes_sure;
  key.context.narrow_sums = context_.narrow_sums;
  for (const Dim d : dims) {
    key.context.clipped[d] = order_context_.clipped[d];
    key.context.short_run[d] = order_context_.short_run[d];
  }
  const auto [at, fresh] = orders_.try_emplace(std::move(key));
  if (fresh) {
    at->second =
        distinct_orders(problem_.architecture.constraints[level].orders, dims, at->first.context);
  }
  return at->second;
}

/// Puts the loops of `level` into the nest, with the moves at the boundary below.
void SubtreeSearch::set_order(std::size_t level, const TileChoice& leaf,
                              const std::vector<Dim>& order) {
  const std::size_t first = level == 0 ? 0 : nest_.outside[level];
  nest_.outside[level + 1] = first + order.size();
  EnumArray<Dim, std::size_t> place{};
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Dim d = order[i];
    place[d] = i + 1;
    nest_.loops[first + i] = {d, static_cast<std::uint8_t>(group_of(d)),
                              split(d).nodes[leaf[d]].temporal[level]};
  }
  const auto turn = [&](DimGroup group, Dim outer, Dim inner) {
    const bool turned = place[inner] > 0 && place[outer] > place[inner];
    auto& bits = turned_[static_cast<std::size_t>(group)];
    bits = (bits & ~(1U << level)) | (turned ? 1U << level : 0U);
  };
  turn(DimGroup::Rows, Dim::P, Dim::R);
  turn(DimGroup::Columns, Dim::Q, Dim::S);
  order_[level] = order;
  for (const DimGroup g : {DimGroup::Rows, DimGroup::Columns}) set_moves(level + 1, g, leaf);
}

/// Tries the orders of `level` and of those inside it; `energy` is exact up to the boundary below
/// the level outside.
void SubtreeSearch::search_orders(std::size_t level, const TileChoice& leaf, double energy) {
  const std::vector<Dim> dims = loops_at(level, leaf);
  if (level + 1 == problem_.levels) {
    // The compute unit stores nothing: the order of the innermost level changes no cost.
    const auto& allowed = problem_.architecture.constraints[level].orders;
    if (allowed.empty()) {
      order_[level] = dims;
    } else {
      const auto orders = listed_orders(allowed, dims);
      if (orders.empty()) return;
      order_[level] = orders.front();
    }
    return price(leaf, energy);
  }
  // Orders that keep the same tensor still have one bound.
  const std::size_t boundary = level + 1;
  std::array<std::optional<bool>, enum_size<Tensor> + 2> fit;
  for (const OrderGroup& group : orders_of(level, dims)) {
    if (stopped()) return;
    kept_[boundary] = kept_by(level, group.front());
    auto& fits = fit[kept_[boundary]];
    if (!fits) fits = orders_fit(level, boundary, energy);
    if (!*fits) {
      ++certificate_->orders_by_bound;
      continue;
    }
    group_[level] = &group;
    set_order(level, leaf, group.front());
    const double now = energy + kept_set_->pricer->boundary_energy(nest_, boundary);
    if (!orders_fit(boundary, boundary, now)) {
      ++certificate_->orders_by_bound;
      continue;
    }
    search_orders(level + 1, leaf, now);
  }
}

/// The tensor that the innermost loop of `order` keeps still; without a loop here, that of the
/// boundary outside.
std::size_t SubtreeSearch::kept_by(std::size_t level, const std::vector<Dim>& order) const {
  if (nest_.runs_short) return kAnyKept;
  if (order.empty()) return level == 0 ? kAnyKept : kept_[level];
  for (const Tensor t : kTensors) {
    if (!is_relevant(order.back(), t)) return static_cast<std::size_t>(t);
  }
  return kNone;
}

/// Whether some order may beat what is known: `energy` is that of the operands and of the
/// boundaries up to `exact`; up to `fixed` it is known which tensor is kept still.
bool SubtreeSearch::orders_fit(std::size_t exact, std::size_t fixed, double energy) {
  Inside start = innermost_;
  start.energy = energy;
  return orders_fit(problem_.levels - 1, exact, fixed, start);
}

bool SubtreeSearch::orders_fit(std::size_t boundary, std::size_t exact, std::size_t fixed,
                               const Inside& inside) {
  if (boundary == 0) {
    ++effort_;
    return !hopeless(inside, 1);
  }
  const auto fits_with = [&](const BoundaryLeast& least) {
    Inside next = inside.with(least);
    if (boundary <= exact) next.energy = inside.energy;
    return orders_fit(boundary - 1, exact, fixed, next);
  };
  if (boundary <= fixed && kept_[boundary] <= kNone) {
    return fits_with(by_tensor_[boundary][kept_[boundary]]);
  }
  for (const Tensor t : kTensors) {
    if (fits_with(by_tensor_[boundary][static_cast<std::size_t>(t)])) return true;
  }
  return false;
}

void SubtreeSearch::offer(const TileChoice& leaf, double energy) {
  ++certificate_->evaluated;
  const double latency = kept_set_->pricer->latency(nest_);
  const double total = energy + context_.static_energy_per_cycle * latency;
  if (best_->wants(total, latency)) best_->add({total, latency, mapping_of(leaf)});
}

void SubtreeSearch::price(const TileChoice& leaf, double energy) {
  offer(leaf, energy);
  bool variants = false;
  for (std::size_t level = 0; level + 1 < problem_.levels; ++level) {
    variants |= group_[level]->size() > 1;
  }
  if (!variants) return;
  const double least = kept_set_->pricer->least_latency(nest_);
  if (best_->excludes(energy + context_.static_energy_per_cycle * least, least)) {
    ++certificate_->orders_by_bound;
    return;
  }
  const auto representative = order_;
  try_variants(0, leaf, energy);
  for (std::size_t level = 0; level + 1 < problem_.levels; ++level) {
    set_order(level, leaf, representative[level]);
  }
}

/// Times every combination of orders of equal energy.
void SubtreeSearch::try_variants(std::size_t level, const TileChoice& leaf, double energy) {
  if (level + 1 == problem_.levels) {
    return offer(leaf, energy);
  }
  const OrderGroup& group = *group_[level];
  for (const std::vector<Dim>& order : group) {
    if (stopped()) return;
    set_order(level, leaf, order);
    for (std::size_t inner = level + 1; inner + 1 < problem_.levels; ++inner) {
      set_order(inner, leaf, order_[inner]);
    }
    try_variants(level + 1, leaf, energy);
  }
}

Mapping SubtreeSearch::mapping_of(const TileChoice& leaf) const {
  Mapping mapping;
  mapping.levels.resize(problem_.levels);
  for (std::size_t level = 0; level < problem_.levels; ++level) {
    LevelMapping& at = mapping.levels[level];
    at.keep = kept_set_->choice.keep[level];
    for (const Dim d : order_[level]) {
      at.temporal.push_back({d, split(d).nodes[leaf[d]].temporal[level]});
    }
    for (const Axis axis : {Axis::Y, Axis::X}) {
      for (const Dim d : kDims) {
        const AxisPair& pair = layout_[level][d];
        const std::int64_t bound = axis == Axis::Y ? pair.y : pair.x;
        if (bound > 1) at.spatial.push_back({d, bound, axis});
      }
    }
  }
  return mapping;
}

}  // namespace tilewise
