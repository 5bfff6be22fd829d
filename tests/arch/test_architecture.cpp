#include "arch/architecture.hpp"

#include <doctest/doctest.h>

namespace tilewise {

TEST_CASE("coded words take their pairs' share of a packet, and plain ones where that is more") {
  // Eq. 18. Three pairs of a 5-bit run and a 16-bit word in 64 bit, one flag beside: 4/3 d.
  const RunLengthCode code{Bits{5}, Bits{64}};
  CHECK(coded_share(code, 0.5, Bits{16}) == doctest::Approx(2.0 / 3.0));
  CHECK(coded_share(code, 0.75, Bits{16}) == doctest::Approx(1.0));
  CHECK(coded_share(code, 1.0, Bits{16}) == 1.0);
  // Nothing but zeros: a pair for each run of 32.
  CHECK(coded_share(code, 0.0, Bits{16}) == doctest::Approx(4.0 / 3.0 / 32.0));
  // No pair of a word of 64 bit fits.
  CHECK(coded_share(code, 0.1, Bits{64}) == 1.0);
}

}  // namespace tilewise
