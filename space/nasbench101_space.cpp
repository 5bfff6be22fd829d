#include "space/nasbench101_space.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>
#include <tuple>
#include <utility>

#include "base/error.hpp"
#include "space/distinct_layers.hpp"
#include "space/nasbench101.hpp"

namespace tilewise {
namespace {

constexpr const char* kVertexDataset = "cifar10";

const VertexCell& cell_at(std::int64_t index) {
  if (index < 0 || index >= kNasbench101Size) {
    throw InputError(fmt::format("index {}: expected 0 to {}", index, kNasbench101Size - 1));
  }
  return nasbench101_cells()[static_cast<std::size_t>(index)];
}

void check_vertex_dataset(const std::string& dataset) {
  if (dataset == kVertexDataset) return;
  throw InputError(fmt::format("\"{}\": no such data set of NAS-Bench-101; expected {}", dataset,
                               kVertexDataset));
}

/// What of a cell decides its layers: of each vertex its operation, how many lead to it and whether
/// the input does, and how its channels are shared. Few cells differ in it.
using VertexTraits = std::vector<std::int64_t>;

VertexTraits traits_of(const VertexCell& cell) {
  const std::size_t last = cell.vertices - 1;
  std::vector<std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t>> vertices;
  for (std::size_t v = 1; v < last; ++v) {
    std::int64_t inner = 0;
    for (std::size_t u = 1; u < v; ++u) inner += cell.has(u, v) ? 1 : 0;
    // In modules of 512, 256 and 128 outputs, whatever comes in.
    const auto channels = vertex_channels(cell, 512, 512)[v] * 1'024 * 1'024 +
                          vertex_channels(cell, 256, 256)[v] * 1'024 +
                          vertex_channels(cell, 128, 128)[v];
    vertices.emplace_back(static_cast<std::int64_t>(cell.ops[v - 1]), inner, cell.has(0, v) ? 1 : 0,
                          channels);
  }
  std::sort(vertices.begin(), vertices.end());
  VertexTraits traits{cell.has(0, last) ? 1 : 0};
  for (const auto& [op, inner, from_input, channels] : vertices) {
    traits.insert(traits.end(), {op, inner, from_input, channels});
  }
  return traits;
}

/// The distinct layers, and for each kind of cell which of them it runs.
class VertexLayers {
 public:
  VertexLayers() {
    std::map<VertexTraits, std::size_t> seen;
    LayerCollection distinct;
    for (const VertexCell& cell : nasbench101_cells()) {
      const auto [entry, is_new] = seen.emplace(traits_of(cell), uses_.size());
      if (is_new) uses_.push_back(uses_of(cell, distinct));
      kind_.push_back(entry->second);
    }
    layers_ = distinct.layers();
  }

  const std::vector<Layer>& layers() const { return layers_; }
  const std::vector<LayerUse>& uses(std::int64_t index) const {
    return uses_[kind_.at(static_cast<std::size_t>(index))];
  }

 private:
  static std::vector<LayerUse> uses_of(const VertexCell& cell, LayerCollection& distinct) {
    std::map<std::size_t, std::int64_t> times;
    for (const Layer& layer : layers_of(nasbench101_network(cell))) {
      ++times[distinct.index_of(layer)];
    }
    std::vector<LayerUse> uses;
    for (const auto& [layer, count] : times) uses.push_back({layer, count});
    return uses;
  }

  std::vector<Layer> layers_;
  std::vector<std::vector<LayerUse>> uses_;
  std::vector<std::size_t> kind_;  ///< [index]
};

/// Matrix and operations, as the public ModelSpec takes them.
std::string public_spec(const VertexCell& cell) {
  std::vector<std::string> rows;
  std::vector<std::string> ops{"\"input\""};
  for (std::size_t x = 0; x < cell.vertices; ++x) {
    std::vector<int> row;
    for (std::size_t y = 0; y < cell.vertices; ++y) row.push_back(y > x && cell.has(x, y) ? 1 : 0);
    rows.push_back(fmt::format("[{}]", fmt::join(row, ", ")));
    if (x > 0 && x + 1 < cell.vertices) ops.push_back(fmt::format("\"{}\"", name(cell.ops[x - 1])));
  }
  ops.emplace_back("\"output\"");
  return fmt::format(R"({{"matrix": [{}], "ops": [{}], "arch_str": "{}"}})", fmt::join(rows, ", "),
                     fmt::join(ops, ", "), to_string(cell));
}

}  // namespace

SearchSpace nasbench101_space() {
  SearchSpace space;
  space.name = "nasbench101";
  space.title = "NAS-Bench-101";
  space.summary = "All 423,624 cells of NAS-Bench-101";
  space.text_help = "operations of the vertices, and edges";
  space.example =
      "conv1x1-bn-relu+conv3x3-bn-relu+conv3x3-bn-relu+conv3x3-bn-relu+maxpool3x3:"
      "01.02.03.05.16.26.34.46.56";
  space.datasets = {kVertexDataset};
  space.form =
      IndexedForm{kNasbench101Size, [](std::int64_t index) { return to_string(cell_at(index)); },
                  [](std::string_view text) { return nasbench101_index(parse_vertex_cell(text)); }};
  space.network = [](const std::string& text, const std::string& dataset, const SpaceOptions&) {
    check_vertex_dataset(dataset);
    return nasbench101_network(cell_at(nasbench101_index(parse_vertex_cell(text))));
  };
  space.layers = [](const std::string& dataset, const SpaceOptions&) -> SpaceLayers {
    check_vertex_dataset(dataset);
    const auto all = std::make_shared<const VertexLayers>();
    return IndexedLayers{all->layers(), [all](std::int64_t index) { return all->uses(index); }};
  };
  space.public_config = [](const std::string& text, const std::string& dataset) {
    check_vertex_dataset(dataset);
    return public_spec(cell_at(nasbench101_index(parse_vertex_cell(text))));
  };
  return space;
}

}  // namespace tilewise
