#include "bench/search_times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace tilewise {
namespace {

constexpr std::size_t kColumns = 7;
using Row = std::array<std::string, kColumns>;
constexpr std::array<bool, kColumns> kIsText{true, false, false, false, false, true, false};

Row row_of(std::span<const SearchTime> times) {
  const auto worst = std::max_element(
      times.begin(), times.end(),
      [](const SearchTime& a, const SearchTime& b) { return a.milliseconds < b.milliseconds; });
  const auto proven =
      std::count_if(times.begin(), times.end(), [](const SearchTime& t) { return t.proven; });
  return {worst->set,
          fmt::format("{}", times.size()),
          fmt::format("{:.2f}", percentile(times, 0.5)),
          fmt::format("{:.2f}", percentile(times, 0.9)),
          fmt::format("{:.2f}", worst->milliseconds),
          worst->layer,
          fmt::format("{}", proven)};
}

/// The searches of the set that `times` begins with.
std::span<const SearchTime> first_set(std::span<const SearchTime> times) {
  const auto end = std::find_if(times.begin(), times.end(), [&](const SearchTime& time) {
    return time.set != times.front().set;
  });
  return times.first(static_cast<std::size_t>(end - times.begin()));
}

/// The line under the heading: numbers are flush right.
Row rule(const std::array<std::size_t, kColumns>& widths) {
  Row row;
  for (std::size_t i = 0; i < kColumns; ++i) {
    row[i] = std::string(widths[i], '-');
    if (!kIsText[i]) row[i].back() = ':';
  }
  return row;
}

}  // namespace

double percentile(std::span<const SearchTime> times, double share) {
  assert(!times.empty() && share > 0.0 && share <= 1.0);
  std::vector<double> sorted;
  for (const SearchTime& time : times) sorted.push_back(time.milliseconds);
  std::sort(sorted.begin(), sorted.end());
  const double rank = std::ceil(share * static_cast<double>(sorted.size()));
  return sorted[static_cast<std::size_t>(rank) - 1];
}

std::string times_table(std::span<const SearchTime> times) {
  std::vector<Row> rows{
      {"set", "layers", "median [ms]", "90 % [ms]", "worst [ms]", "worst layer", "proven"}};
  while (!times.empty()) {
    const std::span<const SearchTime> set = first_set(times);
    rows.push_back(row_of(set));
    times = times.subspan(set.size());
  }
  std::array<std::size_t, kColumns> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  rows.insert(rows.begin() + 1, rule(widths));
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < kColumns; ++i) {
      text += kIsText[i] ? fmt::format("| {:<{}} ", row[i], widths[i])
                         : fmt::format("| {:>{}} ", row[i], widths[i]);
    }
    text += "|\n";
  }
  return text;
}

std::string times_csv(std::span<const SearchTime> times) {
  std::string text = "device,set,layer,ms,objective_value,proven,cpu_ms,gap,evaluated\n";
  for (const SearchTime& time : times) {
    const std::string value =
        time.objective_value ? fmt::format("{}", *time.objective_value) : std::string();
    text += fmt::format("{},{},{},{:.3f},{},{},{:.3f},{},{}\n", time.device, time.set, time.layer,
                        time.milliseconds, value, time.proven ? 1 : 0, time.cpu_milliseconds,
                        time.gap, time.evaluated);
  }
  return text;
}

}  // namespace tilewise
