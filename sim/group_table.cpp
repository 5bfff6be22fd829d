#include "sim/group_table.hpp"

#include <algorithm>
#include <utility>

#include "sim/axis_words.hpp"
#include "sim/dim_walk.hpp"

namespace tilewise {
namespace {

/// The spatial offsets of one dimension by what they mean for a view: different instances of the
/// view's level, separate transfers of one instance, or transfers that the network merges.
struct Offsets {
  std::vector<std::int64_t> instances;
  std::vector<std::int64_t> separate;
  std::vector<std::int64_t> merged;
};

/// A dimension of a group with its classes at the current move.
struct DimState {
  Dim dim = Dim::N;
  DimWalk walk;
  bool used = false;  ///< groups of one dimension leave the second state unused
};

struct Position {
  TemporalClass at;
  bool first = false;   ///< cold start: nothing before
  bool clipped = true;  ///< some child may be clipped or idle
};

class GroupBuilder {
 public:
  GroupBuilder(const Layer& layer, DimGroup group, std::span<const NestLoop> nest,
               const Extents& extents, const Parents& parents, const MergeRules& merges,
               std::size_t child, const EnumArray<Tensor, bool>& refetched)
      : layer_(layer), parents_(parents), merges_(merges), child_(child), refetched_(refetched) {
    std::size_t used = 0;
    for (const Dim d : kDims) {
      if (group_of(d) != group) continue;
      dims_[used++] = {d, walk_of(nest, d, layer.bounds[d], extents[d], child), true};
    }
    if (!dims_[1].used) dims_[1].walk = {1, 1, false, {}};
    for (const NestLoop& loop : nest) {
      if (loop.level < child && !loop.spatial && group_of(loop.dim) == group) ++temporal_;
    }
    set_rule(group);
    for (const Tensor t : kTensors) {
      if (!parents_[t]) continue;
      for (std::size_t level = *parents_[t]; level <= child_; ++level) {
        offsets_[t].push_back({offsets(t, level, dims_[0].walk), offsets(t, level, dims_[1].walk)});
      }
    }
  }

  GroupMoves build(bool compute_unit) {
    GroupMoves moves;
    for (const DimState& state : dims_) describe_walk(state.walk, moves);
    if (compute_unit) {
      moves.hold.resize(temporal_ + 1);
      moves.hold.back() = entry({Move::Kind::Transition, temporal_, false});
      return moves;
    }
    moves.first = entry({Move::Kind::First, 0, false});
    for (std::size_t k = 0; k <= temporal_; ++k) {
      moves.hold.push_back(entry({Move::Kind::Transition, k, false}));
    }
    for (std::size_t k = 0; k < temporal_; ++k) {
      moves.advance.push_back(entry({Move::Kind::Transition, k, true}));
    }
    return moves;
  }

 private:
  static void describe_walk(const DimWalk& walk, GroupMoves& moves) {
    moves.executed *= positions_below_size(walk, false);
    if (!walk.reduction) return;
    moves.reduction_instances *= positions_below_size(walk, true);
    for (const Digit& digit : walk.digits) moves.splits_sums |= digit.spatial;
  }

  /// How rows or columns become coordinates, and which of them off-chip memory really holds.
  void set_rule(DimGroup group) {
    if (group != DimGroup::Rows && group != DimGroup::Columns) return;
    const bool rows = group == DimGroup::Rows;
    const auto pick = [rows](const Plane& p) { return rows ? p.vertical : p.horizontal; };
    rule_ = {pick(layer_.stride), pick(layer_.dilation), false, {}};
    const std::int64_t span =
        (dims_[0].walk.size - 1) * rule_.stride + (dims_[1].walk.size - 1) * rule_.dilation + 1;
    rule_.real = {pick(layer_.padding), pick(layer_.padding) + pick(layer_.image)};
    rule_.bounded = rule_.real.low > 0 || rule_.real.high < span;
  }

