#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "space/file/space_builder.hpp"
#include "space/file/space_item.hpp"

namespace tilewise {

/// The choices of a candidate: of each decision the place of what it takes.
using SpaceDigits = std::vector<std::size_t>;

/// The decisions of a space, those of positions included, the first one slowest in the index. Keeps
/// the file. All throw InputError.
class SpaceDecisions {
 public:
  explicit SpaceDecisions(const SpaceFile& file);

  std::int64_t size() const { return std::ssize(candidates_); }
  const std::vector<SpaceDecision>& all() const { return all_; }
  std::vector<std::string> names() const;

  SpaceDigits at(std::int64_t index) const;
  const std::string& by_index(std::int64_t index) const;
  std::int64_t index_of(std::string_view text) const;
  /// The indices in the order in which their layers are listed.
  std::vector<std::int64_t> listing() const;
  /// What a part is to be built with.
  SpaceChosen chosen(const SpaceDigits& digits, const SpacePart& part) const;
  /// The decision of a position of its own; empty: it has none, or shares one.
  std::optional<std::size_t> own(const SpacePart& part) const;

 private:
  /// The place of an index that there is.
  std::size_t checked(std::int64_t index) const;
  std::string text(const SpaceDigits& digits) const;
  /// The digits of a way among all that there are without `where`.
  SpaceDigits digits_of(std::int64_t way) const;
  /// What a condition may read: numbers, and the place of a choice in its list.
  void set_numbers(const SpaceDigits& digits, Variables& numbers) const;
  /// What is wrong with a text that no candidate has.
  std::string why_none(std::string_view text) const;
  /// Reads which decision stands where in the text: each once.
  void read_text();
  /// The order that the file names; empty: it names none.
  std::vector<std::int64_t> order_of(std::int64_t ways) const;
  void number(std::int64_t ways);

  const SpaceFile& file_;
  std::vector<SpaceDecision> all_;
  std::map<std::int64_t, std::size_t> own_;  ///< [position] its place in all_
  std::vector<std::size_t> in_text_;         ///< [place in the text] the decision
  std::vector<std::int64_t> candidates_;     ///< [index] its way among all
  std::unordered_map<std::string, std::int64_t> by_text_;
  std::vector<const std::string*> texts_;  ///< [index] its key in by_text_
};

}  // namespace tilewise
