#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "arch/architecture.hpp"
#include "base/enum_array.hpp"
#include "mapper/factors.hpp"
#include "mapper/relatives.hpp"
#include "mapper/search_tuning.hpp"
#include "mapper/splits.hpp"
#include "sim/group_table.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// Index of a SpatialSplit of each dimension: the spatial loops of a whole mapping.
using SpatialChoice = EnumArray<Dim, std::uint32_t>;
/// Index of a TileNode of each dimension, all of one boundary.
using TileChoice = EnumArray<Dim, std::uint32_t>;

/// One set of kept tensors for all levels.
struct KeepChoice {
  std::vector<EnumArray<Tensor, bool>> keep;  ///< [level]
  std::vector<Parents> parents;               ///< [boundary], the compute unit last
};

/// Every set of kept tensors that the memories and the constraints allow: a product over the
/// levels, of which a choice is made when it is asked for. Eight levels have two million.
class KeepChoices {
 public:
  KeepChoices(const Architecture& architecture, const Layer& layer);
  std::size_t size() const { return size_; }
  /// The choice of that index, below `size`: the last level changes fastest, and every tensor is
  /// kept before one bypasses.
  KeepChoice operator[](std::size_t index) const;

 private:
  Layer layer_;
  std::vector<std::vector<EnumArray<Tensor, bool>>> levels_;  ///< [level] its sets
  std::size_t size_ = 1;
};

/// What a search works on: a layer, an architecture, and the map space that they span. Refers to
/// both: they outlive it.
struct Problem {
  const Architecture& architecture;
  const Layer& layer;
  Factors factors;
  std::size_t levels;
  MergeRules merges;
  RefetchRules refetches;
  std::vector<DimSplits> splits;  ///< [dim]
  KeepChoices keeps;
  std::optional<Dim> too_many;  ///< a dimension with more than `most_splits`; the rest is empty
  std::string why_empty;        ///< where a dimension has no split: which and why
  bool stopped = false;         ///< the lists are not complete: it was told to stop
  /// Asked while tables of many tiles are made; empty: never stops.
  std::function<bool()> stop{};
  /// Null: the architecture is searched alone. Else it is the widest of these.
  const Relatives* relatives = nullptr;
};

/// Thrown where a table of a search is left unfinished as `Problem::stop` says so: nothing that
/// needs it goes on.
struct SearchStopped {};

/// Lists the splits of all dimensions and the choices of kept tensors. Throws InputError where the
/// architecture has more levels than the search takes, or a cost may not be finite. `stop` is asked
/// now and then.
Problem make_problem(const Architecture& architecture, const Layer& layer, Factors factors,
                     std::int64_t most_splits = kMostSplits,
                     const std::function<bool()>& stop = {});

/// The dimensions of a group; the second is absent where the group has one.
struct GroupDims {
  Dim first = Dim::N;
  Dim second = Dim::N;
  bool pair = false;
};
inline constexpr EnumArray<DimGroup, GroupDims> kDimsOfGroups{{{
    {Dim::N, Dim::N, false},
    {Dim::G, Dim::G, false},
    {Dim::M, Dim::M, false},
    {Dim::C, Dim::C, false},
    {Dim::P, Dim::R, true},
    {Dim::Q, Dim::S, true},
}}};
constexpr const GroupDims& dims_of(DimGroup group) { return kDimsOfGroups[group]; }

}  // namespace tilewise
