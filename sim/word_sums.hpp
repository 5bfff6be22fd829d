#pragma once

#include <cstdint>

namespace tilewise {

/// Words of one or more axes of a tensor at a transition, in the three parts that make the new
/// words of a product of axes (docs/model.md, Eq. 4): a word is new unless every axis holds still
/// there, or a single axis moved and the word's coordinate on it was already in place.
struct WordSums {
  std::int64_t all = 1;      ///< coordinates that some working child wants now
  std::int64_t held = 1;     ///< of these, wanted only by children whose axis did not move
  std::int64_t overlap = 0;  ///< moved axis, coordinate already in place before

  bool operator==(const WordSums&) const = default;

  /// The product of two independent sets of axes.
  friend constexpr WordSums operator*(const WordSums& a, const WordSums& b) {
    return {a.all * b.all, a.held * b.held, a.overlap * b.held + b.overlap * a.held};
  }
  /// The sum over disjoint situations.
  constexpr WordSums& operator+=(const WordSums& other) {
    all += other.all;
    held += other.held;
    overlap += other.overlap;
    return *this;
  }
  friend constexpr WordSums operator*(std::int64_t count, const WordSums& words) {
    return {count * words.all, count * words.held, count * words.overlap};
  }

  constexpr std::int64_t new_words() const { return all - held - overlap; }
};

inline constexpr WordSums kNoWords{0, 0, 0};

}  // namespace tilewise
