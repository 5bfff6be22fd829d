#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/home.hpp"
#include "base/run_options.hpp"
#include "mapper/mapping_memory.hpp"
#include "mapper/objective.hpp"
#include "schedule/activations.hpp"
#include "schedule/cost_hull.hpp"
#include "schedule/kept_graph.hpp"
#include "schedule/resident_weights.hpp"
#include "schedule/strips.hpp"
#include "sim/evaluate.hpp"
#include "sim/mapping.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// What of a network may stay on chip: an index of `kScheduleKinds`.
enum class ScheduleKind { Separate, Kept, Fused, Best };
template <>
inline constexpr std::size_t enum_size<ScheduleKind> = 4;

struct ScheduleKindEntry {
  std::string_view name;
  std::string_view meaning;
};
/// The one list of kinds: command line and Python read it.
inline constexpr EnumArray<ScheduleKind, ScheduleKindEntry> kScheduleKinds{{{
    {"separate", "every tensor goes off chip between two layers"},
    {"kept", "tensors may stay in the home between layers"},
    {"fused", "operators merged, layers in strips; between these groups tensors go off chip"},
    {"best", "the best of all that the program knows: kept, merged and in strips"},
}}};
constexpr std::string_view name(ScheduleKind kind) { return kScheduleKinds[kind].name; }
/// "separate (every tensor ...), ...": for help.
std::string schedule_list();

/// In which orders layers may run.
enum class Orders {
  Given,  ///< as the network has them
  All,    ///< in any in which each comes after those that it reads
};
template <>
inline constexpr std::size_t enum_size<Orders> = 2;
std::string_view name(Orders orders);

/// A layer as it runs in a schedule.
struct ScheduledLayer {
  std::optional<Layer> merged;  ///< with what runs in its drain, as one layer
  HomeUse use;
  Mapping mapping;
  LayerCost cost;
};

/// Layers in a row that run in strips of rows, side by side.
struct ScheduledStrips {
  /// Equal runs of some rows of a layer.
  struct Run {
    std::size_t layer = 0;  ///< of the network
    Layer part;
    HomeUse use;
    Mapping mapping;
    LayerCost cost;  ///< of one run
    std::int64_t times = 1;
  };
  /// Equal transfers of words that runs share.
  struct Load {
    std::size_t layer = 0;  ///< of the network
    LayerCost cost;         ///< of one transfer
    std::int64_t times = 1;
  };
  std::vector<std::size_t> layers;  ///< of the network
  StripChoice choice;
  bool stays = false;  ///< its resident weights stay over all images: no load has them
  std::vector<Run> runs;
  std::vector<Load> loads;

  /// What a layer of the network takes in all strips, with the loads that it needs first.
  LayerCost cost_of(std::size_t layer, const Architecture& architecture) const;
};

/// What was done to find a schedule, and to prove it.
struct ScheduleCertificate {
  double schedules = 1.0;         ///< ways to keep tensors that have room, in each order looked at,
                                  ///< and to merge operators
  std::int64_t states = 0;        ///< layers with what is kept before them
  std::int64_t asks = 0;          ///< layers with what they have at home and what room is taken
  std::int64_t searches = 0;      ///< of these, those whose best mapping had to be found
  std::int64_t weights = 0;       ///< weighted sums of energy and latency that were made least
  std::int64_t merges = 0;        ///< rows of layers that may run as one
  std::int64_t strips = 0;        ///< ways to run layers in a row in strips
  std::int64_t strip_layers = 0;  ///< the most layers of a group that was looked at
  std::int64_t residents = 0;     ///< layers whose weights may stay over all images
  std::int64_t ranges = 0;        ///< of what such weights take that were looked at
  bool operator==(const ScheduleCertificate&) const = default;
};

