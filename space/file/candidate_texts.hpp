#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tilewise {

/// The texts of candidates: in each place one of its words, and what stands between the places.
class CandidateTexts {
 public:
  CandidateTexts() = default;
  /// `between` has one text more than there are places: the first and last stand at the ends.
  CandidateTexts(std::vector<std::string> between, std::vector<std::vector<std::string>> words);

  /// With the word of this number in each place.
  std::string text(std::span<const std::size_t> of_places) const;
  /// Whether a look at the words shows that no two texts are the same and none has blanks around
  /// it: what follows a word begins with a character that no word of its place has.
  bool surely_differ() const { return differ_; }
  /// The number of the word in each place; nothing: no text is this one. Where they surely differ.
  std::optional<std::vector<std::size_t>> read(std::string_view text) const;

 private:
  bool differ() const;

  std::vector<std::string> between_;
  std::vector<std::vector<std::string>> words_;  ///< [place]
  bool differ_ = false;
};

}  // namespace tilewise
