#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/file.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"
#include "space/block_rules.hpp"
#include "space/file/cell_networks.hpp"
#include "space/file/file_space.hpp"

namespace tilewise {
namespace {

/// A cell whose two nodes take two of their edges; the second one reads the cell before last, too.
const std::string kCell = R"yaml(
name: pairs
datasets:
  small: {height: 8, width: 8, classes: 10}
decisions: {a0: op, a1: op, b0: op, b1: op, b2: op}
groups:
  a: {exactly: 2, of: [a0, a1]}
  b: {exactly: 2, of: [b0, b1, b2]}
blocks:
  conv:
    - {name: conv, op: convolution, output_channels: out, kernel: kernel, padding: kernel // 2}
  cell:
    - {name: left, op: convolution, from: input, output_channels: 4, kernel: 1}
    - {name: right, op: convolution, from: input2, output_channels: 4, kernel: 1}
    - {name: ea0, choose: a0, from: left, column: 0}
    - {name: ea1, choose: a1, from: right, column: 1}
    - {name: node_a, op: add, from: [ea0, ea1]}
    - {name: eb0, choose: b0, from: left, column: 0}
    - {name: eb1, choose: b1, from: right, column: 1}
    - {name: eb2, choose: b2, from: node_a, column: 2}
    - {name: node_b, op: add, from: [eb0, eb1, eb2]}
    - {name: output, op: concat, from: [node_a, node_b]}
  head:
    - {name: pool, op: average_pool, kernel: global}
    - {name: fc, op: fully_connected, outputs: classes}
choices:
  op:
    - {name: conv3, block: conv, out: in, kernel: 3}
    - {name: conv1, block: conv, out: in, kernel: 1}
    - {name: none, absent: true}
    - {name: skip}
network:
  - {name: stem, block: conv, out: 6, kernel: 3}
  - {name: "cell{place}", block: cell, repeat: 3, from: [stem, stem]}
  - {name: head, block: head}
columns:
  column: {value: column}
)yaml";

struct CellFolder : ScratchFolder {
  CellFolder() : ScratchFolder("cell_space") {}
  SearchSpace space(const std::string& text) const {
    write_file(path / "space.yaml", text);
    return file_space((path / "space.yaml").string());
  }
  std::string refused(const std::string& text) const {
    return refusal([&] { space(text).layers("small", {}); });
  }
};

}  // namespace

TEST_SUITE("spaces of cells whose nodes choose their edges") {
  TEST_CASE("cells: what all have, and the sum of the blocks, is the network of each candidate") {
    const CellFolder folder;
    const SearchSpace space = folder.space(kCell);
    const BlockForm& form = *blocks(space);
    CHECK(form.positions == 5);
    CHECK(form.absent == 2);
    CHECK(may_take(form, 2, 2));
    CHECK_FALSE(may_take(form, 0, 2));  // a node that takes all of its edges
    CHECK(space.example == "0,0,0,0,2");
    const auto all = std::get<BlockLayers>(space.layers("small", {}));
    // stem, three cells of two convolutions and two sums, pool and classifier
    CHECK(blocks_of(all, std::vector<std::uint8_t>(5, 2)).size() == 1 + 3 * 4 + 2);
    CHECK(all.positions[4][0].layers.size() == 3);
    CHECK(all.positions[4][0].shape == LayerNames{"2"});
    CHECK(all.positions[4][2].layers.empty());
    int candidates = 0;
    for (int way = 0; way < 1024; ++way) {
      std::vector<std::uint8_t> row(5);
      for (int p = 0; p < 5; ++p) row[static_cast<std::size_t>(p)] = (way >> (2 * p)) & 3;
      if (wrong_position(form, row)) continue;
      ++candidates;
      const Network network = space.network(choices_text(row), "small", {});
      REQUIRE(layers_by_name(layers_of(network)) == layers_by_name(blocks_of(all, row)));
    }
    CHECK(candidates == 3 * 3 * 3 * 9);
  }

  TEST_CASE("cells: a repeat reads the one before and the one before that") {
    const CellFolder folder;
    const Network network = folder.space(kCell).network("conv3,skip,none,conv1,skip", "small", {});
    CHECK(network_reads(network, "cell1.left") == LayerNames{"stem.conv"});
    CHECK(network_reads(network, "cell1.right") == LayerNames{"stem.conv"});
    CHECK(network_reads(network, "cell2.left") == LayerNames{"cell1.node_a", "cell1.node_b"});
    CHECK(network_reads(network, "cell2.right") == LayerNames{"stem.conv"});
    CHECK(network_reads(network, "cell3.right") == LayerNames{"cell1.node_a", "cell1.node_b"});
    CHECK(network.layer(layer_called(network, "cell3.right")).bounds[Dim::C] == 8);
    CHECK(network_reads(network, "cell3.node_a") ==
          LayerNames{"cell3.ea0.conv3.conv", "cell3.right"});
    CHECK(network_reads(network, "cell3.node_b") ==
          LayerNames{"cell3.eb1.conv1.conv", "cell3.node_a"});
    CHECK(network_reads(network, "head.pool") == LayerNames{"cell3.node_a", "cell3.node_b"});
  }

  TEST_CASE("a concatenation goes from one part of a row to the next") {
    const CellFolder folder;
    const std::string text = R"yaml(
datasets:
  small: {height: 8, width: 8}
blocks:
  twins:
    - {name: a, op: convolution, output_channels: 2, kernel: 1}
    - {name: b, op: convolution, from: input, output_channels: 3, kernel: 1}
    - {name: both, op: concat, from: [a, b]}
  conv:
    - {name: conv, op: convolution, output_channels: in, kernel: 3, padding: 1}
choices:
  what:
    - {name: conv, block: conv}
    - {name: skip}
network:
  - {name: stem, block: twins}
  - {choose: what, repeat: 2}
  - {name: last, block: conv}
)yaml";
    const SearchSpace space = folder.space(text);
    const Network skipped = space.network("skip,skip", "small", {});
    CHECK(network_reads(skipped, "last.conv") == LayerNames{"stem.a", "stem.b"});
    CHECK(skipped.layer(2).bounds[Dim::C] == 5);
    const Network convolved = space.network("skip,conv", "small", {});
    CHECK(network_reads(convolved, "block2.conv.conv") == LayerNames{"stem.a", "stem.b"});
    CHECK(network_reads(convolved, "last.conv") == LayerNames{"block2.conv.conv"});
    const auto all = std::get<BlockLayers>(space.layers("small", {}));
    CHECK_FALSE(all.fixed[0].in_a_row);
    // Each of twelve parts doubles the two layers of the first.
    const std::string doubling = replaced(
        replaced(text, "  conv:\n",
                 "  twice:\n    - {name: t, op: concat, from: [input, input]}\n  conv:\n"),
        "  - {name: last", "  - {name: 'd{place}', block: twice, repeat: 12}\n  - {name: last");
    CHECK(says(refusal([&] { folder.space(doubling).network("skip,skip", "small", {}); }),
               "network: an entry joins more than 4096 layers"));
  }

