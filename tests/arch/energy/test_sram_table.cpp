#include <doctest/doctest.h>

#include <cmath>

#include "arch/energy/energy_tables.hpp"
#include "base/error.hpp"
#include "base/file.hpp"

namespace tilewise {
namespace {

SramTable shipped() { return load_sram_table(config_folder() / "energy" / "sram.csv"); }

Sram array(Bits size, std::int64_t width) { return {size, Bits{width}}; }

double read_of(const SramTable& table, const Sram& sram) {
  return sram_cost(table, sram).energy.read.count();
}

}  // namespace

TEST_CASE("a point of the SRAM table comes out as it is, with its source") {
  const MemoryCost cost = sram_cost(shipped(), array(kibibytes(4), 64));
  CHECK(cost.energy.read == Picojoules{6.16767});
  CHECK(cost.energy.write == Picojoules{11.9532});
  CHECK(cost.leakage == Milliwatts{0.000986864});
  CHECK(cost.area == SquareMillimeters{0.0281628});
  CHECK(cost.source == "CACTI 7.0, lstp300, 65 nm, 4 KiB x 64 bit");
}

TEST_CASE("flavour, ports and node choose another row") {
  const SramTable table = shipped();
  CHECK(read_of(table, {bytes(64), Bits{16}, SramFlavour::Hp350, 1, Nanometers{65}}) == 0.477301);
  CHECK(read_of(table, {bytes(64), Bits{16}, SramFlavour::Lstp300, 1, Nanometers{32}}) == 0.168636);
  const Sram two_ports{kibibytes(4), Bits{64}, SramFlavour::Lstp300, 2, Nanometers{65}};
  CHECK(read_of(table, two_ports) > read_of(table, array(kibibytes(4), 64)));
  CHECK(sram_cost(table, two_ports).source == "CACTI 7.0, lstp300, 65 nm, 4 KiB x 64 bit, 2 ports");
}

TEST_CASE("the filter scratchpad of Eyeriss is a point of its own") {
  CHECK(read_of(shipped(), array(bytes(448), 16)) == 1.15712);
}

TEST_CASE("half way in log(size) an energy is the geometric mean of its neighbours") {
  // 11585 B is 8192 * sqrt(2) to 1e-5; width 64 stays.
  const SramTable table = shipped();
  const double expected =
      std::sqrt(read_of(table, array(kibibytes(8), 64)) * read_of(table, array(kibibytes(16), 64)));
  CHECK(read_of(table, array(bytes(11585), 64)) == doctest::Approx(expected).epsilon(1e-4));
  CHECK(
      sram_cost(table, array(bytes(11585), 64)).source.ends_with("11585 B x 64 bit, interpolated"));
}

TEST_CASE("half way in log(width) an energy is the geometric mean of its neighbours") {
  // 181 bit is 128 * sqrt(2) to 1e-4.
  const SramTable table = shipped();
  const double expected = std::sqrt(read_of(table, array(kibibytes(8), 128)) *
                                    read_of(table, array(kibibytes(8), 256)));
  CHECK(read_of(table, array(kibibytes(8), 181)) == doctest::Approx(expected).epsilon(1e-3));
}

TEST_CASE("arrays of 32 words interpolate along the edge of the table") {
  // 96 B x 24 bit lies between 64 B x 16 bit and 128 B x 32 bit at log2(1.5) = 0.585.
  const SramTable table = shipped();
  const double low = read_of(table, array(bytes(64), 16));
  const double high = read_of(table, array(bytes(128), 32));
  const double t = std::log2(1.5);
  CHECK(read_of(table, array(bytes(96), 24)) ==
        doctest::Approx(std::pow(low, 1.0 - t) * std::pow(high, t)));
}

TEST_CASE("an interpolated SRAM never leaves the range of its neighbours") {
  const SramTable table = shipped();
  for (std::int64_t size = 256; size < (1 << 20); size *= 2) {
    const double low = read_of(table, array(bytes(size), 16));
    const double high = read_of(table, array(bytes(2 * size), 16));
    for (std::int64_t eighths = 1; eighths < 8; ++eighths) {
      const double between = read_of(table, array(bytes(size + size * eighths / 8), 16));
      if (size == 256 && eighths == 6) continue;  // 448 B: a point of its own
      CHECK(between >= std::min(low, high) * (1.0 - 1e-12));
      CHECK(between <= std::max(low, high) * (1.0 + 1e-12));
    }
  }
}

TEST_CASE("28 nm lies between 32 and 22 nm; below 22 nm energies follow the root of the node") {
  const SramTable table = shipped();
  Sram sram = array(kibibytes(4), 64);
  const auto read_at = [&](std::int64_t node) {
    sram.node = Nanometers{node};
    return read_of(table, sram);
  };
  const double t = std::log(32.0 / 28.0) / std::log(32.0 / 22.0);
  CHECK(read_at(28) == doctest::Approx(std::pow(read_at(32), 1.0 - t) * std::pow(read_at(22), t)));
  CHECK(read_at(11) == doctest::Approx(read_at(22) * std::sqrt(0.5)));
  CHECK(sram_cost(table, sram).source.ends_with(", scaled from 22 nm"));
}

TEST_CASE("an access wider than 256 bit takes arrays side by side") {
  const SramTable table = shipped();
  const MemoryCost one = sram_cost(table, array(kibibytes(32), 256));
  const MemoryCost two = sram_cost(table, array(kibibytes(64), 512));
  CHECK(two.energy.read.count() == doctest::Approx(2.0 * one.energy.read.count()));
  CHECK(two.area.count() == doctest::Approx(2.0 * one.area.count()));
  CHECK(two.source == "CACTI 7.0, lstp300, 65 nm, 32 KiB x 256 bit, 2 side by side");
}

TEST_CASE("an SRAM outside the table is refused with the range") {
  const SramTable table = shipped();
  CHECK_THROWS_WITH_AS(sram_cost(table, array(bytes(24), 16)),
                       "SRAM of 24 B x 16 bit: the table holds 64 B to 2 MiB, 8 bit and wider, at "
                       "least 32 words; take registers for less, several banks for more",
                       InputError);
  CHECK_THROWS_WITH_AS(sram_cost(table, array(kibibytes(4096), 64)),
                       "SRAM of 4 MiB x 64 bit: the table holds 64 B to 2 MiB, 8 bit and wider, at "
                       "least 32 words; take registers for less, several banks for more",
                       InputError);
  CHECK_THROWS_WITH_AS(sram_cost(table, array(bytes(64), 32)),
                       "SRAM of 64 B x 32 bit: the table holds 64 B to 2 MiB, 8 bit and wider, at "
                       "least 32 words; take registers for less, several banks for more",
                       InputError);  // 16 words
  CHECK_THROWS_WITH_AS(sram_cost(table, array(bytes(64), 4)),
                       "SRAM of 64 B x 4 bit: the table holds 64 B to 2 MiB, 8 bit and wider, at "
                       "least 32 words; take registers for less, several banks for more",
                       InputError);
  Sram old = array(kibibytes(4), 64);
  old.node = Nanometers{90};
  CHECK_THROWS_WITH_AS(sram_cost(table, old),
                       "SRAM at 90 nm: the table holds 22 to 65 nm and is scaled to 7 nm",
                       InputError);
  CHECK_THROWS_WITH_AS(sram_cost(table, {kibibytes(4), Bits{64}, SramFlavour::Lstp300, 3}),
                       "SRAM of 3 ports: the table holds 1 and 2", InputError);
}

}  // namespace tilewise
