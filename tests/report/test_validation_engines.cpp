#include <doctest/doctest.h>

#include "report/validation_case.hpp"

namespace tilewise {

TEST_CASE("Shen's six cycle counts are exact and the search is no slower") {
  const ValidationResult result =
      run_validation(load_validation_case(find_validation_case("shen_isca17")), {});
  REQUIRE(result.tables.size() == 2);
  const ValidationTally sum = tally(result);
  CHECK(sum.checked == 6 + 4 + 6 + 6);
  CHECK(sum.outside == 0);
  // The several-engine searches improve on the published designs.
  CHECK(*result.tables[1].columns[0].cells[1].ours == 1'526'328.0);
  CHECK(*result.tables[1].columns[0].cells[3].ours == 1'167'480.0);
}

TEST_CASE("Zhang's formula times are exact, the measured within 12 % and 8 % in sum") {
  const ValidationResult result =
      run_validation(load_validation_case(find_validation_case("zhang_fpga15")), {});
  const ValidationTally sum = tally(result);
  CHECK(sum.checked == 5 + 5 + 1);
  CHECK(sum.outside == 0);
}

}  // namespace tilewise
