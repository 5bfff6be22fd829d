#include <iostream>
#include <string>

#include "api/tilewise.hpp"

// A program of somebody else: maps a layer, costs a network and a candidate of each space.
int main() {
  using namespace tilewise;
  const Layer layer = find_layer("pointwise_72");
  const MappedLayer mapped = map(layer, "two_level", {});
  std::cout << name(mapped.device) << ": " << cost(mapped.found)->latency.total.count()
            << " cycles, proven: " << mapped.found.proven << '\n';
  const NetworkCosts costs =
      cost(layers_of(find_network_or_model("alexnet").network), {find_device("pixel_m32p32")}, {});
  std::cout << costs.layers.size() << " layers of AlexNet: " << costs.totals[0].latency.count()
            << " ms\n";
  SweepOptions options;
  for (const SearchSpace* each : search_spaces()) {
    const SearchSpace& space = *each;
    options.datasets = {space.datasets.front()};
    const CandidateCosts candidate = cost_candidate(space, space.example, options);
    std::cout << space.name << ": " << macs(candidate.datasets[0].network) << " MACs\n";
  }
  try {
    map(layer, "two_levels", {});
  } catch (const InputError& error) {
    std::cout << std::string(error.what()).substr(0, 24) << '\n';
  }
}
