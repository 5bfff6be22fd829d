#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "schedule/strips.hpp"
#include "sim/loop_walker.hpp"

namespace tilewise::testing {

/// A group in strips, executed row by row: each row of an output is made from rows that lie in the
/// home or come from off chip at that moment. Shares no arithmetic of intervals with schedule/.
class ExecutedStrips {
 public:
  using Rows = std::set<std::int64_t>;
  /// What lies in the home: the output of a layer, or an outer input.
  struct Tensor {
    bool inner = true;
    std::size_t index = 0;
    auto operator<=>(const Tensor&) const = default;
  };
  /// A run in its strip.
  struct Run {
    std::size_t layer = 0;
    std::size_t strip = 0;
    RowRange made;
    Rows known;                          ///< rows of its outer Input that it finds in the home
    std::map<Tensor, std::int64_t> lie;  ///< rows of each tensor that are there meanwhile
  };

  ExecutedStrips(const StripGroup& group, const StripChoice& choice)
      : group_(group),
        choice_(choice),
        rows_(strip_rows(group, choice.height, choice.halo)),
        made_(group.layers.size()),
        fetched_(group.outer.size()) {
    for (std::size_t strip = 0; strip < rows_.strips(); ++strip) {
      for (std::size_t l = 0; l < group.layers.size(); ++l) {
        if (!rows_.made[l][strip].empty())
          runs_.push_back({l, strip, rows_.made[l][strip], {}, {}});
      }
    }
    for (std::size_t run = 0; run < runs_.size(); ++run) execute(run);
  }

  const std::vector<Run>& runs() const { return runs_; }
  /// Rows of each layer's output that were made, those made again counted again.
  std::int64_t rows_made(std::size_t layer) const {
    std::int64_t all = 0;
    for (const Run& run : runs_) all += run.layer == layer ? run.made.size() : 0;
    return all;
  }
  /// Distinct ones.
  const Rows& made(std::size_t layer) const { return made_[layer]; }
  /// Rows of an outer input that were brought once for all.
  const Rows& fetched(std::size_t outer) const { return fetched_[outer]; }

  /// The real rows of the Input that these rows of the output read.
  static Rows reads(const Layer& layer, const RowRange& made) {
    Rows read;
    for (std::int64_t p = made.first; p < made.end; ++p) {
      for (std::int64_t r = 0; r < layer.bounds[Dim::R]; ++r) {
        const std::int64_t row =
            p * layer.stride.vertical + r * layer.dilation.vertical - layer.padding.vertical;
        if (row >= 0 && row < layer.image.vertical) read.insert(row);
      }
    }
    return read;
  }

  bool keeps(std::size_t layer, std::size_t outer) const {
    return choice_.outer[outer] == OuterRows::Kept && group_.layers[layer].operands == 0;
  }

 private:
  /// Rows of a tensor that runs after `run` want to find at home.
  Rows wanted_after(const Tensor& tensor, std::size_t run) const {
    Rows wanted;
    for (std::size_t later = run + 1; later < runs_.size(); ++later) {
      const StripLayer& at = group_.layers[runs_[later].layer];
      const auto& read = tensor.inner ? at.inner : at.outer;
      if (std::find(read.begin(), read.end(), tensor.index) == read.end()) continue;
      const bool again = tensor.inner && choice_.halo == Halo::Recomputed;
      if (again && runs_[later].strip != runs_[run].strip) continue;
      Rows more = reads(at.layer, runs_[later].made);
      if (!tensor.inner && choice_.outer[tensor.index] == OuterRows::Kept) {
        if (!keeps(runs_[later].layer, tensor.index)) continue;
        const auto seen = seen_.find({runs_[later].layer, tensor.index});
        // In the same strip it fetches what it has not read itself.
        if (runs_[later].strip == runs_[run].strip) {
          std::erase_if(more, [&](std::int64_t row) {
            return seen == seen_.end() || seen->second.count(row) == 0;
          });
        }
      }
      wanted.merge(more);
    }
    return wanted;
  }

  void execute(std::size_t at) {
    Run& run = runs_[at];
    const StripLayer& layer = group_.layers[run.layer];
    const Rows needed = reads(layer.layer, run.made);
    for (const std::size_t inner : layer.inner) {
      for (const std::int64_t row : needed) CHECK(home_[{true, inner}].count(row) == 1);
    }
    for (const std::size_t outer : layer.outer) {
      Rows& there = home_[{false, outer}];
      if (choice_.outer[outer] == OuterRows::Whole) fetch(run, outer, there);
      if (choice_.outer[outer] == OuterRows::Whole) {
        for (const std::int64_t row : needed) CHECK(there.count(row) == 1);
      }
      if (keeps(run.layer, outer)) {
        for (const std::int64_t row : needed) {
          if (there.count(row) == 1 && seen_[{run.layer, outer}].count(row) == 1) {
            run.known.insert(row);
          }
        }
      }
    }
    const bool inner_output = run.layer + 1 < group_.layers.size();
    for (std::int64_t row = run.made.first; row < run.made.end; ++row) {
      made_[run.layer].insert(row);
      if (inner_output) home_[{true, run.layer}].insert(row);
    }
    for (const auto& [tensor, rows] : home_) run.lie[tensor] = std::ssize(rows);
    for (const std::size_t outer : layer.outer) {
      if (!keeps(run.layer, outer)) continue;
      home_[{false, outer}].insert(needed.begin(), needed.end());
      seen_[{run.layer, outer}].insert(needed.begin(), needed.end());
    }
    for (auto& [tensor, rows] : home_) {
      const Rows wanted = wanted_after(tensor, at);
      std::erase_if(rows, [&](std::int64_t row) { return wanted.count(row) == 0; });
    }
  }

  /// Brings what the strip needs of an outer input, when its first reader runs.
  void fetch(const Run& run, std::size_t outer, Rows& there) {
    if (!arrived_.insert({outer, run.strip}).second) return;
    const RowRange& rows = rows_.fetched[outer][run.strip];
    for (std::int64_t row = rows.first; row < rows.end; ++row) {
      CHECK(fetched_[outer].insert(row).second);
      there.insert(row);
    }
  }

  const StripGroup& group_;
  const StripChoice& choice_;
  StripRows rows_;
  std::vector<Run> runs_;
  std::map<Tensor, Rows> home_;
  std::map<std::pair<std::size_t, std::size_t>, Rows> seen_;  ///< by layer and outer input
  std::vector<Rows> made_;
  std::vector<Rows> fetched_;
  std::set<std::pair<std::size_t, std::size_t>> arrived_;
};

}  // namespace tilewise::testing
