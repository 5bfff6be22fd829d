#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_array.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// The operations of a vertex, in the order of the public enumeration (Ying et al., NAS-Bench-101,
/// ICML 2019).
enum class Nasbench101Op : std::uint8_t { Conv3x3, Conv1x1, MaxPool3x3 };
template <>
inline constexpr std::size_t enum_size<Nasbench101Op> = 3;

inline constexpr std::size_t kMostVertices = 7;
inline constexpr int kMostEdges = 9;
inline constexpr std::int64_t kNasbench101Size = 423'624;  ///< published; enumerated here

/// A cell: a graph without cycles. Vertex 0 is the input, the last one the output, and those
/// between have an operation. An edge leads from x to a later y: bit x + y (y - 1) / 2.
struct VertexCell {
  std::size_t vertices = 2;
  std::uint32_t edges = 1;
  std::array<Nasbench101Op, kMostVertices - 2> ops{};  ///< of vertices 1, 2, ...; unused ones first
  bool has(std::size_t from, std::size_t to) const {
    return (edges >> (from + to * (to - 1) / 2) & 1U) != 0;
  }
  bool operator==(const VertexCell&) const = default;
};

/// "conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3".
std::string_view name(Nasbench101Op op);

/// "conv3x3-bn-relu+maxpool3x3:01.12.23": operations, then edges.
std::string to_string(const VertexCell& cell);
/// The cell of such a text, as it stands. Throws InputError that quotes it.
VertexCell parse_vertex_cell(std::string_view text);

/// All cells up to isomorphism, each in the first form that the public generator makes: by
/// vertices, then by the least mask of edges, then by operations.
std::span<const VertexCell> nasbench101_cells();
/// The place of a cell among them; what does not lie between input and output is left out. Throws
/// InputError where nothing does, or there are more than nine edges.
std::int64_t nasbench101_index(const VertexCell& cell);

/// [vertex] channels in a module that makes `outputs` of `inputs` channels: vertices that feed the
/// output share its channels, the first ones take what is left; others have as many as the largest
/// that they feed.
std::array<std::int64_t, kMostVertices> vertex_channels(const VertexCell& cell, std::int64_t inputs,
                                                        std::int64_t outputs);

/// What the modules of the network are given.
struct Nasbench101Module {
  std::int64_t inputs = 1;   ///< channels
  std::int64_t outputs = 1;  ///< channels
  std::int64_t size = 1;     ///< rows, and columns
  auto operator<=>(const Nasbench101Module&) const = default;
};
/// Three stacks of three modules.
std::vector<Nasbench101Module> nasbench101_modules();

/// What decides the layers of a vertex in a module.
struct VertexSite {
  Nasbench101Op op = Nasbench101Op::Conv3x3;
  std::int64_t inner = 0;   ///< vertices with an operation that lead to it
  bool from_input = false;  ///< the input does, too
  std::int64_t channels = 1;
  auto operator<=>(const VertexSite&) const = default;
};
VertexSite vertex_site(const VertexCell& cell, std::size_t vertex, std::int64_t channels);
/// The projection of the input, where it leads there; the sum, where there are several operands;
/// the operation. Their names begin with `prefix`.
std::vector<Layer> vertex_layers(const VertexSite& site, const Nasbench101Module& module,
                                 const std::string& prefix);
/// What leads from the input to the output: its projection, and the sum with what vertices give.
std::vector<Layer> bypass_layers(bool alone, const Nasbench101Module& module,
                                 const std::string& prefix);
/// Stem, both pools between the stacks, the last pool, classifier.
std::vector<Layer> nasbench101_fixed_layers();

/// The whole network on 32 x 32 images of 10 classes. Layers are named as in
/// "stack2.module1.vertex3.conv1x1".
Network nasbench101_network(const VertexCell& cell);

}  // namespace tilewise
