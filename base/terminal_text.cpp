#include "base/terminal_text.hpp"

#include <fmt/color.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "base/text.hpp"

namespace tilewise {
namespace {

constexpr std::size_t kBetween = 2;     // blanks between two columns
constexpr std::size_t kLeastCell = 16;  // characters that are left of a long word
constexpr std::size_t kLeastCut = 5;    // of cut_in_middle

using Lines = std::span<const std::string_view>;

/// A column of a table: where it stands, and its cells.
struct Column {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool right = true;  ///< its cells end below one another, as numbers do
  std::size_t width() const { return end - begin; }
};

/// Whether a line may be a row: two blanks stand between words, which no sentence has.
bool is_row(std::string_view line) {
  const std::size_t word = line.find_first_not_of(' ');
  return word != std::string_view::npos && line.find("  ", word) != std::string_view::npos;
}

std::string_view cell_of(std::string_view line, const Column& column) {
  if (line.size() <= column.begin) return {};
  return line.substr(column.begin, column.width());
}

/// The columns of rows that line up: what stands between two blanks of all of them.
std::vector<Column> columns_between(Lines rows) {
  std::size_t longest = 0;
  for (const std::string_view row : rows) longest = std::max(longest, row.size());
  const auto blank = [&](std::size_t at) {
    return std::all_of(rows.begin(), rows.end(),
                       [&](std::string_view row) { return at >= row.size() || row[at] == ' '; });
  };
  std::vector<Column> columns;
  std::size_t blanks = kBetween;
  for (std::size_t at = 0; at < longest; ++at) {
    if (blank(at)) {
      ++blanks;
      continue;
    }
    if (blanks >= kBetween || columns.empty()) {
      columns.push_back({columns.empty() ? 0 : at, at + 1});
    }
    columns.back().end = at + 1;
    blanks = 0;
  }
  for (Column& column : columns) {
    for (const std::string_view row : rows) {
      const std::string_view cell = cell_of(row, column);
      const bool empty = trimmed(cell).empty();
      if (!empty && (cell.size() < column.width() || cell.back() == ' ')) column.right = false;
    }
  }
  return columns;
}

/// The widths of the columns in a line of `width`: words shrink, the widest first; empty: too many.
std::optional<std::vector<std::size_t>> widths_in(std::span<const Column> columns,
                                                  std::size_t width) {
  std::vector<std::size_t> widths;
  std::size_t all = kBetween * (columns.size() - 1);
  for (const Column& column : columns) {
    widths.push_back(column.width());
    all += column.width();
  }
  while (all > width) {
    std::size_t widest = columns.size();
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const bool shrinks = !columns[c].right && widths[c] > kLeastCell;
      if (shrinks && (widest == columns.size() || widths[c] > widths[widest])) widest = c;
    }
    if (widest == columns.size()) {
      if (columns.size() > 1) return std::nullopt;
      widths.front() = std::max(width, kLeastCut);
      break;
    }
    --widths[widest];
    --all;
  }
  return widths;
}

std::string row_text(std::string_view row, std::span<const Column> columns,
                     std::span<const std::size_t> widths) {
  std::string text;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const std::string_view whole = cell_of(row, columns[c]);
    // The first column may be indented.
    std::string cell(c == 0 ? whole.substr(0, whole.find_last_not_of(' ') + 1) : trimmed(whole));
    if (cell.size() > widths[c]) cell = cut_in_middle(cell, widths[c]);
    const std::size_t pad = widths[c] - std::min(widths[c], cell.size());
    if (c > 0) text += std::string(kBetween, ' ');
    text += columns[c].right ? std::string(pad, ' ') + cell : cell + std::string(pad, ' ');
  }
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

std::string table_text(Lines rows, const TerminalStyle& style) {
  const std::vector<Column> columns = columns_between(rows);
  std::size_t kept = columns.size();
  std::optional<std::vector<std::size_t>> widths;
  if (style.width > 0) {
    while (!(widths = widths_in(std::span(columns).first(kept), style.width))) --kept;
  }
  std::string text;
  for (const std::string_view row : rows) {
    const bool fits = style.width == 0 || (kept == columns.size() && row.size() <= style.width);
    const bool whole = fits && (!widths || std::all_of(rows.begin(), rows.end(), [&](auto each) {
                         return each.size() <= style.width;
                       }));
    const std::string line =
        whole ? std::string(row) : row_text(row, std::span(columns).first(kept), *widths);
    const bool head = style.colours && row.data() == rows.front().data();
    text += (head ? fmt::format(fmt::emphasis::bold, "{}", line) : line) + "\n";
  }
  if (kept == columns.size()) return text;
  std::vector<std::string_view> left_out;
  for (std::size_t c = kept; c < columns.size(); ++c) {
    const std::string_view name = trimmed(cell_of(rows.front(), columns[c]));
    if (!name.empty()) left_out.push_back(name);
  }
  return text + fmt::format("({} left out; --wide shows all)\n", fmt::join(left_out, ", "));
}

}  // namespace

std::string terminal_text(std::string_view text, const TerminalStyle& style) {
  const bool ended = text.ends_with('\n');
  if (ended) text.remove_suffix(1);
  const std::vector<std::string_view> lines = split(text, '\n');
  std::string result;
  for (std::size_t at = 0; at < lines.size();) {
    std::size_t end = at;
    while (end < lines.size() && is_row(lines[end])) ++end;
    if (end - at > 1) {
      result += table_text(Lines(lines).subspan(at, end - at), style);
      at = end;
    } else {
      result += std::string(lines[at++]) + "\n";
    }
  }
  if (!ended) result.pop_back();
  return result;
}

std::string terminal_complaint(std::string_view line, const TerminalStyle& style) {
  const bool error = line.starts_with("error:");
  const std::size_t word = error ? 6 : line.starts_with("warning:") ? 8 : 0;
  if (!style.colours || word == 0) return std::string(line);
  const auto colour = fmt::fg(error ? fmt::terminal_color::red : fmt::terminal_color::yellow);
  return fmt::format(fmt::emphasis::bold | colour, "{}", line.substr(0, word)) +
         std::string(line.substr(word));
}

}  // namespace tilewise
