#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "space/nasbench201.hpp"

namespace tilewise {
namespace {

using Op = Nasbench201Op;

CellArchitecture all(Op op) {
  CellArchitecture architecture;
  architecture.ops.fill(op);
  return architecture;
}

/// The layers of the first cell, without the prefix.
std::vector<std::string> first_cell(const std::string& text, PruneDead prune) {
  const Network network =
      nasbench201_network(parse_cell_architecture(text), Dataset::Cifar10, prune);
  const std::string prefix = "stage1.cell1.";
  std::vector<std::string> names;
  for (std::size_t i = 0; i < network.size(); ++i) {
    const std::string& layer = network.layer(i).name;
    if (layer.starts_with(prefix)) names.push_back(layer.substr(prefix.size()));
  }
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("architecture 0 on cifar10 has 15,647,360 MACs") {
  // stem 442,368; two 1x1 convolutions in 15 cells of 262,144 each: 7,864,320; residual blocks
  // 2 * (1,179,648 + 2,359,296 + 131,072) = 7,340,032; classifier 640
  const Network network = nasbench201_network(nasbench201_architecture(0), Dataset::Cifar10);
  CHECK(macs(network) == 442'368 + 7'864'320 + 7'340'032 + 640);
  CHECK(macs(network) == 15'647'360);
}

TEST_CASE("six 3x3 convolutions a cell have 1,531,546 parameters on cifar10") {
  // stem 3*16*9 + 32 = 464; cells 5 * 6 * (2336 + 9280 + 36992) = 1,458,240; residual blocks
  // 14,464 + 57,600; last batch norm 128; classifier 650
  CHECK(parameters(nasbench201_network(all(Op::NorConv3x3), Dataset::Cifar10)) == 1'531'546);
}

TEST_CASE("networks of one data set share the layers that they have in common") {
  const Network one = nasbench201_network(all(Op::NorConv3x3), Dataset::Cifar10);
  const Network two = nasbench201_network(all(Op::NorConv1x1), Dataset::Cifar10);
  const Network other = nasbench201_network(all(Op::NorConv3x3), Dataset::Cifar100);
  CHECK(&one.layer(0) == &two.layer(0));
  CHECK(&one.layer(0) != &other.layer(0));
  CHECK(&one.layer(1) != &two.layer(1));
}

TEST_CASE("classes and image size follow the data set") {
  const CellArchitecture first = nasbench201_architecture(0);
  CHECK(parameters(nasbench201_network(first, Dataset::Cifar100)) -
            parameters(nasbench201_network(first, Dataset::Cifar10)) ==
        90 * 65);
  // Quarter maps; the classifier has 120 * 64 instead of 10 * 64 MACs.
  CHECK(macs(nasbench201_network(first, Dataset::ImageNet16x120)) ==
        (15'647'360 - 640) / 4 + 120 * 64);
}

TEST_CASE("every layer of a network passes the checks") {
  for (const Dataset dataset : all_of<Dataset>()) {
    for (const Op op : all_of<Op>()) {
      const Network network = nasbench201_network(all(op), dataset);
      for (std::size_t i = 0; i < network.size(); ++i) CHECK_NOTHROW(check_layer(network.layer(i)));
    }
  }
}

TEST_CASE("layers are named by stage, cell, operation and edge") {
  const std::string text =
      "|nor_conv_1x1~0|+|nor_conv_3x3~0|avg_pool_3x3~1|+|skip_connect~0|none~1|nor_conv_3x3~2|";
  CHECK(first_cell(text, PruneDead::No) == Names{"conv1x1(0->1)", "conv3x3(0->2)",
                                                 "avgpool3x3(1->2)", "add(2)", "conv3x3(2->3)",
                                                 "add(3)"});
}

TEST_CASE("without pruning the sums have two and three operands whatever the operations") {
  for (const Op op : all_of<Op>()) {
    const Network network = nasbench201_network(all(op), Dataset::Cifar10);
    std::vector<std::int64_t> operands;
    for (std::size_t i = 0; i < network.size(); ++i) {
      const Layer& layer = network.layer(i);
      if (layer.op == Operator::Add && layer.name.starts_with("stage1.cell1")) {
        operands.push_back(layer.bounds[Dim::C]);
      }
    }
    CHECK(operands == std::vector<std::int64_t>{2, 3});
  }
}

TEST_CASE("only the stem reads the input of the network, also where tensors are zero") {
  const Network network = nasbench201_network(all(Op::None), Dataset::Cifar10);
  for (std::size_t i = 0; i < network.size(); ++i) {
    CHECK(network.inputs_of(i).empty() == (i == 0));
  }
}

TEST_CASE("pruning leaves out what only reaches none") {
  // Node 1 leads nowhere: its convolution vanishes. Node 3 sums nodes 0 and 2.
  CHECK(first_cell("|nor_conv_3x3~0|+|nor_conv_1x1~0|none~1|+|skip_connect~0|none~1|"
                   "nor_conv_3x3~2|",
                   PruneDead::Yes) == Names{"conv1x1(0->2)", "conv3x3(2->3)", "add(3)"});
}

TEST_CASE("pruning leaves out what reads only zeros") {
  // Nodes 1 and 2 are zero; the one operand left needs no sum.
  CHECK(first_cell("|none~0|+|none~0|nor_conv_3x3~1|+|avg_pool_3x3~0|nor_conv_3x3~1|"
                   "nor_conv_1x1~2|",
                   PruneDead::Yes) == Names{"avgpool3x3(0->3)"});
}

TEST_CASE("pruning keeps a whole cell without none") {
  const Names both = first_cell(to_string(all(Op::NorConv3x3)), PruneDead::Yes);
  CHECK(both == first_cell(to_string(all(Op::NorConv3x3)), PruneDead::No));
  CHECK(both.size() == 8);  // six convolutions, two sums
}

TEST_CASE("a sum of two operands is left where one of node 3's three is none") {
  const Network network = nasbench201_network(
      parse_cell_architecture("|none~0|+|skip_connect~0|none~1|+|skip_connect~0|none~1|"
                              "skip_connect~2|"),
      Dataset::Cifar10, PruneDead::Yes);
  CHECK(network.layer(1).name == "stage1.cell1.add(3)");
  CHECK(network.layer(1).bounds[Dim::C] == 2);
  CHECK(network.inputs_of(1) == std::vector<std::size_t>{0, 0});  // both are the stem's output
}

TEST_CASE("behind a cell whose output is zero only pooling and classifier are left") {
  const Network network = nasbench201_network(all(Op::None), Dataset::Cifar10, PruneDead::Yes);
  REQUIRE(network.size() == 2);
  CHECK(network.layer(0).name == "global_pool");
  CHECK(network.layer(1).name == "classifier");
}

}  // namespace tilewise
