#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "arch/architecture.hpp"
#include "sim/access_counts.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// A place that words pass at a limited rate.
struct Port {
  enum class Kind { MemoryRead, MemoryWrite, MemoryShared, NetworkDown, NetworkUp };
  Kind kind = Kind::MemoryRead;
  std::size_t level = 0;
  std::size_t memory = 0;         ///< of the level; unused for networks
  Tensor tensor = Tensor::Input;  ///< networks only
  std::size_t port = 0;           ///< of the memory's; unused for networks
  bool operator==(const Port&) const = default;
};

/// "GLB.buffer read", "network below GLB, Weight".
std::string describe(const Port& port, const Architecture& architecture);

/// Where the energy of its words is counted: "GLB", "network below GLB".
std::string place_of(const Port& port, const Architecture& architecture);

/// Which words of a transition a term means.
enum class Flow {
  Arrive,   ///< new words of Input or Weight
  Partial,  ///< partial sums that return with an Output tile seen before
  Start,    ///< operands that sums start from, with an Output tile not seen before
  Leave,    ///< Output words that the transition drains
};

/// Words of one tensor, seen at one view, that load one port (Eq. 6).
struct PortTerm {
  std::size_t port = 0;  ///< index into PortTerms::ports
  Tensor tensor = Tensor::Input;
  std::size_t view = 0;
  Flow flow = Flow::Arrive;
  double cycles_per_word = 0.0;
  /// How it goes with the work: after it (Single), beside one tile (Double, Streaming), or beside
  /// all of them (Queued).
  enum class Beside { After, Tile, Run };
  Beside beside = Beside::Tile;
  /// Where on its way the word is so wide: the ends may code it or hold wider sums.
  enum class Place { Parent, Way, Child };
  Place place = Place::Way;
  double start_up = 0.0;  ///< cycles before the first word
  double burst = 0.0;     ///< cycles of a whole burst; 0: words go one by one
};

/// Time of a transfer of `words`, which take `cycles` at the full rate (Eq. 21).
inline double transfer_time(double words, double cycles, double start_up, double burst) {
  if (words <= 0.0) return 0.0;
  // A whole number of bursts may come out above itself by rounding.
  if (burst > 0.0) cycles = burst * std::ceil(cycles / burst * (1.0 - 1e-12));
  return start_up + cycles;
}

/// The loaded ports at the boundary above `child`. Unlimited ports are left out.
struct PortTerms {
  std::vector<Port> ports;
  std::vector<PortTerm> terms;
  Refill refill = Refill::Waits;
  /// Cycles in which the skewed array above `child` fills again (Eq. 20)...
  double skew = 0.0;
  std::vector<PortTerm> stationary;  ///< ... where one of these has new words
};
/// Tensor and direction of a term: the transfers that follow one another under Refill::InTurn.
inline constexpr std::size_t kFlows = 3 * enum_size<Tensor>;
constexpr std::size_t flow_index(Tensor t, Flow flow) {
  const std::size_t way = flow == Flow::Arrive ? 0 : flow == Flow::Leave ? 2 : 1;
  return static_cast<std::size_t>(t) * 3 + way;
}

/// Width of a partial sum in `memory`: its own, or the layer's (Eq. 22).
Bits sum_width(const Memory& memory, const Layer& layer);
/// Mean width of an Output word on a boundary: the complete ones have the output's width, the
/// others that of a partial sum.
double mean_output_bits(const Layer& layer, const TransferCounts& transfer, Bits sums);
/// Bits of one word of `transfer`, neither coded nor with sums of a memory's own width.
double word_bits(const Layer& layer, const TransferCounts& transfer);
/// Coded bits over plain ones of complete words of `t` in `memory` (Eq. 18).
double coded_share(const Memory& memory, const Layer& layer, Tensor t);
/// Bits of one word of `transfer` as `memory`, its parent, holds it: coded, if it codes the tensor.
/// Partial sums are never coded.
double parent_bits(const Memory& memory, const Layer& layer, const TransferCounts& transfer);
/// The same in the child's memory. Output is not coded there.
double child_bits(const Memory& memory, const Layer& layer, const TransferCounts& transfer);
/// Coded bits over plain ones on the networks from `above` to `below` (null: the compute unit):
/// coded only between two memories that both code the tensor. Output is plain.
double network_share(const Memory& above, const Memory* below, const Layer& layer, Tensor t);
/// Bits of one word of `transfer` on these networks; sums are as wide as in the parent.
double network_bits(const Memory& above, const Memory* below, const Layer& layer,
                    const TransferCounts& transfer);

/// The port terms at the boundary above `child`, from the transfers that end there.
PortTerms port_terms(const Architecture& architecture, const Layer& layer,
                     const AccessCounts& counts, std::size_t child);

/// The multicast and reduction switches of an architecture's networks.
MergeRules merge_rules(const Architecture& architecture);
/// Which tiles its memories load again as a whole: of Input and Weight.
RefetchRules refetch_rules(const Architecture& architecture);

}  // namespace tilewise
