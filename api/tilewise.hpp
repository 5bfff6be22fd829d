#pragma once

/// What a client of Tilewise needs, in one place: devices, networks and spaces by name or file, and
/// the six things to do with them. The command line, the Python package and other projects put
/// nothing together on their own. All functions throw InputError, whose text says the place and the
/// cure, and write nothing to a terminal.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/folder_lock.hpp"
#include "base/quote.hpp"
#include "base/run_options.hpp"
#include "sim/cost.hpp"
#include "space/search_spaces.hpp"
#include "study/exploration.hpp"
#include "study/result_store.hpp"
#include "study/study.hpp"
#include "sweep/network_list.hpp"
#include "sweep/network_sweep.hpp"
#include "sweep/scheduled_networks.hpp"
#include "sweep/sweep.hpp"
#include "sweep/target.hpp"
#include "workload/layer_yaml.hpp"
#include "workload/onnx/onnx_import.hpp"

namespace tilewise {

// By name or file:
//   find_layer("alexnet_conv3"), find_network_or_model("resnet18"), find_target("eyeriss"),
//   find_device("board:ultra96", layers), find_space("nasbench201"), search_spaces()

/// A layer under its best mapping, or under the one that was given.
struct MappedLayer {
  Device device;
  Layer layer;
  SearchResult found;
};

/// The best mapping of a layer on the device of a name, with the proof. Of "board:..." the engine
/// that is found for this layer. An interrupt ends the search with what is known by then. Throws
/// InputError where nothing fits, or was met before the interrupt.
MappedLayer map(const Layer& layer, const std::string& device, const SearchOptions& options);
/// The same on a device that is at hand.
SearchResult map(const Layer& layer, const Device& device, const SearchOptions& options);

/// A layer under a mapping that the user names: a file, or the parameters of row stationary.
struct GivenMapping {
  Architecture architecture;
  Mapping mapping;
  LayerCost cost;
};
GivenMapping evaluate(const Layer& layer, const std::string& architecture,
                      const std::string& mapping);

// NetworkCosts cost(layers, devices, options) of sweep/mapped_layers.hpp: what a list of layers
// costs, all of which fit.

/// One candidate of a space on some data sets, and what it costs on each target.
struct CandidateCosts {
  struct OnDataset {
    std::string dataset;
    Network network;
    std::vector<Cost> costs;  ///< one a target
  };
  std::optional<std::int64_t> index;  ///< empty: the space is one of blocks
  std::string text;                   ///< as the space writes it
  std::vector<Target> targets;
  std::vector<OnDataset> datasets;
};
/// `candidate`: an index, or a text. No device: the networks alone.
CandidateCosts cost_candidate(const SearchSpace& space,
                              const std::variant<std::int64_t, std::string>& candidate,
                              const SweepOptions& options);

/// Networks whose cost is asked for, and on what.
struct CostRequest {
  std::vector<std::string> networks;  ///< words as find_networks takes them
  OnnxOptions import = {};            ///< batch and sizes of dimensions, of shipped ones the batch
  std::vector<std::string> devices;   ///< as find_device takes them
  MappingOptions mapping = {};
  std::string store = {};         ///< the folder of a result store; empty: nothing is kept
  ScheduleRequest schedule = {};  ///< what stays on chip between layers
};
/// Throws InputError where the objective is none that whole networks are costed for, or a device is
/// none: of a front the corners of its convex hull are found, where schedules are.
void check_cost_request(const CostRequest& request);
/// What networks cost on devices; equal layers are mapped once over all of them, and those that the
/// store knows not at all. A layer that does not fit a device is split (sweep/split_layer.hpp);
/// where no part fits it is left out of the totals. Throws Interrupted: what was mapped by then is
/// in the store.
NetworkSweep cost_networks(const CostRequest& request);
/// The same of networks and devices that are at hand.
NetworkSweep cost_networks(std::vector<ListedNetwork> networks, std::vector<Device> devices,
                           const CostRequest& how);

/// All candidates of a space, or all blocks; checked before any work. At least one device.
SweepResult sweep_space(const std::string& space, const SweepOptions& options);
/// The same without rows, which `sink` takes as they come. What the result store in the folder
/// `store` knows is not mapped again, and what is mapped is kept there; empty: nothing is. Throws
/// Interrupted: what was mapped by then is in the store.
SweepResult sweep_space(const std::string& space, const SweepOptions& options, const RowSink& sink,
                        const std::string& store = {});
/// `count` random candidates of a space of blocks, as a sweep of them would give.
SweepResult sweep_sample(const std::string& space, const SweepOptions& options, std::uint64_t seed,
                         std::int64_t count);

/// What of a study is explored, and where it is kept.
struct ExploreRequest {
  std::string study;                          ///< a shipped name or a file
  std::string folder;                         ///< for tables, plots and architectures
  std::string store;                          ///< the folder of the result store; empty: `folder`
  int threads = 0;                            ///< 0: one a core
  std::optional<ScheduleKind> schedule = {};  ///< empty: as the study says
  std::optional<Orders> orders = {};          ///< empty: as the study says
  CsvGuard guard = CsvGuard::On;              ///< of names in the tables
};

/// A study on its way, with all that it refers to: explore, then write.
class StudyRun {
 public:
  /// Throws InputError where the study is wrong, another process writes into the folder, or it
  /// holds what is not of an exploration.
  explicit StudyRun(ExploreRequest request);
  /// True: all is done. False: it was interrupted; what is done is kept, and the same goes on.
  bool explore(const ExploreOptions& options);
  /// Of work that was done elsewhere, for run.yaml.
  void note_phase(PhaseTime phase) { phases_.push_back(std::move(phase)); }
  /// Writes the files of docs/formats.md, Exploration; `command` stands in run.yaml. All must be
  /// done. Returns what to warn of: a plot that gnuplot did not draw.
  std::optional<std::string> write(const std::string& command);

  const ExploreRequest& request() const { return request_; }
  const Study& study() const { return study_; }
  Exploration& exploration() { return exploration_; }
  const Exploration& exploration() const { return exploration_; }

 private:
  ExploreRequest request_;
  std::vector<PhaseTime> phases_;
  Study study_;
  std::optional<FolderLock> lock_;  ///< of the folder, until it is written
  ResultStore store_;
  Exploration exploration_;
};

}  // namespace tilewise
