#include "report/schedule/schedule_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "base/text.hpp"
#include "base/text_table.hpp"

namespace tilewise {
namespace {

using Cells = std::vector<std::string>;

constexpr std::size_t kLeastLayerName = 16;
constexpr std::size_t kBar = 20;        // characters that the capacity of the home is
constexpr std::size_t kBarOfTwo = 12;   // where there are two bars
constexpr std::size_t kLeastLanes = 4;  // however long the names are
constexpr std::size_t kMore = 10;       // characters of "  100 more"
constexpr std::string_view kUnit = "[KiB]";

/// The tensors of one memory in columns, each taken again when it is free.
class Lanes {
 public:
  void add(const KeptTensor& tensor) {
    std::size_t lane = 0;
    while (lane < lanes_.size() && lanes_[lane].back().last >= tensor.maker) ++lane;
    if (lane == lanes_.size()) lanes_.emplace_back();
    lanes_[lane].push_back(tensor);
  }
  std::size_t size() const { return lanes_.size(); }

  /// At most `most` lanes while layer `l` runs, and how many there are beside them.
  std::string row(std::size_t l, std::size_t most) const {
    std::string text;
    std::size_t more = 0;
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
      const char mark = mark_at(lanes_[lane], l);
      if (lane < most) {
        if (lane > 0) text += ' ';
        text += mark;
      } else if (mark != ' ') {
        ++more;
      }
    }
    return more > 0 ? fmt::format("{} {} more", text, more) : text;
  }

 private:
  static char mark_at(const std::vector<KeptTensor>& lane, std::size_t l) {
    for (const KeptTensor& each : lane) {
      if (l < each.maker || l > each.last) continue;
      if (l == each.maker) return '*';
      return l == each.last ? '+' : '|';
    }
    return ' ';
  }

  std::vector<std::vector<KeptTensor>> lanes_;
};

/// The rows of layers with what lies in the home while they run.
class Picture {
 public:
  Picture(const Network& network, const KeptSummary& of)
      : network_(network), of_(of), lanes_(of.memories.size()) {
    for (const KeptTensor& each : of.kept) lanes_[each.memory].add(each);
  }

  std::string text(std::size_t line) const {
    std::vector<std::size_t> shown;
    for (std::size_t l = 0; l < of_.order.size(); ++l) {
      if (!folded(l)) shown.push_back(l);
    }
    const std::string table = fitted(shown, line);
    std::string made;
    std::size_t next = 0;  // the layer of the next row
    std::size_t at = 0;
    for (std::size_t r = 0; r <= shown.size(); ++r) {
      const std::size_t end = table.find('\n', at) + 1;
      made += table.substr(at, end - at);
      at = end;
      if (r > 0) next = shown[r - 1] + 1;
      const std::size_t until = r < shown.size() ? shown[r] : of_.order.size();
      if (until > next) made += fmt::format("... {} layers, nothing kept\n", until - next);
    }
    return made;
  }

 private:
  bool idle(std::size_t l) const {
    return std::all_of(of_.fill[l].begin(), of_.fill[l].end(),
                       [](const HomeFill& each) { return each.kept == Bits{0}; }) &&
           std::none_of(of_.merged.begin(), of_.merged.end(),
                        [&](const MergedOperator& each) { return each.into == of_.order[l]; }) &&
           of_.strips_at(l) == nullptr;
  }

  /// Of a few layers in a row that keep nothing; one alone keeps its row.
  bool folded(std::size_t l) const {
    const auto idle_at = [&](std::size_t at) { return at < of_.order.size() && idle(at); };
    return idle(l) && (idle_at(l + 1) || (l > 0 && idle_at(l - 1)));
  }

  /// "[####---     ]": of the capacity what is kept, and what the layer has beside it.
  std::string bar(const HomeFill& fill, std::optional<Bits> capacity) const {
    if (!capacity || *capacity == Bits{0}) return "";
    const std::size_t width = of_.memories.size() > 1 ? kBarOfTwo : kBar;
    const auto part = [&](Bits size) {
      const double share =
          static_cast<double>(size.count()) / static_cast<double>(capacity->count());
      return static_cast<std::size_t>(std::ceil(share * static_cast<double>(width)));
    };
    const std::size_t kept = std::min(part(fill.kept), width);
    const std::size_t all = std::min(part(fill.kept + fill.tiles.value_or(Bits{0})), width);
    return fmt::format("[{}{}{}]", std::string(kept, '#'), std::string(all - kept, '-'),
                       std::string(width - all, ' '));
  }

  /// The letter of a memory, where there are two.
  std::string letter(std::size_t memory) const {
    return of_.memories.size() > 1 ? std::string(1, static_cast<char>('a' + memory)) : "";
  }

