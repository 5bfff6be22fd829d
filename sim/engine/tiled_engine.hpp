#pragma once

#include <cstdint>

#include "base/enum_array.hpp"
#include "base/units.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// The lanes of a tiled engine: Tm output channels x Tn input channels x Tp x Tq output pixels, a
/// multiplication each a cycle (Zhang et al., FPGA 2015, who have Tp = Tq = 1).
struct EngineLanes {
  std::int64_t tm = 1;
  std::int64_t tn = 1;
  std::int64_t tp = 1;
  std::int64_t tq = 1;
  auto operator<=>(const EngineLanes&) const = default;
};
std::int64_t lane_count(const EngineLanes& lanes);

/// A layer as a tiled engine runs it: `copies` nests of outputs x inputs x rows x columns x
/// kernel, one after the other. A layer with one output channel a group (depthwise, pooling, add)
/// lays its groups along Tm, as the fan-out of arch/fpga does; else each group is a copy.
struct EngineWork {
  std::int64_t outputs = 1;  ///< M, or G where M is 1
  std::int64_t inputs = 1;   ///< C
  std::int64_t rows = 1;     ///< P
  std::int64_t columns = 1;  ///< Q
  Plane kernel;              ///< R, S
  Plane stride;
  std::int64_t copies = 1;  ///< groups and images
  auto operator<=>(const EngineWork&) const = default;
};
EngineWork engine_work(const Layer& layer);

/// FPGA Eq. F10: copies x ceil(P/Tp) ceil(Q/Tq) ceil(C/Tn) ceil(M/Tm) R S cycles. Throws
/// InputError where that leaves 63 bits.
std::int64_t engine_cycles(const EngineWork& work, const EngineLanes& lanes);

/// Output pixels of one tile.
struct EngineTile {
  std::int64_t rows = 1;
  std::int64_t columns = 1;
};

/// FPGA Eq. F11: words of one copy of each buffer for a tile of pixels and Tm x Tn channels:
/// Tn (S Tr + K - S)(S Tc + K - S), Tm Tn K K, Tm Tr Tc.
EnumArray<Tensor, std::int64_t> tile_words(const EngineWork& work, const EngineLanes& lanes,
                                           const EngineTile& tile);

/// What any design moves to and from off-chip memory at least: each real word of each tensor once.
Bits compulsory_traffic(const Layer& layer);

}  // namespace tilewise
