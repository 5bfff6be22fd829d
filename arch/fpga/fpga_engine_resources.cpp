#include "arch/fpga/fpga_engine_resources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "base/integers.hpp"

namespace tilewise {
namespace {

constexpr Bits kAccumulator{48};  // the adder of a DSP slice (UG479)

/// Bits of one word of a bank: a convolver reads the weights of its whole window at once (F4).
std::int64_t bank_width(const FpgaEngineParameters& p, Tensor t) {
  const std::int64_t taps = t == Tensor::Weight ? p.window * p.window : 1;
  return checked_multiply(p.precision.width[t].count(), taps, "bits of a weight word");
}

FpgaResources buffer_use(const FpgaEngineParameters& p, Tensor t, std::int64_t uram_left) {
  const std::int64_t banks = buffer_banks(p, t);
  const std::int64_t width = bank_width(p, t);
  const std::int64_t words = p.buffer[t].count() / width;
  if (words < banks) {
    throw InputError(fmt::format("{}: {} buffer of {} words: expected one for each of its {} banks",
                                 p.name, name(t), words, banks));
  }
  return memory_resources({words, width, banks, p.double_buffered[t] ? 2 : 1}, uram_left);
}

/// Lanes of fixed point: one accumulator for each output channel and pixel (F5, F6).
FpgaResources fixed_lanes(const FpgaEngineParameters& p, AdderRule adders) {
  const std::int64_t all = multipliers(p);
  const std::int64_t on_dsp = p.multipliers_on_dsp.value_or(all);
  MatrixUnit unit;
  unit.pe = checked_product({p.tm, p.tp, p.tq}, "accumulators");
  unit.products = all / unit.pe;
  unit.products_in_lut = ceil_div(all - on_dsp, unit.pe);
  unit.input = p.precision.width[Tensor::Input];
  unit.weight = p.precision.width[Tensor::Weight];
  unit.accumulator = kAccumulator;
  FpgaResources use;
  use.lut = matrix_unit_luts(unit, adders);
  if (p.window > 1) {
    const std::int64_t lines = checked_product({p.tn, p.tp, p.tq}, "line buffers");
    use.lut += line_buffer_luts(lines, p.window, unit.input.count(), p.line_words);
  }
  use.ff = flip_flops(use.lut);
  return use;
}

FpgaResources lanes_use(const FpgaEngineParameters& p, AdderRule adders) {
  const bool floating = p.precision.arithmetic == Arithmetic::Float32;
  FpgaResources use = floating ? float32_logic(multipliers(p)) : fixed_lanes(p, adders);
  use.dsp = dsp_of_macs(p.multipliers_on_dsp.value_or(multipliers(p)), p.precision,
                        p.dsp_packing.value_or(default_packing(p.precision)));
  return use;
}

}  // namespace

std::int64_t multipliers(const FpgaEngineParameters& p) {
  return checked_product({p.tm, p.tn, p.tp, p.tq, p.window, p.window}, "multipliers");
}

std::int64_t buffer_banks(const FpgaEngineParameters& p, Tensor t) {
  if (p.banks[t]) return *p.banks[t];
  switch (t) {
    case Tensor::Input: return checked_product({p.tn, p.tp, p.tq}, "Tn x Tp x Tq");
    case Tensor::Weight: return checked_multiply(p.tm, p.tn, "Tm x Tn");
    case Tensor::Output: return checked_product({p.tm, p.tp, p.tq}, "Tm x Tp x Tq");
  }
  return 0;
}

InitiationInterval port_interval(const FpgaEngineParameters& p) {
  const std::array memories{
      BankAccesses{"Input", checked_product({p.tn, p.tp, p.tq}, "Tn x Tp x Tq"),
                   buffer_banks(p, Tensor::Input)},
      BankAccesses{"Weight", checked_multiply(p.tm, p.tn, "Tm x Tn"),
                   buffer_banks(p, Tensor::Weight)},
      // A sum is read and written back.
      BankAccesses{"Output", checked_product({2, p.tm, p.tp, p.tq}, "Tm x Tp x Tq"),
                   buffer_banks(p, Tensor::Output)}};
  return initiation_interval(memories, Recurrence{});
}

FpgaEngineUse engine_use(const FpgaEngineParameters& p) {
  const bool mixed = p.multipliers_on_dsp && *p.multipliers_on_dsp < multipliers(p);
  FpgaEngineUse use;
  use.lanes = lanes_use(p, mixed ? AdderRule::Cascade : AdderRule::All);
  use.total = use.lanes;
  for (const Tensor t : kTensors) {
    FpgaResources& buffer = use.buffers[t];
    buffer = buffer_use(p, t, p.board.uram - use.total.uram);
    buffer.ff = flip_flops(buffer.lut);
    use.total += buffer;
  }
  if (p.precision.arithmetic == Arithmetic::Fixed) {
    use.controllers = soft_controllers(p.board.soft_controllers);
    use.total += use.controllers;
  }
  const FpgaResources least = lanes_use(p, AdderRule::Cascade);
  use.least_lut = use.total.lut - use.lanes.lut + least.lut;
  return use;
}

FpgaResources resources(const FpgaEngineParameters& parameters) {
  return engine_use(parameters).total;
}

namespace {

/// With other lanes, and of each bank as many words.
FpgaEngineParameters with_lanes(const FpgaEngineParameters& p, std::int64_t tm, std::int64_t tn) {
  FpgaEngineParameters made = p;
  made.tm = tm;
  made.tn = tn;
  if (p.multipliers_on_dsp) {
    made.multipliers_on_dsp = std::min(*p.multipliers_on_dsp, multipliers(made));
  }
  for (const Tensor t : kTensors) {
    const std::int64_t width = bank_width(p, t);
    const std::int64_t words = p.buffer[t].count() / width / buffer_banks(p, t);
    made.buffer[t] = Bits{words * buffer_banks(made, t) * width};
  }
  return made;
}

}  // namespace

std::optional<FpgaEngineParameters> nearest_engine(const FpgaEngineParameters& p) {
  const FpgaResources device = whole_device(p.board);
  std::optional<FpgaEngineParameters> best;
  std::int64_t most = 0;
  // More products than that no packing brings onto the DSPs.
  const std::int64_t each = p.tp * p.tq * p.window * p.window;
  const std::int64_t bound = p.multipliers_on_dsp ? p.tm * p.tn : 2 * device.dsp / each + 1;
  for (std::int64_t tm = std::min(p.tm, bound); tm >= 1 && tm * std::min(p.tn, bound) > most;
       --tm) {
    for (std::int64_t tn = std::min(p.tn, bound / tm); tn >= 1 && tm * tn > most; --tn) {
      FpgaEngineParameters made = with_lanes(p, tm, tn);
      if (!fits(resources(made), device)) continue;
      best = std::move(made);
      most = tm * tn;
    }
  }
  return best;
}

}  // namespace tilewise
