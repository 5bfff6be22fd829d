#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string>

#include "arch/architecture.hpp"
#include "sim/latency.hpp"
#include "tile_simulator.hpp"

namespace tilewise::testing {

/// Checks that the formula (Eq. 6 to 11) says what the simulation does, field by field.
inline void check_same_latency(const Latency& formula, const SimulatedLatency& simulated,
                               const Architecture& architecture) {
  REQUIRE(formula.tile_time.size() == simulated.tile_time.size());
  for (std::size_t level = 0; level < simulated.tile_time.size(); ++level) {
    CAPTURE(level);
    CHECK(formula.tile_time[level].count() ==
          doctest::Approx(simulated.tile_time[level]).epsilon(1e-9));
  }
  CHECK(formula.cold_fill.count() == doctest::Approx(simulated.cold_fill).epsilon(1e-9));
  CHECK(formula.last_drain.count() == doctest::Approx(simulated.last_drain).epsilon(1e-9));
  for (const PortLoad& load : formula.ports) {
    const std::string port = describe(load.port, architecture);
    CAPTURE(port);
    const auto found = simulated.busy.find(port);
    const double busy = found == simulated.busy.end() ? 0.0 : found->second;
    CHECK(load.busy.count() == doctest::Approx(busy).epsilon(1e-9));
  }
  double longest = simulated.total;
  for (const auto& [port, busy] : simulated.busy) longest = std::max(longest, busy);
  CHECK(formula.total.count() == doctest::Approx(longest).epsilon(1e-9));
}

}  // namespace tilewise::testing
