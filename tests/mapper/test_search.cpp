#include "mapper/search.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

#include "brute_force.hpp"
#include "random_problem.hpp"
#include "scale.hpp"
#include "search_checks.hpp"
#include "sim/rare_hardware.hpp"

namespace tilewise {
namespace {

using testing::check_exact;
using testing::DrawnProblem;
using testing::enumerate;
using testing::Enumerated;
using testing::RandomProblems;
using testing::scaled;

/// A number that a longer run by hand sets in the environment, else `usual`.
int by_hand(const char* variable, int usual) {
  const char* set = std::getenv(variable);
  return set ? std::atoi(set) : usual;
}

/// Problems whose search is compared with full enumeration in one test case: of six cases 288 in
/// all. A problem takes 20 ms with two levels, 80 ms with four.
int compared_problems() { return by_hand("TILEWISE_COMPARED", scaled(48)); }

/// Compares until so many problems had a mapping that fits, a quarter of them where `rare` gives
/// each what only some hardware has.
void compare(std::uint64_t seed, std::size_t levels, Factors factors,
             testing::RareHardware* rare = nullptr) {
  RandomProblems problems(seed + 100 * static_cast<std::uint64_t>(by_hand("TILEWISE_SEED", 0)));
  int compared = 0;
  int impossible = 0;
  const int wanted = rare == nullptr ? compared_problems() : compared_problems() / 4;
  for (int trial = 0; compared < wanted; ++trial) {
    DrawnProblem problem = problems.next(levels, factors, problems.random().pick(20, 2000));
    if (rare != nullptr) {
      rare->add_to(problem.architecture);
      check_architecture(problem.architecture);
    }
    CAPTURE(levels);
    CAPTURE(name(factors));
    CAPTURE(trial);
    const Enumerated known = enumerate(problem.architecture, problem.layer, factors);
    for (const Objective objective : all_of<Objective>()) check_exact(problem, known, objective);
    ++(known.fitting > 0 ? compared : impossible);
  }
  CHECK((impossible > 0 || wanted < 50));
}

TEST_SUITE("search") {
  TEST_CASE("on rare hardware too the search finds what full enumeration finds") {
    testing::RareHardware rare(7);
    compare(8, 2, Factors::All, &rare);
    compare(9, 3, Factors::Divisors, &rare);
    compare(10, 3, Factors::All, &rare);
    compare(11, 4, Factors::Divisors, &rare);
  }
  TEST_CASE("with two levels and dividing factors the search finds what full enumeration finds") {
    compare(1, 2, Factors::Divisors);
  }
  TEST_CASE("with two levels and all factors the search finds what full enumeration finds") {
    compare(2, 2, Factors::All);
  }
  TEST_CASE("with three levels and dividing factors the search finds what full enumeration finds") {
    compare(3, 3, Factors::Divisors);
  }
  TEST_CASE("with three levels and all factors the search finds what full enumeration finds") {
    compare(4, 3, Factors::All);
  }
  TEST_CASE("with four levels and dividing factors the search finds what full enumeration finds") {
    compare(5, 4, Factors::Divisors);
  }
  TEST_CASE("with four levels and all factors the search finds what full enumeration finds") {
    compare(6, 4, Factors::All);
  }
}

}  // namespace
}  // namespace tilewise
