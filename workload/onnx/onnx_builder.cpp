#include "workload/onnx/onnx_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "workload/onnx/onnx_forms.hpp"
#include "workload/onnx/onnx_numbers.hpp"

namespace tilewise {
namespace {

constexpr std::size_t kMostEdges = std::size_t{1} << 20U;
constexpr std::size_t kMostNameLength = 120;
constexpr std::size_t kMostNamed = 3;  // nodes of an omission

std::int64_t elements(const OnnxTensor& tensor) {
  return tensor.shape ? checked_product(*tensor.shape, "its elements") : 0;
}

/// Whether a stored tensor counts as learned: a scalar is a factor of a formula.
bool is_learned(const OnnxTensor& tensor) {
  return is_real_type(tensor.element_type) && elements(tensor) > 1;
}

/// Whether a stored tensor may be weights of a layer.
bool may_be_weights(const OnnxTensor& tensor) {
  return is_learned(tensor) || (quantized_width(tensor.element_type) && elements(tensor) > 1);
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-' || c == '/';
}

}  // namespace

OnnxBuilder::OnnxBuilder(const OnnxGraph& graph, const OnnxOptions& options)
    : graph_(graph), strict_(options.strict), unfused_(options.unfused) {
  for (const std::string& name : graph.inputs) values_[name] = {.origin = ++origins_};
  for (const auto& [name, known] : graph.tensors) {
    if (!known.is_initializer) continue;
    OnnxValue value{.is_constant = true};
    if (may_be_weights(known)) value.learned = {name};
    values_[name] = std::move(value);
  }
}

const OnnxValue* OnnxBuilder::input(const OnnxNode& node, std::size_t index) const {
  if (index >= node.inputs.size() || node.inputs[index].empty()) return nullptr;
  return &values_.at(node.inputs[index]);
}

const OnnxTensor& OnnxBuilder::input_tensor(const OnnxNode& node, std::size_t index) const {
  if (input(node, index) == nullptr) throw InputError(fmt::format("input {} is missing", index));
  return tensor(node.inputs[index]);
}

const OnnxTensor& OnnxBuilder::output_tensor(const OnnxNode& node) const {
  if (node.outputs.empty() || node.outputs[0].empty()) throw InputError("it has no output");
  return tensor(node.outputs[0]);
}

std::vector<std::size_t> OnnxBuilder::computed_inputs(const OnnxNode& node) const {
  std::vector<std::size_t> computed;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const OnnxValue* value = input(node, i);
    if (value != nullptr && !value->is_constant) computed.push_back(i);
  }
  return computed;
}

bool OnnxBuilder::is_line_of_channels(const OnnxValue& value, const OnnxTensor& tensor) const {
  if (!tensor.shape || tensor.shape->size() != 3 || value.sources.empty()) return false;
  const std::vector<std::int64_t>& shape = *tensor.shape;
  const auto& bounds = layers_[value.sources.back()].bounds;
  return bounds[Dim::N] == shape[0] && bounds[Dim::P] == 1 && bounds[Dim::Q] == shape[2] &&
         bounds[Dim::G] * bounds[Dim::M] == shape[1];
}

void OnnxBuilder::count_edges(std::size_t more) {
  edges_ += more;
  if (edges_ > kMostEdges) throw InputError("more than 2^20 edges; export a smaller model");
}

std::vector<std::size_t> joined(std::vector<std::size_t> sources,
                                const std::vector<std::size_t>& more) {
  sources.insert(sources.end(), more.begin(), more.end());
  std::sort(sources.begin(), sources.end());
  sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
  return sources;
}

std::vector<std::size_t> OnnxBuilder::sources_of(const OnnxNode& node, std::size_t index) const {
  const OnnxValue* value = input(node, index);
  return value == nullptr ? std::vector<std::size_t>{} : value->sources;
}

std::vector<std::size_t> OnnxBuilder::joined_sources(const OnnxNode& node) {
  std::vector<std::size_t> joined;
  std::unordered_set<std::size_t> seen;
  for (const std::size_t index : computed_inputs(node)) {
    const OnnxValue* value = input(node, index);
    count_edges(value->sources.size());
    for (const std::size_t source : value->sources) {
      if (seen.insert(source).second) joined.push_back(source);
    }
  }
  return joined;
}

std::string OnnxBuilder::part_base(const OnnxNode& node) const {
  std::string name = node.name.substr(0, kMostNameLength);
  name.erase(0, name.find_first_not_of('/'));
  return name.empty() ? fmt::format("{}_{}", node.op, layers_.size()) : name;
}

