#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/enum_array.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// The blocks that a position may take, in the order of HW-NAS-Bench (ICLR 2021): kernel,
/// expansion, groups of the two 1x1 convolutions (Wu et al., FBNet, CVPR 2019).
enum class FbnetOp : std::uint8_t { K3E1, K3E1G2, K3E3, K3E6, K5E1, K5E1G2, K5E3, K5E6, Skip };
template <>
inline constexpr std::size_t enum_size<FbnetOp> = 9;

/// The image sets of FBNet: 32 x 32 in 100 classes, 224 x 224 in 1000.
enum class FbnetDataset { Cifar100, ImageNet };
template <>
inline constexpr std::size_t enum_size<FbnetDataset> = 2;

inline constexpr const char* kFbnetName = "fbnet";
inline constexpr std::size_t kFbnetPositions = 22;
inline constexpr std::size_t kFbnetFixedLayers = 4;  ///< stem, head, average pool, classifier

/// "k3_e1_g2", "skip".
std::string_view name(FbnetOp op);
/// "cifar100", "ImageNet".
std::string_view name(FbnetDataset dataset);

/// What a position gives to its block, whatever the operation.
struct FbnetPosition {
  std::int64_t inputs = 1;      ///< channels
  std::int64_t outputs = 1;     ///< channels
  std::int64_t input_size = 1;  ///< rows, and columns
  std::int64_t stride = 1;
  bool operator==(const FbnetPosition&) const = default;
};
/// All positions, first to last.
std::vector<FbnetPosition> fbnet_positions(FbnetDataset dataset);

/// Of a block that is no skip.
struct FbnetBlockShape {
  std::int64_t kernel = 1;     ///< rows, and columns
  std::int64_t expansion = 1;  ///< channels of the depthwise layer over those of the input
  std::int64_t groups = 1;     ///< of the 1x1 convolutions
};
/// Empty: a skip.
std::optional<FbnetBlockShape> fbnet_block_shape(FbnetOp op);

/// The layers of a block in the order in which they run; `position` below 22. Expansion 1 has its
/// 1x1 convolutions too. A skip is nothing, or one 1x1 convolution where shapes differ. Layers are
/// named as in "block3.k5_e6.expand"; blocks count from 1. docs/spaces.md tells what is left out.
std::vector<Layer> fbnet_block(FbnetDataset dataset, std::size_t position, FbnetOp op);

/// What every architecture has: stem, head convolution, average pool, classifier.
std::vector<Layer> fbnet_fixed_layers(FbnetDataset dataset);

/// The distinct layers of the whole space in order of appearance: the fixed part, then by position
/// and operation.
std::vector<Layer> fbnet_distinct_layers(FbnetDataset dataset);

}  // namespace tilewise
