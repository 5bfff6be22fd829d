#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "sim/access_counts.hpp"
#include "sim/mapping.hpp"
#include "workload/layer.hpp"

namespace tilewise::testing {

/// The slow and obvious count, written from rules 1 to 5 of DESIGN section 2: the nest is executed
/// iteration by iteration, each tile is a set of words, each fetch a difference of sets.
class LoopWalker {
 public:
  using Axis = std::set<std::int64_t>;
  using Tile = std::vector<Axis>;  ///< one coordinate set an axis
  using Word = std::array<std::int64_t, 5>;
  using Words = std::set<Word>;

  LoopWalker(const Layer& layer, const Mapping& mapping, const MergeRules& merges)
      : layer_(layer), mapping_(mapping), merges_(merges) {
    for (std::size_t level = 0; level < mapping.levels.size(); ++level) {
      for (const Loop& loop : mapping.levels[level].temporal) {
        loops_.push_back({loop.dim, loop.bound, 1, level, false});
      }
      for (const SpatialLoop& loop : mapping.levels[level].spatial) {
        loops_.push_back({loop.dim, loop.bound, 1, level, true});
      }
    }
    for (std::size_t i = loops_.size(); i-- > 0;) {
      for (std::size_t j = i + 1; j < loops_.size(); ++j) {
        if (loops_[j].dim == loops_[i].dim) loops_[i].step *= loops_[j].bound;
      }
    }
  }

  AccessCounts count() const {
    AccessCounts counts;
    const KeeperChains chains = keeper_chains(mapping_);
    for (const Tensor t : kTensors) {
      if (!has_tensor(layer_, t)) continue;
      for (std::size_t i = 1; i < chains[t].size(); ++i) {
        counts.transfers.push_back(transfer(t, chains[t][i - 1], chains[t][i]));
      }
    }
    walk(mapping_.levels.size(), [&](const Index&) { ++counts.compute_cycles; });
    counts.macs = 1;
    for (const std::int64_t bound : layer_.bounds) counts.macs *= bound;
    return counts;
  }

  using Index = std::vector<std::int64_t>;  ///< one entry a loop

  /// Calls `visit` for each executed combination of the temporal loops outside `child`.
  void walk(std::size_t child, const std::function<void(const Index&)>& visit) const {
    Index index(loops_.size(), 0);
    step(0, child, false, index, visit);
  }

  /// Calls `visit` for each combination of the spatial loops outside `child`.
  void walk_instances(std::size_t child, const Index& at,
                      const std::function<void(const Index&)>& visit) const {
    Index index = at;
    step(0, child, true, index, visit);
  }

  /// The tile of a child instance; empty where it idles.
  std::optional<Tile> tile(Tensor t, std::size_t child, const Index& index) const {
    EnumArray<Dim, std::int64_t> low{};
    EnumArray<Dim, std::int64_t> high{};
    for (const Dim d : kDims) {
      std::int64_t extent = 1;
      for (std::size_t i = 0; i < loops_.size(); ++i) {
        if (loops_[i].dim != d) continue;
        if (loops_[i].level >= child) {
          extent *= loops_[i].bound;
        } else {
          low[d] += index[i] * loops_[i].step;
        }
      }
      if (low[d] >= layer_.bounds[d]) return std::nullopt;
      high[d] = std::min(low[d] + extent, layer_.bounds[d]);
    }
    const auto range = [&](Dim d) {
      Axis axis;
      for (std::int64_t i = low[d]; i < high[d]; ++i) axis.insert(i);
      return axis;
    };
    const auto slide = [&](Dim p, Dim r, std::int64_t stride, std::int64_t dilation) {
      Axis axis;
      for (std::int64_t i = low[p]; i < high[p]; ++i) {
        for (std::int64_t j = low[r]; j < high[r]; ++j) axis.insert(i * stride + j * dilation);
      }
      return axis;
    };
    switch (t) {
      case Tensor::Input:
        return Tile{range(Dim::N), range(Dim::G), range(Dim::C),
                    slide(Dim::P, Dim::R, layer_.stride.vertical, layer_.dilation.vertical),
                    slide(Dim::Q, Dim::S, layer_.stride.horizontal, layer_.dilation.horizontal)};
      case Tensor::Weight:
        return Tile{range(Dim::G), range(Dim::M), range(Dim::C), range(Dim::R), range(Dim::S)};
      case Tensor::Output:
        return Tile{range(Dim::N), range(Dim::G), range(Dim::M), range(Dim::P), range(Dim::Q)};
    }
    return std::nullopt;
  }

