#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "arch/home.hpp"
#include "mapper/factors.hpp"
#include "schedule/cost_hull.hpp"
#include "schedule/strips.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// The most layers of a group that runs in strips.
inline constexpr std::size_t kMostStripLayers = 6;
/// The most runs of all ways together; where there are more, groups have fewer layers.
inline constexpr std::size_t kMostStripRuns = 400'000;

/// Layers in a row that may run in strips, and one way to.
struct StripJoint {
  std::vector<std::size_t> layers;  ///< of the network
  StripChoice choice;
  std::vector<StripRun> runs;  ///< their layers are of the group
  std::vector<StripLoad> loads;
  TotalCost load_cost;  ///< of all loads
  Bits stay;            ///< weights that stay over all images: of neither `runs` nor `loads`
};

/// Of which groups strips are looked at.
struct StripGroups {
  std::vector<bool> apart;  ///< [layer] it does not run as one
  Factors heights = Factors::Divisors;
  std::vector<Bits> room;  ///< [memory of the home]
};

/// One way to run layers in strips; throws InputError where they cannot.
StripJoint given_strips(const Network& network, const Architecture& architecture, const Home& home,
                        const StripGroups& groups, const std::vector<std::size_t>& layers,
                        const StripChoice& choice);

/// Ways to run layers in strips.
struct StripJoints {
  std::vector<StripJoint> all;  ///< by the first layer and how many
  std::size_t most_layers = 0;  ///< of a group that was looked at; 0: none was
};
/// Every way to run layers of a network in strips that has room.
StripJoints strip_joints(const Network& network, const Architecture& architecture, const Home& home,
                         const StripGroups& groups);

}  // namespace tilewise
