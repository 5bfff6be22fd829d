#include "mapper/candidates.hpp"

#include <algorithm>
#include <utility>

#include "sim/cost_terms.hpp"
#include "sim/validity.hpp"

namespace tilewise {
namespace {

std::vector<Dim> dims_of(DimGroup group) {
  std::vector<Dim> dims;
  for (const Dim d : kDims) {
    if (group_of(d) == group) dims.push_back(d);
  }
  return dims;
}

/// Fills in all that follows from the factorizations.
class CandidateBuilder {
 public:
  CandidateBuilder(const Architecture& architecture, const Layer& layer, DimGroup group)
      : layer_(layer),
        group_(group),
        levels_(architecture.levels.size()),
        merges_(merge_rules(architecture)) {}

  Candidate build(std::vector<Dim> dims, std::vector<const Factorization*> factors) const {
    Candidate made;
    made.dims = std::move(dims);
    made.factors = std::move(factors);
    made.x.assign(levels_, 1);
    made.y.assign(levels_, 1);
    for (const Factorization* each : made.factors) {
      for (std::size_t level = 0; level < levels_; ++level) {
        made.x[level] *= (*each)[level].x;
        made.y[level] *= (*each)[level].y;
      }
    }
    set_tiles(made);
    set_operands(made);
    return made;
  }

 private:
  void set_tiles(Candidate& made) const {
    // Tile sizes multiply over groups: with the other groups at extent one, this group's share.
    const std::vector<Extents> extents = candidate_extents(made);
    made.tile.resize(levels_);
    made.refilled.resize(levels_);
    std::vector<bool> looped(made.dims.size(), false);
    for (std::size_t level = 0; level < levels_; ++level) {
      for (const Tensor t : kTensors) {
        made.tile[level][t] = tile_words(layer_, t, extents[level]);
        for (std::size_t i = 0; i < made.dims.size(); ++i) {
          const Dim d = made.dims[i];
          made.refilled[level][t] |=
              looped[i] && is_relevant(d, t) && extents[level][d] < layer_.bounds[d];
        }
      }
      for (std::size_t i = 0; i < made.dims.size(); ++i) {
        if ((*made.factors[i])[level].temporal > 1) looped[i] = true;
      }
    }
  }

  /// What the compute unit asks of a keeper at each level: exact, whatever the order of loops.
  void set_operands(Candidate& made) const {
    const std::vector<NestLoop> nest = candidate_nest(made, std::vector<bool>(levels_, true));
    made.operands.resize(levels_);
    made.sums.assign(levels_, 1);
    for (std::size_t parent = 0; parent < levels_; ++parent) {
      Parents parents;
      for (const Tensor t : kTensors) {
        if (has_tensor(layer_, t)) parents[t] = parent;
      }
      const Extents ones{{1, 1, 1, 1, 1, 1, 1, 1}};
      const GroupMoves moves = group_moves(layer_, group_, nest, ones, parents, merges_, levels_);
      made.executed = moves.executed;
      for (const Tensor t : kTensors) {
        made.operands[parent][t] = parents[t] ? moves.hold.back().totals[t].front().all : 0;
      }
      for (const NestLoop& loop : nest) {
        if (loop.spatial && loop.level < parent && is_reduction(loop.dim)) {
          made.sums[parent] *= loop.bound;
        }
      }
    }
  }

  const Layer& layer_;
  DimGroup group_;
  std::size_t levels_;
  MergeRules merges_;
};

}  // namespace

std::vector<Candidate> candidates_of(const Architecture& architecture, const Layer& layer,
                                     const MapSpace& space, DimGroup group) {
  const CandidateBuilder builder(architecture, layer, group);
  const std::vector<Dim> dims = dims_of(group);
  std::vector<Candidate> candidates;
  for (const Factorization& first : space.factorizations[dims[0]]) {
    if (dims.size() == 1) {
      candidates.push_back(builder.build(dims, {&first}));
      continue;
    }
    for (const Factorization& second : space.factorizations[dims[1]]) {
      candidates.push_back(builder.build(dims, {&first, &second}));
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.executed < b.executed; });
  return candidates;
}

std::vector<NestLoop> candidate_nest(const Candidate& candidate,
                                     const std::vector<bool>& first_dim_outside) {
  std::vector<NestLoop> nest;
  const std::size_t levels = first_dim_outside.size();
  const auto add = [&](std::size_t i, std::size_t level, std::int64_t bound, bool spatial) {
    if (bound > 1) nest.push_back({candidate.dims[i], bound, 1, level, spatial});
  };
  for (std::size_t level = 0; level < levels; ++level) {
    for (std::size_t place = 0; place < candidate.dims.size(); ++place) {
      const std::size_t i = first_dim_outside[level] ? place : candidate.dims.size() - 1 - place;
      add(i, level, (*candidate.factors[i])[level].temporal, false);
    }
    for (std::size_t i = 0; i < candidate.dims.size(); ++i) {
      add(i, level, (*candidate.factors[i])[level].y, true);
    }
    for (std::size_t i = 0; i < candidate.dims.size(); ++i) {
      add(i, level, (*candidate.factors[i])[level].x, true);
    }
  }
  Extents inside{{1, 1, 1, 1, 1, 1, 1, 1}};
  for (auto loop = nest.rbegin(); loop != nest.rend(); ++loop) {
    loop->step = inside[loop->dim];
    inside[loop->dim] *= loop->bound;
  }
  return nest;
}

std::vector<Extents> candidate_extents(const Candidate& candidate) {
  const std::size_t levels = candidate.factors.front()->size();
  std::vector<Extents> extents(levels + 1, Extents{{1, 1, 1, 1, 1, 1, 1, 1}});
  for (std::size_t level = levels; level-- > 0;) {
    extents[level] = extents[level + 1];
    for (std::size_t i = 0; i < candidate.dims.size(); ++i) {
      const LevelFactors& factors = (*candidate.factors[i])[level];
      extents[level][candidate.dims[i]] *= factors.temporal * factors.y * factors.x;
    }
  }
  return extents;
}

}  // namespace tilewise
