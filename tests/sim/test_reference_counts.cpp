#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "base/file.hpp"
#include "base/yaml.hpp"
#include "report/counts_report.hpp"
#include "sim/nest_file.hpp"

namespace tilewise {

TEST_CASE("400 executed nests: every count agrees word for word") {
  // Eq. 3 to 5
  const std::filesystem::path file = reference_folder() / "access_counts" / "cases.jsonl";
  if (!std::filesystem::exists(file)) {
    std::cout << "skipped: reference data not found: access_counts/cases.jsonl\n";
    return;
  }
  std::ifstream in(file);
  int cases = 0;
  for (std::string line; std::getline(in, line); ++cases) {
    CAPTURE(cases);
    const NestFile nest = parse_nest(YamlNode::load_text(line, "cases.jsonl"));
    const AccessCounts counts = count_accesses(nest.layer, nest.mapping, nest.merges);
    const auto expected = nlohmann::json::parse(line).at("expect");
    CHECK(nlohmann::json::parse(counts_report(nest, counts).json()) == expected);
  }
  CHECK(cases == 400);
}

}  // namespace tilewise
