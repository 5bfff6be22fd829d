#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "sim/cost.hpp"
#include "sweep/network_sweep.hpp"

namespace tilewise {

/// A layer of a network, or several, and their part of its cost.
struct CostShare {
  std::string name;  ///< of the layer, or of the operator
  std::string op;
  std::int64_t layers = 1;
  std::vector<std::string> parts;  ///< the layers that stand for one that does not fit; else empty
  std::int64_t macs = 0;
  Cycles cycles;
  Cost cost;
  double time = 0.0;         ///< of the network's latency, 0 to 1
  double energy = 0.0;       ///< of the network's energy, 0 to 1
  double utilisation = 0.0;  ///< over all their cycles
  std::string bound;         ///< of several layers: what bounds most of their time
};

/// What is spent in one place of a device over all layers.
struct PlaceShare {
  std::string place;  ///< a level, "network below LEVEL", "compute" or "chip"
  Milliseconds busy;  ///< of its busiest port in each layer; "chip" has none
  double time = 0.0;  ///< that over the network's latency, 0 to 1
  Millijoules spent;
  double energy = 0.0;  ///< of the network's energy, 0 to 1
};

/// How much of the time the layers take that one thing bounds.
struct BoundShare {
  std::string bound;
  double time = 0.0;
  /// The fewest of its layers that take half of that time, by falling time: places among all.
  std::vector<std::size_t> slowest = {};
};

/// A layer that fits the device in no way.
struct UnfitLayer {
  std::string name;
  std::string why;  ///< a sentence: "no mapping of pool5 fits eyeriss; for example ..."
};

/// Where the time and the energy of one network on one device go. Totals are those of the layers
/// that fit.
struct NetworkShares {
  std::vector<CostShare> layers;     ///< in order
  std::vector<CostShare> operators;  ///< by falling time
  std::vector<PlaceShare> places;    ///< by falling energy
  std::vector<BoundShare> bounds;    ///< by falling time
  CostShare total;
  /// The fewest layers that take half of the time, by falling time: places in `layers`.
  std::vector<std::size_t> slowest;
  std::vector<UnfitLayer> unfit;
  std::vector<Omission> omitted;  ///< of the network: on no device

  /// Whether something is not in the totals.
  bool partial() const { return !unfit.empty() || !omitted.empty(); }
};
NetworkShares shares_of(const NetworkSweep& sweep, std::size_t network, std::size_t device);

/// A port of a device, and what would be left of a network's latency if it were infinitely wide.
struct PortWait {
  std::string port;  ///< as a bound names it
  Cycles left;       ///< of the same mappings
};

/// What a network waits for on a device.
struct NetworkWaits {
  Cycles total;                 ///< of the layers that fit
  std::vector<PortWait> ports;  ///< that any layer loads: those that save most first
  Cycles work;                  ///< left with all ports infinitely wide

  /// The part of the latency that is saved where this is left, 0 to 1.
  double saved(Cycles left) const;
};

/// Of the layers as they run, in parts or under a schedule where they do: the sum over layers of
/// the function that tells it for one (sim/without_port.hpp). Empty: the control is fixed, or no
/// layer fits.
std::optional<NetworkWaits> waits_of(const NetworkSweep& sweep, std::size_t network,
                                     std::size_t device);

}  // namespace tilewise
