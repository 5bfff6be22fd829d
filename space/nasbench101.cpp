#include "space/nasbench101.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <numeric>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/words.hpp"

namespace tilewise {
namespace {

constexpr std::size_t edge_bit(std::size_t from, std::size_t to) {
  return from + to * (to - 1) / 2;
}

/// A new place for each vertex; input and output keep theirs.
using Renaming = std::array<std::size_t, kMostVertices>;

std::vector<Renaming> renamings(std::size_t vertices) {
  Renaming order{};
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::vector<Renaming> all;
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(vertices) - 1;
  do {
    all.push_back(order);
  } while (std::next_permutation(order.begin() + 1, end));
  return all;
}

/// The edges under other names; empty: one would lead backwards.
std::optional<std::uint32_t> renamed(std::size_t vertices, std::uint32_t edges,
                                     const Renaming& to) {
  std::uint32_t made = 0;
  for (std::size_t y = 1; y < vertices; ++y) {
    for (std::size_t x = 0; x < y; ++x) {
      if ((edges >> edge_bit(x, y) & 1U) == 0) continue;
      if (to[x] >= to[y]) return std::nullopt;
      made |= 1U << edge_bit(to[x], to[y]);
    }
  }
  return made;
}

VertexCell renamed(const VertexCell& cell, std::uint32_t edges, const Renaming& to) {
  VertexCell made{cell.vertices, edges, {}};
  for (std::size_t v = 1; v + 1 < cell.vertices; ++v) made.ops[to[v] - 1] = cell.ops[v - 1];
  return made;
}

/// The order of the generator.
bool comes_before(const VertexCell& a, const VertexCell& b) {
  if (a.vertices != b.vertices) return a.vertices < b.vertices;
  if (a.edges != b.edges) return a.edges < b.edges;
  return a.ops < b.ops;
}

/// Whether each vertex but the output leads on and each but the input is led to.
bool all_used(const VertexCell& cell) {
  for (std::size_t v = 0; v < cell.vertices; ++v) {
    bool in = v == 0;
    bool out = v + 1 == cell.vertices;
    for (std::size_t u = 0; u < v; ++u) in = in || cell.has(u, v);
    for (std::size_t u = v + 1; u < cell.vertices; ++u) out = out || cell.has(v, u);
    if (!in || !out) return false;
  }
  return true;
}

/// Adds the cells of one graph, where it is the first of its kind.
void add_cells(VertexCell cell, const std::vector<Renaming>& names,
               std::vector<VertexCell>& cells) {
  std::vector<Renaming> same;  // that make the same graph of it
  for (const Renaming& to : names) {
    const auto other = renamed(cell.vertices, cell.edges, to);
    if (!other) continue;
    if (*other < cell.edges) return;
    if (*other == cell.edges) same.push_back(to);
  }
  const std::size_t inner = cell.vertices - 2;
  std::size_t count = 1;
  for (std::size_t i = 0; i < inner; ++i) count *= enum_size<Nasbench101Op>;
  for (std::size_t label = 0; label < count; ++label) {
    std::size_t rest = label;
    for (std::size_t i = inner; i-- > 0; rest /= enum_size<Nasbench101Op>) {
      cell.ops[i] = static_cast<Nasbench101Op>(rest % enum_size<Nasbench101Op>);
    }
    const bool first = std::none_of(same.begin(), same.end(), [&](const Renaming& to) {
      return renamed(cell, cell.edges, to).ops < cell.ops;
    });
    if (first) cells.push_back(cell);
  }
}

std::vector<VertexCell> make_cells() {
  std::vector<VertexCell> cells;
  for (std::size_t vertices = 2; vertices <= kMostVertices; ++vertices) {
    const std::vector<Renaming> names = renamings(vertices);
    for (std::uint32_t edges = 0; edges < 1U << edge_bit(0, vertices); ++edges) {
      if (std::popcount(edges) > kMostEdges) continue;
      const VertexCell cell{vertices, edges, {}};
      if (all_used(cell)) add_cells(cell, names, cells);
    }
  }
  return cells;
}

/// What lies between input and output, in its order.
VertexCell pruned(const VertexCell& cell) {
  std::array<bool, kMostVertices> from_input{true};
  std::array<bool, kMostVertices> to_output{};
  to_output[cell.vertices - 1] = true;
  for (std::size_t v = 1; v < cell.vertices; ++v) {
    for (std::size_t u = 0; u < v; ++u) {
      if (cell.has(u, v) && from_input[u]) from_input[v] = true;
    }
  }
  for (std::size_t v = cell.vertices - 1; v-- > 0;) {
    for (std::size_t u = v + 1; u < cell.vertices; ++u) {
      if (cell.has(v, u) && to_output[u]) to_output[v] = true;
    }
  }
  std::vector<std::size_t> kept;
  for (std::size_t v = 0; v < cell.vertices; ++v) {
    if (from_input[v] && to_output[v]) kept.push_back(v);
  }
  if (kept.empty() || kept.back() + 1 != cell.vertices) {
    throw InputError(fmt::format("\"{}\": no path from the input to the output", to_string(cell)));
  }
  VertexCell made{kept.size(), 0, {}};
  for (std::size_t y = 1; y < kept.size(); ++y) {
    for (std::size_t x = 0; x < y; ++x) {
      if (cell.has(kept[x], kept[y])) made.edges |= 1U << edge_bit(x, y);
    }
    if (y + 1 < kept.size()) made.ops[y - 1] = cell.ops[kept[y] - 1];
  }
  return made;
}

[[noreturn]] void wrong_cell(std::string_view text, const std::string& what) {
  throw InputError(
      fmt::format("\"{}\": {}; a cell reads conv3x3-bn-relu+maxpool3x3:01.12.23, "
                  "operations of vertices 1, 2, ... and edges",
                  text, what));
}

Nasbench101Op parse_vertex_op(std::string_view word, std::string_view text) {
  std::vector<std::string_view> names;
  for (const Nasbench101Op op : all_of<Nasbench101Op>()) {
    if (word == name(op)) return op;
    names.push_back(name(op));
  }
  wrong_cell(text, fmt::format("no operation \"{}\", there are {}{}", word, fmt::join(names, ", "),
                               did_you_mean(word, names)));
}

}  // namespace

std::string_view name(Nasbench101Op op) {
  switch (op) {
    case Nasbench101Op::Conv3x3: return "conv3x3-bn-relu";
    case Nasbench101Op::Conv1x1: return "conv1x1-bn-relu";
    case Nasbench101Op::MaxPool3x3: return "maxpool3x3";
  }
  return "";
}

std::string to_string(const VertexCell& cell) {
  std::vector<std::string_view> ops;
  for (std::size_t v = 1; v + 1 < cell.vertices; ++v) ops.push_back(name(cell.ops[v - 1]));
  std::vector<std::string> edges;
  for (std::size_t x = 0; x < cell.vertices; ++x) {
    for (std::size_t y = x + 1; y < cell.vertices; ++y) {
      if (cell.has(x, y)) edges.push_back(fmt::format("{}{}", x, y));
    }
  }
  return fmt::format("{}:{}", fmt::join(ops, "+"), fmt::join(edges, "."));
}

VertexCell parse_vertex_cell(std::string_view text) {
  const std::vector<std::string_view> halves = split(trimmed(text), ':');
  if (halves.size() != 2) wrong_cell(text, "expected one colon");
  VertexCell cell{2, 0, {}};
  if (!halves[0].empty()) {
    const std::vector<std::string_view> words = split(halves[0], '+');
    if (words.size() > kMostVertices - 2) wrong_cell(text, "more than five operations");
    for (std::size_t i = 0; i < words.size(); ++i) cell.ops[i] = parse_vertex_op(words[i], text);
    cell.vertices += words.size();
  }
  for (const std::string_view edge : split(halves[1], '.')) {
    const bool digits = edge.size() == 2 && edge[0] >= '0' && edge[0] < edge[1] &&
                        static_cast<std::size_t>(edge[1] - '0') < cell.vertices;
    if (!digits) {
      wrong_cell(text, fmt::format("no edge \"{}\" from a vertex to a later one below {}", edge,
                                   cell.vertices));
    }
    cell.edges |= 1U << edge_bit(static_cast<std::size_t>(edge[0] - '0'),
                                 static_cast<std::size_t>(edge[1] - '0'));
  }
  return cell;
}

std::span<const VertexCell> nasbench101_cells() {
  static const std::vector<VertexCell> kCells = make_cells();
  return kCells;
}

std::int64_t nasbench101_index(const VertexCell& given) {
  const VertexCell cell = pruned(given);
  if (std::popcount(cell.edges) > kMostEdges) {
    throw InputError(fmt::format("\"{}\": more than {} edges", to_string(given), kMostEdges));
  }
  VertexCell first = cell;
  for (const Renaming& to : renamings(cell.vertices)) {
    const auto edges = renamed(cell.vertices, cell.edges, to);
    if (!edges) continue;
    const VertexCell other = renamed(cell, *edges, to);
    if (comes_before(other, first)) first = other;
  }
  const auto cells = nasbench101_cells();
  return std::lower_bound(cells.begin(), cells.end(), first, comes_before) - cells.begin();
}

std::array<std::int64_t, kMostVertices> vertex_channels(const VertexCell& cell, std::int64_t inputs,
                                                        std::int64_t outputs) {
  std::array<std::int64_t, kMostVertices> channels{};
  const std::size_t last = cell.vertices - 1;
  channels[0] = inputs;
  channels[last] = outputs;
  std::int64_t feeding = 0;
  for (std::size_t v = 1; v < last; ++v) feeding += cell.has(v, last) ? 1 : 0;
  std::int64_t left = feeding > 0 ? outputs % feeding : 0;
  for (std::size_t v = 1; v < last; ++v) {
    if (!cell.has(v, last)) continue;
    channels[v] = outputs / feeding + (left > 0 ? 1 : 0);
    --left;
  }
  for (std::size_t v = last; v-- > 1;) {
    if (cell.has(v, last)) continue;
    for (std::size_t u = v + 1; u < last; ++u) {
      if (cell.has(v, u)) channels[v] = std::max(channels[v], channels[u]);
    }
  }
  return channels;
}

}  // namespace tilewise