  Cells header() const {
    Cells cells{"layer"};
    for (std::size_t m = 0; m < of_.memories.size(); ++m) {
      const std::string word = letter(m).empty() ? of_.memories[m].name : letter(m);
      cells.push_back(fmt::format("{} {}", word, kUnit));
      if (of_.memories[m].capacity) cells.push_back(word);
    }
    cells.push_back(fmt::format("kept {}", kUnit));
    for (std::size_t m = 0; m < of_.memories.size(); ++m) {
      cells.push_back(letter(m).empty() ? "tensors" : letter(m));
    }
    return cells;
  }

  /// The cells of a layer but those of the lanes.
  Cells row(std::size_t l) const {
    Cells cells{network_.layer(of_.order[l]).name};
    if (const StripsOfLayers* strips = of_.strips_at(l)) {
      const bool first = l == strips->first;
      const bool last = l + 1 == strips->first + strips->layers;
      cells.front() = fmt::format("{} {}", first ? "/" : last ? "\\" : "|", cells.front());
      if (first)
        cells.front() += fmt::format(" [{} x {} rows]", strips->strips, strips->choice.height);
    }
    for (const MergedOperator& each : of_.merged) {
      if (each.into == of_.order[l]) cells.front() += " + " + network_.layer(each.layer).name;
    }
    for (std::size_t m = 0; m < of_.memories.size(); ++m) {
      const HomeFill& fill = of_.fill[l][m];
      cells.push_back(kib_text(fill.kept + fill.tiles.value_or(Bits{0})));
      if (of_.memories[m].capacity) cells.push_back(bar(fill, of_.memories[m].capacity));
    }
    const auto made = std::find_if(of_.kept.begin(), of_.kept.end(),
                                   [&](const KeptTensor& each) { return each.maker == l; });
    cells.push_back(made == of_.kept.end() ? "" : kib_text(made->size));
    return cells;
  }

  /// Header and rows, with as many lanes and as much of the names as a line takes.
  std::string fitted(const std::vector<std::size_t>& shown, std::size_t line) const {
    std::vector<Cells> rows{header()};
    for (const std::size_t l : shown) rows.push_back(row(l));
    const std::size_t fixed = rows.front().size() - lanes_.size();
    std::size_t others = 0;
    for (std::size_t c = 1; c < fixed; ++c) others += 2 + width_of(rows, c);
    const std::size_t most = lanes_that_fit(line, others + kLeastLayerName);
    for (std::size_t r = 1; r < rows.size(); ++r) {
      for (const Lanes& each : lanes_) rows[r].push_back(each.row(shown[r - 1], most));
    }
    for (std::size_t c = fixed; c < rows.front().size(); ++c) others += 2 + width_of(rows, c);
    const std::size_t name = std::max(kLeastLayerName, line - std::min(line, others));
    for (Cells& cells : rows) cells.front() = cut_in_middle(cells.front(), name);
    for (std::size_t c = 1; c < fixed; ++c) {
      if (rows.front()[c].ends_with(kUnit)) align_right(rows, c);
    }
    return text_table(rows);
  }

  /// Lanes of a memory that a line takes, two characters each.
  std::size_t lanes_that_fit(std::size_t line, std::size_t others) const {
    const std::size_t left = (line - std::min(line, others)) / lanes_.size();
    const bool all = std::all_of(lanes_.begin(), lanes_.end(),
                                 [&](const Lanes& each) { return 2 * each.size() + 1 <= left; });
    if (all) return left;
    return left > kMore + 2 * kLeastLanes ? (left - kMore) / 2 : kLeastLanes;
  }

  static std::size_t width_of(const std::vector<Cells>& rows, std::size_t c) {
    std::size_t width = 0;
    for (const Cells& cells : rows) width = std::max(width, cells[c].size());
    return width;
  }

  /// Numbers, of which some rows have none.
  static void align_right(std::vector<Cells>& rows, std::size_t c) {
    const std::size_t width = width_of(rows, c);
    for (Cells& cells : rows) cells[c].insert(0, width - cells[c].size(), ' ');
  }

  const Network& network_;
  const KeptSummary& of_;
  std::vector<Lanes> lanes_;  ///< [memory]
};

/// What the marks of a picture mean.
std::string legend(const KeptSummary& of) {
  std::string memories;
  if (of.memories.size() > 1) {
    memories = fmt::format("a: {}, b: {}; ", of.memories[0].name, of.memories[1].name);
  }
  if (!of.strips.empty()) memories += "/ | \\ layers in strips [strips x rows of the last]; ";
  return memories + "# kept, - tiles of the layer; tensors: * made, | kept, + read last\n";
}

}  // namespace

std::string kib_text(Bits size) { return fmt::format("{:.4g}", in_kibibytes(size)); }

std::string schedule_picture(const Network& network, const KeptSummary& of, std::size_t line) {
  return legend(of) + Picture(network, of).text(line);
}

}  // namespace tilewise
