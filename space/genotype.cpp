#include "space/genotype.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/words.hpp"

namespace tilewise {
namespace {

constexpr std::string_view kConcat = "_concat";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.';
}

/// Names and numbers; quotes, commas and brackets separate them.
std::vector<std::string_view> genotype_words(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_letter(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_letter(text[end])) ++end;
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

/// Reads the words of a genotype from the first to the last.
class GenotypeReader {
 public:
  GenotypeReader(const BlockForm& form, std::string_view text)
      : form_(form), words_(genotype_words(text)), row_(form.positions, form.absent) {}

  std::vector<std::uint8_t> read() {
    if (words_.front() == "Genotype") ++at_;
    for (const std::string_view list : {"normal", "reduce"}) {
      if (next() != list) fail(fmt::format("expected {}=[('sep_conv_3x3', 0), ...]", list));
      const std::size_t nodes = form_.groups.size() / 2;
      last_ += nodes;
      while (at_ + 1 < words_.size() && parse_integer(words_[at_ + 1]) &&
             !words_[at_].ends_with(kConcat)) {
        read_gene();
      }
      if (group_ < last_) {
        fail(fmt::format("{}: {} of its {} pairs are there", form_.groups[group_].name, taken_,
                         form_.groups[group_].count));
      }
      if (at_ < words_.size() && words_[at_] == fmt::format("{}{}", list, kConcat)) {
        read_concat(nodes);
      }
    }
    if (at_ < words_.size()) fail(fmt::format("\"{}\" is left over", words_[at_]));
    return std::move(row_);
  }

 private:
  [[noreturn]] static void fail(const std::string& what) { throw InputError("genotype: " + what); }

  std::string_view next() { return at_ < words_.size() ? words_[at_++] : std::string_view(); }

  void read_gene() {
    const std::string_view name = next();
    const std::int64_t input = *parse_integer(next());
    if (group_ == last_) fail(fmt::format("('{}', {}) is one too many", name, input));
    const PositionGroup& group = form_.groups[group_];
    const auto choice = std::find(form_.names.begin(), form_.names.end(), name);
    if (choice == form_.names.end() || choice - form_.names.begin() == form_.absent) {
      const std::vector<std::string_view> known(form_.names.begin(), form_.names.end());
      fail(fmt::format("{}: no operation \"{}\"{}", group.name, name, did_you_mean(name, known)));
    }
    if (input < 0 || input >= std::ssize(group.positions)) {
      fail(fmt::format("{}: ('{}', {}): it may read 0 to {}", group.name, name, input,
                       group.positions.size() - 1));
    }
    std::uint8_t& edge = row_[group.positions[static_cast<std::size_t>(input)]];
    if (edge != form_.absent) fail(fmt::format("{}: reads {} twice", group.name, input));
    edge = static_cast<std::uint8_t>(choice - form_.names.begin());
    if (++taken_ < group.count) return;
    taken_ = 0;
    ++group_;
  }

  void read_concat(std::size_t nodes) {
    const std::string key(next());
    const bool is_range = at_ < words_.size() && words_[at_] == "range";
    if (is_range) ++at_;
    std::vector<std::int64_t> given;
    while (at_ < words_.size() && parse_integer(words_[at_]))
      given.push_back(*parse_integer(next()));
    std::vector<std::int64_t> all(nodes);
    std::iota(all.begin(), all.end(), 2);
    const std::vector<std::int64_t> range{2, static_cast<std::int64_t>(nodes) + 2};
    if (given != (is_range ? range : all)) {
      fail(fmt::format("{}: a cell of this space gives its nodes {}", key, fmt::join(all, ", ")));
    }
  }

  const BlockForm& form_;
  std::vector<std::string_view> words_;
  std::vector<std::uint8_t> row_;
  std::size_t at_ = 0;     ///< word
  std::size_t group_ = 0;  ///< to which the next gene belongs
  std::size_t taken_ = 0;  ///< genes that it has
  std::size_t last_ = 0;   ///< one behind the groups of the list
};

}  // namespace

bool is_genotype(const BlockForm& form, std::string_view text) {
  return !form.groups.empty() && form.groups.size() % 2 == 0 && text.find('(') != text.npos &&
         !genotype_words(text).empty();
}

std::vector<std::uint8_t> parse_genotype(const BlockForm& form, std::string_view text) {
  return GenotypeReader(form, text).read();
}

}  // namespace tilewise
