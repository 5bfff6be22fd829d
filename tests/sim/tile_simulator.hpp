#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "arch/architecture.hpp"
#include "block_walker.hpp"
#include "loop_walker.hpp"
#include "sim/cost_terms.hpp"
#include "sim/mapping.hpp"

namespace tilewise::testing {

/// What the simulation of one layer found; `busy` by the text of the port.
struct SimulatedLatency {
  double total = 0.0;  ///< Eq. 10, without the bound of Eq. 11
  double cold_fill = 0.0;
  double last_drain = 0.0;
  std::vector<double> tile_time;
  std::map<std::string, double> busy;
};

/// The slow and obvious latency of DESIGN section 3: tiles follow each other one by one, each
/// transfer is a difference of word sets, its time that of the slowest port or network.
class TileSimulator {
 public:
  /// The first `operands` of Input lie at level `home` as a whole.
  TileSimulator(const Architecture& architecture, const Layer& layer, const Mapping& mapping,
                std::size_t home = 0, std::int64_t operands = 0)
      : architecture_(architecture),
        layer_(layer),
        mapping_(mapping),
        merges_(merge_rules(architecture)),
        walker_(layer, mapping, merges_),
        chains_(keeper_chains(mapping)),
        levels_(mapping.levels.size()) {
    walker_.put_operands_at(home, operands);
    counts_ = walker_.count();
  }
  /// Sums start from so many operands at each level.
  void start_from(const std::vector<std::int64_t>& operands) {
    std::vector<bool> adds;
    for (const Level& level : architecture_.levels) {
      const Memory* memory = level.memory_of(Tensor::Output);
      adds.push_back(memory != nullptr && memory->fresh_sums);
    }
    walker_.start_from(operands, adds);
  }

  SimulatedLatency run() {
    result_.tile_time.assign(levels_, 0.0);
    double clock = 0.0;
    for (const Transfer& transfer : transfers_to(levels_)) {
      clock +=
          std::max(static_cast<double>(layer_.operations) * architecture_.compute.interval.count(),
                   slowest(transfer, &Load::overlapped));
    }
    for (std::size_t child = levels_; child-- > 0;) {
      double tiles = 0.0;
      walker_.walk(child, [&](const LoopWalker::Index&) { tiles += 1.0; });
      if (child + 1 == levels_) {
        clock += tiles * architecture_.compute.pass_overhead.count() +
                 block_waits(architecture_, layer_, mapping_, walker_);
      }
      const double tile = clock / tiles;
      result_.tile_time[child] = tile;
      if (child > 0) clock = run_tiles(child, tile);
    }
    result_.total = result_.tile_time.front() + result_.cold_fill + result_.last_drain +
                    architecture_.compute.layer_overhead.count();
    for (const Level& level : architecture_.levels) {
      if (level.fan_out.skew != Skew::None) result_.total += refill_of(level.fan_out);
    }
    return result_;
  }

 private:
  /// Cycles of one transition at a port: what hides behind the work on one tile, behind that of
  /// the whole run, and behind none.
  struct Load {
    double overlapped = 0.0;
    double queued = 0.0;
    double serial = 0.0;
  };
  /// One transition: its load by port, and how long the words of a tensor take one way.
  struct Transfer {
    std::map<std::string, Load> ports;
    std::map<std::pair<Tensor, bool>, double> flows;
    bool renews = false;  ///< some word of it comes to the child
  };
  using Index = LoopWalker::Index;
  using Tile = LoopWalker::Tile;

  /// Steps from the first instance of a skewed array to the last, diagonal by diagonal.
  double refill_of(const FanOut& fan_out) const {
    double steps = 0.0;
    for (std::int64_t x = 1; x < fan_out.x.size; ++x) steps += 1.0;
    for (std::int64_t y = 1; y < fan_out.y.size; ++y) steps += 1.0;
    return steps * architecture_.compute.interval.count();
  }

