#include "mapper/finite_cost.hpp"

#include <doctest/doctest.h>

#include "arch/architecture_yaml.hpp"
#include "base/error.hpp"
#include "mapper/bound/layer_bound.hpp"
#include "mapper/search.hpp"

namespace tilewise {

TEST_CASE("costs that are not finite are refused, not compared") {
  Layer layer;
  layer.name = "small";
  layer.bounds = {{1, 1, 4, 3, 2, 3, 1, 1}};
  layer.image = {2, 3};
  Architecture on = find_architecture("two_level");
  CHECK_NOTHROW(check_finite_cost(on, layer));
  const doctest::Contains refused("small on two_level: its cost is not finite");
  Memory& dram = on.levels[0].memories[0];
  for (const Objective objective : all_of<Objective>()) {
    for (const double energy : {1e304, 1e308}) {
      dram.energy = {Picojoules{energy}, Picojoules{energy}};
      SearchOptions options;
      options.mapping.objective = objective;
      CHECK_THROWS_WITH_AS(search(on, layer, options), refused, InputError);
    }
  }
  dram.energy = {Picojoules{1.0}, Picojoules{1.0}};
  dram.read_bandwidth = BitsPerCycle{1e-310};
  CHECK_THROWS_WITH_AS(check_finite_cost(on, layer), refused, InputError);
  dram.read_bandwidth = BitsPerCycle{16.0};
  dram.ports = {{dram.holds, BitsPerCycle{1e-310}, BitsPerCycle{16.0}, false}};
  CHECK_THROWS_WITH_AS(check_finite_cost(on, layer), refused, InputError);
  CHECK_THROWS_WITH_AS(layer_bound(on, layer, Factors::Divisors), refused, InputError);
  dram.ports.clear();
  CHECK_NOTHROW(layer_bound(on, layer, Factors::Divisors));
}

}  // namespace tilewise
