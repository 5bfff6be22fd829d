#include "mapper/bound/boundary_tables.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <set>
#include <vector>

namespace tilewise {
namespace {

TEST_CASE("no two choices of parents have the same code, in an architecture of most levels") {
  // Nobody, or one of the levels.
  std::vector<std::optional<std::size_t>> choices{std::nullopt};
  for (std::size_t level = 0; level < kMostLevels; ++level) choices.emplace_back(level);
  std::set<std::size_t> codes;
  for (const auto& input : choices) {
    for (const auto& weight : choices) {
      for (const auto& output : choices) codes.insert(parents_code({{input, weight, output}}));
    }
  }
  CHECK(codes.size() == (kMostLevels + 1) * (kMostLevels + 1) * (kMostLevels + 1));
}

}  // namespace
}  // namespace tilewise
