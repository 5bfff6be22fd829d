#include "arch/mapping_letters.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "arch/check_architecture.hpp"
#include "arch/family/eyeriss.hpp"
#include "base/error.hpp"

namespace tilewise {
namespace {

std::string written(const MappingLetters& letters) {
  std::string text;
  for (const MappingLetter& each : letters) {
    text += each.letter;
    for (const LoopPlace& place : each.places) {
      const bool spatial = place.kind == LoopPlace::Kind::Spatial;
      text +=
          " " + std::string(name(each.dim)) + (spatial ? "s" : "t") + std::to_string(place.level);
    }
    text += "\n";
  }
  return text;
}

}  // namespace

TEST_SUITE("mapping letters") {
  TEST_CASE("row stationary hands along where its letters stand") {
    // GLB 1, PREFETCH 2 with the array below it, PE 3; t in time, s side by side.
    CHECK(written(build_eyeriss({}).letters) ==
          "m Mt1 Ms2 Mt3\nn Nt2\ne Ps2\np Mt3\nq Ct3\nr Cs2\nt Ms2\nf Qt2\n");
    EyerissParameters free;
    free.dataflow = EyerissDataflow::None;
    CHECK(build_eyeriss(free).letters.empty());
  }

  TEST_CASE("levels that are written out have the letters where they fold P in turn") {
    std::vector<Level> levels = build_eyeriss({}).levels;
    CHECK(written(letters_of(levels)) == written(build_eyeriss({}).letters));
    levels[2].fan_out.refill = Refill::Waits;
    CHECK(letters_of(levels).empty());
    levels[2].fan_out.refill = Refill::InTurn;
    levels[2].fan_out.fold = Dim::M;
    CHECK(letters_of(levels).empty());
    levels[2].fan_out.fold = Dim::P;
    levels.push_back(levels.back());
    CHECK(letters_of(levels).empty());
  }

  TEST_CASE("a letter that stands for no loop, or for one of no level, is refused") {
    Architecture eyeriss = build_eyeriss({});
    eyeriss.letters[1].places[0].level = 4;
    CHECK_THROWS_WITH_AS(check_architecture(eyeriss),
                         "architecture eyeriss: n stands for loops of level 4, which is not there",
                         InputError);
    eyeriss.letters[1].places.clear();
    CHECK_THROWS_WITH_AS(check_architecture(eyeriss), "architecture eyeriss: n stands for no loop",
                         InputError);
  }
}

}  // namespace tilewise
