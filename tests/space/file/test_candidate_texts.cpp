#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "space/file/candidate_texts.hpp"

namespace tilewise {
namespace {

using Digits = std::vector<std::size_t>;

struct DrawnTexts {
  std::vector<std::string> between;
  std::vector<std::vector<std::string>> words;
};

/// One to three places; texts of at most two of a few characters, one of which is a blank.
DrawnTexts draw_texts(std::mt19937_64& random) {
  const auto text = [&](std::size_t most) {
    std::string made;
    for (std::size_t left = random() % (most + 1); left > 0; --left) made += "ab,| "[random() % 5];
    return made;
  };
  DrawnTexts drawn{{text(1)}, {}};
  for (std::size_t place = 1 + random() % 3; place > 0; --place) {
    drawn.words.emplace_back();
    for (std::size_t n = 1 + random() % 3; n > 0; --n) drawn.words.back().push_back(text(2));
    drawn.between.push_back(text(2));
  }
  return drawn;
}

/// How many candidates have each text, and one of them.
std::map<std::string, std::vector<Digits>> all_texts(const DrawnTexts& drawn,
                                                     const CandidateTexts& texts) {
  std::map<std::string, std::vector<Digits>> all;
  Digits digits(drawn.words.size());
  while (true) {
    all[texts.text(digits)].push_back(digits);
    std::size_t d = 0;
    while (d < digits.size() && ++digits[d] == drawn.words[d].size()) digits[d++] = 0;
    if (d == digits.size()) return all;
  }
}

TEST_SUITE("texts of candidates") {
  TEST_CASE("words stand between what the pattern says, and are read again") {
    const CandidateTexts texts({"k=", " e=", ""}, {{"3", "5"}, {"1", "6", "16"}});
    CHECK(texts.surely_differ());
    CHECK(texts.text(Digits{1, 2}) == "k=5 e=16");
    CHECK(texts.read("k=5 e=16") == Digits{1, 2});
    CHECK(texts.read("k=5 e=1") == Digits{1, 0});
    for (const char* other : {"", "k=5", "k=5 e=", "k=5 e=7", "k=7 e=1", "k=5 e=1 ", "5 e=1"}) {
      CAPTURE(other);
      CHECK_FALSE(texts.read(other));
    }
  }

  TEST_CASE("texts that may be the same are not said to differ") {
    CHECK_FALSE(CandidateTexts({"", "", ""}, {{"1", "11"}, {"1", "11"}}).surely_differ());
    CHECK_FALSE(CandidateTexts({"", ",", ""}, {{"a", "a,a"}, {"a", "a,a"}}).surely_differ());
    CHECK_FALSE(CandidateTexts({"", ""}, {{"a", "a"}}).surely_differ());
    CHECK_FALSE(CandidateTexts({" ", ""}, {{"a"}}).surely_differ());
    CHECK_FALSE(CandidateTexts({"", "\t"}, {{"a"}}).surely_differ());
    CHECK_FALSE(CandidateTexts({"", ""}, {{"a "}}).surely_differ());
  }

  TEST_CASE("where texts surely differ, each has one candidate and no blanks, and is read as it") {
    std::mt19937_64 random(5);
    int differ = 0;
    for (int i = 0; i < 20'000; ++i) {
      const DrawnTexts drawn = draw_texts(random);
      const CandidateTexts texts(drawn.between, drawn.words);
      if (!texts.surely_differ()) continue;
      ++differ;
      const auto all = all_texts(drawn, texts);
      for (const auto& [text, candidates] : all) {
        CAPTURE(text);
        REQUIRE(candidates.size() == 1);
        REQUIRE(text == trimmed(text));
        REQUIRE(texts.read(text) == candidates.front());
        for (const char* end : {"a", "b", ",", "|", " "}) {
          REQUIRE(texts.read(text + end).has_value() == all.contains(text + end));
          REQUIRE(texts.read(end + text).has_value() == all.contains(end + text));
        }
        if (text.empty()) continue;
        REQUIRE(texts.read(text.substr(1)).has_value() == all.contains(text.substr(1)));
      }
    }
    CHECK(differ > 500);
  }
}

}  // namespace
}  // namespace tilewise
