#include "space/fbnet_space.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "space/fbnet_architecture.hpp"

namespace tilewise {
namespace {

FbnetArchitecture architecture_of(std::span<const std::uint8_t> choices) {
  FbnetArchitecture architecture;
  std::transform(choices.begin(), choices.end(), architecture.ops.begin(),
                 [](std::uint8_t choice) { return static_cast<FbnetOp>(choice); });
  return architecture;
}

void write_choices(const FbnetArchitecture& architecture, std::span<std::uint8_t> choices) {
  std::transform(architecture.ops.begin(), architecture.ops.end(), choices.begin(),
                 [](FbnetOp op) { return static_cast<std::uint8_t>(op); });
}

// The keys of HW-NAS-Bench's lookup tables.

std::string block_key(const FbnetPosition& at, const std::optional<FbnetBlockShape>& shape) {
  const std::string map =
      fmt::format("H{0}_W{0}_Cin{1}_Cout{2}", at.input_size, at.inputs, at.outputs);
  if (!shape) return fmt::format("Skip_{}_stride{}", map, at.stride);
  return fmt::format("ConvBlock_{}_exp{}_kernel{}_stride{}_group{}", map, shape->expansion,
                     shape->kernel, at.stride, shape->groups);
}

std::string convolution_key(const Layer& layer) {
  return fmt::format("ConvNorm_H{}_W{}_Cin{}_Cout{}_kernel{}_stride{}_group{}",
                     layer.image.vertical, layer.image.horizontal, layer.bounds[Dim::C],
                     layer.bounds[Dim::M], layer.bounds[Dim::R], layer.stride.vertical,
                     layer.bounds[Dim::G]);
}

std::string pool_key(const Layer& layer) {
  return fmt::format("AvgP_H{0}_W{1}_Cin{2}_Cout{2}_kernel{3}_stride1", layer.image.vertical,
                     layer.image.horizontal, layer.bounds[Dim::G], layer.bounds[Dim::R]);
}

std::string classifier_key(const Layer& layer) {
  return fmt::format("FC_Cin{}_Cout{}", layer.bounds[Dim::C], layer.bounds[Dim::M]);
}

Block block_of(FbnetDataset dataset, std::size_t position, FbnetOp op) {
  const FbnetPosition at = fbnet_positions(dataset)[position];
  const auto shape = fbnet_block_shape(op);
  Block block{std::string(name(op)), fbnet_block(dataset, position, op), {}, block_key(at, shape)};
  for (const std::int64_t count : {at.inputs, at.outputs, at.input_size, at.stride}) {
    block.shape.push_back(fmt::format("{}", count));
  }
  const std::string none;
  block.shape.push_back(shape ? fmt::format("{}", shape->kernel) : none);
  block.shape.push_back(shape ? fmt::format("{}", shape->expansion) : none);
  block.shape.push_back(shape ? fmt::format("{}", shape->groups) : none);
  return block;
}

SpaceLayers layers_on(const std::string& word, const SpaceOptions& /*options*/) {
  const FbnetDataset dataset = parse_fbnet_dataset(word);
  BlockLayers layers;
  const std::vector<Layer> fixed = fbnet_fixed_layers(dataset);
  layers.fixed = {{"stem", {fixed[0]}, {}, convolution_key(fixed[0])},
                  {"head", {fixed[1]}, {}, convolution_key(fixed[1])},
                  {"pool", {fixed[2]}, {}, pool_key(fixed[2])},
                  {"classifier", {fixed[3]}, {}, classifier_key(fixed[3])}};
  for (std::size_t position = 0; position < kFbnetPositions; ++position) {
    auto& choices = layers.positions.emplace_back();
    for (const FbnetOp op : all_of<FbnetOp>()) choices.push_back(block_of(dataset, position, op));
  }
  return layers;
}

std::string public_config(const std::string& text, const std::string& word) {
  const FbnetArchitecture architecture = parse_fbnet_architecture(text);
  std::vector<std::string> names;
  for (const FbnetOp op : architecture.ops) names.push_back(fmt::format("\"{}\"", name(op)));
  const Layer classifier = fbnet_fixed_layers(parse_fbnet_dataset(word)).back();
  return fmt::format(
      R"({{"dataset": "{}", "num_classes": {}, "op_idx_list": [{}], "arch_str": [{}]}})", word,
      classifier.bounds[Dim::M], to_string(architecture), fmt::join(names, ", "));
}

BlockForm form() {
  BlockForm form;
  form.positions = kFbnetPositions;
  form.choices = enum_size<FbnetOp>;
  for (const FbnetOp op : all_of<FbnetOp>()) form.names.emplace_back(name(op));
  form.number = {"op", "1", "0 (k3_e1) to 8 (skip), as in HW-NAS-Bench"};
  form.name = {"block", "", "name of the operation; fixed: stem, head, pool, FC"};
  form.shape = {{"input_channels", "1", "channels of the input"},
                {"output_channels", "1", "channels of the output"},
                {"input_size", "pixel", "rows, and columns, of the input"},
                {"stride", "1", "of the block"},
                {"kernel", "1", "rows, and columns, of the depthwise filter"},
                {"expansion", "1", "channels of the depthwise layer over those of the input"},
                {"groups", "1", "of the 1x1 convolutions"}};
  form.parse = [](std::string_view text) {
    std::vector<std::uint8_t> choices(kFbnetPositions);
    write_choices(parse_fbnet_architecture(text), choices);
    return choices;
  };
  form.text = [](std::span<const std::uint8_t> choices) {
    return to_string(architecture_of(choices));
  };
  form.sample = [](std::uint64_t seed, std::uint64_t index, std::span<std::uint8_t> choices) {
    write_choices(sample_fbnet(seed, index), choices);
  };
  return form;
}

}  // namespace

SearchSpace fbnet_space() {
  SearchSpace space;
  space.name = kFbnetName;
  space.title = "FBNet";
  space.summary = "The blocks that all 9^22 architectures of FBNet add up";
  space.text_help = "22 operations, 0 to 8 or names; by comma";
  space.example = to_string(FbnetArchitecture{});
  for (const FbnetDataset dataset : all_of<FbnetDataset>()) {
    space.datasets.emplace_back(name(dataset));
  }
  space.form = form();
  space.network = [](const std::string& text, const std::string& dataset, const SpaceOptions&) {
    return fbnet_network(parse_fbnet_dataset(dataset), parse_fbnet_architecture(text));
  };
  space.layers = layers_on;
  space.public_config = public_config;
  return space;
}

}  // namespace tilewise
