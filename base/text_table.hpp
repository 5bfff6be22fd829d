#pragma once

#include <string>
#include <vector>

namespace tilewise {

/// Rows of cells as text whose columns line up, two spaces apart; the first row is the header.
/// Columns that hold numbers only are right-aligned.
std::string text_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace tilewise
