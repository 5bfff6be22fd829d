#include "base/csv.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "base/quote.hpp"
#include "refusal.hpp"

namespace tilewise {

using Cells = std::vector<std::string>;

TEST_CASE("a cell with a comma or a quote is quoted and comes back as it was") {
  CHECK(csv_cell("0,8") == "\"0,8\"");
  CHECK(csv_cell("say \"no\"") == "\"say \"\"no\"\"\"");
  CHECK(csv_cell("plain") == "plain");
  const std::string line = csv_cell("0,8") + "," + csv_cell("say \"no\"") + "\nnext\n";
  std::string_view text = line;
  CHECK(take_csv_line(text) == Cells{"0,8", "say \"no\""});
  CHECK(text == "next\n");
}

TEST_CASE("lines end with or without a carriage return, the last one with nothing") {
  std::string_view text = "a,b\r\n,\r\nc";
  CHECK(take_csv_line(text) == Cells{"a", "b"});
  CHECK(take_csv_line(text) == Cells{"", ""});
  CHECK(take_csv_line(text) == Cells{"c"});
  CHECK(text.empty());
}

TEST_CASE("a byte-order mark is taken off once, and only at the front") {
  CHECK(without_byte_order_mark("\xef\xbb\xbfindex,x\n") == "index,x\n");
  CHECK(without_byte_order_mark("index\xef\xbb\xbf") == "index\xef\xbb\xbf");
  CHECK(without_byte_order_mark("\xef\xbb") == "\xef\xbb");
  CHECK(without_byte_order_mark("") == "");
}

TEST_CASE("a cell that is no number is refused with its place") {
  CHECK(csv_number("-1.5e3", "f:1") == -1500.0);
  CHECK(csv_count("12", "f:1") == 12);
  for (const char* cell : {"", "x", "1x", "nan", "inf", "1e999"}) {
    CHECK(refusal([&] { csv_number(cell, "f:1"); }) ==
          "f:1: expected a number, found \"" + std::string(cell) + "\"");
  }
  for (const char* cell : {"", "-1", "1.5", "99999999999999999999"}) {
    CHECK(refusal([&] { csv_count(cell, "f:1"); }) ==
          "f:1: expected a whole number, 0 or more, found \"" + std::string(cell) + "\"");
  }
  CHECK_THROWS_WITH_AS(csv_number("many", "f:7"), "f:7: expected a number, found \"many\"",
                       InputError);
}

}  // namespace tilewise
