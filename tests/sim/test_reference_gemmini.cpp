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

/// "L3[WIO] K48 - L2[WI] N1 K16X - L1[O] C48 P16 C16X - L0[W] P8": K is M, X is along the array.
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
    const char letter = word[0] == 'K' ? 'M' : word[0];
    const Dim d = *std::find_if(kDims.begin(), kDims.end(),
                                [&](Dim each) { return name(each)[0] == letter; });
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
void order_as_program(Mapping& mapping) {
  std::vector<Loop>& sums = mapping.levels[2].temporal;
  std::vector<Loop>& cells = mapping.levels[3].temporal;
  std::vector<Loop> outer;
  std::vector<Loop> inner;
  for (const Dim d : {Dim::M, Dim::S, Dim::R, Dim::C}) {
    if (loop_bound(sums, d) > 1) outer.push_back({d, loop_bound(sums, d)});
  }
  for (const Dim d : {Dim::Q, Dim::P}) {
    const std::int64_t bound = loop_bound(sums, d) * loop_bound(cells, d);
    if (bound > 1) inner.push_back({d, bound});
  }
  sums = outer;
  cells = inner;
}

/// Every tile is loaded again: what loops outside go over are groups, which share no word.
void load_each_tile(RunOfGemmini& run) {
  std::vector<Loop>& dram = run.mapping.levels[0].temporal;
  std::int64_t groups = 1;
  std::vector<Loop> loops;
  for (const Loop& loop : dram) {
    if (loop.dim == Dim::M || loop.dim == Dim::P || loop.dim == Dim::Q) {
      groups *= loop.bound;
      run.layer.bounds[loop.dim] = ceil_div(run.layer.bounds[loop.dim], loop.bound);
    } else {
      loops.push_back(loop);
    }
  }
  if (groups > 1) loops.insert(loops.begin(), {Dim::G, groups});
  run.layer.bounds[Dim::G] = groups;
  run.layer.image = padded_image(run.layer);
  dram = loops;
}

/// The array runs blocks of up to 16 columns of a row, each at least `least` cycles, and the last
/// one of a block of weights, beside the next weights, `last`. As the mean of all passes.
void run_in_blocks(RunOfGemmini& run, double least, double last) {
  constexpr std::int64_t kBlock = 16;
  const std::vector<Loop>& cells = run.mapping.levels[3].temporal;
  const std::int64_t columns = loop_bound(cells, Dim::P);
  const std::int64_t rows = loop_bound(cells, Dim::Q);
  double beside = 0.0;
  double passes = 0.0;
  for (std::int64_t column = 0; column < run.layer.bounds[Dim::P]; column += columns) {
    const std::int64_t here = std::min(columns, run.layer.bounds[Dim::P] - column);
    const std::int64_t rest = here % kBlock;
    const auto short_block = rest > 0 ? std::max(0.0, least - static_cast<double>(rest)) : 0.0;
    const auto last_steps = static_cast<double>(rest > 0 ? rest : kBlock);
    for (std::int64_t row = 0; row < run.layer.bounds[Dim::Q]; row += rows) {
      const std::int64_t rows_here = std::min(rows, run.layer.bounds[Dim::Q] - row);
      beside += static_cast<double>(rows_here) * short_block +
                std::max(0.0, last - std::max(last_steps, least));
      passes += 1.0;
    }
  }
  run.pass_overhead = beside / passes;
}

/// The runs as the mapping has them; none where the data are not there.
std::vector<RunOfGemmini> runs_of_gemmini() {
  std::vector<RunOfGemmini> runs;
  for (const RtlRow& row : rtl_rows("gemmini/rtl_cycles.csv")) {
    RunOfGemmini run{rtl_layer(row), gemmini_mapping(row.at("mapping")),
                     static_cast<double>(rtl_count(row, "rtl_cycles"))};
    run.layer.bounds[Dim::N] = rtl_count(row, "N");
    run.layer.image = padded_image(run.layer);
    runs.push_back(std::move(run));
  }
  return runs;
}

/// Mean error without sign and rank correlation of all runs, each changed by `change`.
template <class Change>
std::pair<double, double> errors_with(const std::string& what, const Change& change) {
  Architecture gemmini = gemmini_of_runs();
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
  RtlErrors errors;
  RtlErrors published;
  std::vector<double> model;
  std::vector<double> rtl;
  std::vector<double> theirs;
  for (const RtlRow& row : rtl_rows("gemmini/rtl_cycles.csv")) {
    Layer layer = rtl_layer(row);
    layer.bounds[Dim::N] = rtl_count(row, "N");
    layer.image = padded_image(layer);
    const Mapping mapping = gemmini_mapping(row.at("mapping"));
    REQUIRE_NOTHROW(check_mapping(layer, mapping));
    model.push_back(evaluate(gemmini, layer, mapping).latency.total.count());
    rtl.push_back(static_cast<double>(rtl_count(row, "rtl_cycles")));
    theirs.push_back(static_cast<double>(rtl_count(row, "published_analytical_cycles")));
    errors.add(model.back(), rtl.back());
    published.add(theirs.back(), rtl.back());
  }
  if (rtl.empty()) return;
  REQUIRE(rtl.size() == 110);
  std::cout << fmt::format(
      "gemmini: mean error {:.1f} % (published model {:.1f} %), rank correlation {:.3f} ({:.3f})\n",
      100 * errors.mean_absolute(), 100 * published.mean_absolute(),
      rtl_rank_correlation(model, rtl), rtl_rank_correlation(theirs, rtl));
  // Instructions are issued one by one, and blocks wait for each other through a reorder buffer:
  // neither is in the model. Nothing is fitted; it must be no farther off than the published one.
  CHECK(errors.mean_absolute() < published.mean_absolute());
  CHECK(errors.mean_absolute() < 0.23);
  CHECK(rtl_rank_correlation(model, rtl) > 0.97);
}

TEST_CASE("gemmini: what facts are worth that the language has no word for") {
  if (runs_of_gemmini().empty()) return;
  // docs/gemmini.md, In the language of architectures: said of each run, not of the hardware.
  constexpr double kLeast = 8.0;
  const auto ordered =
      errors_with("order of the program", [](RunOfGemmini& run) { order_as_program(run.mapping); });
  const auto loaded = errors_with("every tile loaded", [](RunOfGemmini& run) {
    order_as_program(run.mapping);
    load_each_tile(run);
  });
  const auto blocks = errors_with("blocks of at least 8 cycles", [](RunOfGemmini& run) {
    order_as_program(run.mapping);
    run_in_blocks(run, kLeast, 0.0);
  });
  const auto both = errors_with("both", [](RunOfGemmini& run) {
    order_as_program(run.mapping);
    run_in_blocks(run, kLeast, 0.0);
    load_each_tile(run);
  });
  const auto preload = errors_with("both, the last block 16", [](RunOfGemmini& run) {
    order_as_program(run.mapping);
    run_in_blocks(run, kLeast, 16.0);
    load_each_tile(run);
  });
  CHECK(ordered.first < 0.215);
  CHECK(loaded.first < 0.19);
  CHECK(blocks.first < 0.15);
  CHECK(both.first < 0.135);
  CHECK(both.second > 0.985);
  CHECK(preload.first < 0.125);
}

}  // namespace tilewise
