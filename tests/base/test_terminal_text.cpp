#include "base/terminal_text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "base/text_table.hpp"

namespace tilewise {
namespace {

using Rows = std::vector<std::vector<std::string>>;

const Rows kLayers{{"layer", "cycles", "bound", "DRAM [B]"},
                   {"layer1.0.conv1", "1181184", "compute", "1492992"},
                   {"layer4.1.downsample", "99", "DRAM.dram port", "7"}};

std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0;
  for (const std::string_view line : split(text, '\n')) longest = std::max(longest, line.size());
  return longest;
}

/// Words of letters and a column of numbers, none of which reads as a sentence.
Rows random_rows(std::mt19937& random) {
  const auto below = [&](std::size_t most) { return random() % most; };
  const std::size_t columns = 2 + below(6);
  Rows rows(2 + below(5), std::vector<std::string>(columns));
  for (std::size_t c = 0; c < columns; ++c) {
    const bool number = c > 0 && below(2) == 0;
    rows[0][c] = "head" + std::to_string(c);
    for (std::size_t r = 1; r < rows.size(); ++r) {
      rows[r][c] = number ? std::to_string(random() % 1'000'000)
                          : std::string(1 + below(30), static_cast<char>('a' + below(26)));
    }
  }
  return rows;
}

TEST_SUITE("text for a terminal") {
  TEST_CASE("a table that fits stays as it is, and so does one without a limit") {
    const std::string table = text_table(kLayers);
    CHECK(terminal_text(table, {200, false}) == table);
    CHECK(terminal_text(table, {0, false}) == table);
  }

  TEST_CASE("long words lose their middle before a column is left out") {
    // 19 + 7 + 14 + 8 letters and 3 times 2 blanks: 54.
    CHECK(longest_line(text_table(kLayers)) == 54);
    CHECK(terminal_text(text_table(kLayers), {51, false}) ==
          text_table({{"layer", "cycles", "bound", "DRAM [B]"},
                      {"layer1.0.conv1", "1181184", "compute", "1492992"},
                      {"layer4....sample", "99", "DRAM.dram port", "7"}}));
  }

  TEST_CASE("columns on the right are left out and named") {
    CHECK(terminal_text(text_table(kLayers), {44, false}) ==
          text_table({{"layer", "cycles", "bound"},
                      {"layer1.0.conv1", "1181184", "compute"},
                      {"layer4.1.downsample", "99", "DRAM.dram port"}}) +
              "(DRAM [B] left out; --wide shows all)\n");
  }

  TEST_CASE("sentences stay, whatever their length") {
    const std::string sentence = std::string(90, 'x') + " and so on; one idea\n\nanother\n";
    CHECK(terminal_text(sentence + text_table(kLayers) + sentence, {80, false}) ==
          sentence + text_table(kLayers) + sentence);
  }

  TEST_CASE("any table is the table of its first columns, within the width") {
    std::mt19937 random(7);
    for (int i = 0; i < 500; ++i) {
      const Rows rows = random_rows(random);
      const std::size_t width = 20 + random() % 100;
      const std::string shown = terminal_text(text_table(rows), {width, false});
      const std::string note = "left out; --wide shows all)";
      const std::vector<std::string_view> lines = split(trimmed(shown), '\n');
      const bool noted = lines.back().ends_with(note);
      CHECK(lines.size() == rows.size() + (noted ? 1 : 0));
      for (std::size_t r = 0; r < rows.size(); ++r) {
        CHECK(lines[r].size() <= width);
        // Each cell is whole, or its beginning and its end stand around three dots.
        std::string_view rest = lines[r];
        for (const std::string& cell : rows[r]) {
          rest = trimmed(rest);
          if (rest.empty()) break;
          const std::string_view word = rest.substr(0, rest.find(' '));
          const std::size_t dots = word.find("...");
          const bool cut = dots != std::string_view::npos && word.size() < cell.size();
          CHECK((cut ? cell.starts_with(word.substr(0, dots)) : word == cell));
          rest.remove_prefix(word.size());
        }
        CHECK(trimmed(rest).empty());
      }
    }
  }

  TEST_CASE("with colours heads are bold and the word error is red, else nothing is added") {
    const std::string shown = terminal_text(text_table(kLayers), {80, true});
    CHECK(shown.starts_with("\x1b[1mlayer"));
    CHECK(std::count(shown.begin(), shown.end(), '\x1b') == 2);
    CHECK(terminal_complaint("error: no", {80, true}) == "\x1b[1m\x1b[31merror:\x1b[0m no");
    CHECK(terminal_complaint("error: no", {80, false}) == "error: no");
  }
}

}  // namespace
}  // namespace tilewise
