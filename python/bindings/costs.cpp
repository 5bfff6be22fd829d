#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include "api/tilewise.hpp"
#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/yaml.hpp"
#include "bindings/bindings.hpp"
#include "bindings/long_call.hpp"
#include "mapper/factors.hpp"
#include "mapper/given_mapping.hpp"
#include "mapper/objective.hpp"
#include "report/cost_json.hpp"
#include "report/cost_text.hpp"
#include "report/search_text.hpp"
#include "sim/mapping_yaml.hpp"
#include "sweep/evidence.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace tilewise {
namespace {

/// The answer of a search with what it was about.
struct MapResult {
  SearchResult found;
  SharedDevice device;
  Layer layer;
  std::string objective;

  std::optional<Interval> latency_interval() const {
    const DeviceEvidence evidence(device_of(*device));
    return evidence.of_layer(layer, nearest_milliseconds(cost(found)->time).count());
  }

  std::optional<NamedMapping> named_best() const {
    const Mapping* mapping = best_mapping(found);
    return mapping ? std::optional(NamedMapping{*mapping, device}) : std::nullopt;
  }
};

const Architecture& mapped_architecture(const Target& target) {
  const Device& device = device_of(target);
  if (const auto* architecture = std::get_if<Architecture>(&device)) return *architecture;
  throw InputError(name(device) + ": has " + kFixedControl + ", no mapping; ask for its cost");
}

nb::object breakdown(const LayerCost& cost) {
  nb::list places;
  nb::list tensors;
  nb::list causes;
  nb::list energies;
  for (const EnergyItem& item : merged_items(cost.energy)) {
    places.append(item.place);
    tensors.append(item.tensor ? nb::object(nb::str(std::string(name(*item.tensor)).c_str()))
                               : nb::object(nb::none()));
    causes.append(std::string(name(item.cause)));
    energies.append(item.energy.count());
  }
  nb::dict columns;
  columns["place"] = places;
  columns["tensor"] = tensors;
  columns["cause"] = causes;
  columns["energy_pJ"] = energies;
  return data_frame(columns);
}

nb::dict certificate(const MapResult& result) {
  const Certificate& done = result.found.certificate;
  nb::dict entries;
  entries["subtrees"] = done.spatial;
  entries["subtrees_by_bound"] = done.spatial_by_bound;
  entries["subtrees_open"] = done.open;
  entries["most_steps"] = done.most_steps;
  entries["tiles_by_capacity"] = done.tiles_by_capacity;
  entries["tiles_by_bound"] = done.tiles_by_bound;
  entries["orders_by_bound"] = done.orders_by_bound;
  entries["evaluated"] = done.evaluated;
  return entries;
}

/// What `map --json` prints.
std::string json_of(const MapResult& result) {
  const Device& device = device_of(*result.device);
  const auto* architecture = std::get_if<Architecture>(&device);
  if (architecture == nullptr) return fixed_cost_json(*cost(result.found), result.layer, device);
  SearchOptions options;
  options.mapping.objective = parse_objective(result.objective);
  return search_json(result.found, options, result.layer, *architecture);
}

std::vector<std::pair<NamedMapping, LayerCost>> named_front(const MapResult& result) {
  std::vector<std::pair<NamedMapping, LayerCost>> points;
  for (const ParetoPoint& point : front(result.found)) {
    points.push_back({{point.mapping, result.device}, point.cost});
  }
  return points;
}

double not_negative(const char* word, double value) {
  if (value >= 0.0) return value;
  throw InputError(std::string(word) + ": expected 0 or more");
}

MapResult map_layer(const Layer& layer, const SharedDevice& device, const std::string& objective,
                    const std::string& factors, int threads, double budget_seconds, double gap,
                    const std::string& tiles) {
  LongCall call;
  SearchOptions options;
  options.mapping = long_call_options(call, objective, factors, threads, nb::none());
  options.mapping.tiles = parse_tiles(tiles);
  options.budget_seconds = not_negative("budget_seconds", budget_seconds);
  options.gap = not_negative("gap", gap);
  const Device& on = device_of(*device);
  SearchResult found = call.run([&] { return map(layer, on, options); });
  return {std::move(found), device, layer, objective};
}

void bind_cost(nb::module_& module) {
  nb::class_<LayerCost>(module, "Cost", "What one layer costs under one mapping.")
      .def_prop_ro(
          "cycles", [](const LayerCost& cost) { return cost.latency.total.count(); },
          "The latency in clock cycles.")
      .def_prop_ro(
          "latency_ms", [](const LayerCost& cost) { return cost.time.count() / 1e3; },
          "The latency in milliseconds.")
      .def_prop_ro(
          "energy_pJ", [](const LayerCost& cost) { return cost.energy.total.count(); },
          "The energy in picojoules: the sum of the breakdown.")
      .def_prop_ro(
          "energy_mJ", [](const LayerCost& cost) { return cost_of(cost).energy.count(); },
          "The energy in millijoules.")
      .def_prop_ro(
          "energy_pJ_low",
          [](const LayerCost& cost) { return low_of(energy_interval(cost.energy)); },
          "The energy in picojoules with the least published energies of the components; None "
          "where nothing else is published.")
      .def_prop_ro(
          "energy_pJ_high",
          [](const LayerCost& cost) { return high_of(energy_interval(cost.energy)); },
          "As energy_pJ_low with the most.")
      .def_prop_ro(
          "dram_bytes", [](const LayerCost& cost) { return cost_of(cost).dram_bytes; },
          "Bytes that cross the boundary of off-chip memory, both ways.")
      .def_ro("utilisation", &LayerCost::utilisation,
              "Iterations over compute units times cycles, 0 to 1.")
      .def_ro("bound", &LayerCost::bound, "\"compute\", or the port that is busy longest.")
      .def_prop_ro(
          "stall_share", [](const LayerCost& cost) { return cost.latency.stall_share(); },
          "The share of the cycles in which no computation starts.")
      .def_prop_ro(
          "compute_cycles", [](const LayerCost& cost) { return cost.counts.compute_cycles; },
          "Iterations that are executed, one after the other.")
      .def_prop_ro(
          "macs", [](const LayerCost& cost) { return cost.counts.macs; },
          "Multiplications with accumulation.")
      .def_prop_ro("breakdown", &breakdown, nb::sig("def breakdown(self) -> pandas.DataFrame"),
                   "The energy by `place`, `tensor` (None: all or none) and `cause`, in "
                   "`energy_pJ`; adds up to the total.")
      .def("__repr__", [](const LayerCost& cost) {
        const Cost sum = cost_of(cost);
        return "<Cost " + std::to_string(sum.latency.count()) + " ms, " +
               std::to_string(sum.energy.count()) + " mJ, bound by " + cost.bound + ">";
      });
}

void bind_map_result(nb::module_& module) {
  nb::class_<MapResult>(module, "MapResult", "The best mapping of a layer, and its proof.")
      .def_prop_ro(
          "mapping", [](const MapResult& result) { return result.named_best(); },
          "The best mapping; None on a device with fixed control.")
      .def_prop_ro(
          "cost", [](const MapResult& result) { return *cost(result.found); },
          "What the layer costs under it.")
      .def_prop_ro(
          "latency_ms_low",
          [](const MapResult& result) { return low_of(result.latency_interval()); },
          "Hardware is at or above it, and at or below latency_ms_high, in 90 % of cases; None "
          "where too little hardware was compared.")
      .def_prop_ro(
          "latency_ms_high",
          [](const MapResult& result) { return high_of(result.latency_interval()); },
          "As latency_ms_low.")
      .def_ro("objective", &MapResult::objective)
      .def_prop_ro(
          "objective_value", [](const MapResult& result) { return result.found.objective_value; },
          "Cycles, pJ, or pJ x cycles (edp; pareto: the least of the front).")
      .def_prop_ro(
          "proven", [](const MapResult& result) { return result.found.proven; },
          "Whether no mapping of the space is better.")
      .def_prop_ro(
          "lower_bound", [](const MapResult& result) { return result.found.lower_bound; },
          "No mapping of the space is below; objective_value where proven.")
      .def_prop_ro(
          "gap", [](const MapResult& result) { return result.found.gap; },
          "objective_value / lower_bound - 1.")
      .def_prop_ro(
          "factors",
          [](const MapResult& result) { return std::string(name(result.found.factors)); },
          "The space that the proof is about: \"divisors\" or \"all\".")
      .def_prop_ro(
          "space_size",
          [](const MapResult& result) {
            return nb::steal(PyLong_FromString(result.found.space.digits.c_str(), nullptr, 10));
          },
          nb::sig("def space_size(self) -> int"), "The mappings of the space, valid or not; exact.")
      .def_prop_ro("certificate", &certificate,
                   nb::sig("def certificate(self) -> dict[str, float]"),
                   "What was excluded, by what, and what was left (docs/formats.md, Map).")
      .def_prop_ro("front", &named_front,
                   "Of objective \"pareto\": (Mapping, Cost) of every trade of energy for latency, "
                   "by rising latency; else empty.")
      .def("json", &json_of, "All of it as `tilewise map --json` prints it (docs/formats.md, Map).")
      .def("__repr__", [](const MapResult& result) {
        return "<MapResult " + result.objective + " = " +
               std::to_string(result.found.objective_value) +
               (result.found.proven ? ", proven>" : ", not proven>");
      });
}

nb::list all_objectives() {
  nb::list list;
  for (const ObjectiveEntry& each : kObjectives) {
    nb::dict entry;
    entry["name"] = nb::cast(each.name);
    entry["unit"] = nb::cast(each.unit);
    entry["meaning"] = nb::cast(each.meaning);
    entry["front"] = each.front;
    list.append(entry);
  }
  return list;
}

}  // namespace

