#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace tilewise {

/// Some of at most kMost relatives, by their numbers.
class RelativeSet {
 public:
  static constexpr std::size_t kMost = 256;

  /// The first `count` of them.
  static RelativeSet first(std::size_t count) {
    RelativeSet made;
    for (std::size_t i = 0; i < count; ++i) made.add(i);
    return made;
  }
  static RelativeSet of(std::size_t member) {
    RelativeSet made;
    made.add(member);
    return made;
  }

  bool empty() const {
    return std::all_of(words_.begin(), words_.end(), [](std::uint64_t word) { return word == 0; });
  }
  bool contains(std::size_t member) const {
    return (words_[member / kBlock] >> member % kBlock & 1U) != 0;
  }
  void add(std::size_t member) { words_[member / kBlock] |= std::uint64_t{1} << member % kBlock; }
  RelativeSet& operator&=(const RelativeSet& other) {
    for (std::size_t w = 0; w < kWords; ++w) words_[w] &= other.words_[w];
    return *this;
  }
  RelativeSet& operator|=(const RelativeSet& other) {
    for (std::size_t w = 0; w < kWords; ++w) words_[w] |= other.words_[w];
    return *this;
  }
  RelativeSet without(const RelativeSet& other) const {
    RelativeSet made = *this;
    for (std::size_t w = 0; w < kWords; ++w) made.words_[w] &= ~other.words_[w];
    return made;
  }
  bool operator==(const RelativeSet&) const = default;

  /// Those for which keep(i) holds; asked of each, by rising number.
  template <class Keep>
  RelativeSet filtered(const Keep& keep) const {
    RelativeSet made;
    for (std::size_t w = 0; w < kWords; ++w) {
      for (std::uint64_t rest = words_[w]; rest != 0; rest &= rest - 1) {
        const auto bit = static_cast<std::size_t>(std::countr_zero(rest));
        if (keep(w * kBlock + bit)) made.words_[w] |= std::uint64_t{1} << bit;
      }
    }
    return made;
  }
  /// Members that are told apart at once: kBlock from a multiple of it on.
  static constexpr std::size_t kBlock = 64;
  /// The same, where kept_of(first) tells which of a block from `first` on are kept, as bits; asked
  /// of blocks with more than `few` in the set.
  template <class Keep, class KeptOf>
  RelativeSet filtered(const Keep& keep, int few, const KeptOf& kept_of) const {
    RelativeSet made;
    RelativeSet rest;
    for (std::size_t w = 0; w < kWords; ++w) {
      if (words_[w] == 0) continue;
      if (std::popcount(words_[w]) > few) {
        made.words_[w] = words_[w] & kept_of(w * kBlock);
      } else {
        rest.words_[w] = words_[w];
      }
    }
    return made |= rest.filtered(keep);
  }
  template <class Visit>
  void for_each(const Visit& visit) const {
    filtered([&](std::size_t i) {
      visit(i);
      return false;
    });
  }

 private:
  static constexpr std::size_t kWords = kMost / kBlock;
  std::array<std::uint64_t, kWords> words_{};
};

}  // namespace tilewise
