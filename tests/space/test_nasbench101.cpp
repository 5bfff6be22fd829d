#include "space/nasbench101.hpp"

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "base/error.hpp"
#include "refusal.hpp"
#include "space/distinct_layers.hpp"
#include "space/nasbench101_space.hpp"

namespace tilewise {
namespace {

struct CellCounts {
  std::int64_t parameters = 0;
  std::int64_t macs = 0;
  bool operator==(const CellCounts&) const = default;
};
CellCounts counts_of_cell(const std::string& text) {
  const Network network = nasbench101_space().network(text, "cifar10", {});
  return {parameters(network), macs(network)};
}

/// The operations of "313m1" and edges.
std::string cell_text(const std::string& ops, const std::string& edges) {
  std::string text;
  for (const char op : ops) {
    text += text.empty() ? "" : "+";
    text += op == '3' ? "conv3x3-bn-relu" : op == '1' ? "conv1x1-bn-relu" : "maxpool3x3";
  }
  return text + ":" + edges;
}

}  // namespace

TEST_SUITE("NAS-Bench-101") {
  // "423,624 computationally unique" (google-research/nasbench, README); by vertices by hand.
  TEST_CASE("there are as many cells as published") {
    std::map<std::size_t, int> by_vertices;
    for (const VertexCell& cell : nasbench101_cells()) ++by_vertices[cell.vertices];
    CHECK(by_vertices == std::map<std::size_t, int>{
                             {2, 1}, {3, 6}, {4, 84}, {5, 2'441}, {6, 62'010}, {7, 359'082}});
    CHECK(std::ssize(nasbench101_cells()) == kNasbench101Size);
  }

  // Published: 2,694,282 (NASBench.ipynb), 8.55553 M (nni, nasbench_as_dataset), the largest
  // 49,979,274 (users of the data). The others by an implementation of our own in another language.
  TEST_CASE("parameters and MACs of known cells") {
    CHECK(counts_of_cell(cell_text("1333m", "01.02.03.05.34.16.26.46.56")) ==
          CellCounts{2'694'282, 402'002'944});
    CHECK(counts_of_cell(cell_text("3m331", "01.12.23.04.05.35.45.26.56")) ==
          CellCounts{8'555'530, 1'261'835'264});
    CHECK(counts_of_cell(cell_text("33333", "01.02.03.34.15.25.45.06.56")) ==
          CellCounts{49'979'274, 7'335'187'456});
    CHECK(counts_of_cell(cell_text("mmmm", "01.12.13.14.15.25.35.45")) ==
          CellCounts{227'274, 37'098'496});
    CHECK(counts_of_cell(":01") == CellCounts{882'570, 137'761'792});
    CHECK(counts_of_cell(cell_text("3", "01.12")) == CellCounts{10'177'674, 1'496'716'288});
    CHECK(counts_of_cell(cell_text("33", "01.12.23.03")) == CellCounts{20'346'506, 2'989'888'512});
    CHECK(counts_of_cell(cell_text("33333", "01.12.23.34.45.56")) ==
          CellCounts{47'358'090, 6'932'534'272});
  }

  // model_builder_test.py of the public code.
  TEST_CASE("channels of vertices are those of the public tests") {
    const auto channels = [](const std::string& ops, const std::string& edges, std::int64_t in,
                             std::int64_t out) {
      const VertexCell cell = parse_vertex_cell(cell_text(ops, edges));
      const auto all = vertex_channels(cell, in, out);
      return std::vector<std::int64_t>(all.begin(),
                                       all.begin() + static_cast<std::ptrdiff_t>(cell.vertices));
    };
    using Channels = std::vector<std::int64_t>;
    CHECK(channels("333", "01.02.03.14.24.34", 8, 8) == Channels{8, 3, 3, 2, 8});
    CHECK(channels("33", "01.02.13.23", 8, 15) == Channels{8, 8, 7, 15});
    CHECK(channels("333", "01.12.13.24.34", 8, 9) == Channels{8, 5, 5, 4, 9});
    CHECK(channels("333", "01.03.12.14.23.34", 8, 15) == Channels{8, 8, 7, 7, 15});
  }

  TEST_CASE("any form of a cell is the same candidate") {
    std::mt19937 random(7);
    const auto cells = nasbench101_cells();
    for (int i = 0; i < 300; ++i) {
      const std::size_t index = random() % cells.size();
      const VertexCell& cell = cells[index];
      CHECK(nasbench101_index(cell) == static_cast<std::int64_t>(index));
      CHECK(parse_vertex_cell(to_string(cell)) == cell);
      // Two neighbours without an edge change places.
      for (std::size_t v = 1; v + 2 < cell.vertices; ++v) {
        if (cell.has(v, v + 1)) continue;
        VertexCell other{cell.vertices, 0, cell.ops};
        std::swap(other.ops[v - 1], other.ops[v]);
        const auto place = [v](std::size_t u) { return u == v ? v + 1 : u == v + 1 ? v : u; };
        for (std::size_t y = 1; y < cell.vertices; ++y) {
          for (std::size_t x = 0; x < y; ++x) {
            if (cell.has(x, y)) other.edges |= 1U << (place(x) + place(y) * (place(y) - 1) / 2);
          }
        }
        CHECK(nasbench101_index(other) == static_cast<std::int64_t>(index));
      }
    }
    // A vertex that leads nowhere, and one that nothing leads to.
    CHECK(nasbench101_index(parse_vertex_cell(cell_text("3m1", "01.14.02.34"))) ==
          nasbench101_index(parse_vertex_cell(cell_text("3", "01.12"))));
  }

  TEST_CASE("what the space says that a candidate runs is what its network has") {
    const SearchSpace space = nasbench101_space();
    const auto all = std::get<IndexedLayers>(space.layers("cifar10", {}));
    LayerCollection distinct;
    for (const Layer& layer : all.layers) distinct.index_of(layer);
    CHECK(distinct.layers().size() == all.layers.size());
    for (std::int64_t index = 0; index < kNasbench101Size; index += 4'219) {
      std::map<std::size_t, std::int64_t> times;
      const Network network =
          nasbench101_network(nasbench101_cells()[static_cast<std::size_t>(index)]);
      for (const Layer& layer : layers_of(network)) ++times[distinct.index_of(layer)];
      std::vector<LayerUse> uses;
      for (const auto& [layer, count] : times) uses.push_back({layer, count});
      CHECK(all.uses(index) == uses);
    }
  }

  TEST_CASE("what is no cell is refused") {
    const auto refused = [](const std::string& text) {
      return refusal([&] { nasbench101_index(parse_vertex_cell(text)); });
    };
    CHECK(says(refused("conv3x3:01.12"), "no operation \"conv3x3\", there are conv3x3-bn-relu"));
    CHECK(says(refused(":02"), "no edge \"02\""));
    CHECK(says(refused(":10"), "no edge \"10\""));
    CHECK(says(refused("maxpool3x3:01"), "no path from the input to the output"));
    CHECK(says(refused("maxpool3x3"), "expected one colon"));
    CHECK(
        says(refused(cell_text("33333", "01.02.03.04.05.06.16.26.36.46.56")), "more than 9 edges"));
    CHECK(says(refused(cell_text("333333", "01.17")), "more than five operations"));
    CHECK(says(refusal([] { nasbench101_space().layers("cifar100", {}); }),
               "no such data set of NAS-Bench-101; expected cifar10"));
  }
}

}  // namespace tilewise
