#include "mapper/tile_factors.hpp"

#include <algorithm>

#include "mapper/axis_bounds.hpp"

namespace tilewise {
namespace {

class FactorBuilder {
 public:
  FactorBuilder(const Problem& problem, const KeepChoice& keep, DimGroup group,
                std::size_t boundary, const std::array<DimTile, 2>& tiles)
      : problem_(problem),
        parents_(keep.parents[boundary]),
        group_(group),
        dims_(dims_of(group)),
        boundary_(boundary),
        tiles_(tiles) {}

  TileFactors build() {
    made_.share = 1.0 / static_cast<double>(tiles_[0].most_positions);
    if (dims_.pair) made_.share /= static_cast<double>(tiles_[1].most_positions);
    for (const Tensor t : kTensors) {
      if (!parents_[t]) continue;
      if (t == Tensor::Input && dims_.pair) {
        add_axis();
        continue;
      }
      add_plain(t, dims_.first, tiles_[0]);
      if (dims_.pair) add_plain(t, dims_.second, tiles_[1]);
    }
    return made_;
  }

 private:
  DimView view(Tensor t, Dim d, const DimTile& tile) const {
    DimView made;
    made.size = problem_.layer.bounds[d];
    made.positions = tile.most_positions;
    made.clipped = tile.clipped;
    made.extent = tile.inner;
    const PerLevel& instances = tile.split->instances;
    for (std::size_t level = 0; level < problem_.levels; ++level) {
      if (level >= boundary_) {
        made.extent *= instances[level];
        continue;
      }
      made.outside *= instances[level];
      if (level + 1 == boundary_) made.beside = instances[level];
      if (level >= *parents_[t] && problem_.merges[level][t]) made.merged *= instances[level];
    }
    made.tiles = ceil_div(made.size, made.extent);
    made.moves = refills(tile, d);
    return made;
  }

  bool refills(const DimTile& tile, Dim d) const {
    return tile.inner * tile.split->all_instances < problem_.layer.bounds[d];
  }
  /// Temporal positions outside: each covers one tile of every instance.
  double least_positions(const DimTile& tile, Dim d) const {
    const std::int64_t at_once = tile.inner * tile.split->all_instances;
    return static_cast<double>(ceil_div(problem_.layer.bounds[d], at_once));
  }
  bool adjacent(Tensor t) const { return *parents_[t] + 1 == boundary_; }

  /// Instances between parent and child, whether merged or not.
  std::int64_t side_by_side(Tensor t, const DimTile& tile) const {
    std::int64_t instances = 1;
    for (std::size_t l = *parents_[t]; l < boundary_; ++l) instances *= tile.split->instances[l];
    return instances;
  }

  /// Of these, those whose tiles surely touch.
  std::int64_t touching(Tensor t, const DimTile& tile) const {
    return adjacent(t) ? side_by_side(t, tile) : tile.split->instances[boundary_ - 1];
  }

  /// The view of all but the last temporal position.
  static DimView without_last(const DimView& whole) {
    DimView made = whole;
    made.size = whole.turning();
    made.tiles = ceil_div(made.size, made.extent);
    made.clipped = false;
    return made;
  }

  void multiply(Tensor t, double parent, double child, double parent_kept, double child_kept) {
    const auto all = [&](std::initializer_list<Count> counts, double on_parent, double on_child) {
      for (const Count count : counts) {
        made_.parent[count] *= on_parent;
        made_.child[count] *= on_child;
      }
    };
    switch (t) {
      case Tensor::Weight:
        all({Count::Weight}, parent, child);
        all({Count::WeightKept}, parent_kept, child_kept);
        break;
      case Tensor::Output:
        all({Count::Output}, parent, child);
        all({Count::OutputKept}, parent_kept, child_kept);
        break;
      case Tensor::Input:
        all({Count::Input, Count::InputRows, Count::InputColumns}, parent, child);
        all({Count::InputKept, Count::InputKeptRows, Count::InputKeptColumns, Count::InputOnce},
            parent_kept, child_kept);
        break;
    }
  }

  void add_plain(Tensor t, Dim d, const DimTile& tile) {
    const DimView seen = view(t, d, tile);
    if (is_relevant(d, t)) {
      const auto turning = static_cast<double>(seen.turning());
      const auto size = static_cast<double>(seen.size);
      multiply(t, turning, turning, size, size);
      const std::int64_t beside = adjacent(t) ? side_by_side(t, tile) : 1;
      made_.tile[t] *= static_cast<double>(std::min(seen.extent, seen.size));
      made_.fill[t] *= static_cast<double>(std::min(seen.extent * beside, seen.size));
      made_.first[t] *= static_cast<double>(std::min(seen.extent * touching(t, tile), seen.size));
      made_.refilled[t] |= refills(tile, d);
      made_.arrivals[t] *= least_positions(tile, d);
      return;
    }
    const auto parent = static_cast<double>(ceil_div(seen.tiles, seen.merged));
    const auto child = static_cast<double>(seen.tiles);
    multiply(t, parent, child, static_cast<double>(ceil_div(seen.working(), seen.merged)),
             static_cast<double>(seen.working()));
  }

