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
  }
}

}  // namespace
}  // namespace tilewise
