#include "sim/cost_terms.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace tilewise {
namespace {

/// Collects the terms of one boundary.
class TermBuilder {
 public:
  TermBuilder(const Architecture& architecture, const Layer& layer, std::size_t child)
      : architecture_(architecture), layer_(layer), child_(child) {}

  void add(const TransferCounts& transfer) {
    const bool to_compute = child_ == architecture_.levels.size();
    const std::size_t last_view = transfer.child - transfer.parent;
    const Memory& above = *architecture_.levels[transfer.parent].memory_of(transfer.tensor);
    const Memory* memory =
        to_compute ? nullptr : architecture_.levels[child_].memory_of(transfer.tensor);
    const double part = to_compute ? 1.0 : architecture_.levels[child_].part[transfer.tensor];
    const double bits_above = part * parent_bits(above, layer_, transfer);
    const double bits_on_way = part * network_bits(above, memory, layer_, transfer);
    const double bits_below = to_compute ? 0.0 : part * child_bits(*memory, layer_, transfer);
    const Beside beside = memory == nullptr ? Beside::Tile : beside_of(memory->buffering);
    auto flows = transfer.tensor == Tensor::Output ? std::vector<Flow>{Flow::Partial, Flow::Leave}
                                                   : std::vector<Flow>{Flow::Arrive};
    if (transfer.start_words > 0) flows.push_back(Flow::Start);
    const double start_bits = static_cast<double>(transfer.start_words) /
                              static_cast<double>(words(layer_, Tensor::Output)) *
                              static_cast<double>(layer_.start.width.count());
    result_.stationary.push_back(
        {0, transfer.tensor, last_view, flows.front(), 0.0, beside, Place::Child});
    for (const Flow flow : flows) {
      const auto bits = [&](double others) { return flow == Flow::Start ? start_bits : others; };
      memory_term(transfer.parent, flow == Flow::Leave,
                  {0, transfer.tensor, 0, flow, bits(bits_above), beside, Place::Parent});
      // Fresh sums: what returns joins above, what leaves takes reads that first updates spare.
      const bool spared =
          transfer.tensor == Tensor::Output && memory != nullptr && memory->fresh_sums;
      if (!to_compute && !spared) {
        memory_term(child_, flow != Flow::Leave,
                    {0, transfer.tensor, last_view, flow, bits(bits_below), beside, Place::Child});
      }
      for (std::size_t level = transfer.parent; level < transfer.child; ++level) {
        const TensorNetwork& network =
            architecture_.levels[level].fan_out.networks[transfer.tensor];
        const auto kind = flow == Flow::Leave ? Port::Kind::NetworkUp : Port::Kind::NetworkDown;
        add_term({kind, level, 0, transfer.tensor},
                 {0, transfer.tensor, level - transfer.parent, flow,
                  bits(bits_on_way) / network.bandwidth.count(), beside, Place::Way});
      }
    }
  }

  PortTerms take() {
    if (child_ == architecture_.levels.size()) return std::move(result_);
    const FanOut& fan_out = architecture_.levels[child_ - 1].fan_out;
    result_.refill = fan_out.refill;
    if (fan_out.skew != Skew::Pass) result_.stationary.clear();
    if (!result_.stationary.empty()) {
      result_.skew = skew_cycles(architecture_, child_ - 1).count();
    }
    return std::move(result_);
  }

 private:
  using Beside = PortTerm::Beside;
  using Place = PortTerm::Place;

  static Beside beside_of(Buffering buffering) {
    switch (buffering) {
      case Buffering::Single: return Beside::After;
      case Buffering::Double:
      case Buffering::Streaming: return Beside::Tile;
      case Buffering::Queued: return Beside::Run;
    }
    return Beside::Tile;
  }

  /// `term` has the bits of a word where it will have the cycles.
  void memory_term(std::size_t level, bool write, PortTerm term) {
    const Level& at = architecture_.levels[level];
    const Memory* memory = at.memory_of(term.tensor);
    const auto index = static_cast<std::size_t>(memory - at.memories.data());
    const PortUse use = port_use(*memory, term.tensor, write);
    auto kind = write ? Port::Kind::MemoryWrite : Port::Kind::MemoryRead;
    if (use.shared) kind = Port::Kind::MemoryShared;
    term.cycles_per_word /= use.bandwidth.count();
    if (child_ < architecture_.levels.size()) {
      term.start_up = memory->start_up.count();
      term.burst = static_cast<double>(memory->burst.count()) / use.bandwidth.count();
    }
    add_term({kind, level - at.place, index, Tensor::Input, use.port}, term);
  }

  void add_term(const Port& port, PortTerm term) {
    if (term.cycles_per_word <= 0.0 && term.start_up <= 0.0) return;  // unlimited
    const auto found = std::find(result_.ports.begin(), result_.ports.end(), port);
    term.port = static_cast<std::size_t>(found - result_.ports.begin());
    if (found == result_.ports.end()) result_.ports.push_back(port);
    result_.terms.push_back(term);
  }

