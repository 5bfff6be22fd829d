#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>
#include <string>

#include "mapper/search.hpp"
#include "sim/evaluate.hpp"
#include "sim/validity.hpp"
#include "timeloop_reference.hpp"
#include "workload/coordinates.hpp"

namespace tilewise {
namespace {

using testing::TimeloopBest;
using namespace testing::timeloop_level;

const TransferCounts& transfer(const LayerCost& cost, Tensor t, std::size_t parent) {
  const auto& all = cost.counts.transfers;
  return *std::find_if(all.begin(), all.end(), [&](const TransferCounts& each) {
    return each.tensor == t && each.parent == parent;
  });
}

/// A cost in Timeloop's way of counting.
struct TimeloopCost {
  double cycles = 0.0;
  double picojoules = 0.0;
};

/// Energy of `words` values in a memory of the architecture.
double access_energy(const Architecture& architecture, std::size_t level, bool write,
                     double words) {
  const Memory& memory = architecture.levels[level].memories.front();
  const Picojoules each = write ? memory.energy.write : memory.energy.read;
  return words * 8.0 / static_cast<double>(memory.word_width.count()) * each.count();
}

/// How often Timeloop sends an input column down the array: once to each column of PEs that wants
/// it, where Q lies along X and S along Y.
double diagonal_copies(const Layer& layer, const Mapping& mapping) {
  std::int64_t q = 1;
  std::int64_t s = 1;
  for (const SpatialLoop& loop : mapping.levels[kGlb].spatial) {
    if (loop.dim == Dim::Q) q = loop.bound;
    if (loop.dim == Dim::S) s = loop.bound;
  }
  return static_cast<double>(q * s) /
         static_cast<double>(distinct_coordinates(q, s, layer.stride.horizontal, 1));
}

/// Our counts under the four rules by which Timeloop differs (NVlabs/timeloop,
/// src/loop-analysis/tiling.cpp and src/model/buffer.cpp, default switches):
/// - Words that leave a memory for the one above ("drains") are not read there; they cost nothing.
/// - A partial sum that returns is written into each of the PEs that split its sum; we write one.
/// - Multicast along X and along Y are found one after the other, so PEs on a diagonal, which want
///   the same input column, do not share it.
/// - All transfers overlap: cycles are those of the MACs or of the busiest port of the buffer.
TimeloopCost timeloop_cost(const Architecture& architecture, const Layer& layer,
                           const Mapping& mapping, const LayerCost& cost) {
  const TransferCounts& input = transfer(cost, Tensor::Input, kDram);
  const TransferCounts& strips = transfer(cost, Tensor::Input, kGlb);
  const TransferCounts& output = transfer(cost, Tensor::Output, kDram);
  const TransferCounts& sums = transfer(cost, Tensor::Output, kGlb);
  const TransferCounts& operands = transfer(cost, Tensor::Output, kPsumSpad);
  const auto words = [](std::int64_t count) { return static_cast<double>(count); };

  const double strip_reads = words(strips.parent_words) * diagonal_copies(layer, mapping);
  const double first_visits = words(operands.parent_words - operands.parent_partial_reads);
  const double sum_fills = words(sums.child_words) - first_visits;

  constexpr double kWordsPerCycle = 16.0;
  const double reads = strip_reads + words(sums.parent_partial_reads);
  const double writes = words(input.child_words + output.parent_partial_reads + sums.parent_words);
  TimeloopCost result;
  result.cycles = std::max({words(cost.counts.compute_cycles), std::ceil(reads / kWordsPerCycle),
                            std::ceil(writes / kWordsPerCycle)});
  const auto energy = [&](std::size_t level, bool write, double count) {
    return access_energy(architecture, level, write, count);
  };
  result.picojoules = dynamic_energy_total(architecture, layer, cost.counts).count() +
                      result.cycles * static_energy_per_cycle(architecture).count() +
                      energy(kGlb, false, strip_reads - words(strips.parent_words)) -
                      energy(kGlb, false, words(output.child_words)) -
                      energy(kPsumSpad, false, words(sums.child_words)) +
                      energy(kPsumSpad, true, sum_fills - words(sums.parent_partial_reads));
  return result;
}

/// Relative difference, in percent.
double percent(double ours, double theirs) { return 100.0 * (ours / theirs - 1.0); }

double edp(const LayerCost& cost) {
  return objective_value(Objective::Edp, cost.latency.total, cost.energy.total);
}

constexpr double kRounding = 1e-9;

#ifdef __SANITIZE_ADDRESS__
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

/// Proofs of less than a tenth of a second, for a build that is thirty times slower.
const std::set<std::string> kSmall{"dw3x3_c96_56x56", "fbnet_k5e6_dw", "fc_4096_4096", "fc_64_10",
                                   "nb201_c16_32x32"};

/// Layers whose optimum in our model costs more than Timeloop's best in its own (docs/timeloop.md).
const std::map<std::string, std::string> kAboveTimeloop{
    {"fc_64_10", "cold fill and last drain of six cycles of work"},
    {"vgg16_conv1_1", "outputs leave within one pass over their tile"},
};

/// Layers whose proof takes seconds: their search ends at this gap to its lower bound, small enough
/// that even an answer at the far end of it is below Timeloop's.
const std::map<std::string, double> kGaps{
    {"alexnet_conv1", 0.3},         {"alexnet_conv1_n4", 1.0},   {"alexnet_conv2_half", 0.5},
    {"alexnet_conv2_half_n4", 2.0}, {"alexnet_conv3_n4", 1.0},   {"alexnet_conv4_half_n4", 1.0},
    {"alexnet_conv5_half_n4", 1.0}, {"resnet50_2b_3x3", 0.5},    {"resnet50_2c_1x1", 0.3},
    {"resnet50_3b_3x3s2", 0.5},     {"resnet50_3ds_1x1s2", 0.5}, {"resnet50_conv1", 0.1},
    {"vgg16_conv1_2", 0.3},         {"vgg16_conv2_1", 0.5},      {"vgg16_conv2_2", 0.5},
    {"vgg16_conv3_1", 0.3},         {"vgg16_conv3_2", 0.3},      {"vgg16_conv4_1", 0.5},
    {"vgg16_conv4_2", 0.2},         {"vgg16_conv5", 0.15},
};

/// TILEWISE_TIMELOOP_EXACT in the environment asks for all proofs: three minutes.
double gap_of(const std::string& layer) {
  const auto found = kGaps.find(layer);
  return found == kGaps.end() || std::getenv("TILEWISE_TIMELOOP_EXACT") ? 0.0 : found->second;
}

bool reference_is_there() {
  if (std::filesystem::exists(testing::timeloop_folder() / "mapper_best.csv")) return true;
  std::cout << "skipped: reference data not found: timeloop/mapper_best.csv\n";
  return false;
}

TEST_SUITE("Timeloop's best mappings") {
  TEST_CASE("our counts give Timeloop's cycles and energies of 35 mappings") {
    if (!reference_is_there()) return;
    // What the README of the reference lists as differences, and one rounding.
    const std::map<std::string, std::string> known{
        {"resnet50_3b_3x3s2", "stride 2, kernel rows apart: Timeloop counts the bounding box"},
        {"resnet50_3ds_1x1s2", "stride 2, kernel 1: Timeloop counts the bounding box"},
        {"nb201_c32_16x16", "S across PEs, Q inside: Timeloop moves words from PE to PE"},
        {"fc_64_10", "10 outputs are two words of eight for Timeloop, 1.25 for us"},
    };
    const Architecture architecture = testing::timeloop_architecture();
    std::size_t rows = 0;
    std::cout
        << "Timeloop's mappings: cycles and uJ by Timeloop; by our counts under its rules; by "
           "our model\n";
    for (const TimeloopBest& row : testing::timeloop_best()) {
      CAPTURE(row.layer.name);
      REQUIRE(!find_misfit(architecture, row.layer, row.mapping));
      const LayerCost cost = evaluate(architecture, row.layer, row.mapping);
      const TimeloopCost same = timeloop_cost(architecture, row.layer, row.mapping, cost);
      const double ours = cost.energy.total.count();
      const auto found = known.find(row.layer.name);
      std::cout << fmt::format(
          "{:22} {:9.0f} {:10.4f} | {:9.0f} {:+6.2f} % {:10.4f} {:+6.2f} % | {:9.0f} {:+6.2f} % "
          "{:10.4f} {:+5.2f} %  {}\n",
          row.layer.name, row.cycles, row.picojoules * 1e-6, same.cycles,
          percent(same.cycles, row.cycles), same.picojoules * 1e-6,
          percent(same.picojoules, row.picojoules), cost.latency.total.count(),
          percent(cost.latency.total.count(), row.cycles), ours * 1e-6,
          percent(ours, row.picojoules), found == known.end() ? "" : found->second);
      ++rows;
      CHECK(std::abs(percent(ours, row.picojoules)) < 8.0);
      if (found != known.end()) continue;
      // Timeloop rounds the cycles of a port up once more. Its energy has 1.84 fJ a MAC more than
      // the figures that we were given explain, less than a tenth of a percent.
      CHECK(std::abs(same.cycles - row.cycles) <= 1.0);
      CHECK(std::abs(percent(same.picojoules, row.picojoules)) < 0.1);
    }
    CHECK(rows == 35);
  }

  TEST_CASE("the least energy-delay product is never above the best that Timeloop found") {
    if (!reference_is_there()) return;
    const Architecture architecture = testing::timeloop_architecture();
    std::cout << "EDP in uJ x cycles: Timeloop's best | our optimum, ratio | Timeloop's mapping by "
                 "our model, our optimum to it | our optimum by Timeloop's rules, ratio\n";
    double log_ratios = 0.0;
    std::size_t rows = 0;
    for (const TimeloopBest& row : testing::timeloop_best()) {
      if (kSanitized && !kSmall.contains(row.layer.name)) continue;
      CAPTURE(row.layer.name);
      const auto start = std::chrono::steady_clock::now();
      const double gap = gap_of(row.layer.name);
      const SearchResult found =
          search(architecture, row.layer,
                 {.mapping = {.objective = Objective::Edp, .run = {.threads = 1}}, .gap = gap});
      const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
      REQUIRE(best_mapping(found));
      const double ours = found.objective_value;
      const double theirs = row.cycles * row.picojoules;
      const double same = edp(evaluate(architecture, row.layer, row.mapping));
      const TimeloopCost turned =
          timeloop_cost(architecture, row.layer, *best_mapping(found), (*cost(found)));
      const double by_its_rules = turned.cycles * turned.picojoules;
      const auto exception = kAboveTimeloop.find(row.layer.name);
      std::cout << fmt::format(
                       "{:22} {:12.6g} | {:12.6g} {:.4f} | {:12.6g} {:.4f} | {:12.6g} {:.4f} | "
                       "{:5.2f} s, {}  {}\n",
                       row.layer.name, theirs * 1e-6, ours * 1e-6, ours / theirs, same * 1e-6,
                       ours / same, by_its_rules * 1e-6, by_its_rules / theirs, taken.count(),
                       found.proven ? "proven" : fmt::format("within {:.0f} %", 100.0 * found.gap),
                       exception == kAboveTimeloop.end() ? "" : exception->second)
                << std::flush;
      log_ratios += std::log(ours / theirs);
      ++rows;
      if (gap == 0.0) CHECK(found.proven);
      CHECK(found.gap <= gap + kRounding);
      // Timeloop's mapping is one of those searched.
      CHECK(ours <= same * (1.0 + kRounding));
      if (exception == kAboveTimeloop.end()) {
        CHECK(ours <= theirs);
      } else {
        // It is the model that makes the difference, not the search: by our model Timeloop's
        // mapping costs more still, and by Timeloop's rules ours costs less.
        CHECK(by_its_rules <= theirs);
      }
    }
    std::cout << fmt::format("{} layers, geometric mean of the ratios {:.4f}\n", rows,
                             std::exp(log_ratios / static_cast<double>(rows)));
    CHECK(rows == (kSanitized ? kSmall.size() : 35));
  }
}

}  // namespace
}  // namespace tilewise
