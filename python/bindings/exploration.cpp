#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "api/tilewise.hpp"
#include "base/enum_words.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"
#include "base/parallel.hpp"
#include "bindings/arrays.hpp"
#include "bindings/bindings.hpp"
#include "bindings/long_call.hpp"
#include "report/exploration_summary.hpp"
#include "study/study_fingerprint.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace tilewise {
namespace {

using Positions = nb::ndarray<const std::int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
/// (position, layer) a row.
using Tasks = nb::ndarray<const std::int64_t, nb::shape<-1, 2>, nb::c_contig, nb::device::cpu>;

LayerTask task_of(const Tasks& tasks, std::size_t row) {
  return {tasks(row, 0), static_cast<std::size_t>(tasks(row, 1))};
}

/// What a worker needs of a study.
struct WorkerStudy {
  explicit WorkerStudy(const std::string& name)
      : study(load_study(find_config("study", name))),
        widths(study),
        families(study, 1),
        fingerprint(study_fingerprint(study, widths)) {}
  Study study;
  StudyLayers widths;
  StudyFamilies families;
  std::string fingerprint;
};

/// A study on its way, with its fingerprint.
struct Run {
  Run(const std::string& name, const std::string& out, const std::optional<std::string>& store,
      int threads, const std::optional<std::string>& schedule,
      const std::optional<std::string>& orders, bool csv_guard)
      : study(request(name, out, store, threads, schedule, orders, csv_guard)),
        widths(study.study()),
        fingerprint(study_fingerprint(study.study(), widths)) {}
  Exploration& exploration() { return study.exploration(); }
  const Exploration& exploration() const { return study.exploration(); }
  static ExploreRequest request(const std::string& name, const std::string& out,
                                const std::optional<std::string>& store, int threads,
                                const std::optional<std::string>& schedule,
                                const std::optional<std::string>& orders, bool csv_guard) {
    ExploreRequest made{name, out, store.value_or(""), checked_threads(threads)};
    if (schedule) made.schedule = parse_enum<ScheduleKind>(*schedule, "schedule");
    if (orders) made.orders = parse_enum<Orders>(*orders, "orders");
    made.guard = csv_guard ? CsvGuard::On : CsvGuard::Off;
    return made;
  }
  StudyRun study;
  StudyLayers widths;
  std::string fingerprint;
};

/// Doubles go bit for bit.
nb::tuple tuple_of(const StoredLayer& layer) {
  return nb::make_tuple(layer.cycles, layer.latency_ms, layer.energy_pj, layer.dram_bytes,
                        layer.utilisation, layer.mapping, layer.factors, layer.evaluated,
                        layer.proven, layer.why_none);
}

StoredLayer layer_of(const nb::tuple& values) {
  return {.cycles = nb::cast<double>(values[0]),
          .latency_ms = nb::cast<double>(values[1]),
          .energy_pj = nb::cast<double>(values[2]),
          .dram_bytes = nb::cast<double>(values[3]),
          .utilisation = nb::cast<double>(values[4]),
          .mapping = nb::cast<std::string>(values[5]),
          .factors = nb::cast<std::string>(values[6]),
          .evaluated = nb::cast<std::int64_t>(values[7]),
          .proven = nb::cast<bool>(values[8]),
          .why_none = nb::cast<std::string>(values[9])};
}

nb::list solve(WorkerStudy& worker, const Tasks& tasks) {
  std::vector<StoredLayer> solved;
  {
    const nb::gil_scoped_release released;
    std::vector<LayerTask> asked;
    for (std::size_t row = 0; row < tasks.shape(0); ++row) asked.push_back(task_of(tasks, row));
    solved = solve_layers(worker.study, worker.widths, worker.families, asked);
  }
  nb::list results;
  for (const StoredLayer& each : solved) results.append(tuple_of(each));
  return results;
}

nb::object open_tasks(const Run& run) {
  std::vector<std::int64_t> tasks;
  for (const LayerTask& task : run.exploration().tasks()) {
    tasks.push_back(task.position);
    tasks.push_back(static_cast<std::int64_t>(task.layer));
  }
  return moved_array(std::move(tasks), 2);
}

/// Where in `tasks` each search begins.
nb::object open_searches(const Run& run) {
  const auto begins = run.exploration().searches();
  return moved_array(std::vector<std::int64_t>(begins.begin(), begins.end()));
}

void keep(Run& run, const Tasks& tasks, const nb::list& results) {
  if (tasks.shape(0) != results.size()) throw std::length_error("as many results as tasks");
  std::vector<StoredLayer> layers;
  for (const nb::handle each : results) layers.push_back(layer_of(nb::cast<nb::tuple>(each)));
  const nb::gil_scoped_release released;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    run.exploration().keep(task_of(tasks, i), layers[i]);
  }
}

/// All of it on the threads of this machine.
void explore_here(Run& run, nb::handle progress) {
  LongCall call;
  const auto told = call.progress(progress);
  ExploreOptions options;
  options.threads = run.study.request().threads;
  options.interrupted = call.interrupted();
  const auto all = static_cast<double>(run.exploration().configurations());
  if (told) options.progress = [&](double done, std::int64_t) { told("explore", done / all); };
  call.run([&] { return run.study.explore(options); });
}

