// What the shipped file of Gemmini says of mappings that ran in RTL.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "arch/architecture_yaml.hpp"
#include "base/integers.hpp"
#include "rtl_reference.hpp"
#include "sim/evaluate.hpp"

namespace tilewise {
namespace {

/// The letters of the data: K is M, and P and R go along the columns.
Dim dim_of_letter(char letter) {
  switch (letter) {
    case 'K': return Dim::M;
    case 'P': return Dim::Q;
    case 'Q': return Dim::P;
    case 'R': return Dim::S;
    case 'S': return Dim::R;
  }
  return *std::find_if(kDims.begin(), kDims.end(), [&](Dim d) { return name(d)[0] == letter; });
}

/// "L3[WIO] K48 - L2[WI] N1 K16X - L1[O] C48 P16 C16X - L0[W] P8": X is along the array.
Mapping gemmini_mapping(const std::string& text) {
  Mapping mapping;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (word == "-") continue;
    if (word[0] == 'L') {
      mapping.levels.emplace_back();
      const auto keeps = [&](char letter) { return word.find(letter, 2) != std::string::npos; };
      mapping.levels.back().keep = {{keeps('I'), keeps('W'), keeps('O')}};
      continue;
    }
    const bool spatial = word.back() == 'X';
    const std::int64_t bound = std::stoll(word.substr(1));
    if (bound == 1) continue;
    const Dim d = dim_of_letter(word[0]);
    if (spatial) {
      mapping.levels.back().spatial.push_back({d, bound, d == Dim::M ? Axis::X : Axis::Y});
    } else {
      mapping.levels.back().temporal.push_back({d, bound});
    }
  }
  return mapping;
}

/// Gemmini's port of that hardware: 8 bytes a cycle.
Architecture gemmini_of_runs() {
  Architecture gemmini = find_architecture("gemmini");
  Memory& dram = gemmini.levels[0].memories[0];
  dram.read_bandwidth = dram.write_bandwidth = BitsPerCycle{64.0};
  return gemmini;
}

/// A run in the words of the language: which layer, which mapping, what each pass costs beside its
/// steps.
struct RunOfGemmini {
  Layer layer;
  Mapping mapping;
  double rtl = 0.0;
  double pass_overhead = 0.0;
};

std::int64_t loop_bound(const std::vector<Loop>& loops, Dim d) {
  std::int64_t bound = 1;
  for (const Loop& loop : loops) bound *= loop.dim == d ? loop.bound : 1;
  return bound;
}

/// The order that the program has inside a tile, whatever the mapping says: outputs, filter rows,
/// filter columns and channels, and under each block of weights all rows and columns.
void order_of_program(RunOfGemmini& run) {
  Mapping& mapping = run.mapping;
  std::vector<Loop>& sums = mapping.levels[2].temporal;
  std::vector<Loop>& cells = mapping.levels[3].temporal;
  std::vector<Loop> outer;
  std::vector<Loop> inner;
  for (const Dim d : {Dim::M, Dim::R, Dim::S, Dim::C}) {
    if (loop_bound(sums, d) > 1) outer.push_back({d, loop_bound(sums, d)});
  }
  for (const Dim d : {Dim::P, Dim::Q}) {
    const std::int64_t bound = loop_bound(sums, d) * loop_bound(cells, d);
    if (bound > 1) inner.push_back({d, bound});
  }
  sums = outer;
  cells = inner;
}

/// The last block of a block of weights, beside the next weights, takes `last` cycles, and each of
/// them the shipped `least`. As the mean of all passes.
void wait_for_weights(RunOfGemmini& run, double least, double last) {
  constexpr std::int64_t kBlock = 16;
  const std::int64_t columns = loop_bound(run.mapping.levels[3].temporal, Dim::Q);
  double beside = 0.0;
  double passes = 0.0;
  for (std::int64_t column = 0; column < run.layer.bounds[Dim::Q]; column += columns) {
    const std::int64_t rest = std::min(columns, run.layer.bounds[Dim::Q] - column) % kBlock;
    const auto steps = static_cast<double>(rest > 0 ? rest : kBlock);
    beside += std::max(0.0, last - std::max(steps, least));
    passes += 1.0;
  }
  run.pass_overhead = beside / passes;
}

/// A layer of the runs: columns are P in the data, and rows Q.
Layer layer_of_run(const RtlRow& row) {
  Layer layer = rtl_layer(row);
  layer.bounds[Dim::N] = rtl_count(row, "N");
  std::swap(layer.bounds[Dim::P], layer.bounds[Dim::Q]);
  std::swap(layer.bounds[Dim::R], layer.bounds[Dim::S]);
  std::swap(layer.stride.vertical, layer.stride.horizontal);
  layer.image = padded_image(layer);
  return layer;
}

/// The runs as the mapping has them; none where the data are not there.
std::vector<RunOfGemmini> runs_of_gemmini() {
  std::vector<RunOfGemmini> runs;
  for (const RtlRow& row : rtl_rows("gemmini/rtl_cycles.csv")) {
    runs.push_back({layer_of_run(row), gemmini_mapping(row.at("mapping")),
                    static_cast<double>(rtl_count(row, "rtl_cycles"))});
  }
  return runs;
}

/// What of the hardware the model is told.
struct Told {
  bool refetch = true;
  bool blocks = true;
};

/// Mean error without sign and rank correlation of all runs, each changed by `change`.
template <class Change>
std::pair<double, double> errors_with(const std::string& what, Told told, const Change& change) {
  Architecture gemmini = gemmini_of_runs();
  if (!told.refetch) gemmini.levels[1].memories[0].refetches = false;
  if (!told.blocks) gemmini.compute.block = {};
  RtlErrors errors;
  std::vector<double> model;
  std::vector<double> rtl;
  for (RunOfGemmini run : runs_of_gemmini()) {
    change(run);
    gemmini.compute.pass_overhead = Cycles{run.pass_overhead};
    model.push_back(evaluate(gemmini, run.layer, run.mapping).latency.total.count());
    rtl.push_back(run.rtl);
    errors.add(model.back(), rtl.back());
  }
  if (rtl.empty()) return {0.0, 1.0};
  const double rank = rtl_rank_correlation(model, rtl);
  std::cout << fmt::format("gemmini, {}: mean error {:.1f} %, rank correlation {:.3f}\n", what,
                           100 * errors.mean_absolute(), rank);
  return {errors.mean_absolute(), rank};
}

}  // namespace

