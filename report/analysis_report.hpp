#pragma once

#include <array>
#include <optional>
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

/// "eyeriss [ms]"; the name alone where there is no unit.
std::string with_unit(const std::string& name, const std::string& unit);

/// The files of an analysis; docs/formats.md lists the columns.
inline constexpr std::array<std::string_view, 7> kAnalysisFiles{
    "correlations.csv",    "best.csv",     "latency_energy_fronts.csv",
    "accuracy_fronts.csv", "measured.csv", "measured.svg",
    "regrets.csv"};
/// The content of the tables; accuracy_fronts.csv only where there are accuracies, measured.csv
/// only where there are measurements.
std::vector<NamedText> analysis_files(const Analysis& analysis);
/// Adds measured.svg where there are measurements. Returns what to warn of: gnuplot did not draw
/// it.
std::optional<std::string> add_agreement_plot(const Analysis& analysis,
                                              std::vector<NamedText>& files);

}  // namespace tilewise
