#include "base/expression.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "base/error.hpp"
#include "refusal.hpp"

namespace tilewise {
namespace {

const Variables kNames{{"in", 24}, {"out", 40}, {"stride", 2}, {"expand", 6}};

std::int64_t value(const std::string& text) { return Expression::parse(text).value(kNames); }
std::string refused(const std::string& text) {
  return refusal([&] { value(text); });
}

/// A random expression and its value, computed beside it.
struct Known {
  std::string text;
  std::int64_t value = 0;
};
Known random_known(std::mt19937& random, int depth) {
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  if (depth == 0 || pick(4) == 0) {
    if (pick(2) == 0) return {"in", 24};
    const int number = pick(50);
    return {std::to_string(number), number};
  }
  const Known a = random_known(random, depth - 1);
  const Known b = random_known(random, depth - 1);
  const std::string left = "(" + a.text + ")";
  const std::string right = "(" + b.text + ")";
  switch (pick(7)) {
    case 0: return {left + " + " + right, a.value + b.value};
    case 1: return {left + "-" + right, a.value - b.value};
    case 2: return {left + " *" + right, a.value * b.value};
    case 3: return {"max(" + a.text + ", " + b.text + ")", std::max(a.value, b.value)};
    case 4: return {left + " <= " + right, a.value <= b.value ? 1 : 0};
    case 5:
      return {"if(" + left + " and " + right + ", " + a.text + ", " + b.text + ")",
              a.value != 0 && b.value != 0 ? a.value : b.value};
    default: return {"not " + left + " or " + right, a.value == 0 || b.value != 0 ? 1 : 0};
  }
}

}  // namespace

TEST_CASE("expressions follow the rules of arithmetic") {
  CHECK(value("7") == 7);
  CHECK(value("expand * in + 1") == 145);
  CHECK(value("1 + expand * in") == 145);
  CHECK(value("10 - 3 - 2") == 5);
  CHECK(value("in / 4 / 2") == 3);
  CHECK(value("-7 // 2") == -4);
  CHECK(value("7 // -2") == -4);
  CHECK(value("-7 % 3") == 2);
  CHECK(value("2*-3") == -6);
  CHECK(value("stride == 1 and in == out") == 0);
  CHECK(value("stride != 1 or in / 7 == 0") == 1);  // what does not count is not looked at
  CHECK(value("if(stride == 1, in / 7, in / 8)") == 3);
  CHECK(value("not stride == 2") == 0);
  CHECK(value("min(in, out) < max(in, out)") == 1);
}

TEST_CASE("random expressions have the value that is computed beside them") {
  std::mt19937 random(3);
  for (int i = 0; i < 3'000; ++i) {
    const Known known = random_known(random, 4);
    CAPTURE(known.text);
    CHECK(value(known.text) == known.value);
  }
}

TEST_CASE("divisible rounds channels as MobileNet's code does") {
  // make_divisible(v, 8): widths 16, 24, 40, 80, 112, 160 times 1.2 in once-for-all, in tenths.
  for (const auto& [base, wide] : {std::pair{16, 24},
                                   {24, 32},
                                   {40, 48},
                                   {80, 96},
                                   {112, 136},
                                   {160, 192},
                                   {960, 1152},
                                   {1280, 1536}}) {
    CHECK(value("divisible(" + std::to_string(base) + " * 12 // 10, 8)") == wide);
  }
  CHECK(value("divisible(3, 8)") == 8);
  CHECK(value("divisible(11, 8)") == 16);  // 8 would be below 0.9 of it
}

TEST_CASE("its size is how many numbers, names and operations there are") {
  CHECK(Expression::parse("3").size() == 1);
  CHECK(Expression::parse("(a + b) * 2").size() == 5);
  CHECK(Expression::parse("if(a > 1, a + 2, -a)").size() == 9);
}

TEST_CASE("what is no expression is refused with the text and the place") {
  CHECK(says(refused("in *"), "\"in *\": it ends where a number or a name is missing"));
  CHECK(says(refused("in in"), "\"in\" is not expected there"));
  CHECK(says(refused("(in"), "\")\" is missing at the end"));
  CHECK(says(refused("strid + 1"),
             "no name \"strid\"; there are expand, in, out, stride; did you "
             "mean \"stride\"?"));
  CHECK(says(refused("in / 5"), "24 / 5 leaves a rest"));
  CHECK(says(refused("in / 0"), "24 / 0"));
  CHECK(says(refused("in // 0"), "24 // 0"));
  CHECK(says(refused("in % 0"), "24 % 0"));
  CHECK(says(refused("9223372036854775807 + 1"), "more than 2^63 - 1"));
  CHECK(says(refused("9223372036854775808"), "no whole number below 2^63"));
  CHECK(says(refused("max(1)"), "max takes 2 arguments"));
  CHECK(says(refused("root(4)"), "no function \"root\""));
  CHECK(says(refused("2.5"), "not expected"));
  CHECK(says(refused(""), "it ends where"));
  CHECK(
      says(refused(std::string(100, '(') + "1" + std::string(100, ')')), "more than 64 brackets"));
  CHECK(says(refused(std::string(2'000, '1')), "over 1000 characters"));
}

}  // namespace tilewise
