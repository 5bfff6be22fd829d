#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "mapper/mapping_memory.hpp"
#include "schedule/schedule.hpp"
#include "sim/cost.hpp"
#include "space/block_table.hpp"
#include "space/search_space.hpp"
#include "sweep/mapped_layers.hpp"
#include "sweep/phase_time.hpp"
#include "sweep/target.hpp"

namespace tilewise {

/// What a sweep is asked for.
struct SweepOptions {
  std::vector<std::string> datasets;  ///< names that the space knows
  std::vector<std::string> devices;   ///< as find_target takes them
  SpaceOptions space = {};
  MappingOptions mapping = {};
  /// What stays on chip between the layers of a candidate; of a space of blocks between those of
  /// one block, and nothing across its border.
  ScheduleKind schedule = ScheduleKind::Separate;
  MappingMemory memory = {};       ///< of layers under `mapping`
  MappingMemory home_memory = {};  ///< of layers that keep tensors on chip, under a schedule
};

/// A device that was asked for, and where its costs come from.
struct SweepTarget {
  std::string name;
  std::string description;
  std::string details;  ///< as describe() tells them
  /// The place in SweepResult::devices, or a model that knows whole networks.
  std::variant<std::size_t, NetworkModel> source;
};

/// One candidate on one data set.
struct SweepRow {
  std::int64_t index = 0;
  std::string dataset;
  std::int64_t macs = 0;
  std::int64_t parameters = 0;
  std::vector<Cost> costs;  ///< one a target
  /// [target] layers that are not in its costs; empty: all layers of all targets are.
  std::vector<std::int64_t> left_out = {};
};

struct SweepResult {
  std::string space;                  ///< its name
  std::vector<std::string> settings;  ///< of the space, "key: value"
  bool scheduled = false;             ///< what may stay on chip between layers does
  std::vector<std::string> datasets;
  std::vector<SweepTarget> targets;  ///< in the order asked
  std::vector<Device> devices;       ///< those of them that cost layers
  std::vector<SweepLayer> layers;    ///< the distinct ones, with a result a device

  std::vector<std::string> architectures;  ///< [index] as text; none: a space of blocks
  std::vector<SweepRow> rows;              ///< by data set in the order asked, then by index
  std::vector<BlockTable> tables;          ///< a data set, of a space of blocks
  std::vector<PhaseTime> phases;
};

/// Some rows of one data set, one behind the other, with the architecture of each as text.
struct RowBlock {
  std::span<const SweepRow> rows;
  std::span<const std::string> architectures;
};
/// Takes the rows of a sweep as they come, so that they need not be in memory together.
struct RowSink {
  /// `swept`: all of the sweep but architectures, rows and the last phase.
  std::function<void(const SweepResult& swept, const RowBlock& block)> take;
  std::int64_t at_most = 4096;  ///< rows in a block; at least 1
};

/// Throws InputError where the objective is a front, a device does not exist or a data set is there
/// twice: what can be known before any work.
void check_sweep_words(const SweepOptions& options);

/// Maps each distinct layer once on each device and sums: the costs of all candidates, or, of a
/// space of blocks, of every block. No device: MACs and parameters alone. `times_used` of a layer:
/// over all candidates, or over the blocks and fixed parts that have it. Throws InputError where a
/// layer fits a device in no way, and where there is no data set, Interrupted where `mapping.run`
/// says so: what was mapped by then is in the memory.
SweepResult sweep(const SearchSpace& space, const SweepOptions& options);
/// The same without rows and architectures, which `sink` takes. Of a space of blocks there are
/// none.
SweepResult sweep(const SearchSpace& space, const SweepOptions& options, const RowSink& sink);

/// The rows of these candidates on each data set, one candidate a row of choices, as a sweep of
/// them would give. `swept` is of `form`.
SweepResult block_rows(const SweepResult& swept, const BlockForm& form,
                       std::span<const std::uint8_t> choices, int threads);

}  // namespace tilewise
