#include <doctest/doctest.h>

#include "validation/validation_case.hpp"

namespace tilewise {

TEST_CASE("Shen's six cycle counts are exact and the search is no slower") {
  const ValidationResult result =
      run_validation(load_validation_case(find_validation_case("shen_isca17")), {});
  REQUIRE(result.tables.size() == 2);
  const ValidationTally sum = tally(result);
  CHECK(sum.checked == 6 + 4 + 6 + 6);
  CHECK(sum.outside == 0);
  // The several-engine searches improve on the published designs. Four engines: the slowest has
  // Tn 7, Tm 32 and runs half of conv2, conv3 and conv5: ceil(128 / 32) * ceil(48 / 7) * 27^2 * 5^2
  // + 2 * 6 * 37 * 13^2 * 3^2 + 2 * 4 * 28 * 13^2 * 3^2.
  CHECK(*result.tables[1].columns[0].cells[1].ours == 510'300.0 + 675'324.0 + 340'704.0);
  CHECK(*result.tables[1].columns[0].cells[1].published == 1'557'504.0);
  // Tn 4, Tm 64 with half of conv2, conv3 and half of conv5: 2 * 12 * 27^2 * 5^2 + 2 * 3 * 64 *
  // 13^2 * 3^2 + 2 * 48 * 13^2 * 3^2.
  CHECK(*result.tables[1].columns[0].cells[3].ours == 437'400.0 + 584'064.0 + 146'016.0);
  CHECK(*result.tables[1].columns[0].cells[3].published == 1'168'128.0);
}

TEST_CASE("Zhang's formula times are exact, the measured within 12 % and 8 % in sum") {
  const ValidationResult result =
      run_validation(load_validation_case(find_validation_case("zhang_fpga15")), {});
  const ValidationTally sum = tally(result);
  CHECK(sum.checked == 5 + 5 + 1);
  CHECK(sum.outside == 0);
}

}  // namespace tilewise
