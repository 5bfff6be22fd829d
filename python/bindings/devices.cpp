#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "bindings/bindings.hpp"
#include "sim/mapping_yaml.hpp"
#include "sim/tile_places.hpp"
#include "sweep/evidence.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace tilewise {
namespace {

nb::list kept(const LevelMapping& level) {
  nb::list names;
  for (const Tensor t : kTensors) {
    if (level.keep[t]) names.append(std::string(name(t)));
  }
  return names;
}

nb::list levels(const NamedMapping& mapping) {
  nb::list levels;
  for (std::size_t l = 0; l < mapping.mapping.levels.size(); ++l) {
    const LevelMapping& level = mapping.mapping.levels[l];
    nb::list temporal;
    for (const Loop& loop : level.temporal) {
      temporal.append(nb::make_tuple(std::string(name(loop.dim)), loop.bound));
    }
    nb::list spatial;
    for (const SpatialLoop& loop : level.spatial) {
      spatial.append(nb::make_tuple(std::string(name(loop.dim)), loop.bound,
                                    loop.axis == Axis::X ? "X" : "Y"));
    }
    nb::dict entry;
    entry["name"] = mapping.architecture().levels[level_of(mapping.mapping, l)].name;
    entry["keep"] = kept(level);
    entry["temporal"] = temporal;
    entry["spatial"] = spatial;
    levels.append(entry);
  }
  return levels;
}

void bind_mapping(nb::module_& module) {
  nb::class_<NamedMapping>(
      module, "Mapping",
      "How a layer runs on an architecture: the loops of each level, "
      "outermost first.\n\nstr() gives one line: \"DRAM: M4 C2 | GLB: P14 y:R3 "
      "x:Q14 -Weight\" (y, x: spatial; -: bypassed).")
      .def_prop_ro("levels", &levels, nb::sig("def levels(self) -> list[dict[str, typing.Any]]"),
                   "A dictionary a level: `name`, `keep` (tensors), `temporal` (dimension, bound), "
                   "`spatial` (dimension, bound, axis).")
      .def(
          "to_yaml",
          [](const NamedMapping& self) { return mapping_yaml(self.mapping, self.architecture()); },
          "The text of a mapping's file (docs/formats.md).")
      .def(
          "__eq__",
          [](const NamedMapping& a, const NamedMapping& b) {
            return a.mapping == b.mapping && a.architecture().name == b.architecture().name;
          },
          nb::is_operator())
      .def("__str__",
           [](const NamedMapping& self) { return nest_line(self.mapping, self.architecture()); })
      .def("__repr__", [](const NamedMapping& self) {
        return "<Mapping " + nest_line(self.mapping, self.architecture()) + ">";
      });
}

}  // namespace

void bind_devices(nb::module_& module) {
  nb::class_<Target>(module, "Device",
                     "What has costs: memories, NoCs and a compute unit; an engine with a schedule "
                     "of its own; or a published model of whole networks.")
      .def_prop_ro("name", [](const Target& device) { return name(device); })
      .def_prop_ro("description", [](const Target& device) { return description(device); })
      .def_prop_ro(
          "fingerprint", [](const Target& device) { return fingerprint(describe(device)); },
          "16 hexadecimal digits that name the configuration, as in run.yaml.")
      .def_prop_ro(
          "has_fixed_control",
          [](const Target& target) {
            const auto* device = std::get_if<Device>(&target);
            return device != nullptr && std::holds_alternative<LayerModel>(*device);
          },
          "Whether a layer has one cost there, and no mapping to choose.")
      .def_prop_ro(
          "evidence", [](const Target& target) { return evidence_text(target); },
          "Which hardware our numbers were compared with, and how far they were.")
      .def(
          "describe", [](const Target& device) { return describe(device); },
          "All of it as text, with the source of every number, as `tilewise arch show` prints it.")
      .def("__repr__", [](const Target& device) { return "<Device " + name(device) + ">"; });
  module.def(
      "engine_for",
      [](const std::string& name, const std::vector<Layer>& layers, const std::string& objective) {
        std::vector<WeightedLayer> weighted;
        for (const Layer& layer : layers) weighted.push_back({layer, 1.0});
        return std::make_shared<Target>(find_target(name, weighted, parse_objective(objective)));
      },
      "name"_a, "layers"_a, "objective"_a,
      "As arch; \"board:ultra96\" is the engine that is found for these layers.");
  module.def(
      "arch",
      [](const std::filesystem::path& name) {
        return std::make_shared<Target>(find_target(name.string()));
      },
      "name"_a,
      "The device of a shipped name (\"eyeriss\", \"zc706\"), of a file, or a preset of "
      "HW-NAS-Bench\n(\"hwnasbench-zc706\"). Raises InputError.");
  bind_mapping(module);
}

}  // namespace tilewise
