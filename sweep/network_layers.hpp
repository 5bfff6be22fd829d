#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "workload/layer.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// A network as the places of its layers among the distinct ones, in the order of its layers.
struct DistinctPlaces {
  std::vector<std::uint32_t> places;
  std::int64_t macs = 0;
  std::int64_t parameters = 0;  ///< as parameters(network)
};

/// The distinct layers of many networks, told by canonical_key; the networks are not kept.
class NetworkLayers {
 public:
  /// Adds the layers that are new. Throws InputError where a sum leaves 63 bits.
  DistinctPlaces add(const Network& network);

  /// In the order in which they came, each with the name that it had first.
  const std::vector<Layer>& distinct() const { return distinct_; }

 private:
  /// What of a layer does not depend on the network.
  struct Known {
    std::uint32_t place = 0;
    std::int64_t macs = 0;
    std::int64_t parameters = 0;
  };
  struct HashOfShape {
    std::size_t operator()(const Layer& layer) const;
  };
  const Known& known(const std::shared_ptr<const Layer>& layer);
  const Known& known(const Layer& layer);

  std::vector<Layer> distinct_;
  std::unordered_map<std::string, std::uint32_t> place_of_;  ///< by canonical_key
  /// By all that a layer says, name included: candidates of one space repeat each other, and a key
  /// takes longer than all else. Emptied where it is full; no answer depends on it.
  std::unordered_map<Layer, Known, HashOfShape> seen_;
  /// The same of layers that networks share, by the object, which is kept.
  std::unordered_map<std::shared_ptr<const Layer>, Known> shared_;
};

}  // namespace tilewise
