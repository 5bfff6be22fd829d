#pragma once

#include <vector>

#include "report/format.hpp"
#include "validation/validation_case.hpp"

namespace tilewise {

/// Cases that have run. The table has a line a case; those of the numbers are validation_text,
/// which can be shown as soon as a case ends. docs/formats.md lists the keys. CSV: a number a row.
Report validation_report(const std::vector<ValidationResult>& results);

}  // namespace tilewise
