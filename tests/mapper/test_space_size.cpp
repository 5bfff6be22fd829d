#include "mapper/space_size.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "brute_force.hpp"
#include "sim/random_nests.hpp"

namespace tilewise {
namespace {

/// Levels that hold all tensors in one memory, no fan-out, no constraints.
Architecture plain_architecture(std::size_t levels) {
  Architecture made;
  made.levels.resize(levels);
  made.constraints.resize(levels);
  for (Level& level : made.levels) {
    Memory memory;
    for (const Tensor t : kTensors) memory.holds[t] = true;
    level.memories = {memory};
  }
  return made;
}

/// Fan-outs for some dimensions, rules for loops, lists of orders, kept tensors; 2 or 3 levels.
Architecture random_architecture(testing::RandomNests& random) {
  Architecture made = plain_architecture(static_cast<std::size_t>(random.pick(2, 3)));
  const auto any_dim = [&] { return kDims[static_cast<std::size_t>(random.pick(0, 7))]; };
  const auto change = [&](EnumArray<Dim, FactorRule>& rules) {
    for (int i = 0; i < 3; ++i) {
      FactorRule& rule = rules[any_dim()];
      if (random.chance(30)) rule.most = random.pick(1, 3);
      if (random.chance(10)) rule.least = std::min<std::int64_t>(2, rule.most);
      if (random.chance(15)) rule.full = true;
    }
  };
  for (std::size_t l = 0; l < made.levels.size(); ++l) {
    Level& level = made.levels[l];
    LevelConstraint& rule = made.constraints[l];
    if (random.chance(60)) level.fan_out.x.size = random.pick(2, 5);
    if (random.chance(30)) level.fan_out.y.size = random.pick(2, 3);
    if (random.chance(30)) level.fan_out.x.dims[any_dim()] = false;
    if (random.chance(30)) change(rule.spatial_x);
    if (random.chance(20)) change(rule.spatial_y);
    if (random.chance(50)) change(rule.temporal);
    std::vector<Dim> order(kDims.begin(), kDims.end());
    for (std::int64_t i = random.chance(40) ? 0 : random.pick(1, 3); i > 0; --i) {
      std::swap(order[static_cast<std::size_t>(random.pick(0, 7))], order.front());
      rule.orders.push_back(order);
    }
    if (l == 0) continue;
    for (const Tensor t : kTensors) {
      if (random.chance(15)) level.memories.front().holds[t] = false;
      if (random.chance(20)) rule.keep[t] = random.chance(50);
    }
    level.memories.front().capacity = Bits{0};
  }
  return made;
}

TEST_SUITE("space size") {
  TEST_CASE("two levels: orders and kept tensors multiply the factorizations") {
    Architecture architecture = plain_architecture(2);
    Layer layer;
    layer.bounds[Dim::M] = 4;
    layer.bounds[Dim::C] = 2;
    // M = 4 is outer 4, both 2 x 2, or inner 4; C = 2 is outer or inner. M and C at one level: two
    // orders. C outer: 2 + 2 + 1, C inner: 1 + 2 + 2. Level 1 keeps any of 2^3 sets.
    CHECK(space_size(architecture, layer, Factors::Divisors).digits == "80");
    // All bounds: M may also be 2 x 3 (outer, inner): 2 + 2 + 2 + 1 and 1 + 2 + 2 + 2.
    CHECK(space_size(architecture, layer, Factors::All).digits == "112");
    // Pools have no weights to keep; one order is listed for level 1, two for level 0: C outer
    // 2 + 2 + 1, C inner 1 + 1 + 1.
    layer.op = Operator::MaxPool;
    architecture.constraints[0].orders = {{Dim::M, Dim::C}, {Dim::C, Dim::M}};
    architecture.constraints[1].orders = {{Dim::M, Dim::C}};
    CHECK(space_size(architecture, layer, Factors::Divisors).digits == "32");
  }

  TEST_CASE("a fan-out takes every bound up to its size, whether it divides or not") {
    Architecture architecture = plain_architecture(2);
    architecture.levels[1].fan_out.x.size = 3;
    for (const Tensor t : kTensors) architecture.constraints[1].keep[t] = true;
    Layer layer;
    layer.bounds[Dim::M] = 5;
    // X 1 leaves 5 (inner 1 or 5), X 2 leaves 3 (1 or 3), X 3 leaves 2 (1 or 2).
    CHECK(space_size(architecture, layer, Factors::Divisors).digits == "6");
    // Inner 1 to 5, 1 to 3, 1 to 2.
    CHECK(space_size(architecture, layer, Factors::All).digits == "10");
    // X must take all five.
    architecture.constraints[1].spatial_x[Dim::M].full = true;
    const SpaceSize none = space_size(architecture, layer, Factors::All);
    CHECK(none.digits == "0");
    CHECK(none.log10 == 0.0);
  }

  TEST_CASE("the size is what writing down every mapping counts") {
    testing::RandomNests random(3);
    int compared = 0;
    int empty = 0;
    for (int trial = 0; trial < 3000 && compared < 200; ++trial) {
      const Architecture architecture = random_architecture(random);
      Layer layer;
      for (int i = 0; i < 3; ++i) {
        layer.bounds[kDims[static_cast<std::size_t>(random.pick(0, 7))]] = random.pick(2, 6);
      }
      const Factors factors = random.chance(50) ? Factors::All : Factors::Divisors;
      const SpaceSize size = space_size(architecture, layer, factors);
      if (size.log10 > 3.3) continue;
      CAPTURE(trial);
      const std::int64_t counted = testing::count_mappings(architecture, layer, factors, 10000);
      REQUIRE(size.digits == std::to_string(counted));
      ++(counted > 0 ? compared : empty);
    }
    CHECK(compared == 200);
    CHECK(empty >= 1);
  }

  TEST_CASE("two dimensions of 65536 on 12 levels: far beyond 64 bits, to the last digit") {
    constexpr std::int64_t kSize = 65536;
    constexpr std::size_t kLevels = 12;
    Architecture architecture = plain_architecture(kLevels);
    for (Level& level : architecture.levels) level.fan_out.x.size = level.fan_out.y.size = kSize;
    for (LevelConstraint& rule : architecture.constraints) {
      rule.orders = {{kDims.begin(), kDims.end()}};
      for (const Tensor t : kTensors) rule.keep[t] = true;
    }
    Layer layer;
    layer.bounds[Dim::M] = layer.bounds[Dim::C] = kSize;
    const SpaceSize size = space_size(architecture, layer, Factors::All);
    CHECK(size.log10 > 31.0);
    CHECK(std::floor(size.log10) + 1.0 == static_cast<double>(size.digits.size()));

    // One order, one set of kept tensors: the size is the square of the factorizations of one
    // dimension. Of each slot any bound, the outermost what is left; summed up modulo two primes.
    for (const std::uint64_t prime : {2147483647U, 2147483629U}) {
      std::map<std::int64_t, std::uint64_t> ways{{kSize, 1}};
      for (std::size_t slot = 0; slot + 1 < 3 * kLevels; ++slot) {
        std::map<std::int64_t, std::uint64_t> next;
        for (const auto& [rest, count] : ways) {
          for (std::int64_t bound = 1; bound <= rest; ++bound) next[ceil_div(rest, bound)] += count;
        }
        for (auto& [rest, count] : next) count %= prime;
        ways = std::move(next);
      }
      std::uint64_t expected = 0;
      for (const auto& [rest, count] : ways) expected = (expected + count) % prime;
      std::uint64_t found = 0;
      for (const char digit : size.digits) {
        found = (found * 10 + static_cast<std::uint64_t>(digit - '0')) % prime;
      }
      CHECK(found == expected * expected % prime);
    }
  }

  TEST_CASE("small sizes are printed in full, large ones with three digits") {
    CHECK(text({"0", 0.0}) == "0");
    CHECK(text({"412", 0.0}) == "412");
    CHECK(text({"9999999", 0.0}) == "9999999");
    CHECK(text({"10000000", 0.0}) == "1.00e+07");
    CHECK(text({"1306000000", 0.0}) == "1.31e+09");
    CHECK(text({"9996000000", 0.0}) == "1.00e+10");
    CHECK(text({"25" + std::string(400, '0'), 0.0}) == "2.50e+401");
  }
}

}  // namespace
}  // namespace tilewise
