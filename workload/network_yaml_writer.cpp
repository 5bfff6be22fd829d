#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "base/quote.hpp"
#include "workload/network_yaml.hpp"

namespace tilewise {
namespace {

void append_plane(std::string& text, std::string_view key, Plane plane, Plane standard) {
  if (plane == standard) return;
  text += fmt::format(", {}: [{}, {}]", key, plane.vertical, plane.horizontal);
}

/// Whether a layer is called as the input of the network is.
bool hides_input(const Network& network) {
  for (std::size_t i = 0; i < network.size(); ++i) {
    if (network.layer(i).name == "input") return true;
  }
  return false;
}

/// What a layer reads, once each; a layer without inputs reads the network's, called `input`.
std::string sources_text(const Network& network, std::size_t index, const std::string& input) {
  std::vector<std::string> names;
  for (const std::size_t from : network.inputs_of(index)) {
    names.push_back(yaml_quoted(network.layer(from).name));
  }
  if (names.empty()) return input;
  return names.size() == 1 ? names[0] : fmt::format("[{}]", fmt::join(names, ", "));
}

std::string layer_text(const Network& network, std::size_t index, const std::string& input) {
  const Layer& layer = network.layer(index);
  std::vector<std::string> dims;
  for (const Dim d : kDims) {
    if (layer.bounds[d] > 1) dims.push_back(fmt::format("{}: {}", name(d), layer.bounds[d]));
  }
  std::string text =
      fmt::format("{{name: {}, op: {}, from: {}, dims: {{{}}}", yaml_quoted(layer.name),
                  name(layer.op), sources_text(network, index, input), fmt::join(dims, ", "));
  append_plane(text, "stride", layer.stride, {1, 1});
  append_plane(text, "dilation", layer.dilation, {1, 1});
  if (layer.padding_end == Plane{0, 0}) {
    append_plane(text, "padding", layer.padding, {0, 0});
  } else {
    text +=
        fmt::format(", padding: [{}, {}, {}, {}]", layer.padding.vertical, layer.padding.horizontal,
                    layer.padding_end.vertical, layer.padding_end.horizontal);
  }
  text += fmt::format(", image: [{}, {}]", layer.image.vertical, layer.image.horizontal);
  if (layer.operations > 1) text += fmt::format(", operations: {}", layer.operations);
  if (layer.folded_parameters > 0) {
    text += fmt::format(", folded_parameters: {}", layer.folded_parameters);
  }
  if (!layer.owns_weights) text += ", owns_weights: false";
  const WordWidths standard;
  if (layer.widths != standard) {
    const auto& width = layer.widths.tensor;
    text += fmt::format(
        ", bits: {{input: {} bit, weight: {} bit, output: {} bit, partial_sum: {} bit}}",
        width[Tensor::Input].count(), width[Tensor::Weight].count(), width[Tensor::Output].count(),
        layer.widths.partial_sum.count());
  }
  if (layer.density != EnumArray<Tensor, double>{{1.0, 1.0, 1.0}}) {
    text += fmt::format(", density: {{input: {}, weight: {}, output: {}}}",
                        layer.density[Tensor::Input], layer.density[Tensor::Weight],
                        layer.density[Tensor::Output]);
  }
  return text + "}";
}

std::string omission_line(const Omission& omission) {
  std::vector<std::string> nodes;
  for (const std::string& node : omission.nodes) nodes.push_back(yaml_quoted(node));
  return fmt::format("{{operator: {}, count: {}, nodes: [{}], reason: {}}}",
                     yaml_quoted(omission.op), omission.count, fmt::join(nodes, ", "),
                     yaml_quoted(omission.reason));
}

}  // namespace

std::string network_yaml(const Network& network) {
  std::string text = fmt::format("name: {}\nlayers:\n", yaml_quoted(network.name()));
  const std::string input = hides_input(network) ? "[]" : "input";
  for (std::size_t i = 0; i < network.size(); ++i) {
    text += fmt::format("  - {}\n", layer_text(network, i, input));
  }
  if (!network.omitted().empty()) text += "omitted:\n";
  for (const Omission& each : network.omitted()) {
    text += fmt::format("  - {}\n", omission_line(each));
  }
  return text;
}

}  // namespace tilewise
