#pragma once

#include <string>
#include <vector>

#include "report/format.hpp"

namespace tilewise {

/// A list of named things, of which the result keeps a copy. The first row heads the columns, whose
/// names are the keys of the JSON objects.
Report list_report(std::vector<std::vector<std::string>> rows);

}  // namespace tilewise