  /// The end of the last tile of `child`, if one takes `tile` cycles: tile i + 1 begins when tile i
  /// is done and everything has arrived.
  double run_tiles(std::size_t child, double tile) {
    const std::vector<Transfer> transfers = transfers_to(child);
    const bool in_turn = architecture_.levels[child - 1].fan_out.refill == Refill::InTurn;
    add_busy(transfers.front());
    result_.cold_fill += in_turn && slowest(transfers.front(), &Load::serial) > 0.0
                             ? one_by_one(transfers.front())
                             : slowest_sum(transfers.front());
    double beside = tile;
    double after = 0.0;
    std::map<std::string, double> running;
    const FanOut& array = architecture_.levels[child - 1].fan_out;
    for (std::size_t i = 1; i < transfers.size(); ++i) {
      if (array.skew == Skew::Pass && transfers[i].renews) after += refill_of(array);
      add_busy(transfers[i]);
      const double serial = slowest(transfers[i], &Load::serial);
      if (in_turn && serial > 0.0) {
        beside += tile;
        after += one_by_one(transfers[i]);
        continue;
      }
      beside += std::max(tile, slowest(transfers[i], &Load::overlapped));
      after += serial;
      for (const auto& [port, load] : transfers[i].ports) {
        running[port] += load.overlapped + load.queued;
      }
    }
    for (const auto& [port, cycles] : running) beside = std::max(beside, cycles);
    const Transfer drain = drain_of(child);
    add_busy(drain);
    result_.last_drain += slowest_sum(drain);
    return beside + after;
  }

  void add_busy(const Transfer& transfer) {
    for (const auto& [port, load] : transfer.ports) {
      result_.busy[port] += load.overlapped + load.queued + load.serial;
    }
  }
  static double slowest(const Transfer& transfer, double Load::*part) {
    double longest = 0.0;
    for (const auto& [port, load] : transfer.ports) longest = std::max(longest, load.*part);
    return longest;
  }
  /// Where there is no work to hide behind, a port moves all its words one after the other.
  static double slowest_sum(const Transfer& transfer) {
    double longest = 0.0;
    for (const auto& [port, load] : transfer.ports) {
      longest = std::max(longest, load.overlapped + load.queued + load.serial);
    }
    return longest;
  }
  static double one_by_one(const Transfer& transfer) {
    double sum = 0.0;
    for (const auto& [flow, cycles] : transfer.flows) sum += cycles;
    return sum;
  }

  /// One entry for each executed iteration of the loops outside `child`.
  std::vector<Transfer> transfers_to(std::size_t child) {
    std::vector<Transfer> transfers;
    for (const Tensor t : kTensors) {
      if (!has_tensor(layer_, t)) continue;
      for (std::size_t i = 1; i < chains_[t].size(); ++i) {
        if (chains_[t][i] == child) add_tensor(t, chains_[t][i - 1], child, transfers);
      }
    }
    std::size_t executed = 0;
    walker_.walk(child, [&](const Index&) { ++executed; });
    transfers.resize(executed);
    if (child == levels_) count_steps_as_busy(transfers);
    return transfers;
  }

  void count_steps_as_busy(const std::vector<Transfer>& transfers) {
    for (const Transfer& transfer : transfers) add_busy(transfer);
  }

  void add_tensor(Tensor t, std::size_t parent, std::size_t child,
                  std::vector<Transfer>& transfers) {
    std::map<Index, Tile> held;
    LoopWalker::Words known;
    std::size_t at = 0;
    walker_.walk(child, [&](const Index& temporal) {
      if (transfers.size() <= at) transfers.emplace_back();
      Sets arriving(child - parent + 1);
      Sets leaving(child - parent + 1);
      bool seen_before = false;
      std::set<LoopWalker::Word> now_known;
      walker_.walk_instances(child, temporal, [&](const Index& index) {
        const Index who = walker_.instance(child, index);
        const std::optional<Tile> now = walker_.tile(t, child, index);
        const auto found = held.find(who);
        const std::optional<Tile> old =
            found == held.end() ? std::nullopt : std::optional(found->second);
        const bool stores = child != levels_;
        const bool again =
            t != Tensor::Output && stores && architecture_.levels[child].memory_of(t)->refetches;
        if (now) {
          const auto fresh = LoopWalker::fresh(stores && !again ? old : std::nullopt, *now);
          deliver(t, parent, child, index, fresh, arriving);
          transfers[at].renews = transfers[at].renews || !fresh.empty();
          if (!stores) deliver(t, parent, child, index, fresh, leaving);
          for (const auto& word : fresh) {
            seen_before |= known.contains(word);
            now_known.insert(word);
          }
        }
        if (old && stores) {
          // What leaves is what the new tile does not hold.
          deliver(t, parent, child, index, LoopWalker::fresh(now, *old), leaving);
        }
        if (now) {
          held[who] = *now;
        } else {
          held.erase(who);
        }
      });
      if (t == Tensor::Output) {
        if (seen_before) load(t, parent, child, arriving, false, transfers[at]);
        const double starting = static_cast<double>(walker_.starting(parent, child)) *
                                static_cast<double>(layer_.start.width.count());
        if (!seen_before) load(t, parent, child, arriving, false, transfers[at], starting);
        load(t, parent, child, leaving, true, transfers[at]);
      } else {
        load(t, parent, child, arriving, false, transfers[at]);
      }
      known.insert(now_known.begin(), now_known.end());
      ++at;
    });
  }

