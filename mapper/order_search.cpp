#include "mapper/order_search.hpp"

#include <algorithm>
#include <optional>

#include "base/hash.hpp"
#include "base/integers.hpp"
#include "mapper/search_tuning.hpp"

namespace tilewise {
namespace {

/// An order as a number: four bits a loop.
std::uint64_t code_of(const std::vector<Dim>& order) {
  std::uint64_t code = 0;
  for (const Dim d : order) code = code << 4U | (static_cast<std::uint64_t>(d) + 1);
  return code;
}

}  // namespace

OrderSearch::OrderSearch(const SearchContext& context)
    : context_(context), problem_(context.problem), tables_(context.problem) {}

void OrderSearch::start(const OpenSubtree& subtree) { subtree_ = &subtree; }

/// Sets what holds for all orders of a leaf.
void OrderSearch::set_leaf(const SearchNode& leaf) {
  KeptSet& kept = *subtree_->kept;
  if (!kept.pricer) kept.pricer = std::make_unique<NestPricer>(problem_, kept.choice);
  pricer_ = kept.pricer.get();
  tables_.trim();
  moves_made_.fill(false);
  layout_.reset();
  nest_.runs_short = false;
  EnumArray<Dim, bool> loops{};
  for (const Dim d : kDims) {
    const TileNode& node = split(d).nodes[leaf.tiles[d]];
    temporal_[d] = node.temporal;
    std::int64_t covered = split(d).all_instances;
    for (std::size_t level = 0; level < problem_.levels; ++level) {
      covered *= temporal_[d][level];
      if (level + 1 < problem_.levels) loops[d] |= temporal_[d][level] > 1;
    }
    order_context_.clipped[d] = covered > problem_.layer.bounds[d];
    order_context_.short_run[d] = node.stands_alone;
    nest_.runs_short |= node.stands_alone;
  }
  order_context_.axes_sure = !(loops[Dim::P] && loops[Dim::R]) && !(loops[Dim::Q] && loops[Dim::S]);
  nest_.axes_sure = order_context_.axes_sure;
  nest_.block_overhead = block_overhead(problem_, subtree_->spatial, temporal_);
  outer_orders_ = outer_tile();
}

RelativeSet OrderSearch::improved(const SearchNode& node, SearchRun& run) {
  for (std::size_t boundary = 1; boundary < node.boundary; ++boundary) {
    by_stationary_[boundary] = &subtree_->any_tile[boundary];
  }
  innermost_ = subtree_->innermost;
  for (const SearchNode* at = &node; at->inside != nullptr; at = at->inside) {
    by_stationary_[at->boundary] = &at->transfers;
    if (at->boundary + 1 == problem_.levels) innermost_ = at->within;
  }
  return improved_from({}, innermost_, node.alive, run);
}

void OrderSearch::price(const SearchNode& leaf, SearchRun& run) {
  set_leaf(leaf);
  try_orders(0, {}, leaf.alive, run);
}

/// How the instances lie, worked out when the first order is about to be priced; empty: they do not
/// fit.
const std::vector<EnumArray<Dim, AxisPair>>& OrderSearch::layout() {
  if (layout_) return *layout_;
  std::vector<EnumArray<Dim, std::int64_t>> rest(problem_.levels);
  for (const Dim d : kDims) {
    std::int64_t left = problem_.layer.bounds[d];
    for (std::size_t level = problem_.levels; level-- > 0;) {
      rest[level][d] = left;
      left = ceil_div(ceil_div(left, split(d).instances[level]), temporal_[d][level]);
    }
  }
  return layout_.emplace(lay_out(problem_, subtree_->spatial, rest));
}

/// The dimensions with a temporal loop at `level`.
std::vector<Dim> OrderSearch::loops_at(std::size_t level) const {
  std::vector<Dim> dims;
  for (const Dim d : kDims) {
    if (temporal_[d][level] > 1) dims.push_back(d);
  }
  return dims;
}

void OrderSearch::set_moves(std::size_t boundary, DimGroup group, std::uint32_t bits) {
  const auto index = static_cast<std::size_t>(group);
  auto& known = moves_[boundary][index];
  for (const auto& [turned, moves] : known) {
    if (turned != bits) continue;
    nest_.moves[boundary][index] = moves;
    return;
  }
  const LeanMoves* made =
      &tables_.moves(subtree_->kept->choice.parents[boundary], pricer_->plan(boundary), group,
                     boundary, subtree_->spatial, temporal_, bits);
  known.emplace_back(bits, made);
  nest_.moves[boundary][index] = made;
}

/// The tables of a boundary's tile, before the first order is asked.
void OrderSearch::make_moves(std::size_t boundary) {
  if (moves_made_[boundary]) return;
  moves_made_[boundary] = true;
  for (auto& known : moves_[boundary]) known.clear();
  for (const DimGroup g : kDimGroups) set_moves(boundary, g, 0);
}

const std::vector<OrderGroup>& OrderSearch::orders_of(std::size_t level,
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
void OrderSearch::set_order(std::size_t level, const std::vector<Dim>& order) {
  const std::size_t first = level == 0 ? 0 : nest_.outside[level];
  nest_.outside[level + 1] = first + order.size();
  EnumArray<Dim, std::size_t> place{};
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Dim d = order[i];
    place[d] = i + 1;
    nest_.loops[first + i] = lean_loop(d);
  }
  // Which of two loops of one axis stands outside matters only where both dimensions have one.
  const auto turn = [&](DimGroup group, Dim outer, Dim inner) {
    const bool turned = place[inner] > 0 && place[outer] > place[inner];
    auto& bits = turned_[static_cast<std::size_t>(group)];
    bits = (bits & ((1U << level) - 1U)) | (turned ? 1U << level : 0U);
    set_moves(level + 1, group, bits);
  };
  turn(DimGroup::Rows, Dim::P, Dim::R);
  turn(DimGroup::Columns, Dim::Q, Dim::S);
  order_[level] = order;
}

/// The tensor that is stationary under the innermost loop of `order`; without a loop here, that of
/// the boundary outside.
std::size_t OrderSearch::stationary_under(std::size_t level, const std::vector<Dim>& order) const {
  if (order.empty()) return level == 0 ? kAnyStationary : stationary_[level];
  for (const Tensor t : kTensors) {
    if (!is_relevant(order.back(), t)) return static_cast<std::size_t>(t);
  }
  return kNone;
}

/// Those of a set for which some mapping may improve on the best. `start`: the innermost, with the
/// exact energy of the boundaries that are known.
RelativeSet OrderSearch::improved_from(Known known, const CostBound& start, const RelativeSet& of,
                                       SearchRun& run) {
  return improved_from(problem_.levels - 1, known, start, of, run);
}

RelativeSet OrderSearch::improved_from(std::size_t boundary, Known known, const CostBound& inside,
                                       const RelativeSet& of, SearchRun& run) {
  if (boundary == 0) {
    run.limit.add_effort();
    return inside.remaining(run.incumbents, of);
  }
  const ByStationary& by_stationary = *by_stationary_[boundary];
  const auto improved_with = [&](const TransferBound& transfers, const RelativeSet& left) {
    CostBound next = inside.with(transfers);
    if (boundary <= known.exact) next.energy = inside.energy;
    return improved_from(boundary - 1, known, next, left, run);
  };
  if (boundary <= known.fixed && stationary_[boundary] <= kNone)
    return improved_with(by_stationary[stationary_[boundary]], of);
  RelativeSet found;
  for (const Tensor t : kTensors) {
    found |= improved_with(by_stationary[static_cast<std::size_t>(t)], of.without(found));
    if (found == of) break;
  }
  return found;
}

std::size_t OrderSearch::OuterTileHash::operator()(const OuterTile& tile) const {
  std::uint64_t hash = kFnvBasis;
  for (const std::uint64_t part : tile) hash = fnv_add(hash, part);
  return hash ^ (hash >> 29U);
}

/// What is known of the outermost boundary with the tile of the leaf there. None: instances outside
/// it would matter too, or there is no other boundary to choose.
std::vector<OrderSearch::OuterOrder>* OrderSearch::outer_tile() {
  if (problem_.levels == 2) return nullptr;
  OuterTile key{};
  key[0] = subtree_->kept->codes[1];
  for (const Dim d : kDims) {
    if (split(d).instances[0] != 1) return nullptr;
    std::int64_t extent = split(d).all_instances;
    for (std::size_t level = 1; level < problem_.levels; ++level) extent *= temporal_[d][level];
    // One tile over all of the dimension is clipped there.
    if (temporal_[d][0] == 1) extent = std::min(extent, problem_.layer.bounds[d]);
    key[1 + static_cast<std::size_t>(d)] = static_cast<std::uint64_t>(extent);
  }
  if (outer_tiles_.size() > kMostOuterTiles) outer_tiles_.clear();
  return &outer_tiles_[key];
}

const OrderSearch::OuterOrder* OrderSearch::known_outer(const std::vector<Dim>& order) const {
  if (outer_orders_ == nullptr) return nullptr;
  const auto known =
      std::find_if(outer_orders_->begin(), outer_orders_->end(),
                   [code = code_of(order)](const OuterOrder& each) { return each.order == code; });
  return known == outer_orders_->end() ? nullptr : &*known;
}

/// Sets the order of `level`. The energy in pJ of the boundary inside it.
RelativeEnergy OrderSearch::boundary_energy(std::size_t level, const std::vector<Dim>& order) {
  const std::size_t boundary = level + 1;
  make_moves(boundary);
  set_order(level, order);
  const RelativeEnergy energy = pricer_->boundary_energy(nest_, boundary);
  if (level == 0 && outer_orders_ != nullptr) {
    outer_orders_->push_back({code_of(order), energy, pricer_->output_scale(boundary)});
  }
  return energy;
}

/// Tries the orders of `level` and of those inside it, for a set of relatives. `energy`: exact,
/// of the boundaries outside the level.
void OrderSearch::try_orders(std::size_t level, const RelativeEnergy& energy, const RelativeSet& of,
                             SearchRun& run) {
  if (level + 1 == problem_.levels) return finish(energy, of, run);
  // Orders with the same stationary tensor have one bound.
  const std::size_t boundary = level + 1;
  std::array<std::optional<RelativeSet>, enum_size<Tensor> + 2> improved_by;
  CostBound start = innermost_;
  const RelativeEnergy inside = start.energy;
  for (const OrderGroup& group : orders_of(level, loops_at(level))) {
    if (run.limit.reached(run.incumbents.any())) return;
    const std::vector<Dim>& order = group.front();
    stationary_[boundary] = stationary_under(level, order);
    auto& improved = improved_by[stationary_[boundary]];
    start.energy = inside + energy;
    if (!improved) improved = improved_from({level, boundary}, start, of, run);
    if (improved->empty()) {
      ++run.certificate.orders_by_bound;
      continue;
    }
    const OuterOrder* known = level == 0 ? known_outer(order) : nullptr;
    const RelativeEnergy now = energy + (known ? known->energy : boundary_energy(level, order));
    start.energy = inside + now;
    const RelativeSet left = improved_from({boundary, boundary}, start, *improved, run);
    if (left.empty()) {
      ++run.certificate.orders_by_bound;
      continue;
    }
    if (known) {
      make_moves(boundary);
      set_order(level, order);
      pricer_->set_output_scale(boundary, known->scale);
    }
    group_[level] = &group;
    try_orders(boundary, now, left, run);
  }
}

/// All orders but that of the innermost level are set: prices them.
void OrderSearch::finish(const RelativeEnergy& energy, const RelativeSet& of, SearchRun& run) {
  const std::size_t innermost = problem_.levels - 1;
  if (layout().empty()) return;
  // The compute unit stores nothing: the order of the innermost level changes no cost.
  order_[innermost] = loops_at(innermost);
  const auto& allowed = problem_.architecture.constraints[innermost].orders;
  if (!allowed.empty()) {
    const auto orders = listed_orders(allowed, order_[innermost]);
    if (orders.empty()) return;
    order_[innermost] = orders.front();
  }
  make_moves(problem_.levels);
  RelativeEnergy exact = pricer_->boundary_energy(nest_, problem_.levels);
  exact.pj = pricer_->operation_energy() + exact.pj;
  exact += energy;
  offer(exact, of, run);
  bool variants = false;
  for (std::size_t level = 0; level < innermost; ++level) variants |= group_[level]->size() > 1;
  if (!variants) return;
  const double least_cycles = pricer_->least_latency(nest_);
  const RelativeSet left = run.incumbents.remaining(exact, least_cycles, of);
  if (left.empty()) {
    ++run.certificate.orders_by_bound;
    return;
  }
  const auto representative = order_;
  try_variants(0, exact, left, run);
  for (std::size_t level = 0; level < innermost; ++level) set_order(level, representative[level]);
}

void OrderSearch::offer(const RelativeEnergy& energy, const RelativeSet& of, SearchRun& run) {
  ++run.certificate.evaluated;
  const double latency_cycles = pricer_->latency(nest_);
  run.incumbents.offer(energy, latency_cycles, of,
                       [this] { return std::make_shared<Mapping>(mapping()); });
}

/// Times every combination of orders of equal energy.
void OrderSearch::try_variants(std::size_t level, const RelativeEnergy& energy,
                               const RelativeSet& of, SearchRun& run) {
  if (level + 1 == problem_.levels) return offer(energy, of, run);
  const OrderGroup& group = *group_[level];
  for (const std::vector<Dim>& order : group) {
    if (run.limit.reached(run.incumbents.any())) return;
    set_order(level, order);
    for (std::size_t inner = level + 1; inner + 1 < problem_.levels; ++inner) {
      set_order(inner, order_[inner]);
    }
    try_variants(level + 1, energy, of, run);
  }
}

Mapping OrderSearch::mapping() const {
  Mapping mapping;
  mapping.levels.resize(problem_.levels);
  for (std::size_t level = 0; level < problem_.levels; ++level) {
    LevelMapping& at = mapping.levels[level];
    at.keep = subtree_->kept->choice.keep[level];
    at.place = problem_.architecture.levels[level].place;
    for (const Dim d : order_[level]) at.temporal.push_back({d, temporal_[d][level]});
    for (const Axis axis : {Axis::Y, Axis::X}) {
      for (const Dim d : kDims) {
        const AxisPair& pair = (*layout_)[level][d];
        const std::int64_t bound = axis == Axis::Y ? pair.y : pair.x;
        if (bound > 1) at.spatial.push_back({d, bound, axis});
      }
    }
  }
  return mapping;
}

}  // namespace tilewise
