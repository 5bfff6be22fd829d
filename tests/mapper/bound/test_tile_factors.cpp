#include "mapper/bound/tile_factors.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "sim/random_nests.hpp"

namespace tilewise {
namespace {

/// Every number of the factors, in one order.
std::vector<double> numbers_of(const TileFactors& of) {
  std::vector<double> made = {of.tile_share};
  for (const Counts* counts : {&of.parent, &of.last_hop, &of.child}) {
    made.insert(made.end(), counts->values.begin(), counts->values.end());
  }
  for (const auto* words : {&of.tile_words, &of.fill_words, &of.tight_fill_words, &of.arrivals}) {
    made.insert(made.end(), words->values.begin(), words->values.end());
  }
  return made;
}

TileFactors random_factors(testing::RandomNests& random) {
  const auto number = [&] { return static_cast<double>(random.pick(1, 1000)); };
  TileFactors made;
  made.tile_share = 1.0 / number();
  for (Counts* counts : {&made.parent, &made.last_hop, &made.child}) {
    for (double& value : counts->values) value = number();
  }
  for (auto* words : {&made.tile_words, &made.fill_words, &made.tight_fill_words, &made.arrivals}) {
    for (double& value : words->values) value = number();
  }
  for (const Tensor t : kTensors) made.refilled[t] = random.pick(0, 1) == 1;
  return made;
}

TEST_CASE("of several tiles the least of each factor is one of theirs, and no tile is below it") {
  testing::RandomNests random(9);
  for (int trial = 0; trial < 200; ++trial) {
    const TileFactors a = random_factors(random);
    const TileFactors b = random_factors(random);
    const TileFactors least = smaller_of_each(a, b);
    const std::vector<double> of_a = numbers_of(a);
    const std::vector<double> of_b = numbers_of(b);
    std::vector<double> smaller(of_a.size());
    std::transform(of_a.begin(), of_a.end(), of_b.begin(), smaller.begin(),
                   [](double one, double other) { return one < other ? one : other; });
    CHECK(numbers_of(least) == smaller);
    // A tile that is not refilled needs room once: so much is sure only if both are refilled.
    for (const Tensor t : kTensors) {
      const int tiles_refilled = int{a.refilled[t]} + int{b.refilled[t]};
      CHECK(least.refilled[t] == (tiles_refilled == 2));
    }
  }
}

TEST_CASE("the factors of two groups multiply, and either group refills the tile") {
  testing::RandomNests random(10);
  for (int trial = 0; trial < 200; ++trial) {
    const TileFactors a = random_factors(random);
    const TileFactors b = random_factors(random);
    const TileFactors same = TileFactors::one() * a;
    CHECK(numbers_of(same) == numbers_of(a));
    CHECK(same.refilled.values == a.refilled.values);
    const TileFactors product = a * b;
    const std::vector<double> of_a = numbers_of(a);
    const std::vector<double> of_b = numbers_of(b);
    const std::vector<double> of_both = numbers_of(product);
    for (std::size_t i = 0; i < of_a.size(); ++i) CHECK(of_both[i] == of_a[i] * of_b[i]);
    for (const Tensor t : kTensors) {
      const int groups_refilling = int{a.refilled[t]} + int{b.refilled[t]};
      CHECK(product.refilled[t] == (groups_refilling > 0));
    }
  }
}

}  // namespace
}  // namespace tilewise
