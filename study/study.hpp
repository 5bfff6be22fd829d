#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arch/architecture.hpp"
#include "arch/energy/energy_tables.hpp"
#include "arch/fpga/fpga_board.hpp"
#include "arch/fpga/fpga_resources.hpp"
#include "base/yaml.hpp"
#include "mapper/search.hpp"
#include "schedule/schedule.hpp"
#include "study/study_metric.hpp"
#include "study/study_search.hpp"
#include "study/study_values.hpp"
#include "workload/layer.hpp"
#include "workload/network.hpp"

namespace tilewise {

struct Family;

/// One or more parameters that move together: choice c gives parameter p the value values[p][c].
struct StudyAxis {
  std::vector<std::size_t> columns;             ///< [p] place in Study::parameters
  std::vector<std::vector<std::string>> paths;  ///< [p] what of the file it sets, all alike
  std::vector<ParameterValues> values{};        ///< [p], as many of each

  std::size_t choices() const { return values.front().size(); }
};

/// A base architecture with the axes that vary it.
struct StudyBase {
  std::string name;                ///< as written: "eyeriss", "mine.yaml"
  YamlNode document;               ///< the architecture's file
  const Family* family = nullptr;  ///< null: a plain file
  std::vector<StudyAxis> axes{};
};

/// How often a workload runs a layer of Study::layers; the mean over architectures need not be
/// whole.
struct StudyUse {
  std::size_t layer = 0;
  double times = 0.0;
};

/// A network of a study.
struct StudyNetwork {
  Network network;
  std::vector<std::size_t> layers;  ///< [layer] its place in Study::layers
};

/// Layers and how often they run: without a schedule its cost is the sum of times x the layer's
/// cost.
struct StudyWorkload {
  std::string name;
  double weight = 1.0;                     ///< in the sum over the workloads of a study
  std::vector<StudyUse> uses;              ///< each layer once
  std::vector<std::string> warnings = {};  ///< of a model: what of it is in no cost
  std::optional<StudyNetwork> network{};   ///< empty: the layers are of no one network
};

/// What to explore: configurations of architectures, on which workloads, for which objectives.
/// docs/formats.md, Study.
struct Study {
  std::string name;
  std::string description;
  std::string file;                     ///< where it was read
  std::string text;                     ///< its content then
  std::vector<std::string> parameters;  ///< all that vary, as written, in order of appearance
  std::vector<StudyBase> bases;
  std::vector<Layer> layers;  ///< the distinct ones of all workloads
  std::vector<StudyWorkload> workloads;
  std::vector<StudyLimit> limits;
  std::vector<FpgaBoard> must_fit;      ///< boards whose usable part must hold the engine
  std::vector<StudyMetric> objectives;  ///< 1 to 4, each to be made least
  Objective mapping = Objective::Edp;   ///< what the mapping of a layer makes least
  std::optional<Factors> factors = Factors::Divisors;
  ScheduleKind schedule = ScheduleKind::Separate;  ///< of each network, with what stays on chip
  Orders orders = Orders::Given;                   ///< of its layers in a schedule
  bool prune = false;  ///< leave out configurations that are proven to be off the front
  /// Grid indices, rising, where only a sample is asked for; empty: the whole grid.
  std::optional<std::vector<std::int64_t>> sample;
  std::optional<StudySearch> search{};        ///< of the whole grid; there is no sample then
  EnergyTables tables;                        ///< read once
  std::map<std::string, FpgaBoard> boards{};  ///< all that a configuration may name
};

/// The study of a file. Throws InputError with file, line, path and cure, also where a value is
/// none that its architecture's reader takes, and where not one configuration can be built.
Study load_study(const std::filesystem::path& path);

/// Throws InputError where the study asks for schedules of what is no network.
void check_schedulable(const Study& study);

/// The names of the columns of Configuration::values.
const std::vector<std::string>& parameter_names(const Study& study);
/// All configurations: the product of a base's axes, summed over the bases. Throws InputError where
/// it leaves 63 bits.
std::int64_t grid_size(const Study& study);
/// Those to run: of the sample, else all of the grid.
std::int64_t configuration_count(const Study& study);

/// One architecture of a study.
struct Configuration {
  std::int64_t index = 0;           ///< in the whole grid: base by base, last axis fastest
  std::string base;                 ///< StudyBase::name
  std::vector<std::string> values;  ///< one a parameter; empty where the base has no such parameter
  std::optional<Architecture> architecture;  ///< empty: it cannot be built, and why
  std::string why_none;
  std::optional<Bits> precision;           ///< empty: layers keep their widths
  std::optional<FpgaResources> resources;  ///< of an FPGA engine; also where no board holds it
};

/// The configuration at `position` below configuration_count(study). Reads no file; any thread may
/// call it.
Configuration configuration(const Study& study, std::int64_t position);
/// The same as the YAML of an architecture's file, also where it cannot be built. The file says
/// what was set in its description.
std::string configuration_file(const Study& study, std::int64_t position);

/// Study::layers, in order, with words of that width; partial sums that were as wide as the
/// outputs stay so, others keep their width where it is wider.
std::vector<Layer> layers_at(const Study& study, std::optional<Bits> precision);
/// The network of a workload, which has one, with words of that width.
Network network_at(const StudyNetwork& network, std::optional<Bits> precision);
/// [layer] how often it counts in the total of the study: weight x times over all workloads.
std::vector<double> layer_weights(const Study& study);

/// Why the engine does not fit a board of Study::must_fit; empty: it fits all.
std::string lacks_text(const Study& study, const FpgaResources& resources);

}  // namespace tilewise
