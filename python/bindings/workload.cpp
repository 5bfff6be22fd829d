#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "base/error.hpp"
#include "base/yaml.hpp"
#include "bindings/bindings.hpp"
#include "workload/layer_yaml.hpp"
#include "workload/network.hpp"
#include "workload/network_yaml.hpp"
#include "workload/onnx/onnx_import.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace tilewise {
namespace {

/// JSON is YAML: the keys are read as those of a file are.
Layer layer_of_keys(const nb::kwargs& keys) {
  const nb::object integer = nb::module_::import_("operator").attr("index");
  const nb::object text = nb::module_::import_("json").attr("dumps")(keys, "ensure_ascii"_a = false,
                                                                     "default"_a = integer);
  const YamlNode yaml = YamlNode::load_text(nb::cast<std::string>(text), "Layer");
  return parse_layer(yaml.map(), {.name = "layer"});
}

nb::dict bounds(const Layer& layer) {
  nb::dict bounds;
  for (const Dim d : kDims) bounds[nb::cast(std::string(name(d)))] = layer.bounds[d];
  return bounds;
}

nb::tuple pair(const Plane& plane) { return nb::make_tuple(plane.vertical, plane.horizontal); }

void bind_layer(nb::module_& module) {
  nb::class_<Layer>(module, "Layer",
                    "One layer: a convolution, a product, a pooling or an addition.\n\n"
                    "Layer(op='convolution', input={'channels': 3, 'height': 32, 'width': 32},\n"
                    "      output_channels=16, kernel=3, padding=1)\n\n"
                    "The keywords are the keys of a layer's file (docs/formats.md), or `dims` with "
                    "the eight loop bounds.\nRaises InputError where a key is wrong or missing.")
      .def(
          "__init__",
          [](Layer* self, const nb::kwargs& keys) { new (self) Layer(layer_of_keys(keys)); },
          nb::sig("def __init__(self, **keys: typing.Any) -> None"))
      .def_static(
          "from_yaml", [](const std::filesystem::path& name) { return find_layer(name.string()); },
          "name"_a, "The layer of a file, or a shipped one by its name: \"alexnet_conv3\".")
      .def_ro("name", &Layer::name)
      .def_prop_ro(
          "op", [](const Layer& layer) { return std::string(name(layer.op)); },
          "\"convolution\", \"depthwise\", \"fully_connected\", ...")
      .def_prop_ro("bounds", &bounds, nb::sig("def bounds(self) -> dict[str, int]"),
                   "The bounds of the eight loops N, G, M, C, P, Q, R, S.")
      .def_prop_ro(
          "stride", [](const Layer& layer) { return pair(layer.stride); },
          nb::sig("def stride(self) -> tuple[int, int]"), "(vertical, horizontal)")
      .def_prop_ro(
          "dilation", [](const Layer& layer) { return pair(layer.dilation); },
          nb::sig("def dilation(self) -> tuple[int, int]"), "(vertical, horizontal)")
      .def_prop_ro(
          "padding", [](const Layer& layer) { return pair(layer.padding); },
          nb::sig("def padding(self) -> tuple[int, int]"), "(rows above, columns left)")
      .def_prop_ro(
          "image", [](const Layer& layer) { return pair(layer.image); },
          nb::sig("def image(self) -> tuple[int, int]"), "(rows, columns) of the real input")
      .def_prop_ro(
          "macs", [](const Layer& layer) { return macs(layer); },
          "Multiplications with accumulation; 0 for pooling and add.")
      .def_prop_ro(
          "parameters", [](const Layer& layer) { return parameters(layer); },
          "Weights, bias and folded batch norm.")
      .def(
          "__eq__", [](const Layer& a, const Layer& b) { return a == b; }, nb::is_operator())
      .def("__hash__", [](const Layer& a) { return std::hash<std::string>{}(canonical_key(a)); })
      .def("__repr__", [](const Layer& layer) {
        std::string text = "<Layer " + layer.name + ": " + std::string(name(layer.op));
        for (const Dim d : kDims) {
          text += " " + std::string(name(d)) + std::to_string(layer.bounds[d]);
        }
        return text + ">";
      });
}

Network warned_of(OnnxImport import) {
  for (const std::string& warning : import.warnings) {
    if (PyErr_WarnEx(PyExc_UserWarning, warning.c_str(), 1) != 0) throw nb::python_error();
  }
  return std::move(import.network);
}

Network network_from_onnx(const std::filesystem::path& path, std::optional<std::int64_t> batch,
                          const std::map<std::string, std::int64_t>& dims, bool strict,
                          bool unfused) {
  return warned_of(import_onnx(path, {batch, dims, strict, unfused}));
}

nb::list omitted(const Network& network) {
  nb::list list;
  for (const Omission& omission : network.omitted()) {
    nb::dict entry;
    entry["operator"] = omission.op;
    entry["count"] = omission.count;
    entry["why"] = omission_text(omission);
    list.append(entry);
  }
  return list;
}

constexpr const char* kFromTorch =
    "The layers of a PyTorch module, through torch's exporter to ONNX.\n\n"
    "example: its input, a tensor or a shape such as (1, 3, 224, 224); of several inputs a tuple\n"
    "of these. unfused, strict: as of from_onnx. dynamo: the exporter, as torch.onnx.export has\n"
    "it; None: the one that traces where it is able to, else the other.\n\n"
    "The module runs in eval mode without gradients; its mode is as before afterwards. Raises\n"
    "InputError where torch is missing or cannot export the module.";

}  // namespace

