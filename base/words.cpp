#include "base/words.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace tilewise {
namespace {

constexpr std::size_t kLongest = 64;  // of a word that somebody may have meant

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Letters to add, leave out, replace or swap with a neighbour that make `b` of `a`: optimal string
/// alignment (Damerau 1964), case aside.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);  // rows of the table: two back, one back, this
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                           lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

/// The only known word that begins with the letters of a short one.
std::string_view begun_word(std::string_view word, std::span<const std::string_view> known) {
  constexpr std::size_t kShortest = 3;
  if (word.size() < kShortest) return {};
  const auto begins = [&](std::string_view each) { return each.starts_with(word); };
  if (std::count_if(known.begin(), known.end(), begins) != 1) return {};
  return *std::find_if(known.begin(), known.end(), begins);
}

}  // namespace

std::string_view nearest_word(std::string_view word, std::span<const std::string_view> known) {
  if (word.empty() || word.size() > kLongest) return {};
  if (const std::string_view whole = begun_word(word, known); !whole.empty()) return whole;
  std::string_view nearest;
  std::size_t least = word.size() + 1;
  for (const std::string_view each : known) {
    if (each.size() > kLongest) continue;
    const std::size_t apart = distance(word, each);
    if (3 * apart > std::max(word.size(), each.size()) || apart >= least) continue;
    nearest = each;
    least = apart;
  }
  return nearest;
}

bool is_slip(std::string_view word, std::string_view meant) {
  constexpr std::size_t kMost = 2;
  const std::size_t longer = std::max(word.size(), meant.size());
  if (longer > kLongest) return false;
  const std::size_t apart = distance(word, meant);
  return apart <= kMost && 3 * apart <= longer;
}

std::string lower_case(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(), lower);
  return made;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known) {
  const std::string_view nearest = nearest_word(word, known);
  return nearest.empty() ? "" : "; did you mean \"" + std::string(nearest) + "\"?";
}

}  // namespace tilewise