  /// What a child fetches when its tile becomes `now` (rule 2).
  static Words fresh(const std::optional<Tile>& before, const Tile& now) {
    if (!before) return product(now);
    std::vector<std::size_t> changed;
    for (std::size_t a = 0; a < now.size(); ++a) {
      if (now[a] != (*before)[a]) changed.push_back(a);
    }
    if (changed.empty()) return {};
    if (changed.size() > 1) return product(now);
    Tile slab = now;
    for (const std::int64_t old : (*before)[changed[0]]) slab[changed[0]].erase(old);
    return product(slab);
  }

  bool is_real(const Word& word) const {
    const auto inside = [](std::int64_t at, std::int64_t padding, std::int64_t image) {
      return at >= padding && at < padding + image;
    };
    return inside(word[3], layer_.padding.vertical, layer_.image.vertical) &&
           inside(word[4], layer_.padding.horizontal, layer_.image.horizontal);
  }

  /// The first operands of Input lie at a level as a whole: no transfer to it moves them.
  void put_operands_at(std::size_t level, std::int64_t operands) {
    home_ = level;
    operands_at_home_ = operands;
  }
  /// Sums start from so many operands at each level; a memory that adds sums where it is marked.
  void start_from(std::vector<std::int64_t> operands, std::vector<bool> adds) {
    starts_ = std::move(operands);
    adds_ = std::move(adds);
  }
  /// Operands that come with a sum that starts: those that lie at a parent or outside it, unless
  /// they were joined above a memory that adds.
  std::int64_t starting(std::size_t parent, std::size_t child) const {
    std::int64_t operands = 0;
    if (starts_.empty()) return operands;
    for (std::size_t place = 0; place <= parent; ++place) {
      bool joined = false;
      for (std::size_t level = place + 1; level <= parent; ++level) {
        joined |= mapping_.levels[level].keep[Tensor::Output] && adds_[level];
      }
      if (!joined) operands += starts_[place];
    }
    const bool read_anyway = adds_[parent] && child == mapping_.levels.size() && operands > 0;
    return operands - (read_anyway ? 1 : 0);
  }
  /// Tensors whose tiles are loaded again at each transition, by level.
  void refetch(std::vector<EnumArray<Tensor, bool>> tensors) { refetched_ = std::move(tensors); }
  bool lies_at_home(Tensor t, std::size_t child, const Word& word) const {
    return t == Tensor::Input && child == home_ && word[2] < operands_at_home_;
  }

  /// The instance of `level` that `index` belongs to.
  Index instance(std::size_t level, const Index& index) const {
    Index key;
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      if (loops_[i].spatial && loops_[i].level < level) key.push_back(index[i]);
    }
    return key;
  }

