#include "validation/validation_table.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "refusal.hpp"
#include "validation/published_table.hpp"

namespace tilewise {
namespace {

constexpr Tolerance kExact{Tolerance::Kind::Exact, 0.0};
constexpr Tolerance kFivePercent{Tolerance::Kind::Relative, 0.05};
constexpr Tolerance kATenth{Tolerance::Kind::Absolute, 0.1};
constexpr Tolerance kNoMore{Tolerance::Kind::NoMore, 0.0};

/// Ours 104 and 43 against 100 and 40: 4 % and 7.5 % more; together 147 against 140, 5 % more.
ValidationTable two_rows() {
  ValidationTable table;
  table.title = "two rows";
  table.rows = {"A", "B"};
  table.columns = {
      {"time", "ms", kFivePercent, kFivePercent, true, {{104.0, 100.0}, {43.0, 40.0}}, {}}};
  table.notes = {"A: a note"};
  return table;
}

PublishedTable csv(const std::string& text) { return parse_published(text, "p.csv"); }

/// Fills a table with the rows A, B and one quantity `time` from `text`.
ValidationTable filled(const std::string& text, TotalRow total_row) {
  ValidationTable table = two_rows();
  table.columns[0].cells.clear();
  fill_published(csv(text), total_row, table);
  return table;
}

}  // namespace

TEST_SUITE("validation table") {
  TEST_CASE("each kind of tolerance holds up to its edge and no further") {
    CHECK_FALSE(is_outside({3.0, 3.0}, kExact));
    CHECK(is_outside({3.001, 3.0}, kExact));
    CHECK_FALSE(is_outside({0.1 + 0.2, 0.3}, kExact));  // the last bit
    CHECK_FALSE(is_outside({1.05, 1.0}, kFivePercent));
    CHECK_FALSE(is_outside({0.95, 1.0}, kFivePercent));
    CHECK(is_outside({1.051, 1.0}, kFivePercent));
    CHECK_FALSE(is_outside({-0.1, 0.0}, kATenth));
    CHECK(is_outside({0.11, 0.0}, kATenth));
    CHECK_FALSE(is_outside({2.0, 5.0}, kNoMore));
    CHECK(is_outside({5.001, 5.0}, kNoMore));
  }

  TEST_CASE("without a published number nothing is wrong, without ours everything is") {
    CHECK_FALSE(is_outside({7.0, std::nullopt}, kExact));
    CHECK(is_outside({std::nullopt, 7.0}, kFivePercent));
  }

  TEST_CASE("an error is a share of the published number") {
    CHECK(*relative_error({104.0, 100.0}) == doctest::Approx(0.04));
    CHECK(*relative_error({0.0, 0.0}) == 0.0);
    CHECK_FALSE(relative_error({1.0, 0.0}).has_value());
  }

  TEST_CASE("a number outside its tolerance is counted and marked, the total by its own") {
    ValidationTable table = two_rows();
    add_totals(table);
    // Checked: two rows and the total. Outside: B alone, 7.5 % off; 147 / 140 is the edge of 5 %.
    CHECK(tally(table).checked == 3);
    CHECK(tally(table).outside == 1);
    CHECK(validation_text(table) ==
          "two rows\n"
          "quantity  unit  layer  ours  published  error [%]  tolerance\n"
          "time      ms    A       104        100       4.00  5 %\n"
          "                B        43         40       7.50  5 %        <- outside 5 %\n"
          "                total   147        140       5.00  5 %\n"
          "A: a note\n");
  }

  TEST_CASE("rows without a published number stay out of the sum") {
    ValidationTable table = two_rows();
    table.rows.emplace_back("C");
    table.columns[0].cells.push_back({1000.0, std::nullopt});
    add_totals(table);
    CHECK(*table.columns[0].total->ours == 147.0);
    CHECK(tally(table).checked == 3);
  }

  TEST_CASE("a published total is held against the sum of all rows") {
    ValidationTable table = filled("layer,time\nA,100\nB,\nTotal,150\n", TotalRow::Last);
    table.columns[0].cells[0].ours = 104.0;
    table.columns[0].cells[1].ours = 43.0;
    add_totals(table);
    CHECK(*table.columns[0].total->ours == 147.0);
    CHECK(*table.columns[0].total->published == 150.0);
    CHECK(tally(table).outside == 0);
  }

  TEST_CASE("a quantity that does not add up has no total") {
    ValidationTable table = two_rows();
    table.columns[0].adds_up = false;
    add_totals(table);
    CHECK_FALSE(table.columns[0].total.has_value());
  }
}

TEST_SUITE("published table") {
  TEST_CASE("comments, blank lines and empty cells are no numbers") {
    const PublishedTable table = csv("# Table V\nlayer, x ,y\r\n\nA, 1.5,\n# more\nB,,2e3\n");
    CHECK(table.columns == std::vector<std::string>{"x", "y"});
    REQUIRE(table.rows.size() == 2);
    CHECK(table.rows[0].cells == std::vector<std::optional<double>>{1.5, std::nullopt});
    CHECK(table.rows[1].cells == std::vector<std::optional<double>>{std::nullopt, 2000.0});
    CHECK(table.rows[1].line == 6);
  }

  TEST_CASE("what is no table is refused with its line") {
    CHECK_THROWS_WITH_AS(csv("# nothing\n"),
                         "p.csv: no header; expected a first line such as layer,latency_ms",
                         InputError);
    CHECK_THROWS_WITH_AS(csv("layer,x,x\n"), "p.csv:1: x is there twice; leave one out",
                         InputError);
    CHECK_THROWS_WITH_AS(csv("layer,x\nA,1,2\n"),
                         "p.csv:2: expected 2 cells as in the header, found 3", InputError);
    CHECK_THROWS_WITH_AS(csv("layer,x\nA,1\nA,2\n"),
                         "p.csv:3: the row A is there twice; leave one out", InputError);
    CHECK_THROWS_WITH_AS(
        csv("layer,x\nA,1 ms\n"),
        "p.csv:2: A, x: expected a number, or nothing where none is published; found \"1 ms\"",
        InputError);
    CHECK_THROWS_WITH_AS(
        csv("layer,x\nA,nan\n"),
        "p.csv:2: A, x: expected a number, or nothing where none is published; found \"nan\"",
        InputError);
  }

  TEST_CASE("rows and columns are those of the case, in its order") {
    CHECK_THROWS_WITH_AS(filled("layer,time,x\nA,1,1\nB,1,1\n", TotalRow::None),
                         "p.csv:1: the column x is no quantity of the case; there are: time",
                         InputError);
    CHECK_THROWS_WITH_AS(filled("layer,x\nA,1\nB,1\n", TotalRow::None),
                         "p.csv:1: no column time, a quantity of the case; there are: x",
                         InputError);
    CHECK_THROWS_WITH_AS(filled("layer,time\nB,1\nA,1\n", TotalRow::None),
                         "p.csv:2: expected the row A, found the row B", InputError);
    CHECK_THROWS_WITH_AS(filled("layer,time\nA,1\n", TotalRow::None), "p.csv: the row B is missing",
                         InputError);
    CHECK_THROWS_WITH_AS(filled("layer,time\nA,1\nB,1\nTotal,2\n", TotalRow::None),
                         "p.csv:4: expected no more rows, found the row Total; for a total, say "
                         "published_total: true",
                         InputError);
  }

  TEST_CASE("tolerances are read as people write them") {
    const auto read = [](const std::string& word) {
      return read_tolerance(YamlNode::load_text("\"" + word + "\"", "c.yaml"));
    };
    CHECK(text(read("exact")) == "exact");
    CHECK(text(read("0.5 %")) == "0.5 %");
    CHECK(text(read("5%")) == "5 %");
    CHECK(text(read("0.1")) == "0.1");
    for (const char* wrong : {"", "%", "-1", "5 percent", "inf", "5 % %"}) {
      CAPTURE(wrong);
      CHECK(refusal([&] { read(wrong); }) ==
            "c.yaml:1: expected exact, a share such as 5 %, or a number; found \"" +
                std::string(wrong) + "\"");
    }
  }
}

}  // namespace tilewise