void open_wave_of(Run& run, const Positions& positions) {
  const std::vector<std::int64_t> opened(positions.data(), positions.data() + positions.size());
  const nb::gil_scoped_release released;
  run.exploration().open_wave_of(opened);
}

/// With the schedules of its networks, on the threads of this machine.
void close_wave(Run& run) {
  LongCall call;
  ExploreOptions options;
  options.threads = run.study.request().threads;
  options.interrupted = call.interrupted();
  call.run([&] {
    if (schedule_wave(run.exploration(), options)) run.exploration().close_wave();
  });
}

/// What a search proposes, on the threads of this machine.
void solve_wave(Run& run, const Positions& positions) {
  std::vector<std::int64_t> opened(positions.data(), positions.data() + positions.size());
  LongCall call;
  ExploreOptions options;
  options.threads = run.study.request().threads;
  options.interrupted = call.interrupted();
  call.run([&] {
    run.exploration().open_wave_of(opened);
    if (solve_open_wave(run.exploration(), options)) run.exploration().close_wave();
  });
}

/// [position][objective] of the study; NaN where it is no candidate for the front.
nb::object costs_of(Run& run, const Positions& positions) {
  const std::size_t width = run.study.study().objectives.size();
  std::vector<double> costs;
  {
    const nb::gil_scoped_release released;
    for (std::size_t i = 0; i < positions.size(); ++i) {
      const Explored explored = run.exploration().explored(positions(i));
      const bool counts = explored.outcome == Outcome::Costed;
      const auto values = counts ? objectives(run.study.study(), explored)
                                 : std::vector<double>(width, std::nan(""));
      costs.insert(costs.end(), values.begin(), values.end());
    }
  }
  return moved_array(std::move(costs), width);
}

/// (latency in ms, energy in mJ), both [position][layer of the study], of costed configurations.
nb::tuple layer_costs(Run& run, const Positions& positions) {
  const std::size_t width = run.study.study().layers.size();
  std::vector<double> latencies(positions.size() * width);
  std::vector<double> energies(positions.size() * width);
  {
    const nb::gil_scoped_release released;
    const auto count = static_cast<std::int64_t>(positions.size());
    parallel_for(count, run.study.request().threads, [&](std::int64_t i) {
      const auto row = static_cast<std::size_t>(i);
      const std::vector<StoredLayer> layers = run.exploration().layers(positions(row));
      for (std::size_t l = 0; l < width; ++l) {
        latencies[row * width + l] = layers[l].latency_ms;
        energies[row * width + l] = millijoules(Picojoules{layers[l].energy_pj}).count();
      }
    });
  }
  return nb::make_tuple(moved_array(std::move(latencies), width),
                        moved_array(std::move(energies), width));
}

nb::list study_layers(const Run& run) {
  nb::list layers;
  for (const Layer& layer : run.study.study().layers) layers.append(nb::cast(layer));
  return layers;
}

nb::object search_of(const Run& run) {
  const auto& search = run.study.study().search;
  if (!search) return nb::none();
  nb::dict asked;
  asked["method"] = nb::cast(std::string(name(search->method)));
  asked["evaluations"] = search->evaluations;
  asked["seed"] = search->seed;
  return asked;
}

nb::list objective_columns(const Run& run) {
  nb::list columns;
  for (const StudyMetric each : run.study.study().objectives) columns.append(column(each));
  return columns;
}

/// [base][axis] how many choices it has: a position counts base by base, its last axis fastest.
nb::list axes_of(const Run& run) {
  nb::list bases;
  for (const StudyBase& base : run.study.study().bases) {
    nb::list sizes;
    for (const StudyAxis& axis : base.axes) sizes.append(axis.choices());
    bases.append(sizes);
  }
  return bases;
}

void write(Run& run, const std::string& command, double seconds) {
  std::optional<std::string> warning;
  {
    const nb::gil_scoped_release released;
    run.study.note_phase({"explore", seconds});
    warning = run.study.write(command);
  }
  if (warning && PyErr_WarnEx(PyExc_UserWarning, warning->c_str(), 1) < 0) throw nb::python_error();
}

nb::dict counts(const Run& run) {
  const ExplorationCounts done = run.exploration().counts();
  nb::dict entries;
  for (const Outcome outcome : all_of<Outcome>()) {
    entries[nb::cast(std::string(name(outcome)))] = done.configurations[outcome];
  }
  entries["front"] = run.exploration().front().size();
  entries["layers_mapped"] = done.layers_mapped;
  entries["layers_known"] = done.layers_known;
  if (run.exploration().schedules()) {
    entries["schedules_found"] = done.schedules_found;
    entries["schedules_known"] = done.schedules_known;
    entries["schedules_not_proven"] = done.schedules_open;
  }
  return entries;
}