void bind_workload(nb::module_& module) {
  bind_layer(module);
  module.def(
      "find_network",
      [](const std::filesystem::path& name) {
        return warned_of(find_network_or_model(name.string()));
      },
      "name"_a, "The network of a file, also of an ONNX model, or a shipped one by its name.");
  nb::class_<Network>(module, "Network", "A network: layers, and which reads the output of which.")
      .def_static(
          "from_yaml",
          [](const std::filesystem::path& name) { return find_network(name.string()); }, "name"_a,
          "The network of a file, or a shipped one by its name: \"resnet18\".")
      .def_static(
          "from_onnx", &network_from_onnx, "path"_a, "batch"_a = nb::none(),
          "dims"_a = std::map<std::string, std::int64_t>{}, "strict"_a = false, "unfused"_a = false,
          "The layers of an ONNX model. `batch` and `dims`, by name, are the sizes of\n"
          "dimensions that the model leaves open. An operator that would cost nothing\n"
          "although it is work is warned of; with `strict` it is an error. `unfused`: activations\n"
          "and what moves words are layers of their own.")
      .def_static(
          "from_torch",
          [](nb::args given, nb::kwargs named) {
            return nb::module_::import_("tilewise.torch_export").attr("network")(*given, **named);
          },
          nb::sig("def from_torch(module: typing.Any, example: typing.Any, *, "
                  "unfused: bool = False, strict: bool = False, dynamo: bool | None = None) "
                  "-> Network"),
          kFromTorch)
      .def(
          "to_yaml", [](const Network& network) { return network_yaml(network); },
          "The text of a file that `from_yaml` reads.")
      .def_prop_ro("name", &Network::name)
      .def_prop_ro("layers", &layers_of, "The layers in the order of the file.")
      .def_prop_ro(
          "macs", [](const Network& network) { return macs(network); },
          "Multiplications with accumulation of all layers.")
      .def_prop_ro(
          "parameters", [](const Network& network) { return parameters(network); },
          "Weights, bias and folded batch norm of all layers.")
      .def_prop_ro(
          "peak_memory_bits", [](const Network& network) { return peak_memory(network).count(); },
          "The largest sum of the feature maps that are alive at one step, in bits.")
      .def_prop_ro("omitted", &omitted, nb::sig("def omitted(self) -> list[dict[str, typing.Any]]"),
                   "Nodes of a model that no layer stands for: `operator`, `count`, `why`.")
      .def("inputs_of", &Network::inputs_of, "index"_a,
           "The indices of the layers that layer `index` reads; empty: the network's input.")
      .def("__len__", &Network::size)
      .def("__repr__", [](const Network& network) {
        return "<Network " + network.name() + ": " + std::to_string(network.size()) + " layers>";
      });
}

}  // namespace tilewise
