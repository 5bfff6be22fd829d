#include <doctest/doctest.h>

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "refusal.hpp"
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
       595462.4479069811}};
  return runs;
}

std::string mapping_error(const std::string& text) {
  return refusal([&] { parse_gemmini_mapping(text); });
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