void bind_costs(nb::module_& module) {
  bind_cost(module);
  bind_map_result(module);
  module.def("objectives", &all_objectives,
             nb::sig("def objectives() -> list[dict[str, typing.Any]]"),
             "What a mapping can make least: name, unit, meaning, whether it gives a front.");
  module.def("factors", &factor_words, "Which loop bounds a search can take.");
  module.def("schedules", &enum_names<ScheduleKind>,
             "What of a network may stay on chip between its layers.");
  module.def("map", &map_layer, "layer"_a, "arch"_a, "objective"_a, "factors"_a, "threads"_a,
             "budget_seconds"_a, "gap"_a, "tiles"_a);
  module.def(
      "evaluate",
      [](const Layer& layer, const SharedDevice& device, const NamedMapping& mapping) {
        return evaluate_given(mapped_architecture(*device), layer, mapping.mapping);
      },
      "layer"_a, "arch"_a, "mapping"_a);
  module.def(
      "find_mapping",
      [](const std::string& word, const Layer& layer, const SharedDevice& device) {
        return NamedMapping{find_mapping(word, layer, mapped_architecture(*device)), device};
      },
      "word"_a, "layer"_a, "arch"_a);
  module.def(
      "parse_mapping",
      [](const std::string& yaml, const SharedDevice& device) {
        const YamlNode node = YamlNode::load_text(yaml, "Mapping");
        return NamedMapping{parse_mapping(node, mapped_architecture(*device)), device};
      },
      "yaml"_a, "arch"_a);
}

}  // namespace tilewise
