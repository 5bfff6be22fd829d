#include "mapper/bound/tile_factors.hpp"

#include <algorithm>

#include "mapper/bound/axis_bounds.hpp"
#include "sim/validity.hpp"

namespace tilewise {
namespace {

class FactorBuilder {
 public:
  FactorBuilder(const Problem& problem, const Parents& parents, DimGroup group,
                std::size_t boundary, const std::array<DimTile, 2>& tiles)
      : problem_(problem),
        parents_(parents),
        group_(group),
        dims_(dims_of(group)),
        boundary_(boundary),
        tiles_(tiles) {}

  TileFactors build() {
    made_.tile_share = 1.0 / static_cast<double>(tiles_[0].most_positions);
    if (dims_.pair) made_.tile_share /= static_cast<double>(tiles_[1].most_positions);
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
  /// `first`: the level whose children count together, the parent or one that it bypasses.
  DimView view(std::size_t first, Tensor t, Dim d, const DimTile& tile) const {
    DimView made;
    made.size = problem_.layer.bounds[d];
    made.positions = tile.most_positions;
    made.stands_alone = tile.stands_alone;
    made.extent = tile.inner;
    const PerLevel& instances = tile.split->instances;
    for (std::size_t level = 0; level < problem_.levels; ++level) {
      if (level >= boundary_) {
        made.extent *= instances[level];
        continue;
      }
      made.outside *= instances[level];
      if (level + 1 == boundary_) made.siblings = instances[level];
      if (level >= first && problem_.merges[level][t]) made.merged *= instances[level];
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
  /// Whether all instances between the level `first` and the child stand next to each other: their
  /// tiles touch.
  bool side_by_side_from(std::size_t first, const DimTile& tile) const {
    for (std::size_t level = first; level + 1 < boundary_; ++level) {
      if (tile.split->instances[level] > 1) return false;
    }
    return true;
  }

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

  /// What a dimension contributes seen from the parents, on the last hop and from the children.
  struct Seen {
    double parent = 1.0;
    double last_hop = 1.0;
    double child = 1.0;
  };

  void multiply(Tensor t, const Seen& moving, const Seen& stationary) {
    const auto all = [&](std::initializer_list<Count> counts, const Seen& by) {
      for (const Count count : counts) {
        made_.parent[count] *= by.parent;
        made_.last_hop[count] *= by.last_hop;
        made_.child[count] *= by.child;
      }
    };
    switch (t) {
      case Tensor::Weight:
        all({Count::Weight}, moving);
        all({Count::WeightStationary}, stationary);
        break;
      case Tensor::Output:
        all({Count::Output}, moving);
        all({Count::OutputStationary}, stationary);
        break;
      case Tensor::Input:
        all({Count::Input, Count::InputRows, Count::InputColumns}, moving);
        all({Count::InputStationary, Count::InputStationaryRows, Count::InputStationaryColumns,
             Count::InputOnce, Count::InputRowsOnce, Count::InputColumnsOnce},
            stationary);
        break;
    }
  }

  void add_plain(Tensor t, Dim d, const DimTile& tile) {
    const DimView seen = view(*parents_[t], t, d, tile);
    if (is_relevant(d, t)) {
      const auto turning = static_cast<double>(seen.turning());
      const auto size = static_cast<double>(seen.size);
      multiply(t, {turning, turning, turning}, {size, size, size});
      const std::int64_t siblings = adjacent(t) ? side_by_side(t, tile) : 1;
      made_.tile_words[t] *= static_cast<double>(std::min(seen.extent, seen.size));
      made_.fill_words[t] *= static_cast<double>(std::min(seen.extent * siblings, seen.size));
      made_.tight_fill_words[t] *=
          static_cast<double>(std::min(seen.extent * touching(t, tile), seen.size));
      made_.refilled[t] |= refills(tile, d);
      made_.arrivals[t] *= least_positions(tile, d);
      return;
    }
    const std::int64_t on_last_hop = view(boundary_ - 1, t, d, tile).merged;
    const auto of = [&](std::int64_t tiles) {
      return Seen{static_cast<double>(ceil_div(tiles, seen.merged)),
                  static_cast<double>(ceil_div(tiles, on_last_hop)), static_cast<double>(tiles)};
    };
    multiply(t, of(seen.tiles), of(seen.working()));
  }

  /// Rows or columns as the level `first` sees them, the parent or one that it bypasses.
  InputAxis axis_from(std::size_t first) const {
    const Tensor t = Tensor::Input;
    const Layer& layer = problem_.layer;
    const bool rows = group_ == DimGroup::Rows;
    const auto pick = [rows](const Plane& plane) {
      return rows ? plane.vertical : plane.horizontal;
    };
    InputAxis axis;
    axis.output = view(first, t, dims_.first, tiles_[0]);
    axis.filter = view(first, t, dims_.second, tiles_[1]);
    axis.step = {1, 1, pick(layer.stride), pick(layer.dilation)};
    axis.all_taps = layer.bounds[dims_.second];
    axis.real_low = pick(layer.padding);
    axis.real_high = axis.real_low + pick(layer.image);
    axis.real = first == 0;
    axis.adjacent = side_by_side_from(first, tiles_[0]) && side_by_side_from(first, tiles_[1]);
    axis.merges = problem_.merges[boundary_ - 1][t];
    axis.sure_moves = share_of_sure_moves(axis);
    return axis;
  }

  /// What Input's words along this axis multiply the counts with.
  void multiply_axis(Counts& counts, const AxisWords& whole, const AxisWords& turning) const {
    const bool rows = group_ == DimGroup::Rows;
    for (const Count count : {Count::Input, Count::InputStationary}) counts[count] *= turning.tiles;
    for (const Count count : {Count::InputRows, Count::InputStationaryRows}) {
      counts[count] *= rows ? turning.new_words : turning.tiles;
    }
    for (const Count count : {Count::InputColumns, Count::InputStationaryColumns}) {
      counts[count] *= rows ? turning.tiles : turning.new_words;
    }
    counts[Count::InputOnce] *= whole.once;
    counts[Count::InputRowsOnce] *= rows ? turning.once : turning.changed_tiles;
    counts[Count::InputColumnsOnce] *= rows ? turning.changed_tiles : turning.once;
  }

  /// Input along rows or columns.
  void add_axis() {
    const Tensor t = Tensor::Input;
    const InputAxis axis = axis_from(*parents_[t]);
    const AxisBoth whole = axis_words_of(axis);
    const AxisBoth turning = turning_words_of(axis);
    multiply_axis(made_.parent, whole.parent, turning.parent);
    multiply_axis(made_.child, whole.child, turning.child);
    if (adjacent(t)) {
      multiply_axis(made_.last_hop, whole.parent, turning.parent);
    } else {
      const InputAxis near = axis_from(boundary_ - 1);
      multiply_axis(made_.last_hop, axis_words_of(near).parent, turning_words_of(near).parent);
    }

    const DimView& p = axis.output;
    const DimView& r = axis.filter;
    const std::int64_t high = std::min(p.extent, p.size);
    const std::int64_t deep = std::min(r.extent, r.size);
    made_.tile_words[t] *= static_cast<double>(axis.distinct(high, deep));
    const std::int64_t siblings_p = adjacent(t) ? side_by_side(t, tiles_[0]) : 1;
    const std::int64_t siblings_r = adjacent(t) ? side_by_side(t, tiles_[1]) : 1;
    made_.fill_words[t] *= axis.once(std::min(p.extent * siblings_p, p.size),
                                     std::min(r.extent * siblings_r, r.size), axis.real);
    made_.tight_fill_words[t] *=
        axis.once(std::min(p.extent * touching(t, tiles_[0]), p.size),
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
  ones.last_hop.values.fill(1.0);
  ones.child.values.fill(1.0);
  ones.tile_words.values.fill(1.0);
  ones.fill_words.values.fill(1.0);
  ones.tight_fill_words.values.fill(1.0);
  ones.arrivals.values.fill(1.0);
  return ones;
}

TileFactors operator*(const TileFactors& a, const TileFactors& b) {
  TileFactors made;
  for (std::size_t i = 0; i < enum_size<Count>; ++i) {
    made.parent.values[i] = a.parent.values[i] * b.parent.values[i];
    made.last_hop.values[i] = a.last_hop.values[i] * b.last_hop.values[i];
    made.child.values[i] = a.child.values[i] * b.child.values[i];
  }
  for (const Tensor t : kTensors) {
    made.tile_words[t] = a.tile_words[t] * b.tile_words[t];
    made.fill_words[t] = a.fill_words[t] * b.fill_words[t];
    made.tight_fill_words[t] = a.tight_fill_words[t] * b.tight_fill_words[t];
    made.arrivals[t] = a.arrivals[t] * b.arrivals[t];
    made.refilled[t] = a.refilled[t] || b.refilled[t];
  }
  made.tile_share = a.tile_share * b.tile_share;
  return made;
}

TileFactors smaller_of_each(const TileFactors& a, const TileFactors& b) {
  TileFactors least = a;
  for (std::size_t i = 0; i < enum_size<Count>; ++i) {
    least.parent.values[i] = std::min(a.parent.values[i], b.parent.values[i]);
    least.last_hop.values[i] = std::min(a.last_hop.values[i], b.last_hop.values[i]);
    least.child.values[i] = std::min(a.child.values[i], b.child.values[i]);
  }
  for (const Tensor t : kTensors) {
    least.tile_words[t] = std::min(a.tile_words[t], b.tile_words[t]);
    least.fill_words[t] = std::min(a.fill_words[t], b.fill_words[t]);
    least.tight_fill_words[t] = std::min(a.tight_fill_words[t], b.tight_fill_words[t]);
    least.arrivals[t] = std::min(a.arrivals[t], b.arrivals[t]);
    least.refilled[t] = a.refilled[t] && b.refilled[t];
  }
  least.tile_share = std::min(a.tile_share, b.tile_share);
  return least;
}

TileFactors tile_factors(const Problem& problem, const Parents& parents, DimGroup group,
                         std::size_t boundary, const std::array<DimTile, 2>& tiles) {
  return FactorBuilder(problem, parents, group, boundary, tiles).build();
}

EnumArray<Tensor, double> held_bits(const Problem& problem, const KeepChoice& kept,
                                    std::size_t level, const EnumArray<Tensor, double>& tile,
                                    const EnumArray<Tensor, bool>& refilled) {
  EnumArray<Tensor, double> bits{};
  for (const Tensor t : kTensors) {
    if (!kept.keep[level][t] || !has_tensor(problem.layer, t)) continue;
    if (problem.architecture.levels[level].whole[t]) continue;
    const Memory& memory = *problem.architecture.levels[level].memory_of(t);
    const bool twice = memory.buffering == Buffering::Double && refilled[t];
    bits[t] = held_bits(memory, problem.layer, t, tile[t]) * (twice ? 2.0 : 1.0) *
              problem.architecture.levels[level].part[t];
  }
  return bits;
}

RelativeSet tiles_fit(const Problem& problem, std::size_t level,
                      const EnumArray<Tensor, double>& bits,
                      const EnumArray<Tensor, double>& inside, const RelativeSet& of) {
  RelativeSet fit = of;
  const std::vector<Memory>& memories = problem.architecture.levels[level].memories;
  for (std::size_t m = 0; m < memories.size() && !fit.empty(); ++m) {
    if (!memories[m].capacity) continue;
    double all = 0.0;
    for (const Tensor t : kTensors) {
      if (memories[m].holds[t]) all += bits[t] + inside[t];
    }
    if (all > static_cast<double>(memories[m].capacity->count())) return {};
    if (problem.relatives != nullptr) fit &= problem.relatives->holding(level, m, all);
  }
  return fit;
}

}  // namespace tilewise
