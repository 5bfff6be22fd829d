#pragma once

#include <vector>

#include "sweep/evidence.hpp"
#include "validation/validation_case.hpp"

namespace tilewise {

/// What the points of these cases say of each design, and of each family of which three designs or
/// more were compared: there half widths hold for each of the designs. `left_out`: intervals made
/// without a network, or of a family without a design, and how many of its points they cover.
std::vector<DesignEvidence> evidence_of_cases(const std::vector<ValidationResult>& results);

/// A row a design and quantity: points, errors, half width of the interval, what it covers.
std::string evidence_table(const std::vector<DesignEvidence>& all);

}  // namespace tilewise
