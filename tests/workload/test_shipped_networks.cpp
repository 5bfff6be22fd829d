#include <doctest/doctest.h>

#include "workload/network_yaml.hpp"

namespace tilewise {
namespace {

void check_totals(const std::string& name, std::int64_t expected_macs,
                  std::int64_t expected_parameters) {
  const Network network = find_network(name);
  CAPTURE(name);
  CHECK(macs(network) == expected_macs);
  CHECK(parameters(network) == expected_parameters);
}

}  // namespace

// Published: the reference implementations of Caffe (AlexNet) and torchvision (the others); the
// MACs are those of convolutions and fully connected layers.
TEST_CASE("the shipped networks have the published MACs and parameters") {
  // 55*55*96*363 + 27*27*256*1200 + 13*13*(384*2304 + 384*1728 + 256*1728) + 9216*4096 + 4096*4096
  // + 4096*1000
  check_totals("alexnet", 724'406'816, 60'965'224);
  check_totals("vgg16", 15'470'264'320, 138'357'544);
  check_totals("resnet18", 1'814'073'344, 11'689'512);
  check_totals("resnet50", 4'089'184'256, 25'557'032);
  check_totals("mobilenetv2", 300'774'272, 3'504'872);
}

TEST_CASE("the layers of AlexNet have the shapes of the paper") {
  const Network network = find_network("alexnet");
  const Layer& conv1 = network.layer(0);
  CHECK(conv1.bounds == EnumArray<Dim, std::int64_t>{{1, 1, 96, 3, 55, 55, 11, 11}});
  const Layer& conv2 = network.layer(2);
  CHECK(conv2.bounds == EnumArray<Dim, std::int64_t>{{1, 2, 128, 48, 27, 27, 5, 5}});
  const Layer& fc6 = network.layer(8);
  CHECK(fc6.bounds[Dim::C] == 256 * 6 * 6);
}

TEST_CASE("each residual sum of ResNet-18 reads a block and its shortcut") {
  const Network network = find_network("resnet18");
  std::size_t sums = 0;
  for (std::size_t i = 0; i < network.size(); ++i) {
    if (network.layer(i).op != Operator::Add) continue;
    ++sums;
    CHECK(network.inputs_of(i).size() == 2);
  }
  CHECK(sums == 8);
}

}  // namespace tilewise