  TEST_CASE("cells: a wrong file is refused with its line and the cure") {
    const CellFolder folder;
    const auto refused = [&](std::string_view from, std::string_view to) {
      return folder.refused(replaced(kCell, from, to));
    };
    CHECK(
        says(refused("of: [b0, b1, b2]", "of: [b0, b1, bb2]"),
             "space.yaml:8: groups.b.of[2]: no decision \"bb2\"; there are a0, a1, b0, b1, b2; did "
             "you mean"));
    CHECK(says(refused("of: [b0, b1, b2]", "of: [b0, b1, a1]"), "stands in a group already"));
    CHECK(says(refused("of: [b0, b1, b2]", "of: [b1, b0, b2]"), "expected the order of"));
    CHECK(says(refused("exactly: 2, of: [a0", "exactly: 3, of: [a0"), "groups.a.exactly"));
    CHECK(says(refused("exactly: 2, of: [a0", "exact: 2, of: [a0"), "groups.a: exactly: missing"));
    CHECK(says(refused("- {name: none, absent: true}", "- {name: none}"),
               "groups.a.of[0]: no choice of it has `absent: true`"));
    CHECK(says(refused("name: none, absent: true", "name: none, absent: true, block: conv"),
               "absent: what is not there has no block"));
    CHECK(says(refused("from: [eb0, eb1, eb2]", "from: [eb0, eb1]"),
               "blocks.cell[8]: reads b2 0 times, and b0; what reads a position of group b reads "
               "each of them once"));
    CHECK(says(refused("op: concat, from: [node_a, node_b]", "op: concat, from: [ea0, node_b]"),
               "reads a1 0 times"));
    CHECK(
        says(refused("eb2, choose: b2, from: node_a", "eb2, choose: b2, from: ea0"),
             "blocks.cell[7]: reads ea0, which may be absent; only a layer that reads all of group "
             "a can do without it"));
    CHECK(says(refused("  b: {exactly: 2, of: [b0, b1, b2]}\n", ""),
               "blocks.cell[8]: reads eb0, which may be absent and is in no group"));
    CHECK(says(refused("b2: op}", "b2: op, b3: op}"), "decisions.b3: on small nothing chooses b3"));
    CHECK(says(refused("b2: op}", "b2: [1, 2]}"), "numbers need `form: indexed`"));
    CHECK(
        says(refused("choose: b2", "choose: op"), "a file with `decisions` chooses one of these"));
    CHECK(says(refused("{name: skip}", "{name: skip, if: in > 1}"), "if and ends belong to"));
    CHECK(says(refused("block: conv, out: in, kernel: 1", "block: conv, out: in + 1, kernel: 1"),
               "decisions.a0: on small, conv3 gives 4 x 8 x 8, but conv1 gives 5 x 8 x 8"));
    CHECK(says(refused("name: pairs", "name: pairs\nform: indexed"), "groups need `form: blocks`"));
    CHECK(says(refused("op: concat, from", "op: concat, kernel: 1, from"), "kernel"));
    // Channels of 2^13 layers: each line doubles them.
    std::string doubled = "op: concat, from: [node_a, node_b]}\n";
    for (int i = 1; i <= 12; ++i) {
      doubled += fmt::format("    - {{name: d{}, op: concat, from: [{}, {}]}}\n", i,
                             i == 1 ? "output" : fmt::format("d{}", i - 1),
                             i == 1 ? "output" : fmt::format("d{}", i - 1));
    }
    CHECK(says(refused("op: concat, from: [node_a, node_b]}\n", doubled),
               "blocks.cell[21]: joins more than 2^31 channels, or more than 4096 layers"));
    CHECK(says(refused("- {name: skip}", "- {name: zero, absent: true}"),
               "choices.op[3]: a second choice that is absent"));
    CHECK(says(folder.refused("form: indexed\ndatasets: {small: {height: 4, width: 4}}\nchoices: "
                              "{op: [{name: a, absent: true}]}\nnetwork: [{choose: op}]\n"),
               "choices.op[0]: absent belongs to a space of blocks with `groups`"));
    CHECK(says(folder.refused("datasets: {small: {height: 4, width: 4}}\nchoices: {op: [{name: a, "
                              "absent: true}]}\nnetwork: [{choose: op}]\n"),
               "absent: needs a decision in a group"));
  }
}

}  // namespace tilewise