std::string OnnxBuilder::layer_name(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !is_plain(c); }, '_');
  std::string unique = name;
  while (unique == "input" || !names_.insert(unique).second) {
    unique = fmt::format("{}_{}", name, ++renamed_[name]);
  }
  return unique;
}

void OnnxBuilder::set_outputs(const OnnxNode& node, const OnnxValue& value) {
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    if (node.outputs[i].empty()) continue;
    count_edges(value.sources.size() + value.learned.size());
    OnnxValue& made = values_[node.outputs[i]] = value;
    if (i > 0) made.origin = ++origins_;
  }
}

std::size_t OnnxBuilder::add_part(std::string name, Layer layer, std::vector<std::size_t> sources) {
  layer.name = layer_name(std::move(name));
  check_layer(layer);
  count_edges(sources.size());
  layers_.push_back(std::move(layer));
  inputs_.push_back(std::move(sources));
  const std::size_t index = layers_.size() - 1;
  fold(index, pending_parameters_);
  pending_parameters_ = 0;
  return index;
}

std::size_t OnnxBuilder::add_layer(const OnnxNode& node, Layer layer,
                                   std::vector<std::size_t> sources) {
  const std::size_t index = add_part(part_base(node), std::move(layer), std::move(sources));
  set_outputs(node, {.sources = {index}, .origin = ++origins_});
  return index;
}

void OnnxBuilder::pass(const OnnxNode& node) {
  set_outputs(node, {.sources = joined_sources(node), .origin = ++origins_});
}

void OnnxBuilder::move(const OnnxNode& node) {
  if (node.op == "Concat") fold_learned(node);
  OnnxValue value{.sources = joined_sources(node), .origin = ++origins_};
  if (const OnnxValue* first = input(node, 0)) value.width = first->width;
  set_outputs(node, value);
}

void OnnxBuilder::give(const OnnxNode& node, std::size_t output, std::vector<std::size_t> layers) {
  if (output >= node.outputs.size() || node.outputs[output].empty()) return;
  count_edges(layers.size());
  values_[node.outputs[output]] = {.sources = std::move(layers), .origin = ++origins_};
}

std::int64_t OnnxBuilder::stored_elements(const std::string& name) const {
  const auto found = graph_.tensors.find(name);
  return found == graph_.tensors.end() ? 0 : elements(found->second);
}

void OnnxBuilder::pass_through(const OnnxNode& node, std::size_t index) {
  set_outputs(node, OnnxValue(*input(node, index)));
}

void OnnxBuilder::set_origin(const OnnxNode& node, std::size_t origin) {
  if (!node.outputs.empty() && !node.outputs[0].empty())
    values_.at(node.outputs[0]).origin = origin;
}

void OnnxBuilder::pass_constant(const OnnxNode& node) {
  std::set<std::string> learned;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const bool is_statistic = node.op == "BatchNormalization" && i > 2;
    if (const OnnxValue* from = is_statistic ? nullptr : input(node, i)) {
      count_edges(from->learned.size());
      learned.insert(from->learned.begin(), from->learned.end());
    }
  }
  if (node.op == "Constant" && is_learned(output_tensor(node))) learned.insert(node.outputs[0]);
  set_outputs(node, {.is_constant = true, .learned = {learned.begin(), learned.end()}});
}

void OnnxBuilder::omit(const OnnxNode& node, const std::string& reason) {
  if (strict_) throw InputError(reason + "; without --strict this is a warning");
  auto found = std::find_if(remarks_.begin(), remarks_.end(), [&](const Remark& each) {
    return each.op == node.op && each.reason == reason;
  });
  if (found == remarks_.end()) {
    remarks_.push_back({node.op, reason, node.label, {}, 0});
    found = remarks_.end() - 1;
  }
  ++found->count;
  const std::string& name = node.name.empty() ? node.label : node.name;
  if (found->nodes.size() < kMostNamed) found->nodes.push_back(shown(name));
}

std::optional<Bits> OnnxBuilder::width_of(const OnnxNode& node, std::size_t index) const {
  const OnnxValue* value = input(node, index);
  if (value == nullptr) return std::nullopt;
  return value->width ? value->width : quantized_width(tensor(node.inputs[index]).element_type);
}

