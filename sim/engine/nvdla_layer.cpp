// One hardware layer of NVDLA as its RTL runs it: kernel groups wait for their weights, stripes for
// the accumulator. Equations and their sources: docs/nvdla.md.
#include "sim/engine/nvdla_layer.hpp"

#include <algorithm>
#include <deque>

#include "base/integers.hpp"

namespace tilewise {
namespace {

/// Cycles to load the weights of a group's first operation, however few kernels it has
/// (NV_NVDLA_CSC_sg.v, wt_max_cycles).
constexpr std::int64_t kLeastWeightLoad = 2;

std::int64_t round_up(std::int64_t value, std::int64_t to) {
  return checked_multiply(ceil_div(value, to), to, "weights of a layer");
}

std::int64_t groups_of(const NvdlaEngine& engine, const HardwareLayer& layer) {
  return ceil_div(layer.kernels, engine.atomic_k);
}

/// Operations of a stripe: channel groups and taps.
std::int64_t operations_of(const NvdlaEngine& engine, const HardwareLayer& layer) {
  return checked_multiply(ceil_div(layer.channels, engine.atomic_c), layer.window, "operations");
}

std::int64_t weight_bits(const NvdlaEngine& engine, const HardwareLayer& layer,
                         std::int64_t kernels) {
  return checked_product({kernels, layer.channels, layer.window, engine.operand_width.count()},
                         "weights of a layer");
}

std::int64_t bits_of_bank(const NvdlaEngine& engine) {
  return checked_multiply(engine.entries, engine.entry.count(), "bits of a bank");
}

std::int64_t words_of_banks(const NvdlaEngine& engine, std::int64_t banks) {
  return checked_multiply(banks, bits_of_bank(engine), "bits of the buffer") /
         engine.port_word.count();
}

std::int64_t port_words(const NvdlaEngine& engine, std::int64_t bits) {
  return ceil_div(bits, engine.port_word.count());
}

Cycles cycles(std::int64_t count) { return Cycles{static_cast<double>(count)}; }

/// What the memory port brings (NVDLA N4, N5). Time 0 is the first request for weights.
class PortReads {
 public:
  PortReads(const NvdlaEngine& engine, const HardwareLayer& layer, std::int64_t weight_banks)
      : engine_(engine),
        word_(transfer_cycles(static_cast<double>(engine.port_word.count()), engine.bandwidth)),
        inputs_(port_words(engine, port_bits(engine, layer)[Tensor::Input])),
        weights_(port_words(engine, port_bits(engine, layer)[Tensor::Weight])),
        groups_(groups_of(engine, layer)),
        group_bits_(weight_bits(engine, layer, engine.atomic_k)),
        room_(words_of_banks(engine, weight_banks) + engine.words_ahead) {}

  Cycles inputs_loaded() const {
    const std::int64_t beside = std::min(weights_, room_);
    const Cycles both = word_ * (inputs_ + std::min(inputs_, beside));
    return beside >= inputs_ ? both + cycles(engine_.data_delay) : both;
  }

  /// When all weights up to those of `group`, from 1, are there. The groups before it but one have
  /// been released.
  Cycles weights_loaded(std::int64_t group) {
    const std::int64_t wanted = words_until(group);
    const auto known = static_cast<std::int64_t>(releases_.size());
    Cycles ready = word_ * (wanted + std::min(wanted, inputs_)) - cycles(engine_.weight_lead);
    for (; waited_ < known && room_ + words_until(waited_) < wanted; ++waited_) {
      const Cycles room_at =
          releases_[static_cast<std::size_t>(waited_)] - word_ * (room_ + words_until(waited_));
      latest_ = waited_ == 0 ? room_at : std::max(latest_, room_at);
    }
    if (waited_ > 0) {
      ready = std::max(ready, latest_ + cycles(engine_.refill_latency) + word_ * wanted);
    }
    return ready;
  }

  /// The banks of the next group are free.
  void release(Cycles at) { releases_.push_back(at); }

 private:
  std::int64_t words_until(std::int64_t group) const {
    return group == groups_ ? weights_ : port_words(engine_, group * group_bits_);
  }

  const NvdlaEngine& engine_;
  Cycles word_;  ///< of the time of the port
  std::int64_t inputs_;
  std::int64_t weights_;
  std::int64_t groups_;
  std::int64_t group_bits_;
  std::int64_t room_;  ///< words that may be asked for before any are released
  std::vector<Cycles> releases_;
  std::int64_t waited_ = 0;  ///< releases that some group had to wait for
  Cycles latest_;            ///< of these, less the port's time for the words before
};

/// Sums on their way out (NVDLA N7).
class Accumulator {
 public:
  explicit Accumulator(const NvdlaEngine& engine) : engine_(engine), drain_(atom_drain(engine)) {}

  /// When the last operation of a stripe of `atoms` that would be issued at `wanted` finds room.
  Cycles last_operation(Cycles wanted, std::int64_t atoms) const {
    const std::int64_t must_leave = issued_ + atoms - engine_.sums;
    if (must_leave <= 0) return wanted;
    return std::max(wanted, left(must_leave) + cycles(engine_.sum_latency));
  }

