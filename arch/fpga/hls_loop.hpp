#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/units.hpp"

namespace tilewise {

// What pragmas of high-level synthesis do to a loop. Formulas H1 to H7: docs/fpga.md, HLS pragmas
// (tool manuals, as the reference recalls them).

/// What a loop body waits for before the next iteration may start.
enum class IntervalBound {
  None,        ///< every cycle
  Recurrence,  ///< a result that a later iteration reads
  Memory,      ///< ports of the banks
};

/// The initiation interval of a pipelined loop and what binds it (H2).
struct InitiationInterval {
  std::int64_t cycles = 1;
  IntervalBound bound = IntervalBound::None;
  std::string why;  ///< "weight: 512 accesses / (2 x 128 banks)"
};

/// What one memory is asked for in an iteration.
struct BankAccesses {
  std::string name;
  std::int64_t accesses = 1;  ///< reads and writes of one iteration
  std::int64_t banks = 1;     ///< true dual port: two accesses a cycle each
};

/// A value that comes back: ready after `latency` cycles, read `distance` iterations later.
struct Recurrence {
  std::int64_t latency = 1;
  std::int64_t distance = 1;
};

/// Cycles that an accumulation takes: fp32 8 (the reference says 8 to 11; unknown), fixed 1.
inline constexpr std::int64_t kFloat32AddLatency = 8;
inline constexpr std::int64_t kFixedAddLatency = 1;

/// H2: ceil(accesses / (2 banks)).
std::int64_t memory_interval(std::int64_t accesses, std::int64_t banks);
/// H2: ceil(latency / distance).
std::int64_t recurrence_interval(const Recurrence& recurrence);
/// H2: the larger of the recurrence's and of every memory's; the first that is largest binds.
InitiationInterval initiation_interval(std::span<const BankAccesses> memories,
                                       const Recurrence& recurrence);

enum class Pipelining { Off, On };
enum class Flattening { Off, On };

/// A nest: `entries` runs of an inner loop of `trips` iterations whose body takes `depth` cycles.
struct HlsNest {
  std::int64_t entries = 1;
  std::int64_t trips = 1;
  std::int64_t depth = 1;  ///< at least `interval`
  std::int64_t interval = 1;
  Pipelining pipelining = Pipelining::On;
  Flattening flattening = Flattening::On;
};
/// H1: pipelined (trips - 1) II + depth, else trips (depth + 1) + 1. H3: a flattened nest is one
/// loop of entries x trips; else each entry pays the depth, and 2 cycles to go in and out.
Cycles nest_time(const HlsNest& nest);
/// The same as a time of each iteration and what each run of the nest pays beside: what the common
/// engine takes (docs/model.md, Eq. 7).
struct NestRate {
  Cycles interval;  ///< of each iteration
  Cycles overhead;  ///< of each run of the whole nest
};
NestRate nest_rate(const HlsNest& nest);

/// H6, H7: whether tasks (stages of a dataflow region; load, compute and store of a tile) run at
/// once, each on a copy of its own of the buffers between them.
enum class Overlap { Off, On };

}  // namespace tilewise
