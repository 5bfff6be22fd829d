#include "space/position_groups.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "refusal.hpp"
#include "space/block_rules.hpp"
#include "space/block_table.hpp"

namespace tilewise {
namespace {

using GroupRow = std::vector<std::uint8_t>;

/// Five positions of four choices, the second of which means absent: two of positions 1, 3 and 5
/// are there, one of 2 and 4. That is 3 x 3^2 x 2 x 3 = 162 candidates.
BlockForm grouped_form() {
  BlockForm form;
  form.positions = 5;
  form.choices = 4;
  form.names = {"conv", "none", "pool", "skip"};
  form.absent = 1;
  form.groups = {{"odd", {0, 2, 4}, 2}, {"even", {1, 3}, 1}};
  return form;
}

bool is_group_candidate(const GroupRow& row) {
  const auto taken = [&](std::size_t p) { return row[p] == 1 ? 0 : 1; };
  return taken(0) + taken(2) + taken(4) == 2 && taken(1) + taken(3) == 1;
}

std::vector<GroupRow> all_group_rows() {
  std::vector<GroupRow> rows;
  for (int way = 0; way < 1024; ++way) {
    GroupRow& row = rows.emplace_back(5);
    for (int p = 0; p < 5; ++p) row[static_cast<std::size_t>(p)] = (way >> (2 * p)) & 3;
  }
  return rows;
}

std::vector<GroupRow> group_candidates() {
  std::vector<GroupRow> found;
  for (const GroupRow& row : all_group_rows()) {
    if (is_group_candidate(row)) found.push_back(row);
  }
  return found;
}

}  // namespace

TEST_SUITE("groups of positions") {
  TEST_CASE("the first wrong position is the one from which on no candidate is left") {
    const BlockForm form = grouped_form();
    const std::vector<GroupRow> there_are = group_candidates();
    REQUIRE(there_are.size() == 162);
    for (const GroupRow& row : all_group_rows()) {
      std::optional<std::size_t> expected;
      for (std::size_t p = 0; p < 5 && !expected; ++p) {
        const bool left =
            std::any_of(there_are.begin(), there_are.end(), [&](const GroupRow& each) {
              return std::equal(each.begin(), each.begin() + static_cast<std::ptrdiff_t>(p) + 1,
                                row.begin());
            });
        if (!left) expected = p;
      }
      CHECK(wrong_position(form, row) == expected);
    }
  }

  TEST_CASE("counts and shares are those of all candidates") {
    const BlockForm form = grouped_form();
    CHECK(GroupWays(form, form.groups[0]).count() == 27);
    CHECK(GroupWays(form, form.groups[1]).count() == 6);
    std::vector<double> expected(20, 0.0);
    for (const GroupRow& row : group_candidates()) {
      for (std::size_t p = 0; p < 5; ++p) expected[p * 4 + row[p]] += 1.0 / 162.0;
    }
    const std::vector<double> shares = shares_of_all(form);
    for (std::size_t i = 0; i < 20; ++i) CHECK(shares[i] == doctest::Approx(expected[i]));
  }

  TEST_CASE("choices that some positions may not have are in no way") {
    BlockForm form = grouped_form();
    form.allowed.assign(5, std::vector<bool>(4, true));
    form.allowed[0][1] = false;  // position 1 is always there
    form.allowed[4][3] = false;
    // Position 1 and one of 3 and 5: 3 x (3 + 2).
    CHECK(GroupWays(form, form.groups[0]).count() == 15);
    form.allowed[2][1] = form.allowed[4][1] = false;
    CHECK(says(refusal([&] { GroupWays(form, form.groups[0]); }), "odd: no way to choose is left"));
  }

  TEST_CASE("a sample has each candidate, no other row, and each as often") {
    BlockForm form = grouped_form();
    const CandidateSampler sampler(form);
    form.sample = [&](std::uint64_t seed, std::uint64_t index, std::span<std::uint8_t> row) {
      sampler.sample(seed, index, row);
    };
    const std::int64_t count = 162 * 200;
    const auto rows = sample_blocks(form, 7, count, 2);
    CHECK_NOTHROW(check_choices(form, rows, 2));
    std::map<GroupRow, double> seen;
    for (std::size_t i = 0; i < rows.size(); i += 5) {
      const auto first = rows.begin() + static_cast<std::ptrdiff_t>(i);
      seen[GroupRow(first, first + 5)] += 1.0;
    }
    CHECK(seen.size() == 162);
    double chi_square = 0.0;
    for (const auto& [row, times] : seen) {
      CHECK(is_group_candidate(row));
      chi_square += (times - 200.0) * (times - 200.0) / 200.0;
    }
    // 161 degrees of freedom: a mean of 161 and a standard deviation of 18.
    CHECK(std::abs(chi_square - 161.0) < 5.0 * std::sqrt(2.0 * 161.0));
  }

  TEST_CASE("least and most are those of all candidates") {
    const BlockForm form = grouped_form();
    std::uint64_t state = 3;
    for (int trial = 0; trial < 20; ++trial) {
      BlockMetric metric;
      metric.choices = 4;
      metric.blocks.resize(20);
      for (double& each : metric.blocks) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        each = static_cast<double>(state >> 40U);
      }
      double least = 1e300;
      double most = 0.0;
      for (const GroupRow& row : group_candidates()) {
        least = std::min(least, total(metric, row));
        most = std::max(most, total(metric, row));
      }
      CHECK(least_total(metric, form) == least);
      CHECK(most_total(metric, form) == most);
    }
  }

  TEST_CASE("a wrong count is refused with the name of the group") {
    const BlockForm form = grouped_form();
    const auto refused = [&](std::string_view text) {
      return refusal([&] { parse_choices(form, text); });
    };
    CHECK(parse_choices(form, "conv,none,2,3,none") == GroupRow{0, 1, 2, 3, 1});
    CHECK(says(refused("conv,none,2,3,skip"),
               "\"conv,none,2,3,skip\": odd: 3 of the positions 1, 3, 5 are taken; expected "
               "exactly 2, none at the others"));
    CHECK(says(refused("conv,none,none,3,none"), "odd: 1 of the positions 1, 3, 5 are taken"));
    CHECK(says(refused("conv,none,2,none,none"), "even: 0 of the positions 2, 4 are taken"));
    const GroupRow rows{0, 1, 2, 3, 1, 0, 0, 2, 3, 1};
    CHECK(says(refusal([&] { check_choices(form, rows, 1); }),
               "architecture 1: even: 2 of the positions 2, 4 are taken; expected exactly 1"));
    const GroupRow wrong{0, 1, 2, 3, 1, 0, 1, 9, 3, 1};
    CHECK(says(refusal([&] { check_choices(form, wrong, 1); }),
               "architecture 1: position 3: no such operation"));
  }
}

}  // namespace tilewise
