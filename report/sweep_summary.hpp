#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "report/format.hpp"
#include "sweep/sweep.hpp"

namespace tilewise {

/// Latency and energy of all architectures on one data set and device, in order of rows.
struct SweepColumn {
  std::string dataset;
  std::string device;
  std::vector<double> latency_ms;
  std::vector<double> energy_mj;
};

/// A sweep as its summary needs it. In a column, index 0 of the space is the first value.
struct SweepColumns {
  std::vector<SweepColumn> columns;  ///< by data set, then device
  std::vector<PhaseTime> phases;
  std::vector<std::string> notes = {};  ///< what hardware says of each device, a line a device
};

/// Adds some rows of a sweep behind those so far; phases and notes are left as they are.
void add_rows(SweepColumns& sweep, const SweepResult& swept, std::span<const SweepRow> rows);
SweepColumns sweep_columns(const SweepResult& result);
/// The same from the files that write_sweep left. Throws InputError where they are not such files.
SweepColumns read_sweep(const std::filesystem::path& folder);

/// Least, median and most latency and energy of each column, those of index 0, and phase times.
/// CSV: a data set and device a row, without phase times.
Report sweep_report(const SweepColumns& sweep);

/// Of a space of blocks: the fixed part, the least and the most of the whole space, and the first
/// choice everywhere, of each data set and device; phase times. CSV as of sweep_report.
Report block_summary_report(const SweepResult& result, const BlockForm& form);

}  // namespace tilewise
