#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/quote.hpp"
#include "study/exploration.hpp"
#include "study/study.hpp"
#include "sweep/phase_time.hpp"

namespace tilewise {

/// What a run of a study leaves in run.yaml beside its results.
struct ExplorationRun {
  std::string command;
  std::vector<PhaseTime> phases;
  CsvGuard guard = CsvGuard::On;  ///< Off: memory for the largest table
};

/// Throws InputError where `folder` is a file, holds what is not of an exploration, or has a file
/// of the user's in the place of one that this study writes.
void check_exploration_folder(const Study& study, const std::filesystem::path& folder);

/// Writes all.csv, pareto.csv, layers.csv, a plot for each pair of objectives, architectures/ and,
/// last, run.yaml (docs/formats.md, Exploration). All but run.yaml depend on the study alone. The
/// exploration is done. Memory does not grow with its configurations. The caller holds the folder's
/// FolderLock. Returns what to warn of, a plot that gnuplot did not draw. Throws InputError where
/// it cannot be written.
std::optional<std::string> write_exploration(const Study& study, Exploration& exploration,
                                             const ExplorationRun& run, int threads,
                                             const std::filesystem::path& folder);

}  // namespace tilewise
