#include "space/random_sample.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

namespace tilewise {
namespace {

TEST_SUITE("random sample") {
  TEST_CASE("distinct, rising, in range, and the same for the same seed") {
    const auto drawn = random_sample(1'000'000'000'000, 1000, 7);
    REQUIRE(drawn.size() == 1000);
    CHECK(std::is_sorted(drawn.begin(), drawn.end()));
    CHECK(std::adjacent_find(drawn.begin(), drawn.end()) == drawn.end());
    CHECK(drawn.front() >= 0);
    CHECK(drawn.back() < 1'000'000'000'000);
    CHECK(drawn == random_sample(1'000'000'000'000, 1000, 7));
    CHECK(drawn != random_sample(1'000'000'000'000, 1000, 8));
    CHECK(random_sample(5, 5, 1) == std::vector<std::int64_t>{0, 1, 2, 3, 4});
    CHECK(random_sample(5, 0, 1).empty());
  }

  TEST_CASE("each number is drawn equally often") {
    std::array<int, 10> times{};
    for (std::uint64_t seed = 0; seed < 10'000; ++seed) {
      for (const std::int64_t drawn : random_sample(10, 3, seed)) {
        ++times[static_cast<std::size_t>(drawn)];
      }
    }
    // 3,000 expected, standard deviation sqrt(10,000 x 0.3 x 0.7) = 46.
    for (const int each : times) CHECK(std::abs(each - 3000) < 230);
  }
}

}  // namespace
}  // namespace tilewise
