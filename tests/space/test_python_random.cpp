#include "space/python_random.hpp"

#include <doctest/doctest.h>

#include <numeric>
#include <vector>

namespace tilewise {

// Expected values: CPython 3.11, random.seed(88).
TEST_CASE("the generator draws what CPython draws") {
  PythonRandom random(88);
  CHECK(random.bits(32) == 1'707'201'716U);
  CHECK(random.bits(32) == 4'182'107'318U);
  CHECK(random.bits(32) == 813'946'014U);
}

TEST_CASE("a shuffle gives the order of CPython") {
  PythonRandom random(88);
  std::vector<int> items(10);
  std::iota(items.begin(), items.end(), 0);
  python_shuffle(std::span(items), random);
  CHECK(items == std::vector<int>{8, 2, 9, 4, 0, 7, 1, 5, 3, 6});
}

TEST_CASE("a shuffle of one item or none draws nothing") {
  PythonRandom random(88);
  std::vector<int> one{5};
  python_shuffle(std::span(one), random);
  python_shuffle(std::span(one).first(0), random);
  CHECK(random.bits(32) == 1'707'201'716U);
}

}  // namespace tilewise
