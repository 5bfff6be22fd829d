#include "arch/check_architecture.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "base/error.hpp"

namespace tilewise {
namespace {

Level level(const std::string& name, std::optional<Bits> capacity) {
  Memory memory;
  memory.name = std::string("memory");
  memory.holds = {{true, true, true}};
  memory.capacity = capacity;
  return {name, {memory}, {}};
}

/// Two levels that are in order.
Architecture two_levels() {
  Architecture a;
  a.name = std::string("a");
  a.levels = {level("outer", std::nullopt), level("inner", bytes(32))};
  a.constraints.resize(2);
  return a;
}

}  // namespace

TEST_CASE("an architecture in order passes") { CHECK_NOTHROW(check_architecture(two_levels())); }

TEST_CASE("instances multiply over the fan-outs outside") {
  Architecture a = two_levels();
  a.levels[0].fan_out.x.size = 2;
  a.levels[1].fan_out.x.size = 3;
  a.levels[1].fan_out.y.size = 5;
  CHECK(instances_of(a, 0) == 1);
  CHECK(instances_of(a, 1) == 2);
  CHECK(compute_units(a) == 30);
}

TEST_CASE("instances that overflow are refused") {
  Architecture a = two_levels();
  a.levels.push_back(level("third", bytes(32)));
  a.constraints.resize(3);
  for (Level& l : a.levels) l.fan_out.x.size = l.fan_out.y.size = 65536;  // 2^96 units
  CHECK_THROWS_WITH_AS(
      check_architecture(a),
      "instances of architecture a: more than 2^63 - 1; make the dimensions smaller", InputError);
}

TEST_CASE("an architecture that contradicts itself is refused with place and cause") {
  Architecture a = two_levels();
  a.levels[1].name = a.levels[0].name;
  CHECK_THROWS_WITH_AS(check_architecture(a),
                       "architecture a, level 1 (outer): another level has this name", InputError);
  a = two_levels();
  a.levels.pop_back();
  CHECK_THROWS_WITH_AS(check_architecture(a), "architecture a: expected at least two levels",
                       InputError);
  a = two_levels();
  a.levels[0].memories[0].holds[Tensor::Weight] = false;
  CHECK_THROWS_WITH_AS(check_architecture(a),
                       "architecture a, level 0 (outer): the outermost level must hold Weight",
                       InputError);
  a = two_levels();
  a.levels[0].memories[0].capacity = bytes(1);
  CHECK_THROWS_WITH_AS(check_architecture(a),
                       "architecture a, level 0 (outer): memory memory has a capacity; the "
                       "outermost level is unbounded",
                       InputError);
  a = two_levels();
  a.constraints[0].keep[Tensor::Input] = false;
  CHECK_THROWS_WITH_AS(check_architecture(a),
                       "architecture a, level 0 (outer): Input cannot bypass the outermost level",
                       InputError);
  a = two_levels();
  a.levels[1].memories[0].energy.read = Picojoules{-1.0};
  CHECK_THROWS_WITH_AS(check_architecture(a),
                       "architecture a, level 1 (inner), memory memory: expected energies, leakage "
                       "and area of at least zero",
                       InputError);
  a = two_levels();
  a.constraints.pop_back();
  CHECK_THROWS_WITH_AS(check_architecture(a), "architecture a: expected one constraint a level",
                       InputError);
}

}  // namespace tilewise
