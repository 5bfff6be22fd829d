#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "arch/family/fixed_engine.hpp"
#include "base/units.hpp"

namespace tilewise {

struct Family;

/// NVDLA's direct convolution: atomic K x atomic C multipliers, one buffer that inputs and weights
/// divide by banks, inputs resident (NVDLA N1 to N9 of docs/nvdla.md). Defaults: nv_small.
struct NvdlaEngine : FixedEngine {
  std::int64_t atomic_c = 8;  ///< input channels at once
  std::int64_t atomic_k = 8;  ///< output channels at once: the kernels of a group
  // Convolution buffer.
  std::int64_t banks = 32;
  std::int64_t entries = 512;                     ///< of a bank
  Bits entry = bytes(8);                          ///< width of an entry
  std::optional<std::int64_t> data_banks = {};    ///< empty: what the weights leave
  std::optional<std::int64_t> weight_banks = {};  ///< empty: the number with the fewest cycles
  // Memory port, of the rate `bandwidth` for reads of inputs and weights together.
  Bits port_word = bytes(8);
  Bits weight_alignment = bytes(128);  ///< the weights of a layer are a multiple of it
  std::int64_t words_ahead = 8;        ///< words asked for beyond the weight banks
  // Order of the work.
  std::int64_t stripe = 16;          ///< most output atoms under one set of weights
  std::int64_t shortest_stripe = 8;  ///< cycles of a shorter stripe for each set of weights
  std::int64_t sums = 16;            ///< output atoms that the accumulator holds
  std::int64_t drain = 9;            ///< cycles in which one of them leaves
  // Latencies in cycles.
  std::int64_t sum_latency = 38;  ///< last operation to drain; drain to the next last operation
  std::int64_t fixed_latency =
      131;                       ///< of a hardware layer: first request, way out of the last sum
  std::int64_t data_delay = 6;   ///< inputs after weights, where both ask to the end
  std::int64_t weight_lead = 6;  ///< weights reach the buffer earlier than inputs would
  std::int64_t refill_latency = 83;  ///< weights released to the first word that takes their place
};

/// Throws InputError that names the parameter where an engine contradicts itself: banks that are
/// not there, stripes that the accumulator does not hold, a bandwidth that is unlimited.
void check_engine(const NvdlaEngine& engine);

/// Every parameter with its unit, energies with their source, as plain text for a terminal.
std::string describe(const NvdlaEngine& engine);

/// `nvdla` (docs/nvdla.md).
Family nvdla_engine_family();

}  // namespace tilewise
