#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include "api/tilewise.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"
#include "bindings/arrays.hpp"
#include "bindings/bindings.hpp"
#include "bindings/long_call.hpp"
#include "report/block_files.hpp"
#include "report/sweep_files.hpp"
#include "sweep/cost_metric.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace tilewise {
namespace {

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
  for (const SweepTarget& target : result.targets) {
    nb::dict entry;
    entry["name"] = target.name;
    entry["configuration"] = fingerprint(target.details);
    entry["description"] = target.description;
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
  for (const SweepTarget& target : result.targets) texts.push_back(target.details);
  return texts;
}

}  // namespace

void bind_sweeps(nb::module_& module) {
  nb::class_<SweepResult>(module, "SweepResult")
      .def("costs", [](const SweepResult& result) { return data_frame(columns(result)); })
      .def("blocks_csv",
           [](const SweepResult& result) {
             return blocks_csv(result, std::get<BlockForm>(find_space(result.space).form));
           })
      .def("layers_csv",
           [](const SweepResult& result) { return layers_csv(result.layers, result.devices); })
      .def("configurations", &configurations)
      .def("provenance", &provenance);
  module.def(
      "sweep",
      [](const std::string& name, const std::vector<std::string>& datasets,
         const std::vector<std::string>& devices, const std::string& objective,
         const std::string& factors, bool prune_dead, const std::string& schedule, int threads,
         nb::handle progress) {
        LongCall call;
        SweepOptions options;
        options.datasets = datasets;
        options.devices = devices;
        options.space.prune_dead = prune_dead;
        options.schedule = parse_enum<ScheduleKind>(schedule, "schedule");
        options.mapping = long_call_options(call, objective, factors, threads, progress);
        return call.run([&] { return sweep_space(name, options); });
      },
      "space"_a, "datasets"_a, "devices"_a, "objective"_a, "factors"_a, "prune_dead"_a,
      "schedule"_a, "threads"_a, "progress"_a.none());
  module.def("column_word", &column_word, "device"_a,
             "How the columns of a device begin in tables: by its name, that of \"board:zc706\" by "
             "\"board_zc706\", which SQL takes without quotes.");
}

}  // namespace tilewise
