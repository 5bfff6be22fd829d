#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "bindings/arrays.hpp"
#include "bindings/bindings.hpp"
#include "bindings/long_call.hpp"
#include "report/fbnet_files.hpp"
#include "report/sweep_files.hpp"
#include "space/fbnet_sweep.hpp"
#include "space/nasbench201_counts.hpp"
#include "space/natsbench_size.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace tilewise {
namespace {

IndexedSpace indexed_space(const std::string& name, bool prune_dead) {
  if (name == kNasbench201Name) {
    return nasbench201_space(prune_dead ? PruneDead::Yes : PruneDead::No);
  }
  if (name != "natsbench_size") {
    throw InputError(name +
                     ": no such space; expected nasbench201 or natsbench_size (of fbnet ask "
                     "tilewise.space)");
  }
  if (prune_dead) throw InputError("prune_dead: natsbench_size has no dead layers; leave it out");
  return natsbench_size_space();
}

SweepOptions options_of(const std::vector<std::string>& datasets,
                        const std::vector<std::string>& devices, const std::string& objective,
                        const std::string& factors, int threads, nb::handle progress,
                        LongCall& call) {
  SweepOptions options = long_call_options(call, objective, factors, threads, progress);
  options.datasets = datasets;
  options.devices = devices;
  check_sweep_words(options);
  return options;
}

/// The columns of costs.csv. A text that stands in several rows is one object.
nb::dict columns(const SweepResult& result) {
  std::vector<nb::str> architectures;
  for (const std::string& each : result.architectures) architectures.emplace_back(each.c_str());
  nb::list texts;
  nb::list datasets;
  std::vector<std::int64_t> indices;
  std::vector<std::int64_t> macs;
  std::vector<std::int64_t> parameters;
  for (const SweepRow& row : result.rows) {
    texts.append(architectures[static_cast<std::size_t>(row.index)]);
    datasets.append(row.dataset);
    indices.push_back(row.index);
    macs.push_back(row.macs);
    parameters.push_back(row.parameters);
  }
  nb::dict columns;
  columns["index"] = moved_array(std::move(indices));
  columns["arch_str"] = texts;
  columns["dataset"] = datasets;
  columns["macs"] = moved_array(std::move(macs));
  columns["params"] = moved_array(std::move(parameters));
  for (CostColumn& column : cost_columns(result)) {
    columns[nb::cast(column.name)] = moved_array(std::move(column.values));
  }
  return columns;
}

/// How the result came to be: what run.yaml says, without the command.
nb::dict provenance(const SweepResult& result) {
  nb::list devices;
  for (const Device& device : result.devices) {
    nb::dict entry;
    entry["name"] = name(device);
    entry["configuration"] = fingerprint(describe(device));
    entry["description"] = description(device);
    devices.append(entry);
  }
  nb::dict entries;
  entries["version"] = version();
  entries["space"] = result.space;
  entries["devices"] = devices;
  entries["settings"] = nb::cast(result.settings);
  entries["datasets"] = nb::cast(result.datasets);
  return entries;
}

/// All of each device as text, which `configuration` is the fingerprint of.
std::vector<std::string> configurations(const SweepResult& result) {
  std::vector<std::string> texts;
  for (const Device& device : result.devices) texts.push_back(describe(device));
  return texts;
}

}  // namespace

void bind_sweeps(nb::module_& module) {
  nb::class_<SweepResult>(module, "SweepResult")
      .def("costs", [](const SweepResult& result) { return data_frame(columns(result)); })
      .def("layers_csv", &layers_csv)
      .def("configurations", &configurations)
      .def("provenance", &provenance);
  nb::class_<FbnetSweep>(module, "FbnetSweep")
      .def("blocks_csv", &blocks_csv)
      .def("layers_csv", [](const FbnetSweep& space) { return layers_csv(space.sweep); })
      .def("configurations", [](const FbnetSweep& space) { return configurations(space.sweep); })
      .def("provenance", [](const FbnetSweep& space) { return provenance(space.sweep); });
  module.def(
      "sweep",
      [](const std::string& name, const std::vector<std::string>& datasets,
         const std::vector<std::string>& devices, const std::string& objective,
         const std::string& factors, bool prune_dead, int threads, nb::handle progress) {
        LongCall call;
        const IndexedSpace space = indexed_space(name, prune_dead);
        const SweepOptions options =
            options_of(datasets, devices, objective, factors, threads, progress, call);
        return call.run([&] { return sweep(space, options); });
      },
      "space"_a, "datasets"_a, "devices"_a, "objective"_a, "factors"_a, "prune_dead"_a, "threads"_a,
      "progress"_a.none());
  module.def(
      "sweep_fbnet",
      [](const std::vector<std::string>& datasets, const std::vector<std::string>& devices,
         const std::string& objective, const std::string& factors, int threads,
         nb::handle progress) {
        LongCall call;
        const SweepOptions options =
            options_of(datasets, devices, objective, factors, threads, progress, call);
        return call.run([&] { return sweep_fbnet(options); });
      },
      "datasets"_a, "devices"_a, "objective"_a, "factors"_a, "threads"_a, "progress"_a.none());
}

}  // namespace tilewise