void OnnxBuilder::set_widths(const OnnxNode& node, std::size_t index,
                             std::optional<std::size_t> weight, Layer& layer) const {
  const WordWidths standard;
  const auto from = width_of(node, index);
  const auto by = weight ? width_of(node, *weight) : from;
  const bool gives = !node.outputs.empty() && !node.outputs[0].empty();
  const auto to = gives ? quantized_width(output_tensor(node).element_type) : std::nullopt;
  layer.widths.tensor[Tensor::Input] = from.value_or(standard.tensor[Tensor::Input]);
  layer.widths.tensor[Tensor::Weight] = by.value_or(standard.tensor[Tensor::Weight]);
  layer.widths.tensor[Tensor::Output] = to.value_or(standard.tensor[Tensor::Output]);
  const bool in_integers = from && by && *from <= Bits{8} && *by <= Bits{8};
  if (in_integers) layer.widths.partial_sum = Bits{32};
}

void OnnxBuilder::pass_quantized(const OnnxNode& node) {
  const OnnxValue& from = *input(node, 0);
  // What is written in memory is the narrow side of the node.
  const bool narrows = node.op != "DequantizeLinear";
  const auto width =
      narrows ? quantized_width(output_tensor(node).element_type) : width_of(node, 0);
  if (narrows && width) {
    for (const std::size_t source : from.sources) {
      layers_[source].widths.tensor[Tensor::Output] = *width;
    }
  }
  OnnxValue value = from;
  value.width = width;
  const OnnxTensor& stored = input_tensor(node, 0);
  if (from.is_constant && stored.is_initializer && elements(stored) > 1) {
    value.learned = {node.inputs[0]};
  }
  set_outputs(node, value);
}

std::vector<std::string> OnnxBuilder::warnings() const {
  std::vector<std::string> lines;
  for (const Remark& each : remarks_) {
    lines.push_back(fmt::format("{}: {}: {} {}, first {}: {}", graph_.file, shown(each.op),
                                each.count, each.count == 1 ? "node" : "nodes", each.first,
                                each.reason));
  }
  return lines;
}

void OnnxBuilder::fold(std::size_t layer, std::int64_t count) {
  layers_[layer].folded_parameters =
      checked_add(layers_[layer].folded_parameters, count, "parameters");
}

void OnnxBuilder::fold_before(const OnnxValue& value, std::int64_t count) {
  if (value.sources.empty()) {
    pending_parameters_ = checked_add(pending_parameters_, count, "parameters");
  } else {
    fold(*std::max_element(value.sources.begin(), value.sources.end()), count);
  }
}

void OnnxBuilder::fold_learned(const OnnxNode& node) {
  const OnnxValue before{.sources = joined_sources(node)};
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const OnnxValue* value = input(node, i);
    if (value == nullptr || !value->is_constant) continue;
    for (const std::string& name : value->learned) {
      if (counted_.insert(name).second) fold_before(before, elements(tensor(name)));
    }
  }
}

OnnxBuilder::WeightShare OnnxBuilder::claim_weights(const OnnxValue& weights, std::int64_t words) {
  if (!weights.is_constant) return {};
  if (weights.learned.empty()) return {.owns = true};
  std::int64_t stored = 0;
  for (const std::string& name : weights.learned) {
    if (!counted_.insert(name).second) continue;
    stored = checked_add(stored, elements(tensor(name)), "parameters");
  }
  if (stored < words) return {.beyond = stored};
  return {.owns = true, .beyond = stored - words};
}

std::int64_t OnnxBuilder::claim_parameters(const OnnxNode& node, std::size_t index) {
  const OnnxValue* value = input(node, index);
  if (value == nullptr || !value->is_constant) return 0;
  if (value->learned.empty()) return elements(tensor(node.inputs[index]));
  return claim_weights(*value, 0).beyond;
}

OnnxImport OnnxBuilder::finish() {
  if (layers_.empty()) {
    std::string text;
    for (const std::string& line : warnings()) text += line + "\n";
    throw InputError(text + graph_.file +
                     ": no operator that costs anything; docs/onnx.md lists them");
  }
  fold(layers_.size() - 1, pending_parameters_);
  OnnxImport import{Network(graph_.name), warnings()};
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    try {
      check_layer(layers_[i]);
    } catch (const InputError& error) {
      throw InputError(fmt::format("{}: {}", graph_.file, error.what()));
    }
    import.network.add(std::move(layers_[i]), inputs_[i]);
  }
  for (Remark& each : remarks_) {
    import.network.omit({shown(each.op), each.count, std::move(each.nodes), each.reason});
  }
  macs(import.network);
  parameters(import.network);
  return import;
}

}  // namespace tilewise