  const Architecture& architecture_;
  const Layer& layer_;
  std::size_t child_;
  PortTerms result_;
};

/// "Input, Output"
std::string tensors_of(const MemoryPort& port) {
  std::vector<std::string_view> names;
  for (const Tensor t : kTensors) {
    if (port.tensors[t]) names.push_back(name(t));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::string describe(const Port& port, const Architecture& architecture) {
  const Level& level = architecture.levels[port.level];
  const auto memory = [&](std::string_view what) {
    const Memory& at = level.memories[port.memory];
    const std::string text =
        fmt::format("{} {}", at.name == level.name ? at.name : level.name + "." + at.name, what);
    return at.ports.empty() ? text : text + " of " + tensors_of(at.ports[port.port]);
  };
  switch (port.kind) {
    case Port::Kind::MemoryRead: return memory("read port");
    case Port::Kind::MemoryWrite: return memory("write port");
    case Port::Kind::MemoryShared: return memory("port");
    case Port::Kind::NetworkDown:
      return fmt::format("{} network below {}", name(port.tensor), level.name);
    case Port::Kind::NetworkUp:
      return fmt::format("{} network up to {}", name(port.tensor), level.name);
  }
  return "";
}

std::string place_of(const Port& port, const Architecture& architecture) {
  const std::string& level = architecture.levels[port.level].name;
  switch (port.kind) {
    case Port::Kind::MemoryRead:
    case Port::Kind::MemoryWrite:
    case Port::Kind::MemoryShared: return level;
    case Port::Kind::NetworkDown:
    case Port::Kind::NetworkUp: return "network below " + level;
  }
  return "";
}

Bits sum_width(const Memory& memory, const Layer& layer) {
  return memory.sum_width.value_or(layer.widths.partial_sum);
}

double mean_output_bits(const Layer& layer, const TransferCounts& transfer, Bits sums) {
  const auto complete = static_cast<double>(layer.widths.tensor[Tensor::Output].count());
  const auto partial = static_cast<double>(sums.count());
  if (transfer.parent_words == 0) return complete;
  const double share =
      static_cast<double>(transfer.final_words) / static_cast<double>(transfer.parent_words);
  return share * complete + (1.0 - share) * partial;
}

double coded_share(const Memory& memory, const Layer& layer, Tensor t) {
  if (!memory.coded[t]) return 1.0;
  return coded_share(*memory.coded[t], layer.density[t], layer.widths.tensor[t]);
}

double parent_bits(const Memory& memory, const Layer& layer, const TransferCounts& transfer) {
  const Tensor t = transfer.tensor;
  const double coded = coded_share(memory, layer, t);
  const auto complete = static_cast<double>(layer.widths.tensor[t].count());
  if (t != Tensor::Output) return coded * complete;
  if (transfer.parent_words == 0) return coded * complete;
  const double final_share =
      static_cast<double>(transfer.final_words) / static_cast<double>(transfer.parent_words);
  return mean_output_bits(layer, transfer, sum_width(memory, layer)) -
         final_share * (1.0 - coded) * complete;
}

double child_bits(const Memory& memory, const Layer& layer, const TransferCounts& transfer) {
  if (transfer.tensor == Tensor::Output) {
    return mean_output_bits(layer, transfer, sum_width(memory, layer));
  }
  return coded_share(memory, layer, transfer.tensor) * word_bits(layer, transfer);
}

double network_share(const Memory& above, const Memory* below, const Layer& layer, Tensor t) {
  if (below == nullptr || t == Tensor::Output || !above.coded[t] || !below->coded[t]) return 1.0;
  return std::max(coded_share(above, layer, t), coded_share(*below, layer, t));
}

double network_bits(const Memory& above, const Memory* below, const Layer& layer,
                    const TransferCounts& transfer) {
  if (transfer.tensor == Tensor::Output) {
    return mean_output_bits(layer, transfer, sum_width(above, layer));
  }
  return network_share(above, below, layer, transfer.tensor) * word_bits(layer, transfer);
}

double word_bits(const Layer& layer, const TransferCounts& transfer) {
  if (transfer.tensor == Tensor::Output) {
    return mean_output_bits(layer, transfer, layer.widths.partial_sum);
  }
  return static_cast<double>(layer.widths.tensor[transfer.tensor].count());
}

PortTerms port_terms(const Architecture& architecture, const Layer& layer,
                     const AccessCounts& counts, std::size_t child) {
  TermBuilder builder(architecture, layer, child);
  for (const TransferCounts& transfer : counts.transfers) {
    if (transfer.child == child) builder.add(transfer);
  }
  return builder.take();
}

RefetchRules refetch_rules(const Architecture& architecture) {
  RefetchRules rules;
  for (const Level& level : architecture.levels) {
    EnumArray<Tensor, bool>& refetched = rules.emplace_back();
    for (const Tensor t : {Tensor::Input, Tensor::Weight}) {
      const Memory* memory = level.memory_of(t);
      refetched[t] = memory != nullptr && memory->refetches;
    }
  }
  return rules;
}

MergeRules merge_rules(const Architecture& architecture) {
  MergeRules rules;
  for (const Level& level : architecture.levels) {
    EnumArray<Tensor, bool> merges;
    for (const Tensor t : kTensors) {
      const TensorNetwork& network = level.fan_out.networks[t];
      merges[t] = t == Tensor::Output ? network.spatial_reduction : network.multicast;
    }
    rules.push_back(merges);
  }
  return rules;
}

}  // namespace tilewise