  /// The words of an axis that turns: at a last position that stands alone it does not move.
  static AxisBoth turning_words(const InputAxis& axis, const AxisBoth& kept) {
    if (!axis.output.clipped && !axis.filter.clipped) return kept;
    InputAxis turning = axis;
    turning.output = without_last(axis.output);
    turning.filter = without_last(axis.filter);
    if (turning.output.size == 0 || turning.filter.size == 0) return {};
    return axis_words_of(turning);
  }

  /// Input along rows or columns.
  void add_axis() {
    const Tensor t = Tensor::Input;
    const Layer& layer = problem_.layer;
    const bool rows = group_ == DimGroup::Rows;
    const auto pick = [rows](const Plane& plane) {
      return rows ? plane.vertical : plane.horizontal;
    };
    InputAxis axis;
    axis.output = view(t, dims_.first, tiles_[0]);
    axis.filter = view(t, dims_.second, tiles_[1]);
    axis.step = {1, 1, pick(layer.stride), pick(layer.dilation)};
    axis.real_low = pick(layer.padding);
    axis.real_high = axis.real_low + pick(layer.image);
    axis.real = *parents_[t] == 0;
    axis.adjacent = adjacent(t);
    axis.merges = problem_.merges[*parents_[t]][t];

    const AxisBoth kept = axis_words_of(axis);
    const AxisBoth words = turning_words(axis, kept);
    const auto set = [rows](Counts& counts, const AxisWords& from, Count plain, Count by_rows,
                            Count by_columns) {
      counts[plain] *= from.tiles;
      counts[by_rows] *= rows ? from.slide : from.tiles;
      counts[by_columns] *= rows ? from.tiles : from.slide;
    };
    for (const bool kept_still : {false, true}) {
      const auto of = [kept_still](Count moving, Count still) {
        return kept_still ? still : moving;
      };
      const Count plain = of(Count::Input, Count::InputKept);
      const Count by_rows = of(Count::InputRows, Count::InputKeptRows);
      const Count by_columns = of(Count::InputColumns, Count::InputKeptColumns);
      set(made_.parent, words.parent, plain, by_rows, by_columns);
      set(made_.child, words.child, plain, by_rows, by_columns);
    }
    made_.parent[Count::InputOnce] *= kept.parent.once;
    made_.child[Count::InputOnce] *= kept.child.once;

    const DimView& p = axis.output;
    const DimView& r = axis.filter;
    const std::int64_t high = std::min(p.extent, p.size);
    const std::int64_t deep = std::min(r.extent, r.size);
    made_.tile[t] *= static_cast<double>(axis.distinct(high, deep));
    const std::int64_t beside_p = axis.adjacent ? side_by_side(t, tiles_[0]) : 1;
    const std::int64_t beside_r = axis.adjacent ? side_by_side(t, tiles_[1]) : 1;
    made_.fill[t] *= axis.once(std::min(p.extent * beside_p, p.size),
                               std::min(r.extent * beside_r, r.size), axis.real);
    made_.first[t] *= axis.once(std::min(p.extent * touching(t, tiles_[0]), p.size),
                                std::min(r.extent * touching(t, tiles_[1]), r.size), axis.real);
    made_.refilled[t] |= refills(tiles_[0], dims_.first) || refills(tiles_[1], dims_.second);
  }

  const Problem& problem_;
  const Parents& parents_;
  DimGroup group_;
  GroupDims dims_;
  std::size_t boundary_;
  const std::array<DimTile, 2>& tiles_;
  TileFactors made_ = TileFactors::one();
};

}  // namespace

TileFactors TileFactors::one() {
  TileFactors ones;
  ones.parent.values.fill(1.0);
  ones.child.values.fill(1.0);
  ones.tile.values.fill(1.0);
  ones.fill.values.fill(1.0);
  ones.first.values.fill(1.0);
  ones.arrivals.values.fill(1.0);
  return ones;
}

TileFactors& TileFactors::operator*=(const TileFactors& other) {
  for (std::size_t i = 0; i < enum_size<Count>; ++i) {
    parent.values[i] *= other.parent.values[i];
    child.values[i] *= other.child.values[i];
  }
  for (const Tensor t : kTensors) {
    tile[t] *= other.tile[t];
    fill[t] *= other.fill[t];
    first[t] *= other.first[t];
    arrivals[t] *= other.arrivals[t];
    refilled[t] = refilled[t] || other.refilled[t];
  }
  share *= other.share;
  return *this;
}

TileFactors least_of_each(const TileFactors& a, const TileFactors& b) {
  TileFactors least = a;
  for (std::size_t i = 0; i < enum_size<Count>; ++i) {
    least.parent.values[i] = std::min(a.parent.values[i], b.parent.values[i]);
    least.child.values[i] = std::min(a.child.values[i], b.child.values[i]);
  }
  for (const Tensor t : kTensors) {
    least.tile[t] = std::min(a.tile[t], b.tile[t]);
    least.fill[t] = std::min(a.fill[t], b.fill[t]);
    least.first[t] = std::min(a.first[t], b.first[t]);
    least.arrivals[t] = std::min(a.arrivals[t], b.arrivals[t]);
    least.refilled[t] = a.refilled[t] && b.refilled[t];
  }
  least.share = std::min(a.share, b.share);
  return least;
}

TileFactors tile_factors(const Problem& problem, const KeepChoice& keep, DimGroup group,
                         std::size_t boundary, const std::array<DimTile, 2>& tiles) {
  return FactorBuilder(problem, keep, group, boundary, tiles).build();
}

}  // namespace tilewise
