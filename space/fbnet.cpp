#include "space/fbnet.hpp"

#include <fmt/format.h>

#include <array>
#include <cassert>
#include <string>

#include "space/distinct_layers.hpp"
#include "space/square_layers.hpp"

namespace tilewise {
namespace {

/// Blocks of one width; the first of them has the stride.
struct Stage {
  std::int64_t channels = 1;
  std::int64_t blocks = 1;
  EnumArray<FbnetDataset, std::int64_t> stride{{1, 1}};
};
constexpr std::array<Stage, 7> kStages{{{16, 1, {{1, 1}}},
                                        {24, 4, {{1, 2}}},
                                        {32, 4, {{2, 2}}},
                                        {64, 4, {{2, 2}}},
                                        {112, 4, {{1, 1}}},
                                        {184, 4, {{2, 2}}},
                                        {352, 1, {{1, 1}}}}};
constexpr std::int64_t kImageChannels = 3;
constexpr std::int64_t kStemChannels = 16;

/// The rest of what an image set decides.
struct Frame {
  std::int64_t image_size = 1;
  std::int64_t stem_stride = 1;
  std::int64_t head_channels = 1;
  std::int64_t classes = 1;
};

Frame frame(FbnetDataset dataset) {
  switch (dataset) {
    case FbnetDataset::Cifar100: return {32, 1, 1504, 100};
    case FbnetDataset::ImageNet: return {224, 2, 1984, 1000};
  }
  return {};
}

SquareMap output_of(const FbnetPosition& at) { return {at.outputs, at.input_size / at.stride}; }

std::vector<Layer> skip_layers(const std::string& block, const FbnetPosition& at) {
  if (at.inputs == at.outputs && at.stride == 1) return {};
  return {square_convolution(block + ".conv1x1", at.inputs, output_of(at), {1, at.stride})};
}

}  // namespace

std::optional<FbnetBlockShape> fbnet_block_shape(FbnetOp op) {
  switch (op) {
    case FbnetOp::K3E1: return FbnetBlockShape{3, 1, 1};
    case FbnetOp::K3E1G2: return FbnetBlockShape{3, 1, 2};
    case FbnetOp::K3E3: return FbnetBlockShape{3, 3, 1};
    case FbnetOp::K3E6: return FbnetBlockShape{3, 6, 1};
    case FbnetOp::K5E1: return FbnetBlockShape{5, 1, 1};
    case FbnetOp::K5E1G2: return FbnetBlockShape{5, 1, 2};
    case FbnetOp::K5E3: return FbnetBlockShape{5, 3, 1};
    case FbnetOp::K5E6: return FbnetBlockShape{5, 6, 1};
    case FbnetOp::Skip: break;
  }
  return std::nullopt;
}

std::string_view name(FbnetOp op) {
  switch (op) {
    case FbnetOp::K3E1: return "k3_e1";
    case FbnetOp::K3E1G2: return "k3_e1_g2";
    case FbnetOp::K3E3: return "k3_e3";
    case FbnetOp::K3E6: return "k3_e6";
    case FbnetOp::K5E1: return "k5_e1";
    case FbnetOp::K5E1G2: return "k5_e1_g2";
    case FbnetOp::K5E3: return "k5_e3";
    case FbnetOp::K5E6: return "k5_e6";
    case FbnetOp::Skip: return "skip";
  }
  return "";
}

std::string_view name(FbnetDataset dataset) {
  switch (dataset) {
    case FbnetDataset::Cifar100: return "cifar100";
    case FbnetDataset::ImageNet: return "ImageNet";
  }
  return "";
}

std::vector<FbnetPosition> fbnet_positions(FbnetDataset dataset) {
  const Frame around = frame(dataset);
  SquareMap map{kStemChannels, around.image_size / around.stem_stride};
  std::vector<FbnetPosition> positions;
  for (const Stage& stage : kStages) {
    for (std::int64_t block = 0; block < stage.blocks; ++block) {
      const std::int64_t stride = block == 0 ? stage.stride[dataset] : 1;
      positions.push_back({map.channels, stage.channels, map.size, stride});
      map = output_of(positions.back());
    }
  }
  return positions;
}

std::vector<Layer> fbnet_block(FbnetDataset dataset, std::size_t position, FbnetOp op) {
  assert(position < kFbnetPositions);
  const FbnetPosition at = fbnet_positions(dataset)[position];
  const std::string block = fmt::format("block{}.{}", position + 1, name(op));
  const auto shape = fbnet_block_shape(op);
  if (!shape) return skip_layers(block, at);

  const auto [kernel, expansion, groups] = *shape;
  const SquareMap output = output_of(at);
  const SquareMap wide_input{expansion * at.inputs, at.input_size};
  const SquareMap wide_output{wide_input.channels, output.size};
  return {square_convolution(block + ".expand", at.inputs, wide_input, {1, 1, groups}),
          square_depthwise(block + ".depthwise", wide_output, {kernel, at.stride}),
          square_convolution(block + ".project", wide_input.channels, output, {1, 1, groups})};
}

std::vector<Layer> fbnet_fixed_layers(FbnetDataset dataset) {
  const Frame around = frame(dataset);
  const FbnetPosition first = fbnet_positions(dataset).front();
  const SquareMap last = output_of(fbnet_positions(dataset).back());
  const SquareMap head{around.head_channels, last.size};
  return {square_convolution("stem.conv3x3", kImageChannels, {first.inputs, first.input_size},
                             {3, around.stem_stride}),
          square_convolution("head.conv1x1", last.channels, head, {1}),
          global_average_pool("global_pool", head),
          classifier("classifier", head.channels, around.classes)};
}

std::vector<Layer> fbnet_distinct_layers(FbnetDataset dataset) {
  std::vector<Layer> layers = fbnet_fixed_layers(dataset);
  for (std::size_t position = 0; position < kFbnetPositions; ++position) {
    for (const FbnetOp op : all_of<FbnetOp>()) {
      for (const Layer& layer : fbnet_block(dataset, position, op)) layers.push_back(layer);
    }
  }
  return distinct_layers(layers);
}

}  // namespace tilewise
