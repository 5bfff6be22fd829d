#include "mapper/pricer.hpp"

#include <algorithm>
#include <utility>

#include "sim/energy.hpp"
#include "sim/latency.hpp"
#include "sim/validity.hpp"

namespace tilewise {
namespace {

/// The bound of the temporal loop of `d` at `level`.
const LevelFactors& factors_of(const Pricer::Choice& choice, Dim d, std::size_t level) {
  const Candidate& candidate = *choice[group_of(d)];
  const auto at = std::find(candidate.dims.begin(), candidate.dims.end(), d);
  return (*candidate.factors[static_cast<std::size_t>(at - candidate.dims.begin())])[level];
}

Mapping mapping_of(const Pricer::Choice& choice, const KeepChoice& keep,
                   const std::vector<std::vector<Dim>>& orders) {
  Mapping mapping;
  mapping.levels.resize(orders.size());
  for (std::size_t level = 0; level < orders.size(); ++level) {
    LevelMapping& at = mapping.levels[level];
    at.keep = keep.keep[level];
    for (const Dim d : orders[level]) {
      at.temporal.push_back({d, factors_of(choice, d, level).temporal});
    }
    for (const Dim d : kDims) {
      const LevelFactors& factors = factors_of(choice, d, level);
      if (factors.y > 1) at.spatial.push_back({d, factors.y, Axis::Y});
    }
    for (const Dim d : kDims) {
      const LevelFactors& factors = factors_of(choice, d, level);
      if (factors.x > 1) at.spatial.push_back({d, factors.x, Axis::X});
    }
  }
  return mapping;
}

/// Bit l: at level l the loop of the second dimension of the group is outside that of the first.
std::size_t order_bits(DimGroup group, const std::vector<std::vector<Dim>>& orders) {
  std::size_t bits = 0;
  if (group != DimGroup::Rows && group != DimGroup::Columns) return bits;
  for (std::size_t level = 0; level < orders.size(); ++level) {
    std::vector<Dim> own;
    for (const Dim d : orders[level]) {
      if (group_of(d) == group) own.push_back(d);
    }
    if (own.size() == 2 && own[1] < own[0]) bits |= std::size_t{1} << level;
  }
  return bits;
}

}  // namespace

std::vector<KeepChoice> keep_choices(const Layer& layer, const MapSpace& space) {
  std::vector<KeepChoice> choices{{}};
  for (const auto& level : space.keeps) {
    std::vector<KeepChoice> longer;
    for (const KeepChoice& choice : choices) {
      for (const auto& keep : level) {
        longer.push_back(choice);
        longer.back().keep.push_back(keep);
      }
    }
    choices = std::move(longer);
  }
  for (KeepChoice& choice : choices) {
    Mapping mapping;
    mapping.levels.resize(choice.keep.size());
    for (std::size_t level = 0; level < choice.keep.size(); ++level) {
      mapping.levels[level].keep = choice.keep[level];
    }
    const KeeperChains chains = keeper_chains(mapping);
    choice.parents.resize(choice.keep.size() + 1);
    for (std::size_t child = 1; child <= choice.keep.size(); ++child) {
      choice.parents[child] = parents_of(chains, layer, child);
    }
  }
  return choices;
}

void Incumbent::merge(const Incumbent& other) {
  evaluated += other.evaluated;
  if (!other.mapping) return;
  if (!mapping || other.value < value || (other.value == value && *other.mapping < *mapping)) {
    value = other.value;
    mapping = other.mapping;
  }
}

Pricer::Pricer(const Architecture& architecture, const Layer& layer, const MapSpace& space,
               const std::vector<KeepChoice>& keeps, TableCache& cache, const Bounds& bounds,
               Objective objective)
    : architecture_(architecture),
      layer_(layer),
      space_(space),
      keeps_(keeps),
      cache_(cache),
      bounds_(bounds),
      objective_(objective),
      known_orders_(architecture.levels.size()) {
  static_energy_per_cycle_ = static_energy_per_cycle(architecture).count();
}

void Pricer::price(const Choice& choice, const Indices& indices, Incumbent& best) {
  for (std::size_t keep = 0; keep < keeps_.size(); ++keep) {
    if (fits(choice, keeps_[keep])) price_orders(choice, indices, keep, best);
  }
}

bool Pricer::fits(const Choice& choice, const KeepChoice& keep) const {
  const bool summed = layer_.bounds[Dim::C] * layer_.bounds[Dim::R] * layer_.bounds[Dim::S] > 1;
  for (std::size_t level = 0; level < keep.keep.size(); ++level) {
    for (const Memory& memory : architecture_.levels[level].memories) {
      if (!memory.capacity) continue;
      std::int64_t bits = 0;
      for (const Tensor t : kTensors) {
        if (!keep.keep[level][t] || !memory.holds[t] || !has_tensor(layer_, t)) continue;
        std::int64_t size = t == Tensor::Output && summed ? layer_.widths.partial_sum.count()
                                                          : layer_.widths.tensor[t].count();
        bool refilled = false;
        for (const Candidate* candidate : choice) {
          size *= candidate->tile[level][t];
          refilled |= candidate->refilled[level][t];
        }
        bits += memory.buffering == Buffering::Double && refilled ? 2 * size : size;
      }
      if (bits > memory.capacity->count()) return false;
    }
  }
  return true;
}

const std::vector<std::vector<Dim>>& Pricer::orders_of(std::size_t level,
                                                       const std::vector<Dim>& dims) {
  const auto [at, fresh] = known_orders_[level].try_emplace(dims);
  if (fresh) at->second = distinct_orders(space_.orders[level], dims);
  return at->second;
}

void Pricer::price_orders(const Choice& choice, const Indices& indices, std::size_t keep,
                          Incumbent& best) {
  const std::size_t levels = space_.orders.size();
  std::vector<const std::vector<std::vector<Dim>>*> allowed(levels);
  std::vector<std::vector<Dim>> orders(levels);
  for (std::size_t level = 0; level < levels; ++level) {
    std::vector<Dim> dims;
    for (const Dim d : kDims) {
      if (factors_of(choice, d, level).temporal > 1) dims.push_back(d);
    }
    allowed[level] = &orders_of(level, dims);
    if (allowed[level]->empty()) return;
    orders[level] = allowed[level]->front();
  }
  // The compute unit stores nothing: the order of the innermost level changes no cost, and the
  // first of its orders is the smallest.
  std::vector<std::size_t> at(levels, 0);
  while (true) {
    price_nest(choice, indices, keep, orders, best);
    std::size_t level = levels - 1;
    while (level > 0) {
      --level;
      if (++at[level] < allowed[level]->size()) {
        orders[level] = (*allowed[level])[at[level]];
        break;
      }
      at[level] = 0;
      orders[level] = allowed[level]->front();
      if (level == 0) return;
    }
    if (levels == 1) return;
  }
}

void Pricer::price_nest(const Choice& choice, const Indices& indices, std::size_t keep,
                        const std::vector<std::vector<Dim>>& orders, Incumbent& best) {
  const std::size_t levels = orders.size();
  NestTables tables;
  tables.parents = keeps_[keep].parents;
  tables.moves.resize(levels + 1);
  for (std::size_t level = 0; level < levels; ++level) {
    for (const Dim d : orders[level]) {
      tables.temporal.push_back({d, factors_of(choice, d, level).temporal, 1, level, false});
    }
  }
  for (const DimGroup g : kDimGroups) {
    const auto& moves =
        cache_.tables(g, indices[g], keep, keeps_[keep].parents, order_bits(g, orders));
    for (std::size_t child = 1; child <= levels; ++child) tables.moves[child][g] = &moves[child];
  }
  const AccessCounts counts = count_accesses(layer_, tables);
  const Picojoules dynamic = dynamic_energy_total(architecture_, layer_, counts);
  const auto value_at = [&](Cycles latency) {
    const Picojoules fixed{static_energy_per_cycle_ * latency.count()};
    return objective_value(objective_, latency, dynamic + fixed);
  };
  ++best.evaluated;
  // No run is shorter than its steps and what never hides: the latency is worked out only for a
  // mapping that this does not exclude.
  const Cycles least = bounds_.least_latency(counts.compute_cycles);
  if (best.mapping && value_at(least) > best.value * (1.0 + 1e-9)) return;
  const double value = value_at(layer_latency(architecture_, layer_, tables, counts).total);
  if (best.mapping && value > best.value) return;
  Mapping mapping = mapping_of(choice, keeps_[keep], orders);
  if (best.mapping && value == best.value && !(mapping < *best.mapping)) return;
  best.value = value;
  best.mapping = std::move(mapping);
}

}  // namespace tilewise
