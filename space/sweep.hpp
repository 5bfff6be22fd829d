#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "arch/architecture.hpp"
#include "mapper/search.hpp"
#include "space/indexed_space.hpp"
#include "space/mapped_layers.hpp"
#include "space/nasbench201.hpp"
#include "space/phase_time.hpp"

namespace tilewise {

/// What a sweep is asked for.
struct SweepOptions {
  std::vector<std::string> datasets;  ///< names that the space knows
  std::vector<std::string> devices;   ///< as find_device takes them
  Objective objective = Objective::Edp;
  std::optional<Factors> factors = {};
  PruneDead prune = PruneDead::No;  ///< NAS-Bench-201 only
  int threads = 0;
  std::function<void(const std::string& phase, double share)> progress = {};
  std::function<bool()> interrupted = {};  ///< any thread asks; true: Interrupted is thrown
};

/// One architecture on one data set. Metrics: one entry a device.
struct SweepRow {
  std::int64_t index = 0;
  std::string dataset;
  std::int64_t macs = 0;
  std::int64_t parameters = 0;
  std::vector<double> latency_ms;
  std::vector<double> energy_mj;
  std::vector<double> dram_bytes;
};

struct SweepResult {
  std::string space;                  ///< its name
  std::vector<std::string> settings;  ///< of the space, "key: value"
  std::vector<std::string> datasets;
  std::vector<std::string> architectures;  ///< [index] as text
  std::vector<Device> devices;
  std::vector<SweepLayer> layers;
  std::vector<SweepRow> rows;  ///< by data set in the order asked, then by index
  std::vector<PhaseTime> phases;
};

/// Throws InputError where the objective is a front, a device does not exist or a data set is there
/// twice: what can be known before any work.
void check_sweep_words(const SweepOptions& options);
/// Throws InputError where there is no data set, or no device.
void check_sweep_options(const SweepOptions& options);
/// How the layers of a sweep are mapped.
MappingOptions mapping_options(const SweepOptions& options);

/// Maps each distinct layer once on each device and sums the costs of all architectures. Throws
/// InputError where a layer fits a device in no way.
SweepResult sweep(const IndexedSpace& space, const SweepOptions& options);

/// All 15,625 architectures of NAS-Bench-201.
SweepResult sweep_nasbench201(const SweepOptions& options);

}  // namespace tilewise