  void add(Cycles last_operation, std::int64_t atoms) {
    const Cycles begin = std::max(empty_, last_operation);
    stripes_.push_back({issued_, begin});
    if (static_cast<std::int64_t>(stripes_.size()) > engine_.sums) stripes_.pop_front();
    empty_ = begin + drain_ * atoms;
    issued_ += atoms;
  }

  /// When all sums have left.
  Cycles empty() const { return empty_; }

 private:
  struct Stripe {
    std::int64_t before;  ///< atoms of the layer
    Cycles begin;         ///< of its drain
  };

  Cycles left(std::int64_t atom) const {
    auto stripe = stripes_.rbegin();
    while (stripe->before >= atom) ++stripe;
    return stripe->begin + drain_ * (atom - stripe->before);
  }

  const NvdlaEngine& engine_;
  Cycles drain_;
  std::int64_t issued_ = 0;
  Cycles empty_;
  std::deque<Stripe> stripes_;  ///< those that may have sums inside
};

}  // namespace

EnumArray<Tensor, std::int64_t> port_bits(const NvdlaEngine& engine, const HardwareLayer& layer) {
  const std::int64_t width = engine.operand_width.count();
  EnumArray<Tensor, std::int64_t> bits{};
  bits[Tensor::Input] = checked_product(
      {layer.pixels, ceil_div(layer.channels, engine.atomic_c), engine.atomic_c, width}, "inputs");
  bits[Tensor::Weight] =
      round_up(weight_bits(engine, layer, layer.kernels), engine.weight_alignment.count());
  bits[Tensor::Output] =
      checked_product({layer.atoms, groups_of(engine, layer), engine.atomic_k, width}, "outputs");
  return bits;
}

BankNeed banks_needed(const NvdlaEngine& engine, const HardwareLayer& layer) {
  const std::int64_t atom_entries =
      ceil_div(engine.atomic_c * engine.operand_width.count(), engine.entry.count());
  const std::int64_t data_entries = checked_product(
      {layer.pixels, ceil_div(layer.channels, engine.atomic_c), atom_entries}, "entries");
  const std::int64_t group = weight_bits(engine, layer, std::min(layer.kernels, engine.atomic_k));
  const std::int64_t all = port_words(engine, port_bits(engine, layer)[Tensor::Weight]);
  BankNeed need;
  need.data = ceil_div(data_entries, engine.entries);
  need.weights = ceil_div(group, bits_of_bank(engine));
  need.all_weights = need.weights;
  while (words_of_banks(engine, need.all_weights) + engine.words_ahead < all &&
         need.all_weights < engine.banks) {
    ++need.all_weights;
  }
  return need;
}

Cycles atom_drain(const NvdlaEngine& engine) {
  const auto bits = static_cast<double>(engine.atomic_k * engine.operand_width.count());
  return std::max(cycles(engine.drain), transfer_cycles(bits, engine.bandwidth));
}

std::vector<std::int64_t> stripes(const NvdlaEngine& engine, std::int64_t atoms) {
  std::vector<std::int64_t> lengths;
  while (atoms > 0) {
    const std::int64_t length = atoms >= 2 * engine.stripe ? engine.stripe
                                : atoms <= engine.stripe   ? atoms
                                                           : engine.shortest_stripe;
    lengths.push_back(length);
    atoms -= length;
  }
  return lengths;
}

Cycles operation_cycles(const NvdlaEngine& engine, const HardwareLayer& layer) {
  std::int64_t of_each = 0;
  for (const std::int64_t atoms : stripes(engine, layer.atoms)) {
    of_each += std::max(atoms, engine.shortest_stripe);
  }
  return cycles(of_each) * operations_of(engine, layer) * groups_of(engine, layer);
}

Cycles hardware_layer_cycles(const NvdlaEngine& engine, const HardwareLayer& layer,
                             std::int64_t weight_banks) {
  const std::vector<std::int64_t> lengths = stripes(engine, layer.atoms);
  const std::int64_t operations = operations_of(engine, layer);
  PortReads reads(engine, layer, weight_banks);
  Accumulator accumulator(engine);
  Cycles next;      // operation that may be issued
  Cycles previous;  // operation that was issued before
  for (std::int64_t group = 1; group <= groups_of(engine, layer); ++group) {
    Cycles ready = reads.weights_loaded(group);
    if (group == 1) ready = std::max(ready, reads.inputs_loaded());
    const std::int64_t kernels =
        std::min(engine.atomic_k, layer.kernels - (group - 1) * engine.atomic_k);
    next = std::max(next, ready + cycles(std::max(kLeastWeightLoad, kernels)));
    Cycles loaded;  // the last set of weights of the group, into the MAC cells
    for (const std::int64_t atoms : lengths) {
      const Cycles operation = cycles(std::max(atoms, engine.shortest_stripe));
      const Cycles last = accumulator.last_operation(next + operation * (operations - 1), atoms);
      // A set of weights is loaded while the operation before it runs, once they are there.
      loaded = operations == 1 ? std::max(previous, ready) : last - operation;
      accumulator.add(last, atoms);
      previous = last;
      next = last + operation;
    }
    reads.release(loaded);
  }
  return accumulator.empty() + cycles(engine.fixed_latency);
}

}  // namespace tilewise