  bool absolute() const { return rule_.bounded && parents_[Tensor::Input] == std::size_t{0}; }

  GroupEntry entry(const Move& move) {
    GroupEntry result;
    for (const Tensor t : kTensors) {
      if (parents_[t]) result.totals[t].assign(child_ - *parents_[t] + 1, kNoWords);
    }
    // A move belongs to one of the two dimensions: the other one holds or resets.
    const auto rows = positions(dims_[0].walk, move);
    const auto filter = positions(dims_[1].walk, move);
    for (const Position& p : rows) {
      for (const Position& r : filter) add_class(result, p, r);
    }
    return result;
  }

  std::vector<Position> positions(const DimWalk& walk, const Move& move) const {
    Move own = move;
    own.advances = move.advances &&
                   std::any_of(walk.digits.begin(), walk.digits.end(), [&](const Digit& digit) {
                     return !digit.spatial && digit.order == move.split;
                   });
    std::int64_t reach = walk.extent - 1;
    for (const Digit& digit : walk.digits) {
      if (digit.spatial) reach += (digit.bound - 1) * digit.step;
    }
    std::vector<Position> result;
    for (const TemporalClass& at : temporal_classes(walk, own, absolute())) {
      const bool clipped = std::max(at.now, at.before) + reach >= walk.size;
      result.push_back({at, move.kind == Move::Kind::First, clipped});
    }
    return result;
  }

  void add_class(GroupEntry& result, const Position& p, const Position& r) {
    GroupClass made;
    made.count = p.at.count * r.at.count;
    made.first_count = p.at.first_count * r.at.first_count;
    for (const Tensor t : kTensors) {
      if (!parents_[t]) continue;
      made.arriving[t] = tensor_words(t, p, r, false);
      for (std::size_t view = 0; view < made.arriving[t].views.size(); ++view) {
        for (const ViewOption& option : made.arriving[t].views[view]) {
          result.totals[t][view] += (made.count * option.instances) * option.words;
        }
      }
    }
    if (parents_[Tensor::Output]) made.leaving = tensor_words(Tensor::Output, p, r, true);
    for (GroupClass& known : result.classes) {
      if (known.arriving == made.arriving && known.leaving == made.leaving) {
        known.count += made.count;
        known.first_count += made.first_count;
        return;
      }
    }
    result.classes.push_back(std::move(made));
  }

  TensorWords tensor_words(Tensor t, const Position& p, const Position& r, bool leaving) {
    TensorWords words;
    words.views.reserve(child_ + 1 - *parents_[t]);
    for (std::size_t level = *parents_[t]; level <= child_; ++level) {
      words.views.push_back(view_words(t, level, p, r, leaving));
    }
    return words;
  }

  std::vector<ViewOption> view_words(Tensor t, std::size_t level, const Position& p,
                                     const Position& r, bool leaving) {
    const auto& [rows, filter] = offsets_[t][level - *parents_[t]];
    AxisRule rule = rule_;
    rule.bounded = rule_.bounded && t == Tensor::Input && level == 0;
    // What is loaded again finds nothing in place, as at the start.
    Position now_p = p;
    Position now_r = r;
    now_p.first |= refetched_[t];
    now_r.first |= refetched_[t];
    std::vector<ViewOption> options;
    const bool alike_rows = !p.clipped && !rule.bounded;
    const bool alike_filter = !r.clipped && !rule.bounded;
    const auto many = [](bool alike, const std::vector<std::int64_t>& all) {
      return alike ? static_cast<std::int64_t>(all.size()) : 1;
    };
    for (std::size_t i = 0; i < (alike_rows ? 1 : rows.instances.size()); ++i) {
      for (std::size_t j = 0; j < (alike_filter ? 1 : filter.instances.size()); ++j) {
        WordSums words = kNoWords;
        for (std::size_t k = 0; k < (alike_rows ? 1 : rows.separate.size()); ++k) {
          children(dims_[0].walk, now_p, rows.instances[i] + rows.separate[k], rows, leaving,
                   row_children_);
          for (std::size_t l = 0; l < (alike_filter ? 1 : filter.separate.size()); ++l) {
            children(dims_[1].walk, now_r, filter.instances[j] + filter.separate[l], filter,
                     leaving, filter_children_);
            words += (many(alike_rows, rows.separate) * many(alike_filter, filter.separate)) *
                     axis_words(t, row_children_, filter_children_, rule);
          }
        }
        add_option(
            options,
            {many(alike_rows, rows.instances) * many(alike_filter, filter.instances), words});
      }
    }
    return options;
  }

