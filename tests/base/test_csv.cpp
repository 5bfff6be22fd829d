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
  using namespace std::string_literals;
  for (const std::string& cell : {"0x10"s, "9\0x"s, "9\0"s, "1 2"s, "--1"s}) {
    CHECK(refusal([&] { csv_number(cell, "f:1"); }) ==
          "f:1: expected a number, found \"" + printable(cell) + "\"");
  }
  for (const char* cell : {"-5", "-1e-9", "1e31", "1e308"}) {
    CHECK(refusal([&] { csv_amount(cell, "f:1"); }) ==
          "f:1: expected a number from 0 to 1e30, found \"" + std::string(cell) + "\"");
  }
  CHECK(csv_amount("0", "f:1") == 0.0);
  CHECK(csv_amount(" 2.5 ", "f:1") == 2.5);
  for (const char* cell : {"", "-1", "1.5", "99999999999999999999"}) {
    CHECK(refusal([&] { csv_count(cell, "f:1"); }) ==
          "f:1: expected a whole number, 0 or more, found \"" + std::string(cell) + "\"");
  }
  CHECK_THROWS_WITH_AS(csv_number("many", "f:7"), "f:7: expected a number, found \"many\"",
                       InputError);
}

TEST_CASE("a name that a spreadsheet would compute is guarded, and comes back as it was") {
  CHECK(csv_cell("=1+1") == "'=1+1");
  CHECK(csv_cell("@x") == "'@x");
  CHECK(csv_cell("+a,b") == "\"'+a,b\"");
  CHECK(csv_cell("-Weight") == "'-Weight");
  CHECK(csv_cell("=1+1", CsvGuard::Off) == "=1+1");
  // Numbers, and what stands for none, are no names.
  for (const char* plain : {"-5", "-1.5e-3", "+5", "-", "", "'", "'tis", "a=b"}) {
    CHECK(csv_cell(plain) == plain);
  }
  for (const char* name :
       {"=1+1", "'=1+1", "''-x", "'-5", "-x", "+x", "@x", "'", "'tis", "=\"a\",b", "-5", "-"}) {
    const std::string line = csv_cell(name) + ",next";
    std::string_view text = line;
    CHECK(take_csv_line(text) == Cells{name, "next"});
  }
}

TEST_CASE("without guards the lines have the names themselves, and all else as it was") {
  const std::string guarded = "name,x\n'=1+1,-5\n\"'+a,b\",\n\"'-\"\"q\"\"\n2\",'tis\n";
  CHECK(csv_without_guards(guarded) == "name,x\n=1+1,-5\n\"+a,b\",\n\"-\"\"q\"\"\n2\",'tis\n");
  CHECK(csv_without_guards("").empty());
}

}  // namespace tilewise
