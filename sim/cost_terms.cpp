#include "sim/cost_terms.hpp"

#include <fmt/format.h>

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
    const double bits = word_bits(layer_, transfer);
    bool overlapped = true;
    if (!to_compute) {
      const Memory* memory = architecture_.levels[child_].memory_of(transfer.tensor);
      overlapped = memory->buffering != Buffering::Single;
    }
    const auto flows = transfer.tensor == Tensor::Output
                           ? std::vector<Flow>{Flow::Partial, Flow::Leave}
                           : std::vector<Flow>{Flow::Arrive};
    for (const Flow flow : flows) {
      memory_term(transfer.parent, transfer.tensor, 0, flow, flow == Flow::Leave, bits, overlapped);
      if (!to_compute) {
        memory_term(child_, transfer.tensor, last_view, flow, flow != Flow::Leave, bits,
                    overlapped);
      }
      for (std::size_t level = transfer.parent; level < transfer.child; ++level) {
        const TensorNetwork& network =
            architecture_.levels[level].fan_out.networks[transfer.tensor];
        const auto kind = flow == Flow::Leave ? Port::Kind::NetworkUp : Port::Kind::NetworkDown;
        add_term({kind, level, 0, transfer.tensor},
                 {0, transfer.tensor, level - transfer.parent, flow,
                  bits / network.bandwidth.count(), overlapped});
      }
    }
  }

  PortTerms take() { return std::move(result_); }

 private:
  void memory_term(std::size_t level, Tensor t, std::size_t view, Flow flow, bool write,
                   double bits, bool overlapped) {
    const Level& at = architecture_.levels[level];
    const Memory* memory = at.memory_of(t);
    const auto index = static_cast<std::size_t>(memory - at.memories.data());
    auto kind = write ? Port::Kind::MemoryWrite : Port::Kind::MemoryRead;
    double bandwidth = (write ? memory->write_bandwidth : memory->read_bandwidth).count();
    if (memory->shared_port) {
      kind = Port::Kind::MemoryShared;
      bandwidth = memory->read_bandwidth.count();
    }
    add_term({kind, level, index, Tensor::Input}, {0, t, view, flow, bits / bandwidth, overlapped});
  }

  void add_term(const Port& port, PortTerm term) {
    if (term.cycles_per_word <= 0.0) return;  // unlimited
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

}  // namespace

std::string describe(const Port& port, const Architecture& architecture) {
  const Level& level = architecture.levels[port.level];
  const auto memory = [&] {
    const std::string& own = level.memories[port.memory].name;
    return own == level.name ? own : level.name + "." + own;
  };
  switch (port.kind) {
    case Port::Kind::MemoryRead: return memory() + " read port";
    case Port::Kind::MemoryWrite: return memory() + " write port";
    case Port::Kind::MemoryShared: return memory() + " port";
    case Port::Kind::NetworkDown:
      return fmt::format("{} network below {}", name(port.tensor), level.name);
    case Port::Kind::NetworkUp:
      return fmt::format("{} network up to {}", name(port.tensor), level.name);
  }
  return "";
}

double mean_output_bits(const Layer& layer, const TransferCounts& transfer) {
  const auto complete = static_cast<double>(layer.widths.tensor[Tensor::Output].count());
  const auto partial = static_cast<double>(layer.widths.partial_sum.count());
  if (transfer.parent_words == 0) return complete;
  const double share =
      static_cast<double>(transfer.final_words) / static_cast<double>(transfer.parent_words);
  return share * complete + (1.0 - share) * partial;
}

double word_bits(const Layer& layer, const TransferCounts& transfer) {
  if (transfer.tensor == Tensor::Output) return mean_output_bits(layer, transfer);
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
