#include "workload/onnx/onnx_node.hpp"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <unordered_set>

#include "base/error.hpp"
#include "workload/onnx/onnx_forms.hpp"

namespace tilewise {
namespace {

using Dims = std::vector<std::int64_t>;

}  // namespace

OnnxNode plain_node(const onnx::NodeProto& proto, int index, const std::string& file) {
  OnnxNode node;
  node.name = proto.name();
  node.op = proto.op_type();
  node.domain = proto.domain();
  node.label = node.name.empty()
                   ? fmt::format("node {} ({})", index, shown(node.op))
                   : fmt::format("node {} \"{}\" ({})", index, shown(node.name), shown(node.op));
  node.inputs.assign(proto.input().begin(), proto.input().end());
  node.outputs.assign(proto.output().begin(), proto.output().end());
  node.proto = &proto;
  std::unordered_set<std::string> seen;
  for (const onnx::AttributeProto& attribute : proto.attribute()) {
    if (!seen.insert(attribute.name()).second) {
      throw InputError(fmt::format("{}: {}: attribute {} is there twice; export the model again",
                                   file, node.label, shown(attribute.name())));
    }
    if (attribute.has_i()) node.integers[attribute.name()] = {attribute.i()};
    if (attribute.ints_size() > 0) {
      node.integers[attribute.name()] = Dims(attribute.ints().begin(), attribute.ints().end());
    }
    if (attribute.has_s()) node.texts[attribute.name()] = attribute.s();
  }
  make_onnx_standard(node);
  return node;
}

void note_lost_shapes(const OnnxNode& node, const std::vector<const OnnxTensor*>& inputs,
                      std::vector<OnnxTensor>& outputs) {
  std::string lost_at = node.label;
  for (const OnnxTensor* input : inputs) {
    if (input != nullptr && !input->lost_at.empty()) lost_at = input->lost_at;
  }
  for (OnnxTensor& output : outputs) {
    const auto& shape = output.shape;
    const bool lost = !shape || std::find(shape->begin(), shape->end(), -1) != shape->end();
    if (lost) output.lost_at = lost_at;
  }
}

}  // namespace tilewise