  /// The last Output tile leaves. It is the size of the first one: on nests that do not divide the
  /// model says so too, although the very last tile may be smaller.
  Transfer drain_of(std::size_t child) {
    Transfer drain;
    const Tensor t = Tensor::Output;
    for (std::size_t i = 1; i < chains_[t].size(); ++i) {
      if (chains_[t][i] != child) continue;
      const std::size_t parent = chains_[t][i - 1];
      Sets leaving(child - parent + 1);
      bool first = true;
      walker_.walk(child, [&](const Index& temporal) {
        if (!first) return;
        first = false;
        walker_.walk_instances(child, temporal, [&](const Index& index) {
          if (const auto now = walker_.tile(t, child, index)) {
            deliver(t, parent, child, index, LoopWalker::fresh(std::nullopt, *now), leaving);
          }
        });
      });
      load(t, parent, child, leaving, true, drain);
    }
    return drain;
  }

  /// For each level from the parent to the child: the words of each transfer, by the instance of
  /// the level and what the network below does not merge.
  using Sets = std::vector<std::map<std::pair<Index, Index>, LoopWalker::Words>>;

  void deliver(Tensor t, std::size_t parent, std::size_t child, const Index& index,
               const LoopWalker::Words& words, Sets& sets) const {
    for (std::size_t level = parent; level <= child; ++level) {
      auto& set = sets[level - parent]
                      [{walker_.instance(level, index), walker_.transfer_key(t, level, index)}];
      for (const auto& word : words) {
        const bool padding = t == Tensor::Input && level == 0 && !walker_.is_real(word);
        if (!padding && !walker_.lies_at_home(t, child, word)) set.insert(word);
      }
    }
  }

  /// Words at the most loaded instance of a level.
  static double most(const std::map<std::pair<Index, Index>, LoopWalker::Words>& sets) {
    std::map<Index, std::size_t> sums;
    std::size_t largest = 0;
    for (const auto& [key, words] : sets) {
      largest = std::max(largest, sums[key.first] += words.size());
    }
    return static_cast<double>(largest);
  }

  /// `starting`: bits of a word that sums start from; empty: the words are those of `t`.
  void load(Tensor t, std::size_t parent, std::size_t child, const Sets& sets, bool up,
            Transfer& transfer, std::optional<double> starting = std::nullopt) const {
    const Memory& above = *architecture_.levels[parent].memory_of(t);
    const Memory* below = child < levels_ ? architecture_.levels[child].memory_of(t) : nullptr;
    const auto part = below == nullptr                        ? &Load::overlapped
                      : below->buffering == Buffering::Single ? &Load::serial
                      : below->buffering == Buffering::Queued ? &Load::queued
                                                              : &Load::overlapped;
    const auto add = [&](const Port& port, double cycles) {
      if (cycles == 0.0) return;
      transfer.ports[describe(port, architecture_)].*part += cycles;
      double& flow = transfer.flows[{t, up}];
      flow = std::max(flow, cycles);
    };
    const auto at_memory = [&](std::size_t level, bool write, double bits) {
      const Level& where = architecture_.levels[level];
      const Memory& memory = *where.memory_of(t);
      Port port{write ? Port::Kind::MemoryWrite : Port::Kind::MemoryRead, level,
                static_cast<std::size_t>(&memory - where.memories.data()), Tensor::Input, 0};
      const auto [bandwidth, shared] = rate_of(memory, t, write, port.port);
      if (shared) port.kind = Port::Kind::MemoryShared;
      add(port, port_time(memory, bits, bandwidth, child < levels_));
    };
    at_memory(parent, up, most(sets.front()) * starting.value_or(bits_in(above, t, child)));
    const bool spared = t == Tensor::Output && below != nullptr && below->fresh_sums;
    if (child < levels_ && !spared) {
      at_memory(child, !up, most(sets.back()) * starting.value_or(bits_in(*below, t, child)));
    }
    for (std::size_t level = parent; level < child; ++level) {
      const double bits =
          most(sets[level - parent]) * starting.value_or(bits_between(above, below, t, child));
      add({up ? Port::Kind::NetworkUp : Port::Kind::NetworkDown, level, 0, t},
          bits / architecture_.levels[level].fan_out.networks[t].bandwidth.count());
    }
  }