  /// Instances that one merged transfer serves: those that differ only in merging spatial loops.
  Index transfer_key(Tensor t, std::size_t level, const Index& index) const {
    Index key;
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      if (!loops_[i].spatial) continue;
      if (loops_[i].level < level || !merges_[loops_[i].level][t]) key.push_back(index[i]);
    }
    return key;
  }

 private:
  struct WalkLoop {
    Dim dim;
    std::int64_t bound;
    std::int64_t step;
    std::size_t level;
    bool spatial;
  };

  void step(std::size_t at, std::size_t child, bool spatial, Index& index,
            const std::function<void(const Index&)>& visit) const {
    while (at < loops_.size() && (loops_[at].spatial != spatial || loops_[at].level >= child)) ++at;
    if (at == loops_.size()) return visit(index);
    for (std::int64_t i = 0; i < loops_[at].bound; ++i) {
      index[at] = i;
      if (!spatial && base(loops_[at].dim, index) >= layer_.bounds[loops_[at].dim]) break;
      step(at + 1, child, spatial, index, visit);
    }
    index[at] = 0;
  }

  std::int64_t base(Dim d, const Index& index) const {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      if (loops_[i].dim == d) sum += index[i] * loops_[i].step;
    }
    return sum;
  }

  static Words product(const Tile& tile) {
    Words words;
    for (const auto a : tile[0]) {
      for (const auto b : tile[1]) {
        for (const auto c : tile[2]) {
          for (const auto d : tile[3]) {
            for (const auto e : tile[4]) words.insert({a, b, c, d, e});
          }
        }
      }
    }
    return words;
  }

  TransferCounts transfer(Tensor t, std::size_t parent, std::size_t child) const {
    TransferCounts sum{t, parent, child, 0, 0, 0, 0, {}};
    sum.network_words.assign(child - parent, 0);
    std::map<Index, Tile> held;
    std::map<Index, Words> seen;
    Words started;
    walk(child, [&](const Index& at) {
      std::vector<std::map<Index, Words>> served(child - parent + 1);
      walk_instances(child, at, [&](const Index& index) {
        const Index who = instance(child, index);
        const auto now = tile(t, child, index);
        if (!now) {
          held.erase(who);
          return;
        }
        const auto old = held.find(who);
        const bool again = child < refetched_.size() && refetched_[child][t];
        const bool keeps = old != held.end() && child != mapping_.levels.size() && !again;
        const Words words = fresh(keeps ? std::optional(old->second) : std::nullopt, *now);
        held[who] = *now;
        for (std::size_t level = parent; level <= child; ++level) {
          Words& served_words = served[level - parent][transfer_key(t, level, index)];
          for (const Word& word : words) {
            const bool padding = t == Tensor::Input && level == 0 && !is_real(word);
            if (!padding && !lies_at_home(t, child, word)) served_words.insert(word);
          }
        }
        if (t == Tensor::Output) {
          Words& known = seen[instance(parent, index)];
          known.insert(words.begin(), words.end());
          started.insert(words.begin(), words.end());
        }
      });
      for (std::size_t level = parent; level <= child; ++level) {
        for (const auto& [key, words] : served[level - parent]) {
          const auto size = static_cast<std::int64_t>(words.size());
          if (level == parent) sum.parent_words += size;
          if (level > parent) sum.network_words[level - parent - 1] += size;
        }
      }
    });
    sum.child_words = sum.network_words.back();
    if (t == Tensor::Output) {
      sum.parent_partial_reads = sum.parent_words;
      for (const auto& [who, words] : seen) {
        sum.parent_partial_reads -= static_cast<std::int64_t>(words.size());
      }
      sum.start_words = starting(parent, child) * static_cast<std::int64_t>(started.size());
      bool split = false;
      for (const WalkLoop& loop : loops_) {
        split |= loop.spatial && loop.level < parent && loop.bound > 1 && is_reduction(loop.dim);
      }
      sum.final_words = split ? 0 : words(layer_, Tensor::Output);
    }
    return sum;
  }

  const Layer& layer_;
  const Mapping& mapping_;
  const MergeRules& merges_;
  std::vector<WalkLoop> loops_;
  std::size_t home_ = 0;
  std::int64_t operands_at_home_ = 0;
  std::vector<std::int64_t> starts_;                ///< [level]
  std::vector<bool> adds_;                          ///< [level]
  std::vector<EnumArray<Tensor, bool>> refetched_;  ///< [level]; empty: none
};

}  // namespace tilewise::testing
