#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_array.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// The operations of an edge, in the order of the public enumeration (Dong and Yang,
/// NAS-Bench-201, ICLR 2020).
enum class Nasbench201Op { None, SkipConnect, NorConv1x1, NorConv3x3, AvgPool3x3 };
template <>
inline constexpr std::size_t enum_size<Nasbench201Op> = 5;

/// The image sets of NAS-Bench-201.
enum class Dataset { Cifar10, Cifar100, ImageNet16x120 };
template <>
inline constexpr std::size_t enum_size<Dataset> = 3;

/// Whether layers that cannot change the result are left out of the network.
enum class PruneDead { No, Yes };

/// An edge of the cell, from a node to a later one.
struct CellEdge {
  std::size_t from;
  std::size_t to;
};
inline constexpr std::size_t kCellNodes = 4;
inline constexpr std::array<CellEdge, 6> kCellEdges{
    {{0, 1}, {0, 2}, {1, 2}, {0, 3}, {1, 3}, {2, 3}}};
inline constexpr const char* kNasbench201Name = "nasbench201";
inline constexpr std::int64_t kNasbench201Size = 15'625;  ///< 5 operations on each of 6 edges
inline constexpr std::size_t kNasbench201Stages = 3;
inline constexpr std::int64_t kCellsPerStage = 5;

/// A cell: one operation for each edge of `kCellEdges`.
struct CellArchitecture {
  std::array<Nasbench201Op, 6> ops{};
  auto operator<=>(const CellArchitecture&) const = default;
};

/// "nor_conv_3x3".
std::string_view name(Nasbench201Op op);
/// "cifar10", "cifar100", "ImageNet16-120".
std::string_view name(Dataset dataset);
/// The data set of that name. Throws InputError that lists the names.
Dataset parse_dataset(std::string_view text);

/// Rows, and columns, of an image.
std::int64_t image_size(Dataset dataset);
std::int64_t classes(Dataset dataset);

/// "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|avg_pool_3x3~2|".
std::string to_string(const CellArchitecture& architecture);
/// The architecture of such a string. Throws InputError that quotes it.
CellArchitecture parse_cell_architecture(std::string_view text);

/// All architectures, each at its index in the public data set: the enumeration with the last edge
/// fastest, after Python's random.seed(88); random.shuffle (DESIGN section 6).
const std::vector<CellArchitecture>& nasbench201_architectures();
/// The architecture at a public index. Throws InputError unless 0 <= index < 15,625.
CellArchitecture nasbench201_architecture(std::int64_t index);
/// The public index of an architecture.
std::int64_t nasbench201_index(const CellArchitecture& architecture);

/// What of a cell is built. docs/spaces.md says how `none` and zero tensors are treated.
struct CellPlan {
  std::array<bool, 6> runs{};                       ///< the edge carries its operation
  std::array<std::int64_t, kCellNodes> operands{};  ///< of a node's sum; below two there is no sum
  bool has_output = true;                           ///< false: pruned, and the output is zero
};
CellPlan plan_cell(const CellArchitecture& architecture, PruneDead prune);

/// The layers that a cell of one stage (0, 1, 2) is made of.
struct CellLayers {
  Layer conv1x1;
  Layer conv3x3;
  Layer avg_pool;
  Layer add_two;
  Layer add_three;
};
CellLayers nasbench201_cell_layers(Dataset dataset, std::size_t stage);

/// The whole network: stem, three stages of five cells, two residual blocks, pooling, classifier.
/// Layers are named as in "stage1.cell3.conv3x3(0->2)".
Network nasbench201_network(const CellArchitecture& architecture, Dataset dataset,
                            PruneDead prune = PruneDead::No);

}  // namespace tilewise