  /// Whole bursts after the start of a transfer; the compute unit takes words one by one.
  static double port_time(const Memory& memory, double bits, BitsPerCycle bandwidth,
                          bool between_memories) {
    if (bits == 0.0) return 0.0;
    if (!between_memories) return bits / bandwidth.count();
    if (memory.burst > Bits{0}) {
      const auto burst = static_cast<double>(memory.burst.count());
      double bursts = std::floor(bits / burst);
      if (bits - bursts * burst > 1e-9 * bits) bursts += 1.0;
      bits = bursts * burst;
    }
    return memory.start_up.count() + bits / bandwidth.count();
  }

  struct Rate {
    BitsPerCycle bandwidth;
    bool shared = false;
  };
  static Rate rate_of(const Memory& memory, Tensor t, bool write, std::size_t& index) {
    if (memory.ports.empty()) {
      if (memory.shared_port) return {memory.read_bandwidth, true};
      return {write ? memory.write_bandwidth : memory.read_bandwidth, false};
    }
    for (index = 0; index < memory.ports.size(); ++index) {
      const MemoryPort& port = memory.ports[index];
      if (!port.tensors[t]) continue;
      if (port.shared) return {*port.read, true};
      if (write ? port.write.has_value() : port.read.has_value()) {
        return {write ? *port.write : *port.read, false};
      }
    }
    return {kUnlimited, false};
  }

  /// A word as that memory holds it: coded if complete, a sum as wide as it says.
  double bits_in(const Memory& memory, Tensor t, std::size_t child) const {
    const auto& code = memory.coded[t];
    const double share =
        code ? coded_share(*code, layer_.density[t], layer_.widths.tensor[t]) : 1.0;
    return bits_of(t, child, share, memory.sum_width.value_or(layer_.widths.partial_sum));
  }
  double bits_between(const Memory& above, const Memory* below, Tensor t, std::size_t child) const {
    const Bits sums = above.sum_width.value_or(layer_.widths.partial_sum);
    const bool coded = t != Tensor::Output && below != nullptr && above.coded[t] && below->coded[t];
    if (!coded) return bits_of(t, child, 1.0, sums);
    return std::max(bits_in(above, t, child), bits_in(*below, t, child));
  }

  double bits_of(Tensor t, std::size_t child, double share, Bits sums) const {
    const auto whole = share * static_cast<double>(layer_.widths.tensor[t].count());
    if (t != Tensor::Output) return whole;
    const auto found = std::find_if(
        counts_.transfers.begin(), counts_.transfers.end(),
        [&](const TransferCounts& each) { return each.tensor == t && each.child == child; });
    const auto partial = static_cast<double>(sums.count());
    const auto sent = static_cast<double>(found->parent_words);
    const auto complete = static_cast<double>(found->final_words);
    return (complete * whole + (sent - complete) * partial) / sent;
  }

  const Architecture& architecture_;
  const Layer& layer_;
  const Mapping& mapping_;
  MergeRules merges_;
  LoopWalker walker_;
  KeeperChains chains_;
  std::size_t levels_;
  AccessCounts counts_;
  SimulatedLatency result_;
};

}  // namespace tilewise::testing
