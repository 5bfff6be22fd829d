#include "sweep/accuracy_file.hpp"

#include <doctest/doctest.h>

#include <optional>

#include "base/error.hpp"
#include "refusal.hpp"

namespace tilewise {
namespace {

using Column = std::vector<std::optional<double>>;

/// Two data sets of three architectures; no devices.
std::vector<DatasetCosts> two_datasets() {
  return {{"one", {0, 1, 2}, {"a", "b", "c"}, {1, 2, 3}, {1, 2, 3}, {}},
          {"two", {0, 1, 2}, {"a", "b", "c"}, {1, 2, 3}, {1, 2, 3}, {}}};
}

Accuracies parse(const std::string& text) {
  return parse_accuracies(text, "f.csv", two_datasets());
}

void check_refused(const std::string& text, const std::string& place, const std::string& word) {
  CAPTURE(text);
  const std::string said = refusal([&] { parse(text); });
  CAPTURE(said);
  CHECK(said.starts_with(place));
  CHECK(says(said, word));
}

}  // namespace

TEST_CASE("accuracies without data set stand for all of them, and may be partial") {
  const Accuracies found = parse("\xef\xbb\xbfindex,accuracy\r\n2,91.5\r\n0,0.5\r\n\r\n");
  CHECK(found.for_every_dataset);
  CHECK(found.by_row == std::vector<Column>{{0.5, {}, 91.5}, {0.5, {}, 91.5}});
}

TEST_CASE("a column dataset tells whose the accuracies are, wherever it stands") {
  const Accuracies found = parse("accuracy,dataset,index\n90,two,1\n80,one,1\n");
  CHECK_FALSE(found.for_every_dataset);
  CHECK(found.by_row == std::vector<Column>{{{}, 80.0, {}}, {{}, 90.0, {}}});
}

TEST_CASE("a bad file of accuracies is refused with its line and the cure") {
  check_refused("", "f.csv:1:", "index,accuracy");
  check_refused("0,91\n1,92\n", "f.csv:1:", "index,accuracy");
  check_refused("index\n0\n", "f.csv:1:", "no column accuracy");
  check_refused("index,accuracy,index\n0,1,0\n", "f.csv:1:", "second");
  check_refused("index,accuracy,epochs\n0,1,200\n", "f.csv:1:", "epochs");
  check_refused("index,accuracy\n", "f.csv:1:", "no accuracy");
  check_refused("index,accuracy\n0,91\n1\n", "f.csv:3:", "2 cells");
  check_refused("index,accuracy\n0,91\nx,92\n", "f.csv:3:", "\"x\"");
  check_refused("index,accuracy\n0,91\n1,high\n", "f.csv:3:", "\"high\"");
  check_refused("index,accuracy\n0,91\n1,nan\n", "f.csv:3:", "\"nan\"");
  check_refused("index,accuracy\n0,91\n1,101\n", "f.csv:3:", "0 to 100");
  check_refused("index,accuracy\n0,91\n1,-1\n", "f.csv:3:", "0 to 100");
  check_refused("index,accuracy\n0,91\n0,92\n", "f.csv:3:", "twice");
  check_refused("index,accuracy\n0,91\n3,92\n", "f.csv:3:", "no architecture 3");
  check_refused("dataset,index,accuracy\none,0,91\nmnist,0,92\n", "f.csv:3:", "one, two");
}

}  // namespace tilewise
