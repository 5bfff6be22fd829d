#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "report/file_set.hpp"
#include "sweep/evidence.hpp"
#include "sweep/sweep.hpp"

namespace tilewise {

/// The entry "phases" of run.yaml.
std::string phases_yaml(std::span<const PhaseTime> phases);

/// Throws InputError where `folder` holds anything but the files of an earlier sweep, as it wrote
/// them, or is a file. Call it before the sweep: a refusal after it would be a waste.
void check_sweep_folder(const std::filesystem::path& folder);

/// Writes the tables of a sweep of `space` and run.yaml, which says how they came to be and alone
/// holds times: costs.csv (a candidate and data set a row) or, of a space of blocks without rows,
/// blocks.csv (a block a row), and layers.csv (a layer and device a row). They appear in `folder`
/// when all three are whole. docs/formats.md lists the columns. The caller holds its FolderLock.
void write_sweep(const SweepResult& result, const SearchSpace& space, const SweepOptions& options,
                 const std::string& command, const std::filesystem::path& folder);

/// Writes the same files of a sweep whose rows come in blocks: costs.csv block by block, as long as
/// not all is there, in a hidden folder of `folder`. Without `finish` nothing is left.
class SweepWriter {
 public:
  explicit SweepWriter(const std::filesystem::path& folder);
  ~SweepWriter();
  /// Writes rows behind those so far; all are of one sweep.
  void add(const SweepResult& swept, const RowBlock& block);
  /// Writes the other files and puts all in their place.
  void finish(const SweepResult& swept, const SearchSpace& space, const SweepOptions& options,
              const std::string& command, CsvGuard guard = CsvGuard::On);

 private:
  struct Costs;  ///< costs.csv so far
  FileSet files_;
  std::unique_ptr<Costs> costs_;
};

/// The files of a sweep as text; those of the first three that are empty are not there.
struct SweepFiles {
  std::string costs = {};
  std::string blocks = {};
  std::string json = {};  ///< what `cost --json` prints
  std::string layers = {};
  std::string run = {};
};
/// Writes them as write_sweep does.
void write_sweep_files(const SweepFiles& texts, const std::filesystem::path& folder,
                       CsvGuard guard = CsvGuard::On);

/// A column of costs.csv.
struct CostColumn {
  std::string name;            ///< "eyeriss_latency_ms"
  std::vector<double> values;  ///< NaN, an empty cell: nothing is known
};
/// The columns of each target in the order of costs.csv.
std::vector<CostColumn> cost_columns(const SweepResult& result);

/// The three files as text.
std::string costs_csv(const SweepResult& result);
/// A layer and device a row, each layer by itself.
std::string layers_csv(std::span<const SweepLayer> layers, const std::vector<Device>& devices);
/// A row of layers.csv of a layer that fits: those of layer_columns.
std::vector<std::string> sweep_layer_cells(const SweepLayer& layer, const Device& device,
                                           const SearchResult& found,
                                           const DeviceEvidence& evidence);
/// What hardware says of each target, a line a target.
std::vector<std::string> evidence_lines(const SweepResult& result);
/// One a device, as DeviceEvidence takes it.
std::vector<DeviceEvidence> evidence_of_all(const std::vector<Device>& devices, bool scheduled);
/// `rows`: of the table that stands beside it.
std::string run_yaml(const SweepResult& result, const SweepOptions& options,
                     const std::string& command, std::size_t rows);

}  // namespace tilewise
