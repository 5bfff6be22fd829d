#include "base/units.hpp"

#include <doctest/doctest.h>

#include <type_traits>

namespace tilewise {
namespace {

template <class A, class B>
concept Addable = requires(A a, B b) {
  a + b;
};

TEST_SUITE("units") {
  TEST_CASE("values of one unit add and compare, values of two units do not") {
    CHECK(Picojoules{1.5} + Picojoules{2.0} == Picojoules{3.5});
    CHECK(Bits{3} < Bits{4});
    static_assert(Addable<Bits, Bits>);
    static_assert(!Addable<Bits, Cycles>);
    static_assert(!std::is_convertible_v<double, Cycles>);
  }

  TEST_CASE("sizes are bits") {
    CHECK(bytes(2) == Bits{16});
    CHECK(kibibytes(1) == Bits{8192});
    CHECK(3 * Bits{8} == Bits{24});
    CHECK(Bits{24} / Bits{16} == 1.5);
  }

  TEST_CASE("conversions between units") {
    CHECK(transfer_cycles(96.0, BitsPerCycle{64.0}) == Cycles{1.5});
    CHECK(duration(Cycles{300.0}, Megahertz{200.0}) == Microseconds{1.5});
    CHECK(energy(Milliwatts{2.0}, Microseconds{3.0}) == Picojoules{6000.0});  // 6 nJ
    CHECK(nanoseconds(Microseconds{1.5}) == Nanoseconds{1500.0});
    CHECK(microseconds(Nanoseconds{1500.0}) == Microseconds{1.5});
    CHECK(microjoules(Picojoules{2.5e6}) == Microjoules{2.5});
    CHECK(watts(Milliwatts{1500.0}) == Watts{1.5});
    CHECK(per_second(Microseconds{20'000.0}) == 50.0);
    CHECK(power(Millijoules{3.0}, Milliseconds{2.0}) == Milliwatts{1500.0});
    CHECK(power(Picojoules{4.0}, Megahertz{250.0}) == Milliwatts{1.0});  // 4 pJ each 4 ns
    CHECK(in_bytes(Bits{12}) == 1.5);
    CHECK(in_kibibytes(bytes(1536)) == 1.5);
  }

  TEST_CASE("a nearest conversion rounds once, the other may be a bit off") {
    // 1/1000 lies between two doubles, so that times 1e-3 rounds twice: 9 us are 0.009 ms, and the
    // double next to it where they are multiplied.
    CHECK(nearest_milliseconds(Microseconds{9.0}) == Milliseconds{0.009});
    CHECK(milliseconds(Microseconds{9.0}) == Milliseconds{9.0 * 1e-3});
    CHECK(milliseconds(Microseconds{9.0}) > nearest_milliseconds(Microseconds{9.0}));
    CHECK(nearest_millijoules(Picojoules{3.0}) == Millijoules{3e-9});
    CHECK(millijoules(Picojoules{3.0}) == Millijoules{3.0 * 1e-9});
  }
}

}  // namespace
}  // namespace tilewise
