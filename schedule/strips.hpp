#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "arch/home.hpp"
#include "base/units.hpp"
#include "mapper/factors.hpp"
#include "schedule/strip_group.hpp"
#include "schedule/strip_rows.hpp"
#include "sim/evaluate.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// Rows of a tensor from outside that more than one strip or layer of a group reads.
enum class OuterRows {
  /// Each run that reads them fetches them.
  Refetched,
  /// Rows that a layer read and a later strip reads lie in the home: at no visit do they come from
  /// off chip again. A sum, which reads none twice, fetches its own.
  Kept,
  /// What a strip reads lies in the home as a whole, each row fetched once for all its readers.
  Whole,
};

template <>
inline constexpr std::size_t enum_size<OuterRows> = 3;
constexpr std::string_view name(OuterRows rows) {
  return rows == OuterRows::Refetched ? "refetched" : rows == OuterRows::Kept ? "kept" : "whole";
}

/// How a group runs in strips.
struct StripChoice {
  std::int64_t height = 1;  ///< rows of the last layer's Output in a strip
  Halo halo = Halo::Kept;
  std::vector<bool> resident;    ///< [layer] its weights stay in the home, fetched once
  std::vector<OuterRows> outer;  ///< [outer input]
  bool exchanged = false;        ///< the roles of the home's memories in the last layer
  bool operator==(const StripChoice&) const = default;
};

/// Runs of one layer that are equal: an ordinary layer on the hardware that `use` leaves.
struct StripRun {
  std::size_t layer = 0;  ///< of the group
  /// The layer with the rows of one strip. Its image are the rows that it reads from off chip; rows
  /// that it keeps from before are padding above, which costs nothing off chip and goes into a tile
  /// as other rows do. An Input at home has no padding of rows: there they cost alike.
  Layer part;
  HomeUse use;
  std::int64_t times = 1;  ///< in all strips
};

/// Equal transfers from off-chip memory to the home, before the runs that need the words.
struct StripLoad {
  std::size_t layer = 0;          ///< of the group: the first that reads them
  Tensor tensor = Tensor::Input;  ///< of this layer
  std::int64_t words = 0;         ///< of one transfer
  bool exchanged = false;         ///< the roles of the home's memories meanwhile
  std::int64_t times = 1;
};

/// All that a group does, in strips of rows (Dim::P) of the last layer. Nothing overlaps: totals
/// are sums over the runs and the loads.
struct StripPlan {
  std::vector<StripRun> runs;
  std::vector<StripLoad> loads;
};

/// What a group does in strips. While a layer runs these take room in the home, each as many rows
/// as in the strip that needs most, words x width: of each tensor made inside the rows that are
/// there and that the run or a later one reads (its own Input and Output, what waits for a sum, the
/// halo where it is kept), the rows of outer inputs that stay, and all resident weights.
/// Refused: weights in a home without a memory for them, a tensor that would have to lie in both
/// memories of a home that exchanges roles.
std::variant<StripPlan, NoStrips> strip_plan(const StripGroup& group, const StripChoice& choice,
                                             const Architecture& architecture, const Home& home);

/// Every choice that may be better than the others and that can be: heights that divide the rows of
/// the last layer, or all; weights resident or not; the halo made again, rows kept, or held for
/// several readers, where there are such rows.
std::vector<StripChoice> strip_choices(const StripGroup& group, const Architecture& architecture,
                                       const Home& home, Factors heights);

/// What one transfer of a load costs; `layer`: that of the load.
LayerCost load_cost(const Layer& layer, const StripLoad& load, const Architecture& architecture,
                    const Home& home);

/// Whether the runs have the room that they take.
bool has_room(const StripPlan& plan, const std::vector<Bits>& room);

}  // namespace tilewise
