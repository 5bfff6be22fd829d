#pragma once

#include <string>
#include <utility>
#include <vector>

#include "space/square_layers.hpp"
#include "sweep/network_list.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// A network of layers in a row.
inline Network network_in_a_row(const std::string& name, std::vector<Layer> layers) {
  Network network(name);
  for (Layer& layer : layers) {
    network.add(std::move(layer), network.size() == 0
                                      ? std::vector<std::size_t>{}
                                      : std::vector<std::size_t>{network.size() - 1});
  }
  return network;
}

/// A pool whose windows slide, and that eyeriss cannot hold: it has no 13 rows of PEs. Two steps
/// would do.
inline Layer pool_that_fits_in_steps() {
  Layer pool = global_average_pool("pool5", {8, 13});
  pool.bounds[Dim::P] = pool.bounds[Dim::Q] = 2;
  pool.image = {14, 14};
  return pool;
}

/// The same of words that are wider than the registers of its PEs: no part of it fits.
inline Layer pool_that_fits_nowhere() {
  Layer pool = pool_that_fits_in_steps();
  pool.widths = {{{Bits{512}, Bits{512}, Bits{512}}}, Bits{512}};
  return pool;
}

/// Two networks that share a layer: conv a of 4 x 4, twice in the first.
inline std::vector<ListedNetwork> small_networks() {
  std::vector<Network> networks;
  networks.push_back(network_in_a_row(
      "first", {square_convolution("a", 4, {8, 4}, {3}), square_convolution("b", 8, {4, 4}, {1}),
                square_convolution("c", 4, {8, 4}, {3})}));
  networks.push_back(network_in_a_row(
      "second", {square_convolution("d", 4, {8, 4}, {3}), classifier("e", 128, 10)}));
  return list_networks(std::move(networks));
}

}  // namespace tilewise
