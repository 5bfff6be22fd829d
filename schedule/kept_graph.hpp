#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "arch/home.hpp"
#include "schedule/agenda.hpp"
#include "schedule/home_costs.hpp"
#include "schedule/kept_plan.hpp"

namespace tilewise {

/// Where an activation lies: off chip, or in memory `place` - 1 of the home.
using KeptPlace = std::uint8_t;
inline constexpr KeptPlace kOffChip = 0;

/// Equal runs of a layer.
struct KeptPart {
  std::size_t place = 0;  ///< in HomeCosts
  std::int64_t times = 1;
};

/// A way to run a layer, or several as one, after those before.
struct KeptEdge {
  std::size_t first_part = 0;  ///< of the graph's: what the layers do, by asks of HomeCosts...
  std::size_t parts = 0;       ///< ... and how many; 0: the layer has one cost, off chip
  std::size_t next = 0;        ///< node of the next step
  std::size_t layer = 0;       ///< that runs, or the first of a joint
  std::size_t joint = kNever;  ///< of the plan's; kNever: a layer by itself
  KeptPlace output = kOffChip;
  Bits resident;           ///< weights that stay over all images
  std::size_t beside = 0;  ///< of the graph's: what it takes beside its parts
};

/// What weights that stay over all images may take of the home together.
struct ResidentRange {
  Bits least;  ///< is taken from every layer, however little stays
  Bits most;   ///< of a schedule; a path with more is none
};

/// What a schedule says already; empty: nothing.
struct KeptGiven {
  std::vector<KeptPlace> places;  ///< [layer] where its output lies
  std::vector<bool> merged;       ///< [layer] it runs in the drain of the layer before
  std::vector<bool> in_strips;    ///< [layer] it runs in strips
  std::vector<bool> resident;     ///< [layer] its weights stay over all images
};

/// Every way to keep activations between layers: a node is a step with what is kept before it, and
/// in any order with what has run, a path from the first node to the last a schedule. What runs as
/// one passes several steps.
class KeptGraph {
 public:
  struct Node {
    std::size_t first_edge = 0;
    std::size_t edges = 0;
  };
  /// Where an ask stands in HomeCosts.
  using PlaceOf = std::function<std::size_t(const HomeAsk&)>;
  /// Of `plan`, on a home of `room` bits a memory. `entry`: where the group of that name lies.
  KeptGraph(const KeptPlan& plan, const Home& home, const std::vector<Bits>& room,
            const PlaceOf& place_of, KeptPlace entry = kOffChip);
  /// The layers of `plan` in the orders of `agenda`.
  KeptGraph(const Agenda& agenda, const KeptPlan& plan, const Home& home,
            const std::vector<Bits>& room, const PlaceOf& place_of, KeptPlace entry,
            const KeptGiven& given, const ResidentRange& resident = {});

  std::size_t layers() const { return first_node_.size() - 1; }
  /// Nodes of a step: first_node(l) to first_node(l + 1) - 1. Those of `layers()` are the ends.
  std::size_t first_node(std::size_t layer) const { return first_node_[layer]; }
  std::size_t nodes() const { return nodes_.size(); }
  const Node& node(std::size_t index) const { return nodes_[index]; }
  const KeptEdge& edge(std::size_t index) const { return edges_[index]; }
  std::span<const KeptPart> parts(const KeptEdge& edge) const {
    return {parts_.data() + edge.first_part, edge.parts};
  }
  /// What an edge takes beside its parts.
  const TotalCost& beside(const KeptEdge& edge) const { return beside_[edge.beside]; }
  /// Weights that stay on a path take no more than this.
  Bits most_resident() const { return most_resident_; }
  std::size_t edges() const { return edges_.size(); }
  /// Where the group that is open after the last layer lies at an end.
  KeptPlace exit(std::size_t end) const { return exits_[end - first_node_.back()]; }

  /// Ways to keep activations that have room.
  double schedules() const;
  /// False: there are too many states; those that keep most were left out.
  bool complete() const { return complete_; }

 private:
  std::vector<Node> nodes_;
  std::vector<KeptEdge> edges_;
  std::vector<KeptPart> parts_;
  /// The first is nothing; then the loads of each joint, then those of the weights of each step.
  std::vector<TotalCost> beside_{TotalCost{}};
  std::vector<std::size_t> first_node_;
  std::vector<KeptPlace> exits_;  ///< [end]
  Bits most_resident_;
  bool complete_ = true;
};

/// The places in which an activation may lie: off chip first.
std::vector<KeptPlace> places_at(const Home& home);

}  // namespace tilewise