/// Where the activations of a network lie between its layers, and how each layer runs then.
struct Schedule {
  std::optional<Home> home;  ///< empty: the device has none, and all is off chip
  std::string why_no_home;
  Activations activations;
  std::vector<std::size_t> order;    ///< the layers as they run
  Orders orders = Orders::Given;     ///< those that were looked at
  std::vector<std::uint8_t> places;  ///< [layer] of its output: 0 off chip, else a memory + 1
  /// [layer] whether it runs in the drain of another layer: the one before it in the order. The
  /// output of that is nowhere.
  std::vector<bool> merged;
  /// [layer]; empty: it runs as it would alone, in the drain of another, or not as one layer.
  std::vector<std::optional<ScheduledLayer>> layers;
  std::vector<ScheduledStrips> strips;  ///< groups of layers that have no other entry
  std::int64_t images = 1;              ///< one after another; kStream: without an end
  std::vector<bool> resident;           ///< [layer] whether its weights stay over all of them
  TotalCost load;                       ///< of fetching these, before the first image
  double energy_pj = 0.0;               ///< totals of all that runs, the mean of the images
  double latency_cycles = 0.0;
  double objective_value = 0.0;  ///< of the totals
  double lower_bound = 0.0;
  TotalCost alone;           ///< totals with every tensor off chip
  double alone_value = 0.0;  ///< objective of these
  bool proven = true;
  /// Objective::Pareto only: the corners of the convex hull of all totals, by rising latency.
  CostHull corners;
  bool corners_proven = true;  ///< between two of them nothing lies below their line
  ScheduleCertificate certificate;

  bool keeps_any() const;
  bool any_resident() const;
};

/// The layers that run in the drain of `layer`, as they run.
std::vector<std::size_t> merged_into(const Schedule& schedule, std::size_t layer);
/// The group that `layer` runs in strips with; null: it does not run so.
const ScheduledStrips* strips_with(const Schedule& schedule, std::size_t layer);

/// A layer without a home: under its best mapping, in parts, or not at all.
struct LayerAlone {
  const Mapping* mapping = nullptr;  ///< null: it does not run as one layer
  double energy_pj = 0.0;
  double latency_cycles = 0.0;
  double off_chip_bits = 0.0;
};

/// What a schedule may do.
struct Allowed {
  bool keep = true;    ///< tensors may stay in the home
  bool merge = true;   ///< operators may run in the drain of the layer before
  bool strips = true;  ///< layers may run in strips
};
Allowed allowed_by(ScheduleKind kind);

/// Layers that run in strips, as a file says.
struct GivenStrips {
  std::vector<std::size_t> layers;
  StripChoice choice;
};

struct ScheduleOptions {
  Objective objective = Objective::Edp;
  std::optional<Factors> factors = {};  ///< empty: divisors
  RunOptions run = {};
  double budget_seconds = 0.0;  ///< 0: none
  /// All: of a network of more than kMostOrdered layers the given one alone.
  Orders orders = Orders::Given;
  /// Images that run one after another; where more than one, weights may stay. kStream: no end.
  std::int64_t images = 1;
  KeptGiven given = {};
  std::vector<GivenStrips> given_strips = {};
  Allowed allowed = {};
};

/// Every tensor off chip, on a device of which `why` says why it can keep none.
Schedule schedule_apart(const Network& network, const std::vector<LayerAlone>& alone,
                        Objective objective, std::string why);

/// The best way to keep activations at home, with the best order of the layers where any may be,
/// and the best mapping of each: proven, or with the gap that is left when time is up or the user
/// interrupts. `alone`: [layer] what it is without a home; the answer is never worse than their
/// sum.
Schedule schedule_kept(const Network& network, const Architecture& architecture,
                       const std::vector<LayerAlone>& alone, const ScheduleOptions& options,
                       const MappingMemory& memory = {});

/// Totals that no schedule of the network is below, in energy or in latency: the least sums of what
/// no mapping of a layer, or of its part in a strip, is below. Maps nothing. Empty: nothing fits,
/// there are too many states to look at, or no level can be home.
std::optional<TotalCost> schedule_bound(const Network& network, const Architecture& architecture,
                                        const ScheduleOptions& options);

}  // namespace tilewise
