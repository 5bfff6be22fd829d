#pragma once

#include <string>

#include "report/format.hpp"
#include "study/exploration.hpp"
#include "study/study.hpp"

namespace tilewise {

/// The front as a table, best of the first objective first, and what became of all configurations.
std::string exploration_text(const Study& study, Exploration& exploration);
/// The same as one JSON object, the whole front.
std::string exploration_json(const Study& study, Exploration& exploration);
/// Both, and CSV: the whole front, as pareto.csv has it.
Report exploration_report(const Study& study, Exploration& exploration);

}  // namespace tilewise