TEST_CASE("gemmini: cycles of 110 mappings that ran in RTL") {
  const Architecture gemmini = gemmini_of_runs();
  const std::vector<RtlRow> rows = rtl_rows("gemmini/rtl_cycles.csv");
  std::vector<RunOfGemmini> runs = runs_of_gemmini();
  RtlErrors errors;
  RtlErrors published;
  std::vector<double> model;
  std::vector<double> rtl;
  std::vector<double> theirs;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    RunOfGemmini& run = runs[i];
    order_of_program(run);
    REQUIRE_NOTHROW(check_mapping(run.layer, run.mapping));
    model.push_back(evaluate(gemmini, run.layer, run.mapping).latency.total.count());
    rtl.push_back(run.rtl);
    theirs.push_back(static_cast<double>(rtl_count(rows[i], "published_analytical_cycles")));
    errors.add(model.back(), rtl.back());
    published.add(theirs.back(), rtl.back());
  }
  if (rtl.empty()) return;
  REQUIRE(rtl.size() == 110);
  std::cout << fmt::format(
      "gemmini: mean error {:.1f} % (published model {:.1f} %), rank correlation {:.3f} ({:.3f})\n",
      100 * errors.mean_absolute(), 100 * published.mean_absolute(),
      rtl_rank_correlation(model, rtl), rtl_rank_correlation(theirs, rtl));
  // The shipped file on the tiles of each mapping, in the order that the program has inside them.
  // It must be no farther off than half of the published model.
  CHECK(errors.mean_absolute() < published.mean_absolute() / 2);
  CHECK(errors.mean_absolute() < 0.13);
  CHECK(rtl_rank_correlation(model, rtl) > 0.99);
}

TEST_CASE("gemmini: what the facts of its file are worth, in the order of the program") {
  if (runs_of_gemmini().empty()) return;
  // docs/gemmini.md, In the language of architectures.
  const auto as_written = errors_with("as written", {false, false}, [](RunOfGemmini&) {});
  const auto ordered = errors_with("order of the program", {false, false}, order_of_program);
  const auto loaded = errors_with("every tile loaded", {true, false}, order_of_program);
  const auto blocks = errors_with("blocks of at least 8 cycles", {false, true}, order_of_program);
  const auto both = errors_with("both", {}, order_of_program);
  const auto preload = errors_with("both, the last block 16", {}, [](RunOfGemmini& run) {
    order_of_program(run);
    wait_for_weights(run, find_architecture("gemmini").compute.block.least.count(), 16.0);
  });
  CHECK(as_written.first < 0.23);
  CHECK(ordered.first < 0.215);
  CHECK(loaded.first < 0.18);
  CHECK(blocks.first < 0.15);
  CHECK(both.first < 0.125);
  CHECK(both.second > 0.99);
  CHECK(preload.first < 0.12);
}

}  // namespace tilewise
