#include "space/fbnet.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

namespace tilewise {
namespace {

using Bounds = EnumArray<Dim, std::int64_t>;  ///< N G M C P Q R S

std::int64_t total_macs(const std::vector<Layer>& layers) {
  std::int64_t sum = 0;
  for (const Layer& layer : layers) sum += macs(layer);
  return sum;
}

}  // namespace

TEST_CASE("FBNet has 22 positions and 9 operations") {
  CHECK(all_of<FbnetOp>().size() == 9);
  for (const FbnetDataset dataset : all_of<FbnetDataset>()) {
    CHECK(fbnet_positions(dataset).size() == kFbnetPositions);  // 1 + 4 + 4 + 4 + 4 + 4 + 1
  }
}

// Cin, Cout, H and stride of the ConvBlock keys of HW-NAS-Bench.
TEST_CASE("positions have the shapes and strides of the public tables") {
  const auto imagenet = fbnet_positions(FbnetDataset::ImageNet);
  CHECK(imagenet[0] == FbnetPosition{16, 16, 112, 1});
  CHECK(imagenet[1] == FbnetPosition{16, 24, 112, 2});
  CHECK(imagenet[2] == FbnetPosition{24, 24, 56, 1});
  CHECK(imagenet[5] == FbnetPosition{24, 32, 56, 2});
  CHECK(imagenet[9] == FbnetPosition{32, 64, 28, 2});
  CHECK(imagenet[13] == FbnetPosition{64, 112, 14, 1});
  CHECK(imagenet[17] == FbnetPosition{112, 184, 14, 2});
  CHECK(imagenet[21] == FbnetPosition{184, 352, 7, 1});
  const auto cifar = fbnet_positions(FbnetDataset::Cifar100);
  CHECK(cifar[0] == FbnetPosition{16, 16, 32, 1});
  CHECK(cifar[1] == FbnetPosition{16, 24, 32, 1});
  CHECK(cifar[5] == FbnetPosition{24, 32, 32, 2});
  CHECK(cifar[9] == FbnetPosition{32, 64, 16, 2});
  CHECK(cifar[17] == FbnetPosition{112, 184, 8, 2});
  CHECK(cifar[21] == FbnetPosition{184, 352, 4, 1});
}

TEST_CASE("a block is a 1x1 convolution, a depthwise one with the stride, and a 1x1 convolution") {
  // Position 2 of ImageNet: 16 -> 24 channels, 112 -> 56; 6 * 16 = 96 in between.
  const auto layers = fbnet_block(FbnetDataset::ImageNet, 1, FbnetOp::K5E6);
  REQUIRE(layers.size() == 3);
  CHECK(layers[0].name == "block2.k5_e6.expand");
  CHECK(layers[0].op == Operator::Convolution);
  CHECK(layers[0].bounds == Bounds{{1, 1, 96, 16, 112, 112, 1, 1}});
  CHECK(layers[0].stride == Plane{1, 1});
  CHECK(layers[1].name == "block2.k5_e6.depthwise");
  CHECK(layers[1].op == Operator::Depthwise);
  CHECK(layers[1].bounds == Bounds{{1, 96, 1, 1, 56, 56, 5, 5}});
  CHECK(layers[1].stride == Plane{2, 2});
  CHECK(layers[1].padding == Plane{2, 2});
  CHECK(layers[1].image == Plane{112, 112});
  CHECK(layers[2].name == "block2.k5_e6.project");
  CHECK(layers[2].bounds == Bounds{{1, 1, 24, 96, 56, 56, 1, 1}});
  CHECK(layers[2].stride == Plane{1, 1});
}

TEST_CASE("g2 splits the two 1x1 convolutions into two groups, and expansion 1 keeps the first") {
  // Position 18 of cifar100: 112 -> 184 channels, 8 -> 4; 112 / 2 = 56, 184 / 2 = 92.
  const auto layers = fbnet_block(FbnetDataset::Cifar100, 17, FbnetOp::K3E1G2);
  REQUIRE(layers.size() == 3);
  CHECK(layers[0].bounds == Bounds{{1, 2, 56, 56, 8, 8, 1, 1}});
  CHECK(layers[1].bounds == Bounds{{1, 112, 1, 1, 4, 4, 3, 3}});
  CHECK(layers[2].bounds == Bounds{{1, 2, 92, 56, 4, 4, 1, 1}});
  CHECK(layers[2].op == Operator::Convolution);
}

TEST_CASE("a skip is nothing where shapes agree, else a 1x1 convolution with the stride") {
  CHECK(fbnet_block(FbnetDataset::ImageNet, 0, FbnetOp::Skip).empty());  // 16 -> 16
  const auto wider = fbnet_block(FbnetDataset::Cifar100, 1, FbnetOp::Skip);
  REQUIRE(wider.size() == 1);
  CHECK(wider[0].name == "block2.skip.conv1x1");
  CHECK(wider[0].bounds == Bounds{{1, 1, 24, 16, 32, 32, 1, 1}});
  CHECK(wider[0].stride == Plane{1, 1});
  const auto smaller = fbnet_block(FbnetDataset::ImageNet, 9, FbnetOp::Skip);
  REQUIRE(smaller.size() == 1);
  CHECK(smaller[0].bounds == Bounds{{1, 1, 64, 32, 14, 14, 1, 1}});
  CHECK(smaller[0].stride == Plane{2, 2});
  CHECK(smaller[0].image == Plane{28, 28});
}

TEST_CASE("the MACs of a block are those counted by hand") {
  // 112 * 112 * (16 * 96 + 96 * 3 * 3 + 96 * 16) = 12544 * 3936
  CHECK(total_macs(fbnet_block(FbnetDataset::ImageNet, 0, FbnetOp::K3E6)) == 49'373'184);
  // 8 * 8 * 2 * 56 * 56 + 4 * 4 * 112 * 3 * 3 + 4 * 4 * 2 * 56 * 92 = 401408 + 16128 + 164864
  CHECK(total_macs(fbnet_block(FbnetDataset::Cifar100, 17, FbnetOp::K3E1G2)) == 582'400);
}

TEST_CASE("stem, head, pool and classifier are those of the image set") {
  const auto imagenet = fbnet_fixed_layers(FbnetDataset::ImageNet);
  REQUIRE(imagenet.size() == 4);
  CHECK(imagenet[0].bounds == Bounds{{1, 1, 16, 3, 112, 112, 3, 3}});
  CHECK(imagenet[0].stride == Plane{2, 2});
  CHECK(imagenet[0].image == Plane{224, 224});
  CHECK(imagenet[1].bounds == Bounds{{1, 1, 1984, 352, 7, 7, 1, 1}});
  CHECK(imagenet[2].op == Operator::AveragePool);
  CHECK(imagenet[2].bounds == Bounds{{1, 1984, 1, 1, 1, 1, 7, 7}});
  CHECK(imagenet[2].image == Plane{7, 7});
  CHECK(imagenet[3].op == Operator::FullyConnected);
  CHECK(imagenet[3].bounds == Bounds{{1, 1, 1000, 1984, 1, 1, 1, 1}});
  const auto cifar = fbnet_fixed_layers(FbnetDataset::Cifar100);
  CHECK(cifar[0].stride == Plane{1, 1});
  CHECK(cifar[1].bounds == Bounds{{1, 1, 1504, 352, 4, 4, 1, 1}});
  CHECK(cifar[3].bounds == Bounds{{1, 1, 100, 1504, 1, 1, 1, 1}});
}

// Twelve kinds of positions with 4 expanding, 6 depthwise, 4 projecting and 1 skipping layer each:
// k3 and k5 share their 1x1 layers, g2 its depthwise one. Of the ImageNet layers
//   expanding: 6 inputs (channels x size) * 4 = 24;
//   projecting: 12 * 4 = 48, less 6 * 2 that expand 1:1 as well, less 192 -> 64 at 14 x 14, which
//   is
//     32 * 6 at position 10 and 64 * 3 at 11: 35;
//   depthwise: 12 * 6 less those of positions 14 and 22, whose inputs are the ones before: 60;
//   skipping: 6 change shape, two without stride, which are e1's projecting layers: 4.
// On cifar100 position 2 has no stride: its depthwise layers are those of position 1, and its skip
// is a projecting layer. With stem, head, pool and classifier:
TEST_CASE("distinct layers are counted once over positions and operations") {
  CHECK(fbnet_distinct_layers(FbnetDataset::ImageNet).size() == 24 + 35 + 60 + 4 + 4);
  CHECK(fbnet_distinct_layers(FbnetDataset::Cifar100).size() == 24 + 35 + 54 + 3 + 4);
}

TEST_CASE("every layer of FBNet is sound, and distinct layers differ in more than their name") {
  for (const FbnetDataset dataset : all_of<FbnetDataset>()) {
    std::vector<Layer> distinct = fbnet_distinct_layers(dataset);
    for (Layer& layer : distinct) {
      check_layer(layer);
      layer.name.clear();
    }
    for (auto layer = distinct.begin(); layer != distinct.end(); ++layer) {
      CHECK(std::find(layer + 1, distinct.end(), *layer) == distinct.end());
    }
  }
}

TEST_CASE("operations and image sets have the names of the public tables") {
  std::set<std::string> names;
  for (const FbnetOp op : all_of<FbnetOp>()) names.emplace(name(op));
  CHECK(names == std::set<std::string>{"k3_e1", "k3_e1_g2", "k3_e3", "k3_e6", "k5_e1", "k5_e1_g2",
                                       "k5_e3", "k5_e6", "skip"});
  CHECK(name(FbnetDataset::Cifar100) == "cifar100");
  CHECK(name(FbnetDataset::ImageNet) == "ImageNet");
}

}  // namespace tilewise
