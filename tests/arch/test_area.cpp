#include "arch/area.hpp"

#include <doctest/doctest.h>

#include "arch/architecture_yaml.hpp"
#include "arch/describe.hpp"
#include "arch/family/eyeriss.hpp"
#include "arch/family/families.hpp"
#include "arch/family/fpga_engine_yaml.hpp"
#include "arch/fpga/fpga_engine_resources.hpp"
#include "base/file.hpp"

namespace tilewise {
namespace {

ChipArea area_with(const auto& change) {
  EyerissParameters p;
  change(p);
  return chip_area(build_eyeriss(p));
}

ChipArea area_at(Nanometers node) {
  return area_with([&](EyerissParameters& p) { p.technology.node = node; });
}

const ChipPart& part(const ChipArea& chip, const std::string& place) {
  for (const ChipPart& each : chip.parts) {
    if (each.place == place) return each;
  }
  FAIL("no part ", place);
  return chip.parts.front();
}

}  // namespace

TEST_CASE("the area of Eyeriss is each part as often as it is there") {
  // Eq. 19
  const ChipArea chip = chip_area(find_architecture("eyeriss"));
  // 25 banks and 2 of 4 KiB x 64 bit, CACTI 7: 0.0281628 mm2 each
  CHECK(part(chip, "GLB.buffer").area.count() == doctest::Approx(25 * 0.0281628));
  CHECK(part(chip, "PREFETCH.filter").area.count() == doctest::Approx(2 * 0.0281628));
  // 168 arrays of 448 B x 16 bit: 0.00328094 mm2 each
  CHECK(part(chip, "PE.filter_spad").area.count() == doctest::Approx(168 * 0.00328094));
  CHECK(part(chip, "PE.psum_spad").area.count() ==
        doctest::Approx(2.0 * part(chip, "PE.ifmap_spad").area.count()));  // 24 and 12 words
  // 45 nm: 282 + (16^2 - 8^2) / (32^2 - 8^2) (3495 - 282) um2 and an adder of 67; times 1.5 at 65
  CHECK(part(chip, "compute").area.count() == doctest::Approx(168 * 991.6e-6 * 1.5));
  CHECK(part(chip, "compute").instances == 168);
  CHECK(chip.unknown.empty());
}

TEST_CASE("areas and leakages of the parts add up") {
  for (const char* name : {"eyeriss", "eyeriss_isca16", "eyeriss_free", "weight_stationary"}) {
    CAPTURE(name);
    const ChipArea chip = chip_area(find_architecture(name));
    SquareMillimeters area;
    Milliwatts leakage;
    for (const ChipPart& each : chip.parts) {
      area += each.area;
      leakage += each.leakage;
    }
    CHECK(chip.total().count() == doctest::Approx(area.count()).epsilon(1e-12));
    CHECK(chip.leakage.count() == doctest::Approx(leakage.count()).epsilon(1e-12));
    CHECK(chip.compute == part(chip, "compute").area);
  }
}

TEST_CASE("more capacity, more PEs and wider operands take more area and leak more") {
  const ChipArea chip = chip_area(build_eyeriss({}));
  const auto is_larger = [&](const auto& change) {
    const ChipArea other = area_with(change);
    return other.total() > chip.total() && other.leakage > chip.leakage;
  };
  CHECK(is_larger([](EyerissParameters& p) { p.buffer = kibibytes(104); }));
  CHECK(is_larger([](EyerissParameters& p) { p.filter_buffer = kibibytes(12); }));
  CHECK(is_larger([](EyerissParameters& p) { p.pe_rows = 13; }));
  CHECK(is_larger([](EyerissParameters& p) { p.pe_columns = 15; }));
  CHECK(is_larger([](EyerissParameters& p) { p.input_spad_words = 13; }));
  CHECK(is_larger([](EyerissParameters& p) { p.psum_spad_words = 25; }));
  CHECK(is_larger([](EyerissParameters& p) { p.operand_width = Bits{24}; }));
  CHECK(is_larger([](EyerissParameters& p) { p.filter_spad_words = 512; }));
}

TEST_CASE("twice the PEs take twice their area and leave the buffers alone") {
  const ChipArea one = chip_area(build_eyeriss({}));
  const ChipArea two = area_with([](EyerissParameters& p) { p.pe_rows *= 2; });
  CHECK(two.compute.count() == doctest::Approx(2.0 * one.compute.count()));
  for (const char* place : {"PE.ifmap_spad", "PE.filter_spad", "PE.psum_spad"}) {
    CHECK(part(two, place).area.count() == doctest::Approx(2.0 * part(one, place).area.count()));
    CHECK(part(two, place).leakage.count() ==
          doctest::Approx(2.0 * part(one, place).leakage.count()));
  }
  CHECK(part(two, "GLB.buffer").area == part(one, "GLB.buffer").area);
}

TEST_CASE("half the node shrinks logic by the published factor and memories as CACTI") {
  const ChipArea at_45 = area_at(Nanometers{45});
  const ChipArea at_32 = area_at(Nanometers{32});
  CHECK(at_32.compute / at_45.compute == doctest::Approx(0.46));  // Stillmaker & Baas, 45 to 32 nm
  const ChipArea at_20 = area_at(Nanometers{20});
  const ChipArea at_10 = area_at(Nanometers{10});
  CHECK(at_10.compute / at_20.compute == doctest::Approx(0.1 / 0.21));  // both from 45 nm
  CHECK(part(at_10, "GLB.buffer").area / part(at_20, "GLB.buffer").area == doctest::Approx(0.5));
  // CACTI 7 at 65 nm is 0.0281628 mm2 a bank, at 32 nm, by its point, 0.00745357
  CHECK(part(at_32, "GLB.buffer").area.count() == doctest::Approx(25 * 0.00745357));
}

TEST_CASE("a part without an area is named and not in the sum") {
  const ChipArea chip = chip_area(find_architecture("two_level"));
  CHECK(chip.total() == SquareMillimeters{0.0});
  CHECK(chip.unknown.size() == 2);  // the buffer and the MAC; DRAM is not on the chip
  CHECK(describe(find_architecture("two_level")).ends_with(", area unknown\n"));
  Architecture eyeriss = build_eyeriss({});
  eyeriss.levels[1].memories[0].area = SquareMillimeters{0.0};
  CHECK(chip_area(eyeriss).unknown == std::vector<std::string>{"GLB.buffer"});
  CHECK(describe(eyeriss).ends_with(" mm2 of memories and compute without GLB.buffer\n"));
}

TEST_CASE("the area of an FPGA engine is its resources, of any other chip there are none") {
  const EnergyTables tables = load_energy_tables();
  const BoardFinder boards = find_board;
  const FamilyContext context{tables, boards};
  const auto of = [&](const char* name) {
    return fpga_demand(YamlNode::load_file(find_config("arch", name)), context);
  };
  const auto zc706 = of("zc706");
  REQUIRE(zc706);
  CHECK(zc706->resources == resources(find_fpga_engine("zc706")));
  CHECK(zc706->resources.dsp > 0);
  CHECK_FALSE(of("eyeriss"));
  CHECK_FALSE(of("two_level"));
  CHECK(chip_area(find_architecture("zc706")).unknown.size() == 4);  // three buffers, the lanes
}

}  // namespace tilewise
