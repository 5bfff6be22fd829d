#include "sim/engine/gemmini_cycles.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "sim/engine/gemmini_accumulator.hpp"
#include "sim/engine/gemmini_work.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kLine = 64;
constexpr int kPasses = 3;  // the arrays were touched by a run before

/// Which share of each block is not in the cache: lines are replaced at random, so one stays with
/// exp(-lines that came since / lines that there are).
class CacheWalk {
 public:
  explicit CacheWalk(const GemminiFacts& facts) : facts_(facts) {}

  double misses(const GemminiBlock& block) {
    if (block.lines == 0.0) return 0.0;
    const auto operand = static_cast<std::size_t>(block.key.front());
    double hit = 0.0;
    const auto [known, fresh] = last_.try_emplace(block.key);
    if (!fresh) {
      const double own = own_[operand] - known->second.own;
      const double others = all_ - known->second.all - own;
      hit = std::exp(-(others / static_cast<double>(facts_.cache_lines) + own / lines_for(block)));
    }
    known->second = {all_, own_[operand]};
    all_ += (1.0 - hit) * block.lines;
    own_[operand] += (1.0 - hit) * block.lines;
    return 1.0 - hit;
  }

 private:
  struct Came {
    double all = 0.0;
    double own = 0.0;
  };

  /// Rows a power of two of lines apart crowd into few sets.
  double lines_for(const GemminiBlock& block) const {
    if (block.stride % kLine != 0) return static_cast<double>(facts_.cache_lines);
    const std::int64_t sets = facts_.cache_lines / facts_.cache_ways;
    const std::int64_t apart = std::gcd(block.stride / kLine, sets);
    const auto a_row = static_cast<std::int64_t>(std::ceil(block.lines_a_row));
    return static_cast<double>(std::min(
        facts_.cache_lines,
        facts_.cache_ways * (sets / apart) * std::min(apart, std::max<std::int64_t>(1, a_row))));
  }

  const GemminiFacts& facts_;
  std::map<std::array<std::int64_t, 6>, Came> last_;
  std::array<double, 3> own_{};
  double all_ = 0.0;
};

double move_cycles(const GemminiMoves& moves, const GemminiBlock& block, double missing,
                   const GemminiFacts& facts) {
  if (moves.requests <= 0.0) return 0.0;
  constexpr double kNarrow = 16.0;
  const double size = std::min(static_cast<double>(kLine), moves.bytes / moves.requests);
  const double wide = std::max(0.0, size - kNarrow) / (static_cast<double>(kLine) - kNarrow);
  const double hit = facts.narrow_hit + (facts.hit - facts.narrow_hit) * wide;
  const std::int64_t banks = block.stride % kLine != 0
                                 ? facts.banks
                                 : facts.banks / std::gcd(facts.banks, block.stride / kLine);
  const double lines = missing * std::min(1.0, block.lines / moves.requests);
  const double fetched =
      std::max({facts.miss, facts.miss_in_one_bank / static_cast<double>(banks), hit});
  return moves.requests * ((1.0 - lines) * hit + lines * fetched);
}

/// Shares of the blocks of a tile that are not in the cache.
struct Missing {
  double input = 0.0;
  double weights = 0.0;
  double output = 0.0;
};

std::vector<Missing> missing_of(const std::vector<GemminiWork>& works, const GemminiFacts& facts) {
  CacheWalk cache(facts);
  std::vector<Missing> missing(works.size());
  for (int pass = 0; pass < kPasses; ++pass) {
    for (std::size_t i = 0; i < works.size(); ++i) {
      missing[i].input = cache.misses(works[i].input_block);
      missing[i].weights = cache.misses(works[i].weight_block);
      missing[i].output = cache.misses(works[i].output_block);
    }
  }
  return missing;
}

/// Hardware loops side by side: loads, computes and stores each in order, two loops at a time.
class TwoLoops {
 public:
  TwoLoops(const GemminiFacts& facts, bool product)
      : facts_(facts), product_(product), bank_(facts.accumulator_rows / 2) {}

  void add(const GemminiWork& work, double load, double store) {
    config_ = std::max(config_, free_) + facts_.next_loop;
    GemminiSums sums = work.sums;
    sums.base = base_;
    double loads = std::max(load_end_, config_);
    if (work.zeroed_rows > 0.0) {
      loads = gemmini_moved_beside(sums, loads, facts_.zero_row, execution_, bank_);
    }
    load_end_ = loads + load;
    const double executed_before = execution_.end;
    const double store_before = store_;
    const GemminiSums stored = execution_.sums;
    execute(work, sums, loads);
    // A slot is free when its stores are done, which follow all its computes.
    free_ = executed_before;
    if (store_before > 0.0) {
      const double begin = std::max(executed_before, store_end_);
      const double a_row = store_before / static_cast<double>(stored.all());
      free_ = store_end_ = gemmini_moved_beside(stored, begin, a_row, execution_, bank_);
    }
    store_ = store;
    // The next sums begin in the other half.
    if (store > 0.0) base_ = bank_ - base_;
  }

  double end() const { return std::max(execution_.end, store_end_) + store_ + facts_.run; }

 private:
  void execute(const GemminiWork& work, const GemminiSums& sums, double loads) {
    const double filled = load_end_ + facts_.fill;
    execution_.begin = std::max(execution_.end, product_ ? loads : filled);
    execution_.end = execution_.begin + work.execution;
    if (product_) execution_.end = std::max(execution_.end, filled);
    execution_.sweeps = work.sweeps;
    execution_.sums = sums;
  }

  const GemminiFacts& facts_;
  bool product_;
  std::int64_t bank_;           ///< rows
  std::int64_t base_ = 0;       ///< of the accumulator, where the next sums begin
  GemminiExecution execution_;  ///< of the last loop
  double config_ = 0.0;
  double free_ = 0.0;
  double load_end_ = 0.0;
  double store_end_ = 0.0;
  double store_ = 0.0;  ///< of the last loop
};

}  // namespace

Cycles gemmini_cycles(const GemminiLayer& layer, const GemminiTiling& tiling,
                      const GemminiFacts& facts) {
  std::vector<GemminiWork> works;
  for (const GemminiTile& tile : gemmini_tiles(layer, tiling)) {
    works.push_back(gemmini_work(layer, tile, facts));
  }
  const std::vector<Missing> missing = missing_of(works, facts);
  TwoLoops loops(facts, layer.product);
  for (std::size_t i = 0; i < works.size(); ++i) {
    const GemminiWork& work = works[i];
    const double load = move_cycles(work.input, work.input_block, missing[i].input, facts) +
                        move_cycles(work.weights, work.weight_block, missing[i].weights, facts) +
                        work.padding_rows * facts.zero_row;
    const double store = work.stored_rows * facts.store_row +
                         (facts.miss - facts.store_row) * missing[i].output *
                             std::min(work.output_block.lines, work.stored_rows);
    loops.add(work, load, store);
  }
  return Cycles{loops.end()};
}

}  // namespace tilewise
