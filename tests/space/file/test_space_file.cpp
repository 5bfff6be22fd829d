#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"
#include "space/block_table.hpp"
#include "space/file/file_space.hpp"
#include "space/search_spaces.hpp"

namespace tilewise {
namespace {

const std::string kBlocks = R"yaml(
name: tiny
datasets:
  small: {height: 8, width: 8, classes: 10}
blocks:
  conv:
    - {name: conv, op: convolution, output_channels: out, kernel: kernel, padding: kernel // 2}
  deep:
    - {name: a, op: convolution, output_channels: 2 * in, kernel: 1}
    - {name: b, op: convolution, output_channels: out, kernel: 3, padding: 1}
    - {name: add, op: add, from: [b, input], if: block_in == out}
  head:
    - {name: pool, op: average_pool, kernel: global}
    - {name: fc, op: fully_connected, outputs: classes, bias: true}
choices:
  what:
    - {name: conv3, block: conv, kernel: 3}
    - {name: deep, block: deep}
    - {name: skip, if: place > 1}
network:
  - {name: stem, block: conv, kernel: 3, out: 4}
  - {choose: what, repeat: 2, out: 4}
  - {name: head, block: head}
)yaml";

/// The cell of NAS-Bench-201 in the language of files.
const std::string kCells = R"yaml(
name: cells
form: indexed
datasets:
  cifar10: {height: 32, width: 32, classes: 10}
  ImageNet16-120: {height: 16, width: 16, classes: 120}
decisions: {e01: op, e02: op, e12: op, e03: op, e13: op, e23: op}
text: "|{e01}~0|+|{e02}~0|{e12}~1|+|{e03}~0|{e13}~1|{e23}~2|"
blocks:
  conv:
    - {name: "conv{kernel}x{kernel}({source}->{target})", op: convolution, output_channels: in, kernel: kernel, padding: kernel // 2, batch_norm: true}
  pool:
    - {name: "avgpool3x3({source}->{target})", op: average_pool, kernel: 3, padding: 1}
  stem:
    - {name: conv3x3, op: convolution, output_channels: 16, kernel: 3, padding: 1, batch_norm: true}
  residual:
    - {name: conv_a, op: convolution, output_channels: 2 * in, kernel: 3, stride: 2, padding: 1, batch_norm: true}
    - {name: conv_b, op: convolution, output_channels: in, kernel: 3, padding: 1, batch_norm: true}
    - {name: pool, op: average_pool, from: input, kernel: 2, stride: 2}
    - {name: shortcut, op: convolution, output_channels: 2 * in, kernel: 1}
    - {name: add, op: add, from: [conv_b, shortcut]}
  cell:
    - {name: e01, choose: e01, prefix: "", source: 0, target: 1}
    - {name: e02, choose: e02, prefix: "", from: input, source: 0, target: 2}
    - {name: e12, choose: e12, prefix: "", from: e01, source: 1, target: 2}
    - {name: add(2), op: add, from: [e02, e12]}
    - {name: e03, choose: e03, prefix: "", from: input, source: 0, target: 3}
    - {name: e13, choose: e13, prefix: "", from: e01, source: 1, target: 3}
    - {name: e23, choose: e23, prefix: "", from: add(2), source: 2, target: 3}
    - {name: add(3), op: add, from: [e03, e13, e23]}
  head:
    - {name: pool, op: average_pool, kernel: global, folded_parameters: 128}
    - {name: fc, op: fully_connected, outputs: classes, bias: true}
choices:
  op:
    - {name: none, zero: true}
    - {name: skip_connect}
    - {name: nor_conv_1x1, block: conv, kernel: 1}
    - {name: nor_conv_3x3, block: conv, kernel: 3}
    - {name: avg_pool_3x3, block: pool}
network:
  - {name: stem, block: stem}
  - {name: "stage1.cell{place}", block: cell, repeat: 5}
  - {name: stage2.residual, block: residual}
  - {name: "stage2.cell{place}", block: cell, repeat: 5}
  - {name: stage3.residual, block: residual}
  - {name: "stage3.cell{place}", block: cell, repeat: 5}
  - {name: head, block: head}
)yaml";

struct SpaceFolder : ScratchFolder {
  SpaceFolder() : ScratchFolder("space_file") {}
  SearchSpace space(const std::string& text) const {
    const auto file = path / "space.yaml";
    write_file(file, text);
    return file_space(file.string());
  }
  /// What is said of the space, without the folder.
  std::string refused(const std::string& text) const {
    const std::string said = refusal([&] {
      const SearchSpace made = space(text);
      made.layers(made.datasets.front(), {});
    });
    const std::string folder = path.string() + "/";
    return said.starts_with(folder) ? said.substr(folder.size()) : said;
  }
};

std::vector<Layer> distinct_layers_of(const SearchSpace& space, const std::string& dataset) {
  return std::get<IndexedLayers>(space.layers(dataset, {})).layers;
}

std::vector<std::string> layer_names(const Network& network) {
  std::vector<std::string> names;
  for (const Layer& layer : layers_of(network)) names.push_back(layer.name);
  return names;
}

}  // namespace

TEST_SUITE("a space of a file") {
  TEST_CASE("positions, conditions, defaults") {
    const SpaceFolder folder;
    const SearchSpace space = folder.space(kBlocks);
    CHECK(space.name == "tiny");
    CHECK(space.datasets == std::vector<std::string>{"small"});
    const BlockForm& form = *blocks(space);
    CHECK(form.positions == 2);
    CHECK(form.names == std::vector<std::string>{"conv3", "deep", "skip"});
    CHECK(form.allowed == std::vector<std::vector<bool>>{{true, true, false}, {true, true, true}});
    const Network network = space.network("deep, 2", "small", {});
    CHECK(network.name() == "tiny 1,2 small");
    CHECK(layer_names(network) == std::vector<std::string>{"stem.conv", "block1.deep.a",
                                                           "block1.deep.b", "block1.deep.add",
                                                           "head.pool", "head.fc"});
    CHECK(network.inputs_of(3) == std::vector<std::size_t>{2, 0});
    const auto layers = std::get<BlockLayers>(space.layers("small", {}));
    CHECK_FALSE(layers.positions[0][1].in_a_row);
    CHECK(layers.positions[0][0].in_a_row);
    CHECK(layers.positions[0][2].layers.empty());
    CHECK(space.public_config("deep,2", "small") ==
          R"({"space": "tiny", "dataset": "small", "arch_str": "1,2"})");
    CHECK(says(refusal([&] { space.network("deep,2", "big", {}); }),
               "\"big\": no such data set of tiny; expected small"));
  }

  TEST_CASE("cells: all candidates have the layers of NAS-Bench-201, and their edges") {
    const SpaceFolder folder;
    const SearchSpace ours = folder.space(kCells);
    const SearchSpace known = find_space("nasbench201");
    CHECK(indexed(ours)->size == 15'625);
    const SearchSpace ordered =
        folder.space(replaced(kCells, "form: indexed", "form: indexed\norder: nasbench201"));
    for (std::int64_t index = 0; index < 15'625; ++index) {
      REQUIRE(indexed(ordered)->text(index) == indexed(known)->text(index));
    }
    for (const char* const dataset : {"cifar10", "ImageNet16-120"}) {
      for (std::int64_t index = 0; index < 15'625; index += 191) {
        const std::string text = indexed(ours)->text(index);
        CAPTURE(text);
        const Network made = ours.network(text, dataset, {});
        const Network expected = known.network(text, dataset, {});
        REQUIRE(made.size() == expected.size());
        CHECK(macs(made) == macs(expected));
        CHECK(parameters(made) == parameters(expected));
        // The same up to the order in which a node's edges are added, and the names of residuals.
        CHECK(peak_memory(made) == peak_memory(expected));
      }
    }
    const auto of = [](const SearchSpace& space) {
      return std::get<IndexedLayers>(space.layers("cifar10", {})).layers.size();
    };
    CHECK(of(ours) == of(known));
  }

  // What all candidates have stands first, then the cell entry by entry, e01 with all its options.
  TEST_CASE("distinct layers: their order, and names of their own") {
    const SpaceFolder folder;
    const auto listed = [&](const std::string& text) {
      std::vector<std::string> names;
      for (const Layer& layer : distinct_layers_of(folder.space(text), "cifar10")) {
        names.push_back(layer.name);
      }
      return names;
    };
    std::vector<std::string> first{"stem.conv3x3"};
    for (const char* const stage : {"stage2", "stage3"}) {
      for (const char* const layer : {"conv_a", "conv_b", "pool", "shortcut", "add"}) {
        first.push_back(fmt::format("{}.residual.{}", stage, layer));
      }
    }
    first.insert(first.end(), {"head.pool", "head.fc"});
    const std::vector<std::string> cell{"stage1.cell1.conv1x1(0->1)", "stage1.cell1.conv3x3(0->1)",
                                        "stage1.cell1.avgpool3x3(0->1)", "stage1.cell1.add(2)",
                                        "stage1.cell1.add(3)"};
    first.insert(first.end(), cell.begin(), cell.end());
    std::vector<std::string> names = listed(kCells);
    REQUIRE(names.size() == 24);
    names.resize(first.size());
    CHECK(names == first);
    names = listed(replaced(kCells, "op: convolution, output_channels: in",
                            "listed_as: \"edge{kernel}\", op: convolution, output_channels: in"));
    CHECK(names[13] == "edge1");
    CHECK(names[14] == "edge3");
    CHECK(names[15] == first[15]);
    CHECK(listed(replaced(kCells, "choose: e01, prefix: \"\"",
                          "choose: e01, prefix: \"{choice}.\""))[13] ==
          "stage1.cell1.nor_conv_1x1.conv1x1(0->1)");
  }

  TEST_CASE("candidates whose layers are listed first, and words of the file's own") {
    const SpaceFolder folder;
    const std::string text = R"yaml(
name: widths
form: indexed
datasets: {small: {height: 8, width: 8}}
decisions: {w: [8, 16, 24], v: [8, 16]}
blocks:
  conv:
    - {name: conv, op: convolution, output_channels: out, kernel: 1}
network:
  - {name: stem, block: conv, out: w}
  - {name: last, block: conv, out: v}
)yaml";
    const auto listed = [&](const std::string& file) {
      std::vector<std::string> shapes;
      for (const Layer& layer : distinct_layers_of(folder.space(file), "small")) {
        shapes.push_back(fmt::format("{}-{}", layer.bounds[Dim::C], layer.bounds[Dim::M]));
      }
      return shapes;
    };
    CHECK(listed(text) == std::vector<std::string>{"3-8", "8-8", "8-16", "3-16", "16-8", "16-16",
                                                   "3-24", "24-8", "24-16"});
    CHECK(listed(text + "listed_first: w == 24 or v == 16 and w > 8\n") ==
          std::vector<std::string>{"3-16", "16-16", "3-24", "24-8", "24-16", "3-8", "8-8", "8-16",
                                   "16-8"});
    const SearchSpace space = folder.space(
        text + "text_help: two widths\nnetwork_name: \"{dataset} {text} is {index}\"\n");
    CHECK(space.text_help == "two widths");
    CHECK(space.network("16,8", "small", {}).name() == "small 16,8 is 2");
    CHECK(folder.space(text).network("16,8", "small", {}).name() == "widths 2 small");
    CHECK(says(folder.refused(text + "listed_first: u == 1\n"), "no name \"u\""));
    CHECK(
        says(folder.refused(kBlocks + "network_name: x\n"), "network_name needs `form: indexed`"));
    CHECK(says(folder.refused(replaced(kBlocks, "name: a, op", "name: a, listed_as: b, op")),
               "listed_as needs `form: indexed`"));
    CHECK(says(refusal([&] { indexed(folder.space(text))->index("16,9"); }),
               "\"16,9\": no candidate of widths, none begins with \"16,9\"; one reads 8,8"));
    CHECK(says(refusal([&] { indexed(folder.space(text))->index("16"); }), ", it ends early;"));
  }

  TEST_CASE("options that do not fit together, and that no candidate has, do no harm") {
    const SpaceFolder folder;
    const SearchSpace space = folder.space(R"yaml(
name: pools
form: indexed
datasets: {small: {height: 4, width: 4}}
decisions: {a: what, b: what}
where: not (a == 1 and b == 1)
blocks:
  keep:
    - {name: conv, op: convolution, output_channels: in, kernel: 1}
  pool:
    - {name: pool, op: max_pool, kernel: 3}
  row:
    - {name: a, choose: a}
    - {name: b, choose: b}
choices:
  what: [{name: keep, block: keep}, {name: pool, block: pool}]
network:
  - {name: row, block: row}
)yaml");
    const auto layers = std::get<IndexedLayers>(space.layers("small", {}));
    REQUIRE(indexed(space)->size == 3);
    for (std::int64_t index = 0; index < 3; ++index) {
      std::multiset<std::string> used;
      std::multiset<std::string> run;
      for (const LayerUse& use : layers.uses(index)) {
        for (std::int64_t i = 0; i < use.times; ++i) {
          used.insert(canonical_key(layers.layers[use.layer]));
        }
      }
      for (const Layer& layer :
           layers_of(space.network(indexed(space)->text(index), "small", {}))) {
        run.insert(canonical_key(layer));
      }
      CHECK(used == run);
    }
  }

  TEST_CASE("which candidates there are, and how numbers are written") {
    const SpaceFolder folder;
    const std::string text = replaced(
        replaced(kCells, "decisions: {", "decisions: {w: {values: [1, 2], texts: [\"\", x]}, "),
        "text: \"", "where: w == 1 or e01 == 3\ntext: \"{w}");
    const SearchSpace space =
        folder.space(replaced(text, "output_channels: 16", "output_channels: 16 * w"));
    CHECK(indexed(space)->size == 15'625 + 3'125);
    CHECK(indexed(space)->text(15'625) ==
          "x|nor_conv_3x3~0|+|none~0|none~1|+|none~0|none~1|none~2|");
    CHECK(space.network(indexed(space)->text(15'625), "cifar10", {}).layer(0).bounds[Dim::M] == 32);
  }

  TEST_CASE("a wrong file is refused with its line and the cure") {
    const SpaceFolder folder;
    const auto refused = [&](std::string_view from, std::string_view to) {
      return folder.refused(replaced(kBlocks, from, to));
    };
    CHECK(
        says(refused("block: conv, kernel: 3, out: 4}", "block: konv, kernel: 3, out: 4}"),
             "space.yaml:21: network[0].block: no block \"konv\"; there are conv, deep, head; did "
             "you mean \"conv\"?"));
    CHECK(says(refused("choose: what", "choose: waht"),
               "network[1].choose: no choices \"waht\"; there are what; did you mean \"what\"?"));
    CHECK(says(refused("output_channels: 2 * in", "output_channels: 2 * inn"),
               "blocks.deep[0].output_channels: \"2 * inn\": no name \"inn\"; there are "));
    CHECK(says(refused("2 * in,", "2 * (in,"), "\")\" is missing"));
    CHECK(says(refused("repeat: 2, out: 4", "repeat: 2, out: 4, strid: 1"),
               "network[1].strid: nothing reads it"));
    CHECK(says(refused("kernel: 1}", "kernal: 1}"), "blocks.deep[0]: kernel: missing"));
    CHECK(says(folder.refused(replaced(replaced(kBlocks, "repeat: 2, out: 4", "repeat: 2, out: 5"),
                                       "if: place > 1", "if: place > 0")),
               "position 1: conv3 gives 5 x 8 x 8, but skip gives 4 x 8 x 8; all choices of a "
               "position need one shape"));
    CHECK(says(refused("if: place > 1}", "if: place > 1, ends: maybe}"), "ends"));
    CHECK(says(refused("{height: 8, width: 8, classes: 10}", "{height: 8, classes: 10}"),
               "datasets.small: "));
    CHECK(says(refused("classes: 10", "in: 10"), "names of the program; take another"));
    CHECK(says(refused("name: skip", "name: 3"), "a choice needs a name"));
    CHECK(says(refused("name: skip", "name: deep"), "two choices of that name"));
    CHECK(says(refused("- {name: skip,", "- {name: skip, block: deeper,"), "no block \"deeper\""));
    CHECK(says(refused("name: tiny", "name: tiny\nwhere: in > 1"), "where needs `form: indexed`"));
    CHECK(says(refused("name: tiny", "name: tiny\nsumary: x"), "sumary"));
    CHECK(says(refused("  head:\n", "  unused:\n    - {name: x, op: add}\n  head:\n"),
               "blocks.unused: nothing takes it"));
    CHECK(says(folder.refused(replaced(kBlocks, "name: a, op", "name: a, block: deep, op")),
               "expected one of op"));
    CHECK(says(refused("- {name: a, op: convolution, output_channels: 2 * in, kernel: 1}",
                       "- {name: a, block: deep}"),
               "does one contain itself?"));
    CHECK(says(folder.refused(replaced(replaced(kBlocks, "repeat: 2, out: 4", "repeat: 70, out: 4"),
                                       "if: place > 1", "if: place > 1, ends: true")),
               "ways of a stage that may end: more than 2^63 - 1"));
    CHECK(says(refused("  deep:\n", "  deep:\n    - {choose: what}\n"),
               "the block of a choice has no position of its own"));
    const auto cells = [&](std::string_view from, std::string_view to) {
      return folder.refused(replaced(kCells, from, to));
    };
    CHECK(says(cells("{e01}~0", "{e00}~0"), "text: {e00} is no decision"));
    CHECK(says(cells("{e23}~2|", "|"), "text: e23 is missing"));
    CHECK(says(cells("e23: op}", "e23: op, w: [1, 2, 2]}"), "each once"));
    CHECK(says(cells("form: indexed\n", "form: indexed\norder: nasbench210\n"),
               "order: no order \"nasbench210\"; there are nasbench201; did you mean"));
    CHECK(says(cells("form: indexed\n", "form: indexed\nwhere: 0\n"), "no candidate is left"));
    const std::string many =
        "e23: op, w: [1, 2, 3, 4, 5, 6, 7, 8, 9], v: [1, 2, 3, 4, 5, 6, 7, 8]}";
    CHECK(says(
        folder.refused(replaced(replaced(kCells, "e23: op}", many), "text: \"", "text: \"{v}{w}")),
        "more than 1000000 candidates"));
  }

  TEST_CASE("a small file that stands for a network without end is refused") {
    const SpaceFolder folder;
    const auto refused = [&](std::int64_t repeats) {
      const std::string nested = fmt::format(
          "blocks:\n  many: [{{name: 'n{{place}}', block: conv, kernel: 3, out: 4, repeat: {}}}]\n",
          repeats);
      const std::string more =
          replaced(kBlocks, "- {name: stem, block: conv, kernel: 3, out: 4}",
                   fmt::format("- {{name: 'm{{place}}', block: many, repeat: {}}}", repeats));
      return folder.refused(replaced(more, "blocks:\n", nested));
    };
    // 1000 of `many`, each with 1000 of `conv`, each with a layer.
    CHECK(says(refused(1000), "space.yaml:22: network: stands for more than 100000 entries"));
    // 25 choices at each of 1000 positions, each with a block of three layers.
    std::string options;
    for (int i = 0; i < 25; ++i) options += fmt::format("    - {{name: d{}, block: deep}}\n", i);
    CHECK(says(
        folder.refused(replaced(replaced(kBlocks, "    - {name: deep, block: deep}\n", options),
                                "repeat: 2", "repeat: 1000")),
        "network: stands for more than 100000 entries"));
    // 46 comparisons for each of 140,625 candidates.
    std::string where = "where: w > 0";
    for (int i = 0; i < 45; ++i) where += " and w > 0";
    const std::string nine =
        replaced(replaced(kCells, "e23: op}", "e23: op, w: [1, 2, 3, 4, 5, 6, 7, 8, 9]}"),
                 "text: \"", where + "\ntext: \"{w}");
    CHECK(says(folder.refused(nine),
               "where: 183 numbers, names and operations for 140625 candidates; at most 20000000"));
  }
}

}  // namespace tilewise
