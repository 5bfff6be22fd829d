#include "arch/fpga/hls_loop.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/integers.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kPortsOfBank = 2;  // true dual port
constexpr std::int64_t kInAndOut = 2;     // cycles from an outer loop to the inner one and back

/// Time of `iterations` of one loop (H1).
Cycles loop_time(const HlsNest& nest, std::int64_t iterations) {
  if (iterations == 0) return Cycles{0.0};
  const auto count = [](std::int64_t value) { return static_cast<double>(value); };
  if (nest.pipelining == Pipelining::Off) {
    return Cycles{count(iterations) * count(nest.depth + 1) + 1.0};
  }
  return Cycles{count(iterations - 1) * count(nest.interval) + count(nest.depth)};
}

}  // namespace

std::int64_t memory_interval(std::int64_t accesses, std::int64_t banks) {
  return std::max<std::int64_t>(1, ceil_div(accesses, kPortsOfBank * banks));
}

std::int64_t recurrence_interval(const Recurrence& recurrence) {
  return std::max<std::int64_t>(1, ceil_div(recurrence.latency, recurrence.distance));
}

InitiationInterval initiation_interval(std::span<const BankAccesses> memories,
                                       const Recurrence& recurrence) {
  InitiationInterval made;
  if (const std::int64_t cycles = recurrence_interval(recurrence); cycles > made.cycles) {
    made = {cycles, IntervalBound::Recurrence,
            fmt::format("accumulation: latency {} / distance {}", recurrence.latency,
                        recurrence.distance)};
  }
  for (const BankAccesses& each : memories) {
    const std::int64_t cycles = memory_interval(each.accesses, each.banks);
    if (cycles <= made.cycles) continue;
    made = {cycles, IntervalBound::Memory,
            fmt::format("{}: {} accesses / ({} x {} banks)", each.name, each.accesses, kPortsOfBank,
                        each.banks)};
  }
  return made;
}

Cycles nest_time(const HlsNest& nest) {
  // Without a pipeline each loop of the nest costs its own entry, flattened or not.
  if (nest.pipelining == Pipelining::On && nest.flattening == Flattening::On) {
    return loop_time(nest, nest.entries * nest.trips);
  }
  const Cycles entry = loop_time(nest, nest.trips) + Cycles{static_cast<double>(kInAndOut)};
  // A single loop has no outer one to come from.
  return nest.entries == 1 ? loop_time(nest, nest.trips) : entry * nest.entries;
}

NestRate nest_rate(const HlsNest& nest) {
  const std::int64_t each = nest.pipelining == Pipelining::On ? nest.interval : nest.depth + 1;
  const auto iterations = static_cast<double>(nest.entries * nest.trips);
  const Cycles interval{static_cast<double>(each)};
  return {interval, nest_time(nest) - interval * iterations};
}

}  // namespace tilewise
