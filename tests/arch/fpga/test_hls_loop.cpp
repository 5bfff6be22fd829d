#include "arch/fpga/hls_loop.hpp"

#include <doctest/doctest.h>

#include <array>

namespace tilewise {
namespace {

/// H1 and H3, slow and obvious: starts iteration after iteration and returns when the last is done.
double walked(const HlsNest& nest) {
  const bool pipelined = nest.pipelining == Pipelining::On;
  const bool one_loop = pipelined && nest.flattening == Flattening::On;
  double clock = 0.0;
  for (std::int64_t entry = 0; entry < nest.entries; ++entry) {
    const bool first = entry == 0;
    double start = clock;
    double end = clock;
    for (std::int64_t trip = 0; trip < nest.trips; ++trip) {
      if (pipelined) {
        // The next one starts an interval later; the flattened nest never drains in between.
        const bool fresh = trip == 0 && (!one_loop || first);
        if (!fresh && trip == 0) start = clock - static_cast<double>(nest.depth - nest.interval);
        if (trip > 0) start += static_cast<double>(nest.interval);
        end = start + static_cast<double>(nest.depth);
      } else {
        end += static_cast<double>(nest.depth + 1);
      }
    }
    if (!pipelined) end += 1.0;
    const bool outer = nest.entries > 1 && !one_loop;
    clock = end + (outer ? 2.0 : 0.0);
  }
  return clock;
}

}  // namespace

TEST_CASE("a pipelined loop starts an iteration every interval, another one waits for each") {
  // (10 - 1) * 2 + 5 = 23; 10 * (5 + 1) + 1 = 61
  CHECK(nest_time({1, 10, 5, 2}) == Cycles{23.0});
  CHECK(nest_time({1, 10, 5, 2, Pipelining::Off}) == Cycles{61.0});
}

TEST_CASE("a flattened nest is one loop, one that is not pays the depth and 2 cycles an entry") {
  // 3 * 10 - 1 + 5 = 34; 3 * (9 + 5 + 2) = 48
  CHECK(nest_time({3, 10, 5, 1}) == Cycles{34.0});
  CHECK(nest_time({3, 10, 5, 1, Pipelining::On, Flattening::Off}) == Cycles{48.0});
}

TEST_CASE("the time of a nest is that of walking its iterations") {
  for (const std::int64_t entries : {1, 2, 5}) {
    for (const std::int64_t trips : {1, 3, 8}) {
      for (const std::int64_t interval : {1, 2, 4}) {
        for (const std::int64_t depth : {4, 9}) {
          for (const Pipelining pipelining : {Pipelining::Off, Pipelining::On}) {
            for (const Flattening flattening : {Flattening::Off, Flattening::On}) {
              const HlsNest nest{entries, trips, depth, interval, pipelining, flattening};
              CAPTURE(entries);
              CAPTURE(trips);
              CHECK(nest_time(nest).count() == walked(nest));
              const NestRate rate = nest_rate(nest);
              CHECK(rate.interval * (entries * trips) + rate.overhead == nest_time(nest));
            }
          }
        }
      }
    }
  }
}

TEST_CASE("the interval is the longest wait for a port or a result") {
  // H2
  CHECK(memory_interval(8, 4) == 1);
  CHECK(memory_interval(9, 4) == 2);
  CHECK(recurrence_interval({8, 1}) == 8);
  CHECK(recurrence_interval({8, 3}) == 3);
  CHECK(recurrence_interval({8, 169}) == 1);  // Zhang: 13 x 13 outputs between two additions
  const std::array memories{BankAccesses{"a", 12, 2}, BankAccesses{"b", 4, 4}};
  const InitiationInterval ports = initiation_interval(memories, {8, 4});
  CHECK(ports.cycles == 3);  // 12 / (2 * 2) against 8 / 4
  CHECK(ports.bound == IntervalBound::Memory);
  CHECK(ports.why == "a: 12 accesses / (2 x 2 banks)");
  const InitiationInterval adds = initiation_interval(memories, {8, 2});
  CHECK(adds.cycles == 4);
  CHECK(adds.bound == IntervalBound::Recurrence);
  CHECK(initiation_interval({}, {}).bound == IntervalBound::None);
}

}  // namespace tilewise
