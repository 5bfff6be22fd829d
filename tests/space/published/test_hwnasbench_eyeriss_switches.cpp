#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "space/published/hwnasbench_eyeriss.hpp"

namespace tilewise {
namespace {

/// The model with one switch off.
HwnasbenchEyeriss flipped(std::string_view name) {
  HwnasbenchEyeriss eyeriss;
  set_switch(eyeriss.switches, hwnasbench_eyeriss_switches(), name, false);
  return eyeriss;
}

double cycles(const HwnasbenchCost& cost) { return cost.latency.count() * 250.0; }

CellLayers first_cell() { return nasbench201_cell_layers(Dataset::Cifar10, 0); }

/// All costs of a model: cells on two data sets, FBNet on one.
struct SwitchCosts {
  std::vector<HwnasbenchCost> cells;
  std::vector<HwnasbenchCost> blocks;
  HwnasbenchCost frame;
};
SwitchCosts all_costs(const HwnasbenchEyeriss& eyeriss) {
  SwitchCosts costs;
  for (const Dataset dataset : {Dataset::Cifar10, Dataset::ImageNet16x120}) {
    const EyerissCells cells = hwnasbench_eyeriss_cells(eyeriss, dataset);
    costs.cells.push_back(cells.fixed);
    costs.cells.insert(costs.cells.end(), cells.op.begin(), cells.op.end());
  }
  const FbnetCostTable table = hwnasbench_eyeriss_fbnet(eyeriss, FbnetDataset::Cifar100);
  for (const auto& position : table.blocks) {
    costs.blocks.insert(costs.blocks.end(), position.begin(), position.end());
  }
  costs.frame = table.fixed;
  return costs;
}

}  // namespace

TEST_CASE("hwnasbench-eyeriss: a switch changes the space that it is about, and no other") {
  const std::string in_cells =
      " pool_as_dense_convolution global_pool_as_dense_convolution fixed_part_five_times stem_free "
      "unpadded_input two_rows_at_least normalised_sum published_unit_energies decoded_constants ";
  const std::string in_blocks =
      " unpadded_input strict_limits two_rows_at_least normalised_sum published_unit_energies "
      "fbnet_two_dimensional_array ";
  const std::string in_frame =
      " global_pool_as_dense_convolution unpadded_input normalised_sum published_unit_energies "
      "frame_energy_repeats_latency fbnet_two_dimensional_array ";
  const auto lists = [](const std::string& list, std::string_view name) {
    return list.find(" " + std::string(name) + " ") != std::string::npos;
  };
  const SwitchCosts published = all_costs({});
  CHECK(hwnasbench_eyeriss_switches().size() == 13);
  for (const auto& each : hwnasbench_eyeriss_switches()) {
    CAPTURE(each.name);
    CHECK(HwnasbenchEyerissSwitches{}.*each.member);
    const SwitchCosts costs = all_costs(flipped(each.name));
    CHECK((costs.cells != published.cells) == lists(in_cells, each.name));
    CHECK((costs.blocks != published.blocks) == lists(in_blocks, each.name));
    CHECK((costs.frame != published.frame) == lists(in_frame, each.name));
  }
}

TEST_CASE("hwnasbench-eyeriss: a pool by channels is sixteen pools of one channel") {
  const Layer pool = first_cell().avg_pool;
  const auto one = choose_tiling(
      {}, {.e = 32, .f = 32, .r = 3, .s = 3, .h = 32, .w = 32, .kind = PredictorLayer::Pool});
  // 32 of 32 rows side by side: F * S = 96 cycles a channel
  CHECK(one.cost.latency == Cycles{96});
  const auto cost = hwnasbench_eyeriss_layer(flipped("pool_as_dense_convolution"), pool);
  CHECK(cycles(cost) == doctest::Approx(16 * 96));
  CHECK(cost.energy.count() == doctest::Approx(16 * one.cost.energy.count()));
  CHECK(cycles(hwnasbench_eyeriss_layer({}, pool)) == doctest::Approx(24'576));
}

TEST_CASE("hwnasbench-eyeriss: padding belongs to the input if the switch is off") {
  // with padding 34 x 34: I = 18,496 words of DRAM instead of 16,384; + W 2304 + O 16,384
  const auto padded = hwnasbench_eyeriss_layer(flipped("unpadded_input"), first_cell().conv3x3);
  CHECK(padded.off_chip_bytes == 2 * (18'496 + 2304 + 16'384));
  const auto image = hwnasbench_eyeriss_layer({}, first_cell().conv3x3);
  CHECK(image.off_chip_bytes == 2 * (16'384 + 2304 + 16'384));
}

TEST_CASE("hwnasbench-eyeriss: limits may be filled if they are not strict") {
  const PredictorShape shape{.m = 4, .c = 12, .e = 14, .f = 14, .r = 3, .s = 3, .h = 14, .w = 14};
  const PredictorTiling full{{1, 4, 1, 1}, {4, 1, 3, 1}, {14, 1}};  // 4 * 14 * 3 = 168, 4 * 3 = 12
  CHECK_FALSE(fits({}, shape, full));
  CHECK(fits(flipped("strict_limits"), shape, full));
}

TEST_CASE("hwnasbench-eyeriss: rules that a switch lifts admit more tilings") {
  const PredictorShape shape{.m = 8, .c = 6, .e = 4, .f = 4, .r = 1, .s = 1, .h = 4, .w = 4};
  const PredictorTiling lone{{1, 8, 1, 1}, {1, 6, 1, 1}, {1, 4}};
  CHECK_FALSE(fits({}, shape, lone));
  CHECK(fits(flipped("two_rows_at_least"), shape, lone));
  const PredictorTiling split{{1, 8, 1, 1}, {1, 3, 1, 2}, {4, 1}};
  CHECK_FALSE(fits({}, shape, split));
  CHECK(fits(flipped("channels_not_split_off_chip"), shape, split));
  // M in 20, C in 9, or with C3 in 16, E in 2 or 3 ways, less the one of 8 * 6 * 4 = 192 PEs
  CHECK(choose_tiling({}, shape).valid == 20 * 9 * 2 - 1);
  CHECK(choose_tiling(flipped("two_rows_at_least"), shape).valid == 20 * 9 * 3 - 1);
  CHECK(choose_tiling(flipped("channels_not_split_off_chip"), shape).valid == 20 * 16 * 2 - 1);
}

TEST_CASE("hwnasbench-eyeriss: the product of energy and latency is another objective") {
  // published: 64 PEs for 4096 cycles; 128 take half the time and 3.8 % more energy
  const auto sum = hwnasbench_eyeriss_layer({}, first_cell().conv1x1);
  const auto product = hwnasbench_eyeriss_layer(flipped("normalised_sum"), first_cell().conv1x1);
  CHECK(cycles(sum) == doctest::Approx(4096));
  CHECK(cycles(product) == doctest::Approx(2048));
  CHECK(product.energy * cycles(product) < sum.energy * cycles(sum));
}

TEST_CASE("hwnasbench-eyeriss: with the ratios of ISCA 2016 a DRAM word costs 200 MACs") {
  // one channel, two rows of two, filter 1: I = O = 4, W = 1, all read once:
  // 4 MACs; DRAM 9; buffer 8; network 4 + 2 + 4, registers 4 + 4 + 4
  const PredictorShape shape{.e = 2, .f = 2, .h = 2, .w = 2};
  const PredictorTiling tiling{.e = {2, 1}};
  CHECK(predict({}, shape, tiling).energy.count() ==
        doctest::Approx(4 + 0.3 * 9 + 0.5 * 8 + 0.5 * 8 + 2 * 10 + 2 * 12));
  CHECK(predict(flipped("published_unit_energies"), shape, tiling).energy.count() ==
        doctest::Approx(4 + 200 * 9 + 6 * 8 + 2 * 10 + 1 * 12));
}

TEST_CASE("hwnasbench-eyeriss: the energies of FBNet's frame are its latencies") {
  const auto published = hwnasbench_eyeriss_fbnet({}, FbnetDataset::Cifar100).fixed;
  CHECK(published.energy.count() / 1e9 == doctest::Approx(published.latency.count() / 1e3));
  HwnasbenchEyeriss eyeriss = flipped("frame_energy_repeats_latency");
  const auto exact = hwnasbench_eyeriss_fbnet(eyeriss, FbnetDataset::Cifar100);
  CHECK(exact.fixed.latency == published.latency);
  eyeriss.switches.fbnet_two_dimensional_array = false;
  const auto own = hwnasbench_eyeriss_fbnet(eyeriss, FbnetDataset::Cifar100);
  HwnasbenchCost sum;
  std::size_t part = 0;
  for (const Layer& layer : fbnet_fixed_layers(FbnetDataset::Cifar100)) {
    CHECK(own.fixed_parts.at(part++) == hwnasbench_eyeriss_layer({}, layer));
    sum += hwnasbench_eyeriss_layer({}, layer);
  }
  CHECK(own.fixed == sum);
  CHECK(own.fixed.energy == exact.fixed.energy);
}

TEST_CASE("hwnasbench-eyeriss: the fixed part of NAS-Bench-201, and its stem") {
  const auto fixed = [](const HwnasbenchEyeriss& eyeriss) {
    return cycles(hwnasbench_eyeriss_layers(eyeriss, Dataset::Cifar10).fixed);
  };
  CHECK(fixed({}) == doctest::Approx(5 * fixed(flipped("fixed_part_five_times"))));
  // a stem of 3 to 16 channels takes 3072 cycles
  CHECK(fixed(flipped("stem_free")) - fixed({}) == doctest::Approx(5 * 3072));
}

TEST_CASE("hwnasbench-eyeriss: a switch moves a network as it moves its layers") {
  const EyerissCells published = hwnasbench_eyeriss_cells({}, Dataset::Cifar10);
  const EyerissCells layers = hwnasbench_eyeriss_layers({}, Dataset::Cifar10);
  const HwnasbenchEyeriss padded = flipped("unpadded_input");
  const HwnasbenchCost moved = hwnasbench_eyeriss_cells(padded, Dataset::Cifar10).fixed;
  const HwnasbenchCost moved_layers = hwnasbench_eyeriss_layers(padded, Dataset::Cifar10).fixed;
  CHECK((moved.energy - published.fixed.energy).count() ==
        doctest::Approx((moved_layers.energy - layers.fixed.energy).count()));
  CHECK(moved_layers.energy > layers.fixed.energy);
}

TEST_CASE("hwnasbench-eyeriss: the global pools") {
  const auto fixed = [](const HwnasbenchEyeriss& eyeriss) {
    return cycles(hwnasbench_eyeriss_layers(eyeriss, Dataset::Cifar10).fixed);
  };
  // five times 64 to 64 channels, 8 x 8: M1 C1 = 16 columns of R = 8 PEs, 64 * 64 / 16 * S = 2048;
  // by channels 64 pools of S = 8 cycles
  CHECK(fixed({}) - fixed(flipped("global_pool_as_dense_convolution")) ==
        doctest::Approx(5 * (2048 - 64 * 8)));
  // FBNet: 1504 pools of 4 x 4 to one pixel, each S = 4 cycles
  const Layer pool = fbnet_fixed_layers(FbnetDataset::Cifar100)[2];
  CHECK(cycles(hwnasbench_eyeriss_layer(flipped("global_pool_as_dense_convolution"), pool)) ==
        doctest::Approx(1504 * 4));
}

}  // namespace tilewise
