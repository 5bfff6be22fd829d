#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "refusal.hpp"
#include "space/block_rules.hpp"
#include "space/block_table.hpp"
#include "space/file/cell_networks.hpp"
#include "space/search_spaces.hpp"

namespace tilewise {
namespace {

/// Operation and input of nodes 2, 2, 3, 3, ... as DARTS writes a cell.
struct Genotype {
  std::string name;
  std::string normal;
  std::string reduction;
};

/// genotypes.py of quark0/darts, chenxin061/pdarts and yuhuixu1993/PC-DARTS, config_0.json of
/// automl/nasbench301, and cells of one operation.
const std::vector<Genotype> kGenotypes{
    {"DARTS_V1", "sep3 1 sep3 0 skip 0 sep3 1 skip 0 sep3 1 sep3 0 skip 2",
     "max 0 max 1 skip 2 max 0 max 0 skip 2 skip 2 avg 0"},
    {"DARTS_V2", "sep3 0 sep3 1 sep3 0 sep3 1 sep3 1 skip 0 skip 0 dil3 2",
     "max 0 max 1 skip 2 max 1 max 0 skip 2 skip 2 max 1"},
    {"PDARTS", "skip 0 dil3 1 skip 0 sep3 1 sep3 1 sep3 3 sep3 0 dil5 4",
     "avg 0 sep5 1 sep3 0 dil5 2 max 0 dil3 1 dil3 1 dil5 3"},
    {"PC_DARTS_cifar", "sep3 1 skip 0 sep3 0 dil3 1 sep5 0 sep3 1 avg 0 dil3 1",
     "sep5 1 max 0 sep5 1 sep5 2 sep3 0 sep3 3 sep3 1 sep3 2"},
    {"PC_DARTS_image", "skip 1 sep3 0 sep3 0 skip 1 sep3 1 sep3 3 sep3 1 dil5 4",
     "sep3 0 skip 1 dil5 2 max 1 sep3 2 sep3 1 sep5 0 sep3 3"},
    {"config_0", "skip 0 sep3 1 dil5 1 avg 2 dil5 2 sep3 3 dil3 0 dil3 1",
     "dil3 0 skip 1 max 0 dil5 1 dil3 1 avg 2 sep3 0 sep3 2"},
    {"skip", "skip 0 skip 1 skip 0 skip 1 skip 0 skip 1 skip 0 skip 1",
     "skip 0 skip 1 skip 0 skip 1 skip 0 skip 1 skip 0 skip 1"},
    {"max pool", "max 0 max 1 max 0 max 1 max 0 max 1 max 0 max 1",
     "max 0 max 1 max 0 max 1 max 0 max 1 max 0 max 1"},
    {"sep 5x5", "sep5 0 sep5 1 sep5 0 sep5 1 sep5 0 sep5 1 sep5 0 sep5 1",
     "sep5 0 sep5 1 sep5 0 sep5 1 sep5 0 sep5 1 sep5 0 sep5 1"},
};

std::string genotype_text(const Genotype& genotype) {
  const std::map<std::string, std::string> operations{
      {"skip", "skip_connect"}, {"max", "max_pool_3x3"},  {"avg", "avg_pool_3x3"},
      {"sep3", "sep_conv_3x3"}, {"sep5", "sep_conv_5x5"}, {"dil3", "dil_conv_3x3"},
      {"dil5", "dil_conv_5x5"}};
  std::vector<std::string> row;
  for (const std::string& genes : {genotype.normal, genotype.reduction}) {
    std::istringstream words(genes);
    for (std::size_t node = 2; node < 6; ++node) {
      std::vector<std::string> edges(node, "none");
      for (int edge = 0; edge < 2; ++edge) {
        std::string operation;
        std::size_t input = 0;
        words >> operation >> input;
        edges.at(input) = operations.at(operation);
      }
      row.insert(row.end(), edges.begin(), edges.end());
    }
  }
  return fmt::format("{}", fmt::join(row, ","));
}

struct DartsCounts {
  std::int64_t parameters = 0;
  std::int64_t macs = 0;
};
/// [genotype] on CIFAR-10 (20 cells, 36 channels), NAS-Bench-301 (8, 32), ImageNet (14, 48).
/// Published: 3,349,342 of DARTS_V2 (log of its train.py) and 3,433,798 of PDARTS (issue 7 of
/// chenxin061/pdarts). The others by an implementation of our own in another language.
const std::vector<std::array<DartsCounts, 3>> kDartsCounts{
    {{{3'169'414, 500'987'520}, {871'786, 152'441'856}, {4'510'432, 505'864'704}}},
    {{{3'349'342, 528'359'040}, {919'722, 159'765'504}, {4'718'752, 529'911'552}}},
    {{{3'433'798, 532'174'464}, {1'071'978, 174'396'416}, {4'944'352, 542'819'328}}},
    {{{3'634'678, 556'670'592}, {1'220'842, 190'927'872}, {5'270'560, 571'137'408}}},
    {{{3'721'510, 570'466'944}, {1'205'482, 190'379'008}, {5'342'464, 581'627'328}}},
    {{{3'085'822, 482'048'640}, {972'330, 160'183'296}, {4'532'800, 497'331'648}}},
    {{{1'580'950, 248'505'984}, {559'338, 95'982'592}, {2'800'480, 294'297'600}}},
    {{{1'370'134, 227'272'320}, {392'426, 79'205'376}, {2'427'232, 265'396'224}}},
    {{{5'144'086, 817'833'600}, {1'684'714, 269'128'704}, {6'966'112, 786'674'688}}}};
constexpr std::array<std::pair<const char*, const char*>, 3> kDartsSets{
    {{"darts", "cifar10"}, {"nasbench301", "cifar10"}, {"darts", "ImageNet"}}};

}  // namespace

TEST_SUITE("DARTS and NAS-Bench-301") {
  TEST_CASE("darts, nasbench301: published cells have their parameters and MACs") {
    REQUIRE(kGenotypes.size() == kDartsCounts.size());
    for (std::size_t g = 0; g < kGenotypes.size(); ++g) {
      for (std::size_t s = 0; s < kDartsSets.size(); ++s) {
        CAPTURE(kGenotypes[g].name);
        CAPTURE(kDartsSets[s].second);
        const Network network =
            find_space(kDartsSets[s].first)
                .network(genotype_text(kGenotypes[g]), kDartsSets[s].second, {});
        CHECK(parameters(network) == kDartsCounts[g][s].parameters);
        CHECK(macs(network) == kDartsCounts[g][s].macs);
      }
    }
  }

  TEST_CASE("darts: a genotype as its code prints it is a candidate") {
    const SearchSpace& space = find_space("darts");
    const std::string normal =
        "normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), "
        "('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), "
        "('dil_conv_3x3', 2)]";
    const std::string reduce =
        "reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', "
        "1), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)]";
    const auto genotype = [&](const std::string& cells, const std::string& concat) {
      return fmt::format("Genotype({}, normal_concat={}, {}, reduce_concat=range(2, 6))", cells,
                         concat, reduce);
    };
    const std::string text = genotype(normal, "[2, 3, 4, 5]");
    CHECK(canonical_text(space, text) == space.example);
    CHECK(canonical_text(space, fmt::format("{}, {}", normal, reduce)) == space.example);
    CHECK(canonical_text(space, genotype_text(kGenotypes[1])) == space.example);
    const auto refused = [&](const std::string& wrong) {
      return refusal([&] { canonical_text(space, wrong); });
    };
    const auto with = [&](std::string_view from, std::string_view to) {
      return refused(genotype(replaced(normal, from, to), "range(2, 6)"));
    };
    CHECK(says(refused(genotype(normal, "range(3, 6)")),
               "genotype: normal_concat: a cell of this space gives its nodes 2, 3, 4, 5"));
    CHECK(says(with("('dil_conv_3x3', 2)", "('dil_conv_3x3', 5)"),
               "genotype: normal_node5: ('dil_conv_3x3', 5): it may read 0 to 4"));
    CHECK(says(with("('dil_conv_3x3', 2)", "('dil_conv_3x3', 0)"),
               "genotype: normal_node5: reads 0 twice"));
    CHECK(says(with("('dil_conv_3x3', 2)", "('dil_con_3x3', 2)"),
               "genotype: normal_node5: no operation \"dil_con_3x3\"; did you mean"));
    CHECK(says(with("('dil_conv_3x3', 2)", "('none', 2)"), "normal_node5: no operation \"none\""));
    CHECK(says(with(", ('dil_conv_3x3', 2)", ""),
               "genotype: normal_node5: 1 of its 2 pairs are there"));
    CHECK(says(with("('dil_conv_3x3', 2)", "('dil_conv_3x3', 2), ('skip_connect', 0)"),
               "genotype: ('skip_connect', 0) is one too many"));
    CHECK(says(refused(fmt::format("({}, {}, ('skip_connect', 0))", normal, reduce)),
               "('skip_connect', 0) is one too many"));
    CHECK(says(refused(fmt::format("({})", normal)), "expected reduce=["));
  }

  TEST_CASE("darts: (180 x 7^8)^2 candidates, of which the fixed part is the least") {
    for (std::size_t s = 0; s < kDartsSets.size(); ++s) {
      const SearchSpace& space = find_space(kDartsSets[s].first);
      const BlockForm& form = *blocks(space);
      std::uint64_t ways = 1;
      for (const PositionGroup& group : form.groups) ways *= GroupWays(form, group).count();
      CHECK(ways == 1'076'746'950'455'072'400U);
      const BlockTable table =
          block_table("", std::get<BlockLayers>(space.layers(kDartsSets[s].second, {})), 0, {});
      const auto& least = kDartsCounts[7][s];  // max pools, which have no weights
      const auto& most = kDartsCounts[8][s];   // sep_conv_5x5
      CHECK(table.parameters.fixed == static_cast<double>(least.parameters));
      CHECK(table.macs.fixed == static_cast<double>(least.macs));
      CHECK(least_total(table.parameters, form) == static_cast<double>(least.parameters));
      CHECK(most_total(table.parameters, form) == static_cast<double>(most.parameters));
      CHECK(most_total(table.macs, form) == static_cast<double>(most.macs));
    }
  }

  TEST_CASE("darts: random candidates are sums of blocks, and each node of two edges") {
    for (const auto& [name, dataset] : kDartsSets) {
      const SearchSpace& space = find_space(name);
      const auto all = std::get<BlockLayers>(space.layers(dataset, {}));
      const auto rows = sample_blocks(*blocks(space), 5, 10, 1);
      for (std::size_t i = 0; i < rows.size(); i += 28) {
        const auto row = std::span(rows).subspan(i, 28);
        std::size_t p = 0;
        for (const std::size_t edges : {2U, 3U, 4U, 5U, 2U, 3U, 4U, 5U}) {
          const auto node = row.subspan(p, edges);
          CHECK(std::count(node.begin(), node.end(), 0) == static_cast<int>(edges) - 2);
          p += edges;
        }
        const Network network = space.network(choices_text(row), dataset, {});
        REQUIRE(layers_by_name(layers_of(network)) == layers_by_name(blocks_of(all, row)));
        for (std::size_t l = 0; l < network.size(); ++l) {
          if (network.layer(l).op != Operator::Add) continue;
          CHECK(network.layer(l).bounds[Dim::C] == 2);
        }
      }
    }
  }

  TEST_CASE("darts: what reads what") {
    const SearchSpace& space = find_space("darts");
    const Network network = space.network(space.example, "cifar10", {});
    // A cell reads the four nodes of the cell before, and of that before it.
    const auto nodes = [](int cell) {
      LayerNames names;
      for (int node = 2; node < 6; ++node)
        names.push_back(fmt::format("cell{}.node{}", cell, node));
      return names;
    };
    CHECK(network_reads(network, "cell0.preprocess0") == LayerNames{"stem0.conv"});
    CHECK(network_reads(network, "cell1.preprocess0") == LayerNames{"stem0.conv"});
    CHECK(network_reads(network, "cell1.preprocess1") == nodes(0));
    CHECK(network_reads(network, "cell6.preprocess0") == nodes(4));
    // Cell 6 is a reduction: cell 7 halves what it reads of cell 5.
    CHECK(network_reads(network, "cell7.preprocess0.conv1") == nodes(5));
    CHECK(network_reads(network, "cell7.preprocess0.conv2") == nodes(5));
    CHECK(network_reads(network, "cell8.preprocess0") == nodes(6));
    CHECK(network_reads(network, "pool") == nodes(19));
    // DARTS_V2: node 5 of a normal cell is skip_connect of input 0 and dil_conv_3x3 of node 2.
    CHECK(network_reads(network, "cell7.node5") == LayerNames{"cell7.preprocess0.conv1",
                                                              "cell7.preprocess0.conv2",
                                                              "cell7.e5_2.dil_conv_3x3.pointwise"});
    CHECK(network.layer(layer_called(network, "cell13.e2_0.max_pool_3x3.pool")).stride.vertical ==
          2);
    CHECK(network.layer(layer_called(network, "cell19.node5")).bounds[Dim::G] == 144);
  }

  TEST_CASE("darts: a node with three edges is refused by its name") {
    const SearchSpace& space = find_space("darts");
    CHECK(says(
        refusal([&] {
          space.network("4,4,4,4,4,3,4,0,0,3,0,6,0,0,1,1,0,1,3,1,0,3,0,0,1,3,0,0", "cifar10", {});
        }),
        "normal_node3: 3 of the positions 3, 4, 5 are taken; expected exactly 2, none at the "
        "others"));
  }
}

}  // namespace tilewise
