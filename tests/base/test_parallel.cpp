#include "base/error.hpp"
#include "base/parallel.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace tilewise {
namespace {

TEST_SUITE("parallel loop") {
  TEST_CASE("each index runs once, for any number of threads") {
    for (const int threads : {0, 1, 3}) {
      std::vector<int> runs(100, 0);
      parallel_for(100, threads, [&](std::int64_t i) { ++runs[static_cast<std::size_t>(i)]; });
      CHECK(runs == std::vector<int>(100, 1));
    }
    parallel_for(0, 2, [](std::int64_t) { FAIL("no index"); });
    CHECK(available_threads() >= 1);
  }

  TEST_CASE("a loop inside a loop runs each index once, where it is") {
    std::vector<int> runs(60, 0);
    std::vector<int> elsewhere(6, 0);
    parallel_for(6, 3, [&](std::int64_t outer) {
      const auto here = std::this_thread::get_id();
      parallel_for(10, 3, [&](std::int64_t inner) {
        ++runs[static_cast<std::size_t>(10 * outer + inner)];
        if (std::this_thread::get_id() != here) ++elsewhere[static_cast<std::size_t>(outer)];
      });
    });
    CHECK(runs == std::vector<int>(60, 1));
    CHECK(elsewhere == std::vector<int>(6, 0));
  }

  TEST_CASE("a user may ask for 0 to 4096 threads") {
    CHECK(checked_threads(0) == 0);
    CHECK(checked_threads(kMostThreads) == 4096);
    for (const int threads : {-1, kMostThreads + 1}) {
      CHECK_THROWS_WITH_AS(
          checked_threads(threads),
          ("threads: " + std::to_string(threads) + ": expected 0 (one a core) to 4096").c_str(),
          InputError);
    }
  }

  TEST_CASE("the exception of the lowest index arrives") {
    const auto body = [](std::int64_t i) {
      if (i % 7 == 3) throw std::runtime_error(std::to_string(i));
    };
    CHECK_THROWS_WITH(parallel_for(50, 4, body), "3");
  }

  TEST_CASE("bodies behind an exception are left out") {
    int runs = 0;
    const auto body = [&](std::int64_t) {
      ++runs;
      throw std::runtime_error("first");
    };
    CHECK_THROWS_WITH(parallel_for(50, 1, body), "first");
    CHECK(runs == 1);
  }
}

}  // namespace
}  // namespace tilewise
