#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "base/file.hpp"
#include "report/nest_file.hpp"

namespace tilewise {

TEST_CASE("400 executed nests: every count agrees word for word") {
  const std::filesystem::path file =
      std::filesystem::path(TILEWISE_REFERENCE_DIR) / "access_counts" / "cases.jsonl";
  if (!std::filesystem::exists(file)) {
    std::cout << "skipped: reference data not found: access_counts/cases.jsonl\n";
    return;
  }
  std::ifstream in(file);
  int cases = 0;
  for (std::string line; std::getline(in, line);) {
    const NestFile nest = parse_nest(line, "cases.jsonl");
    CAPTURE(cases);
    CHECK(counts_json(nest) == expected_json(line));
    ++cases;
  }
  CHECK(cases == 400);
}

}  // namespace tilewise
