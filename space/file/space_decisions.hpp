#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "space/file/candidate_texts.hpp"
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
  std::string by_index(std::int64_t index) const;
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
  /// The digits of a way among all that there are without `where`, and the other way round.
  SpaceDigits digits_of(std::int64_t way) const;
  std::int64_t way_of(const SpaceDigits& digits) const;
  /// What a condition may read: numbers, and the place of a choice in its list.
  void set_numbers(const SpaceDigits& digits, Variables& numbers) const;
  std::int64_t number_of(std::size_t decision, std::size_t digit) const;
  /// What is wrong with a text that no candidate has.
  std::string why_none(std::string_view text) const;
  /// Reads which decision stands where in the text: each once.
  void read_text();
  /// What stands around the words of the text, and the words of each place.
  std::vector<std::string> between_words() const;
  std::vector<std::vector<std::string>> words_of_text() const;
  /// The order that the file names; empty: it names none.
  std::vector<std::int64_t> order_of(std::int64_t ways) const;
  void number(std::int64_t ways);
  /// Takes the ways that the condition allows.
  void list_where(std::int64_t ways);
  /// Keeps the text of each candidate, which no other may have.
  void list_texts();
  /// The candidate that has this text; nothing: none has it.
  std::optional<std::int64_t> candidate_of(std::string_view text) const;

  const SpaceFile& file_;
  std::vector<SpaceDecision> all_;
  std::map<std::int64_t, std::size_t> own_;  ///< [position] its place in all_
  std::vector<std::size_t> in_text_;         ///< [place in the text] the decision
  CandidateTexts texts_;
  std::vector<std::int64_t> candidates_;  ///< [index] its way among all
  /// The index of each way of a published order; of each text where texts_ cannot be read.
  std::vector<std::int64_t> by_way_;
  std::unordered_map<std::string, std::int64_t> by_text_;
};

}  // namespace tilewise