  static void add_option(std::vector<ViewOption>& options, const ViewOption& option) {
    for (ViewOption& known : options) {
      if (known.words == option.words) {
        known.instances += option.instances;
        return;
      }
    }
    options.push_back(option);
  }

  Offsets offsets(Tensor t, std::size_t level, const DimWalk& walk) const {
    return {spatial_offsets(walk, [&](const Digit& d) { return d.level < level; }),
            spatial_offsets(
                walk, [&](const Digit& d) { return d.level >= level && !merges_[d.level][t]; }),
            spatial_offsets(
                walk, [&](const Digit& d) { return d.level >= level && merges_[d.level][t]; })};
  }

  static void children(const DimWalk& walk, const Position& position, std::int64_t offset,
                       const Offsets& offsets, bool leaving, std::vector<ChildRange>& result) {
    result.clear();
    const auto range = [&](std::int64_t base) {
      return Range{base, std::min(base + walk.extent, walk.size)};
    };
    for (const std::int64_t merged : offsets.merged) {
      ChildRange child{range(position.at.now + offset + merged),
                       range(position.at.before + offset + merged)};
      if (position.first) child.before = {};
      if (child.now.empty()) child.now = {};
      if (child.before.empty()) child.before = {};
      if (leaving) std::swap(child.now, child.before);
      result.push_back(child);
    }
  }

  WordSums axis_words(Tensor t, std::span<const ChildRange> first,
                      std::span<const ChildRange> second, const AxisRule& rule) const {
    if (!dims_[1].used) {
      return is_relevant(dims_[0].dim, t) ? relevant_axis(first) : irrelevant_axis(first);
    }
    switch (t) {
      case Tensor::Input: return sliding_axis(first, second, rule);
      case Tensor::Weight: return irrelevant_axis(first) * relevant_axis(second);
      case Tensor::Output: return relevant_axis(first) * irrelevant_axis(second);
    }
    return kNoWords;
  }

  const Layer& layer_;
  const Parents& parents_;
  const MergeRules& merges_;
  std::size_t child_;
  EnumArray<Tensor, bool> refetched_;
  std::size_t temporal_ = 0;
  std::array<DimState, 2> dims_;
  AxisRule rule_;
  /// [tensor][view] of the two dimensions
  EnumArray<Tensor, std::vector<std::array<Offsets, 2>>> offsets_;
  std::vector<ChildRange> row_children_;  ///< of the words in work
  std::vector<ChildRange> filter_children_;
};

}  // namespace

Parents parents_of(const KeeperChains& chains, const Layer& layer, std::size_t child) {
  Parents parents;
  for (const Tensor t : kTensors) {
    if (!has_tensor(layer, t)) continue;
    for (std::size_t i = 1; i < chains[t].size(); ++i) {
      if (chains[t][i] == child) parents[t] = chains[t][i - 1];
    }
  }
  return parents;
}

GroupMoves group_moves(const Layer& layer, DimGroup group, std::span<const NestLoop> nest,
                       const Extents& extents, const Parents& parents, const MergeRules& merges,
                       std::size_t child, const EnumArray<Tensor, bool>& refetched) {
  const bool compute_unit = child == merges.size();
  return GroupBuilder(layer, group, nest, extents, parents, merges, child, refetched)
      .build(compute_unit);
}

}  // namespace tilewise
