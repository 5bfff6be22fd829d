#include "base/integers.hpp"

#include <doctest/doctest.h>

#include <limits>

namespace tilewise {
namespace {

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();

TEST_SUITE("integers") {
  TEST_CASE("division rounds up") {
    CHECK(ceil_div(6, 3) == 2);
    CHECK(ceil_div(7, 3) == 3);
    CHECK(ceil_div(0, 3) == 0);
  }

  TEST_CASE("products and sums are exact or refused") {
    CHECK(checked_product({2, 3, 7}, "n") == 42);
    CHECK(checked_multiply(kLargest, 1, "n") == kLargest);
    CHECK_THROWS_WITH_AS(checked_multiply(kLargest, 2, "MACs"),
                         "MACs: more than 2^63 - 1; make the dimensions smaller", InputError);
    CHECK_THROWS_WITH_AS(checked_add(kLargest, 1, "n"),
                         "n: more than 2^63 - 1; make the dimensions smaller", InputError);
    CHECK_THROWS_WITH_AS(checked_product({1 << 30, 1 << 30, 1 << 30}, "n"),
                         "n: more than 2^63 - 1; make the dimensions smaller", InputError);
  }
}

}  // namespace
}  // namespace tilewise
