#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "refusal.hpp"
#include "sim/engine/gemmini_accumulator.hpp"
#include "sim/engine/gemmini_cycles.hpp"
#include "sim/engine/gemmini_program.hpp"

namespace tilewise {
namespace {

struct GivenRun {
  GemminiLayer layer;
  std::string mapping;
  double cycles = 0.0;  ///< of an implementation of its own, in Python
};

const std::vector<GivenRun>& given_runs() {
  static const std::vector<GivenRun> runs{
      {{64, 128, 128, 1, 1, true},
       "L3[WIO] K8 - L2[WI] N1 K16X - L1[O] C4 P8 C16X - L0[W] P16",
       8896.056018121639},
      {{3, 64, 112, 7, 2, false},
       "L3[WIO] P7 Q14 - L2[WI] N1 K16X - L1[O] K4 S7 R7 Q2 P4 C3X - L0[W] Q4 P4",
       2465983.3304528436},
      {{128, 128, 28, 3, 2, false},
       "L3[WIO] P4 K2 Q2 - L2[WI] N1 K16X - L1[O] K4 S3 R3 C8 C16X - L0[W] Q14 P7",
       545736.9759851908},
      {{256, 720, 2, 3, 1, false},
       "L3[WIO] S3 R3 - L2[WI] N1 K15X - L1[O] K48 C16 Q2 P2 C16X - L0[W] N1",
       253486.42963570522},
      {{512, 512, 7, 3, 1, false},
       "L3[WIO] K2 S3 R3 - L2[WI] N1 K16X - L1[O] K16 Q7 C32 P7 C16X - L0[W] N1",
       595703.247555273},
      // Tiles of 1792 and 1568 rows of the accumulator, which has 1024.
      {{64, 64, 56, 1, 1, false},
       "L3[WIO] Q7 - L2[WI] N1 K16X - L1[O] K4 Q8 C4 P14 C16X - L0[W] P4",
       85127.56032746687},
      {{512, 1024, 14, 1, 2, false},
       "L3[WIO] C2 Q2 K4 - L2[WI] N1 K16X - L1[O] K16 P2 C16 Q7 C16X - L0[W] P7",
       666147.9989383742}};
  return runs;
}

std::string mapping_error(const std::string& text) {
  return refusal([&] { parse_gemmini_mapping(text); });
}

/// Sums of a convolution from row `base` on.
GemminiSums sums_of(std::int64_t base, std::int64_t rows, std::int64_t columns,
                    std::int64_t groups) {
  return {base, rows, columns, groups, false};
}

/// Each row of the accumulator in the order of the stores.
std::vector<std::int64_t> rows_in_order(const GemminiSums& sums) {
  std::vector<std::int64_t> rows;
  const std::int64_t side = sums.product ? 4 : 1;  // groups that are moved side by side
  for (std::int64_t first = 0; first < (sums.product ? sums.groups : 1); first += side) {
    for (std::int64_t row = 0; row < sums.rows; ++row) {
      for (std::int64_t part = 0; part < sums.columns; part += 16) {
        const std::int64_t end = sums.product ? std::min(first + side, sums.groups) : sums.groups;
        for (std::int64_t g = first; g < end; ++g) {
          for (std::int64_t c = part; c < std::min(part + 16, sums.columns); ++c) {
            rows.push_back(sums.base + (sums.product ? (row * sums.groups + g) * 16 + c
                                                     : (g * sums.rows + row) * sums.columns + c));
          }
        }
      }
    }
  }
  return rows;
}

/// The row that the array adds to at a time.
std::int64_t row_in_work(const GemminiExecution& execution, double time) {
  const GemminiSums& sums = execution.sums;
  const std::int64_t rows = sums.rows * sums.columns;
  const double sweep = (time - execution.begin) / (execution.end - execution.begin) *
                       static_cast<double>(execution.sweeps);
  const auto n = static_cast<std::int64_t>(sweep);
  const auto row =
      static_cast<std::int64_t>((sweep - static_cast<double>(n)) * static_cast<double>(rows));
  if (sums.product) return sums.base + (row / 16 * sums.groups + n % sums.groups) * 16 + row % 16;
  return sums.base + n * sums.groups / execution.sweeps * rows + row;
}

/// gemmini_moved_beside in steps of a hundredth of a cycle, where each row asks the array where it
/// is.
double stepped(const GemminiSums& sums, double begin, double a_row, const GemminiExecution& beside,
               std::int64_t bank) {
  constexpr double kStep = 0.01;
  const double added = static_cast<double>(beside.sums.rows * beside.sums.columns * beside.sweeps);
  const double idle = 1.0 - added / (beside.end - beside.begin);
  double time = begin;
  for (const std::int64_t row : rows_in_order(sums)) {
    for (double done = 0.0; done < 1.0; time += kStep) {
      const bool conflict = time >= beside.begin && time < beside.end &&
                            row_in_work(beside, time) / bank % 2 == row / bank % 2;
      done += kStep / (conflict ? std::max(a_row, 1.0 / idle) : a_row);
    }
  }
  return time;
}

}  // namespace

TEST_SUITE("gemmini") {
  TEST_CASE("cycles are those of another implementation of the same equations") {
    for (const GivenRun& run : given_runs()) {
      CAPTURE(run.mapping);
      CHECK(gemmini_cycles(run.layer, parse_gemmini_mapping(run.mapping)).count() ==
            doctest::Approx(run.cycles).epsilon(1e-12));
    }
  }

  TEST_CASE("tiles cover each output, each sum begins and ends once") {
    for (const GivenRun& run : given_runs()) {
      CAPTURE(run.mapping);
      if (run.layer.product) continue;
      std::int64_t macs = 0;
      std::int64_t begun = 0;
      std::int64_t ended = 0;
      for (const GemminiTile& tile : gemmini_tiles(run.layer, parse_gemmini_mapping(run.mapping))) {
        const std::int64_t sums = tile.rows.count * tile.columns.count * tile.outputs.count;
        macs += sums * tile.channels.count * tile.kernel_rows.count * tile.kernel_columns.count;
        if (tile.begins) begun += sums;
        if (tile.ends) ended += sums;
      }
      const GemminiLayer& l = run.layer;
      const std::int64_t all = l.columns * l.columns * l.outputs;
      CHECK(begun == all);
      CHECK(ended == all);
      CHECK(macs == all * l.channels * l.kernel * l.kernel);
    }
  }

  TEST_CASE("an even kernel makes a row and a column more") {
    const GemminiLayer layer{16, 16, 8, 2, 1, false};
    const auto tiles = gemmini_tiles(
        layer,
        parse_gemmini_mapping("L3[WIO] N1 - L2[WI] K16X - L1[O] S2 R2 C16X Q4 P9 - L0[W] N1"));
    std::int64_t rows = 0;
    for (const GemminiTile& tile : tiles) rows += tile.rows.count;
    CHECK(rows == 9);
    CHECK(tiles.size() == 3);
    CHECK(tiles.back().rows == GemminiSpan{8, 1});
  }

  TEST_CASE("requests are aligned, of 16, 32 or 64 bytes") {
    CHECK(gemmini_requests(64, 64) == 1.0);
    CHECK(gemmini_requests(1024, 16) == 1.0);
    CHECK(gemmini_requests(64, 48) == 1.0);
    // 3 bytes at each of 64 places: 60 of 64 rows lie within 16 bytes, or within 64 of a line.
    CHECK(gemmini_requests(3, 3) == doctest::Approx(1.0 + 2.0 / 64));
    // 64 bytes from the middle of a line: half a line, and half of the next.
    CHECK(gemmini_requests(32, 64) == doctest::Approx(1.5));
  }

  TEST_CASE("small blocks of rows wait for the pipeline") {
    const GemminiFacts facts;
    // Eight pairs are under way: the ninth waits for the first, whose rows are followed by 57.
    CHECK(gemmini_sweep(std::vector<std::int64_t>(16, 4), facts) ==
          doctest::Approx(16 * (57.0 + 4) / 8));
    CHECK(gemmini_sweep(std::vector<std::int64_t>(16, 16), facts) == doctest::Approx(16 * 16.0));
    CHECK(gemmini_sweep(std::vector<std::int64_t>(1000, 5), facts) == 5000.0);
  }

  TEST_CASE("stores wait while the array works in their bank of the accumulator") {
    // Ten rows of bank 0, the array in bank 0 for 100 cycles, in 80 of which it adds: five cycles
    // a row, and beside bank 1 two.
    const GemminiSums stored = sums_of(0, 1, 10, 1);
    const GemminiExecution same{0.0, 100.0, 5, sums_of(0, 1, 16, 1)};
    const GemminiExecution other{0.0, 100.0, 5, sums_of(32, 1, 16, 1)};
    CHECK(gemmini_moved_beside(stored, 0.0, 2.0, same, 32) == doctest::Approx(50.0));
    CHECK(gemmini_moved_beside(stored, 0.0, 2.0, other, 32) == doctest::Approx(20.0));
    // From 90 on two rows wait, the others do not.
    CHECK(gemmini_moved_beside(stored, 90.0, 2.0, same, 32) == doctest::Approx(116.0));
    // An array that adds in each cycle leaves none.
    const GemminiExecution busy{0.0, 80.0, 5, sums_of(0, 1, 16, 1)};
    CHECK(gemmini_moved_beside(stored, 0.0, 2.0, busy, 32) == doctest::Approx(100.0));
  }

  TEST_CASE("tiles of more than half of the accumulator meet in both banks, as step by step") {
    struct Case {
      GemminiSums stored;
      GemminiExecution beside;
      double begin;
    };
    const std::vector<Case> cases{
        {sums_of(0, 3, 20, 2), {50.0, 700.0, 6, sums_of(64, 3, 20, 2)}, 0.0},
        {sums_of(64, 2, 17, 4), {10.0, 1500.0, 12, sums_of(0, 5, 7, 3)}, 40.0},
        {sums_of(0, 7, 9, 3), {0.0, 90.0, 1, sums_of(0, 8, 10, 1)}, 5.0},
        // Products: 3 x 6 and 5 x 3 blocks of 16 rows.
        {{0, 3, 16, 6, true}, {20.0, 1400.0, 24, {64, 3, 16, 6, true}}, 0.0},
        {{64, 5, 16, 3, true}, {0.0, 900.0, 9, {0, 5, 16, 3, true}}, 30.0}};
    for (const Case& each : cases) {
      for (const double a_row : {1.0, 2.0, 7.5}) {
        CHECK(gemmini_moved_beside(each.stored, each.begin, a_row, each.beside, 64) ==
              doctest::Approx(stepped(each.stored, each.begin, a_row, each.beside, 64))
                  .epsilon(0.01));
      }
    }
  }

  TEST_CASE("rows are moved in the order of the program") {
    // Two groups of 2 x 20 from row 24 on, banks of 32 rows. 16 columns of row 0 are rows 24 to
    // 39, of group 1 rows 64 to 79; the other four 40 to 43 and 80 to 83; row 1 is 20 further.
    const auto banks = [](const std::vector<GemminiRows>& rows) {
      std::vector<std::int64_t> made;
      for (const GemminiRows& each : rows)
        made.push_back(each.bank == 0 ? each.count : -each.count);
      return made;
    };
    CHECK(banks(gemmini_rows_moved(sums_of(24, 2, 20, 2), 32)) ==
          std::vector<std::int64_t>{8, -8, 16, -4, 4, -16, 12, -12});
    // A product of 2 x 5 blocks: four blocks of a row of blocks, then of the next, then the fifth.
    CHECK(banks(gemmini_rows_moved({0, 2, 16, 5, true}, 96)) ==
          std::vector<std::int64_t>{64 + 16, -48, 16, -16});
  }

  TEST_CASE("slower memory never takes fewer cycles") {
    for (const GivenRun& run : given_runs()) {
      const GemminiTiling tiling = parse_gemmini_mapping(run.mapping);
      double before = 0.0;
      for (const double miss : {4.0, 7.0, 10.0, 20.0}) {
        GemminiFacts facts;
        facts.miss = miss;
        const double cycles = gemmini_cycles(run.layer, tiling, facts).count();
        CHECK(cycles >= before);
        before = cycles;
      }
      GemminiFacts small;
      small.cache_lines = 512;
      CHECK(gemmini_cycles(run.layer, tiling, small).count() >=
            gemmini_cycles(run.layer, tiling).count());
    }
  }

  TEST_CASE("a wrong mapping is refused with its cure") {
    CHECK(says(mapping_error("L3[WIO] K48 - L2[WI] N1 - L1[O] C4"),
               "expected a level L0[...] and its loops, such as \"L0[O] C4 P8\""));
    const std::string rest = " - L2[WI] N1 - L1[O] C4 - L0[W] N1";
    CHECK(says(mapping_error("L3[WIO] Z4" + rest), "expected a letter of NCRSKPQ and its bound"));
    CHECK(says(mapping_error("L3[WIO] K" + rest), "found \"K\""));
    CHECK(says(mapping_error("L3[WIO] K0" + rest), "found \"K0\""));
    CHECK(says(mapping_error("L3[WIO] K9999999" + rest), "found \"K9999999\""));
    CHECK(says(mapping_error("L3[WIO] K2 K3" + rest), "names a dimension twice"));
  }
}

}  // namespace tilewise
