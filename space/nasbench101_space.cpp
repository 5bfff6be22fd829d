#include "space/nasbench101_space.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
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

/// The distinct layers of the space, and those of a cell: of each vertex, by what decides them.
class VertexLayers {
 public:
  VertexLayers() : modules_(nasbench101_modules()) {
    note(fixed_, nasbench101_fixed_layers());
    for (const bool alone : {true, false}) {
      for (const Nasbench101Module& module : modules_) {
        note(bypass_[alone ? 1 : 0], bypass_layers(alone, module, ""));
      }
    }
    for (const VertexCell& cell : nasbench101_cells()) {
      for_each_site(cell, [&](const VertexSite& site, std::size_t m) {
        auto& uses = sites_[{site, modules_[m]}];
        if (uses.empty()) note(uses, vertex_layers(site, modules_[m], ""));
      });
    }
  }

  const std::vector<Layer>& layers() const { return distinct_.layers(); }

  std::vector<LayerUse> uses(const VertexCell& cell) const {
    Uses all = fixed_;
    const auto add = [&](const Uses& some) { all.insert(all.end(), some.begin(), some.end()); };
    for_each_site(cell, [&](const VertexSite& site, std::size_t m) {
      add(sites_.at({site, modules_[m]}));
    });
    if (cell.has(0, cell.vertices - 1)) add(bypass_[cell.vertices == 2 ? 1 : 0]);
    std::sort(all.begin(), all.end());
    std::vector<LayerUse> counted;
    for (const std::size_t layer : all) {
      if (counted.empty() || counted.back().layer != layer) counted.push_back({layer, 0});
      ++counted.back().times;
    }
    return counted;
  }

 private:
  using Uses = std::vector<std::size_t>;  ///< a layer as often as it runs

  void note(Uses& uses, const std::vector<Layer>& layers) {
    for (const Layer& layer : layers) uses.push_back(distinct_.index_of(layer));
  }

  /// Calls `visit(site, module)` for each vertex with an operation in each module.
  template <class Visit>
  void for_each_site(const VertexCell& cell, const Visit& visit) const {
    for (std::size_t m = 0; m < modules_.size(); ++m) {
      const auto channels = vertex_channels(cell, modules_[m].inputs, modules_[m].outputs);
      for (std::size_t v = 1; v + 1 < cell.vertices; ++v) {
        visit(vertex_site(cell, v, channels[v]), m);
      }
    }
  }

  std::vector<Nasbench101Module> modules_;
  LayerCollection distinct_;
  Uses fixed_;
  std::array<Uses, 2> bypass_;  ///< of all modules; where nothing else is, last
  std::map<std::pair<VertexSite, Nasbench101Module>, Uses> sites_;
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
    return IndexedLayers{all->layers(),
                         [all](std::int64_t index) { return all->uses(cell_at(index)); }};
  };
  space.public_config = [](const std::string& text, const std::string& dataset) {
    check_vertex_dataset(dataset);
    return public_spec(cell_at(nasbench101_index(parse_vertex_cell(text))));
  };
  return space;
}

}  // namespace tilewise