void bind_worker(nb::module_& module) {
  nb::class_<WorkerStudy>(module, "Study", "A study as a worker sees it.")
      .def(nb::init<const std::string&>(), "name"_a, nb::call_guard<nb::gil_scoped_release>())
      .def_ro("fingerprint", &WorkerStudy::fingerprint)
      .def("solve", &solve, "tasks"_a,
           nb::sig("def solve(self, tasks: numpy.typing.NDArray[numpy.int64]) -> list[tuple]"),
           "What the store keeps of each task, a row of (position, layer).");
}

/// What a study has in its grid, and what of it costs what.
void bind_configurations(nb::class_<Run>& exploration) {
  exploration
      .def("costs", &costs_of,
           nb::sig("def costs(self, positions: numpy.typing.NDArray[numpy.int64]) -> "
                   "numpy.typing.NDArray[numpy.float64]"),
           "The objectives, a position a row; NaN where it is no candidate for the front.")
      .def("layer_costs", &layer_costs,
           nb::sig("def layer_costs(self, positions: numpy.typing.NDArray[numpy.int64]) -> "
                   "tuple[numpy.typing.NDArray[numpy.float64], "
                   "numpy.typing.NDArray[numpy.float64]]"),
           "Latency in ms and energy in mJ of each layer, a costed configuration a row.")
      .def(
          "configuration_file",
          [](const Run& run, std::int64_t position) {
            return configuration_file(run.study.study(), position);
          },
          "position"_a, "The file of its architecture.")
      .def_prop_ro("layer_list", &study_layers, nb::sig("def layer_list(self) -> list[Layer]"),
                   "The distinct layers of all workloads.")
      .def_prop_ro("search", &search_of,
                   nb::sig("def search(self) -> dict[str, typing.Any] | None"),
                   "method, evaluations and seed of a study that is searched.")
      .def_prop_ro("objectives", &objective_columns, nb::sig("def objectives(self) -> list[str]"),
                   "Their columns in all.csv.")
      .def_prop_ro("axes", &axes_of, nb::sig("def axes(self) -> list[list[int]]"));
}

}  // namespace

void bind_exploration(nb::module_& module) {
  bind_worker(module);
  nb::class_<Run> exploration(module, "Exploration",
                              "A study on its way, wave by wave, with its store.");
  exploration
      .def(nb::init<const std::string&, const std::string&, const std::optional<std::string>&, int,
                    const std::optional<std::string>&, const std::optional<std::string>&, bool>(),
           "study"_a, "out"_a, "store"_a.none() = nb::none(), "threads"_a = 0,
           "schedule"_a.none() = nb::none(), "orders"_a.none() = nb::none(), "csv_guard"_a = true,
           nb::call_guard<nb::gil_scoped_release>())
      .def(
          "open_wave",
          [](Run& run, std::int64_t most) { return run.exploration().open_wave(most); }, "most"_a,
          nb::call_guard<nb::gil_scoped_release>(), "False: all configurations are opened.")
      .def("open_wave_of", &open_wave_of,
           nb::sig("def open_wave_of(self, positions: numpy.typing.NDArray[numpy.int64]) -> None"),
           "What a search proposes: distinct positions, none of them opened before.")
      .def("tasks", &open_tasks, nb::sig("def tasks(self) -> numpy.typing.NDArray[numpy.int64]"),
           "What the wave that was opened last needs: rows of (position, layer).")
      .def("searches", &open_searches,
           nb::sig("def searches(self) -> numpy.typing.NDArray[numpy.int64]"),
           "Rows of tasks() at which searches begin: those up to the next one share it.")
      .def("keep", &keep, "tasks"_a, "results"_a, "Results of Study.solve, into the store.")
      .def("close_wave", &close_wave,
           "The oldest that is open; finds the schedules that it needs, on this machine.")
      .def("solve_wave", &solve_wave,
           nb::sig("def solve_wave(self, positions: numpy.typing.NDArray[numpy.int64]) -> None"),
           "Costs what a search proposes: distinct positions, none of them costed before.")
      .def("explore", &explore_here, "progress"_a.none())
      .def("write", &write, "command"_a, "seconds"_a)
      .def(
          "summary",
          [](Run& run, bool json) {
            return json ? exploration_json(run.study.study(), run.exploration())
                        : exploration_text(run.study.study(), run.exploration());
          },
          "json"_a = false, nb::call_guard<nb::gil_scoped_release>())
      .def_prop_ro("counts", &counts, nb::sig("def counts(self) -> dict[str, int]"))
      .def_prop_ro("folder", [](const Run& run) { return run.study.request().folder; })
      .def_prop_ro("fingerprint", [](const Run& run) { return run.fingerprint; })
      .def_prop_ro("prune", [](const Run& run) { return run.study.study().prune; })
      .def_prop_ro("layers", [](const Run& run) { return run.study.study().layers.size(); })
      .def_prop_ro("done", [](const Run& run) { return run.exploration().done(); })
      .def_prop_ro("open_length", [](const Run& run) { return run.exploration().open_length(); })
      .def_prop_ro("configurations",
                   [](const Run& run) { return run.exploration().configurations(); });
  bind_configurations(exploration);
}

}  // namespace tilewise
