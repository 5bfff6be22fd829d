#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "report/file_set.hpp"
#include "report/format.hpp"
#include "sweep/analysis.hpp"

namespace tilewise {

/// Tables for the terminal, with units; of a long front some points, both ends among them.
std::string analysis_text(const Analysis& analysis);

/// Everything as one JSON object.
std::string analysis_json(const Analysis& analysis);

/// Both, and CSV: the ranking, as best.csv has it.
Report analysis_report(const Analysis& analysis);

/// The files of an analysis; docs/formats.md lists the columns.
inline constexpr std::array<std::string_view, 5> kAnalysisFiles{
    "correlations.csv", "best.csv", "latency_energy_fronts.csv", "accuracy_fronts.csv",
    "regrets.csv"};
/// Their content; accuracy_fronts.csv only where there are accuracies.
std::vector<NamedText> analysis_files(const Analysis& analysis);

}  // namespace tilewise
