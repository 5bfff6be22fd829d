#include "base/text.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

namespace tilewise {
namespace {

using Parts = std::vector<std::string_view>;

TEST_SUITE("text") {
  TEST_CASE("blanks around a text are taken off, those inside stay") {
    CHECK(trimmed(" \ta b\r\n") == "a b");
    CHECK(trimmed(" \t ").empty());
    CHECK(trimmed("").empty());
  }

  TEST_CASE("a text has one part more than separators") {
    CHECK(split("a,b,c", ',') == Parts{"a", "b", "c"});
    CHECK(split(",", ',') == Parts{"", ""});
    CHECK(split("", ',') == Parts{""});
    CHECK(split("a:b,c", ':') == Parts{"a", "b,c"});
  }

  TEST_CASE("a long text loses its middle, a short one nothing") {
    CHECK(cut_in_middle("conv1", 5) == "conv1");
    CHECK(cut_in_middle("blocks.11.attn.qkv", 11) == "bloc....qkv");  // 4 + 3 + 4
    CHECK(cut_in_middle("abcdef", 5) == "a...f");
    CHECK(cut_in_middle("\u00e4bcdef\u00fc", 6) == "\u00e4b...\u00fc");  // no character is halved
  }

  TEST_CASE("a number is the whole text and finite") {
    CHECK(parse_number("1e3") == 1000.0);
    CHECK(parse_number("-.5") == -0.5);
    for (const char* no : {"", " 1", "1 ", "1x", "nan", "inf", "1e999", "0x10", "+1"}) {
      CAPTURE(no);
      CHECK_FALSE(parse_number(no));
    }
    CHECK(parse_integer("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
    for (const char* no : {"", "1.0", "9223372036854775808", " 1", "1 "}) {
      CAPTURE(no);
      CHECK_FALSE(parse_integer(no));
    }
  }

  TEST_CASE("a character of UTF-8 is as long as its first byte says, if it is one") {
    CHECK(character_length("a") == 1);
    CHECK(character_length("é") == 2);
    CHECK(character_length("你好") == 3);
    CHECK(character_length("😀") == 4);
    // A continuation, cut short, overlong, a surrogate, beyond U+10FFFF, U+FFFE.
    for (const char* no : {"\x80", "\xe4\xbd", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
                           "\xf4\x90\x80\x80", "\xef\xbf\xbe", "\xff"}) {
      CHECK(character_length(no) == 0);
    }
  }
}

}  // namespace
}  // namespace tilewise
