#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mapper/search.hpp"
#include "space/device.hpp"
#include "space/nasbench201.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// What a sweep of NAS-Bench-201 is asked for.
struct SweepOptions {
  std::vector<Dataset> datasets;
  std::vector<std::string> devices;  ///< device names or files
  Objective objective = Objective::Edp;
  std::optional<Factors> factors = {};
  PruneDead prune = PruneDead::No;
  int threads = 0;
  std::function<void(const std::string& phase, double share)> progress = {};
};

/// A distinct layer of the whole sweep and how often all architectures use it.
struct SweepLayer {
  Layer layer;
  std::int64_t times_used = 0;        ///< over all rows of the sweep
  std::vector<SearchResult> results;  ///< one a device
};

/// One architecture on one data set. Metrics: one entry a device.
struct SweepRow {
  std::int64_t index = 0;
  Dataset dataset = Dataset::Cifar10;
  std::int64_t macs = 0;
  std::int64_t parameters = 0;
  std::vector<double> latency_ms;
  std::vector<double> energy_mj;
  std::vector<double> dram_bytes;
};

struct PhaseTime {
  std::string phase;
  double seconds = 0.0;
};

struct SweepResult {
  std::vector<Device> devices;
  std::vector<SweepLayer> layers;
  std::vector<SweepRow> rows;  ///< by data set in the order asked, then by index
  std::vector<PhaseTime> phases;
};

/// Costs each distinct layer once on each device and sums the costs of all 15,625 architectures.
/// Throws InputError where a layer fits a device in no way.
SweepResult sweep_nasbench201(const SweepOptions& options);

}  // namespace tilewise
