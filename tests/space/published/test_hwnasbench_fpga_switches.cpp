#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "space/published/hwnasbench_fpga.hpp"

namespace tilewise {
namespace {

HwnasbenchFpga without(std::string_view name) {
  HwnasbenchFpga fpga;
  set_switch(fpga.switches, hwnasbench_fpga_switches(), name, false);
  return fpga;
}

double cycles(const HwnasbenchCost& cost) { return cost.latency.count() * 200.0; }

/// Of a layer of the first chunk on CIFAR, without the switch.
double layer_cycles(std::string_view name, Layer CellLayers::*layer) {
  const CellLayers cell = nasbench201_cell_layers(Dataset::Cifar10, 0);
  return hwnasbench_fpga_work(without(name), {8, 8}, 1024, cell.*layer).time.count();
}

/// How many cycles architecture 0 on CIFAR-10 gains without the switch.
double network_change(std::string_view name) {
  const auto at = [](const HwnasbenchFpga& fpga) {
    return cycles(hwnasbench_fpga_cost(fpga, Dataset::Cifar10, nasbench201_architecture(0)));
  };
  return at(without(name)) - at({});
}

/// Of an FBNet block on CIFAR-100, without the switch.
double block_cycles(std::string_view name, std::size_t position, FbnetOp op) {
  return cycles(hwnasbench_fpga_block(without(name), FbnetDataset::Cifar100, position, op));
}

doctest::Approx close_to(double value) { return doctest::Approx(value).epsilon(1e-12); }

/// Whether any latency of the space differs from the published model.
bool moves_nasbench201(const HwnasbenchFpga& fpga) {
  for (const Dataset dataset : {Dataset::Cifar10, Dataset::ImageNet16x120}) {
    const auto changed = hwnasbench_fpga_nasbench201(fpga, dataset);
    const auto published = hwnasbench_fpga_nasbench201({}, dataset);
    for (std::size_t i = 0; i < changed.size(); ++i) {
      if (changed[i].latency != published[i].latency) return true;
    }
  }
  return false;
}
bool moves_fbnet(const HwnasbenchFpga& fpga) {
  for (const FbnetDataset dataset : all_of<FbnetDataset>()) {
    const auto changed = hwnasbench_fpga_fbnet(fpga, dataset);
    const auto published = hwnasbench_fpga_fbnet({}, dataset);
    if (changed.fixed.latency != published.fixed.latency) return true;
    for (std::size_t at = 0; at < kFbnetPositions; ++at) {
      for (const FbnetOp op : all_of<FbnetOp>()) {
        if (changed.blocks[at][op].latency != published.blocks[at][op].latency) return true;
      }
    }
  }
  return false;
}

}  // namespace

TEST_CASE("hwnasbench-zc706: a switch changes the space that it is about, and no other") {
  const std::string in_both = "no_ceilings weights_wait outputs_wait buffer_clear ";
  const std::string in_nasbench201 =
      in_both +
      "pool_reads_then_writes sums_cost_reads none_is_read stem_padded_to_four classifier_free "
      "chunks_side_by_side ";
  const std::string in_fbnet =
      in_both +
      "weights_per_tile channels_184_as_192 stride_on_first_1x1 engines_side_by_side skips_free "
      "frame_free ";
  CHECK(hwnasbench_fpga_switches().size() == 18);
  for (const auto& each : hwnasbench_fpga_switches()) {
    CAPTURE(each.name);
    CHECK(HwnasbenchFpgaSwitches{}.*each.member);
    const std::string word = std::string(each.name) + " ";
    const HwnasbenchFpga fpga = without(each.name);
    CHECK(moves_nasbench201(fpga) == (in_nasbench201.find(word) != std::string::npos));
    CHECK(moves_fbnet(fpga) == (in_fbnet.find(word) != std::string::npos));
    const auto cost = hwnasbench_fpga_cost(fpga, Dataset::Cifar10, nasbench201_architecture(0));
    const bool seven_watt = energy(fpga.power, cost.latency) == cost.energy;
    CHECK(seven_watt == (each.name != "constant_power"));
  }
}

TEST_CASE("hwnasbench-zc706: what each switch of an engine is worth") {
  // the 4 channels of the stem on 8 multipliers: 18,432 cycles of work instead of 9216
  CHECK(network_change("no_ceilings") == close_to(9216));
  CHECK(layer_cycles("no_ceilings", &CellLayers::conv3x3) == 50'304);  // 16 divides by 8
  // 36,864 of work hide 1152 of weights, or 8192 of outputs
  CHECK(layer_cycles("weights_wait", &CellLayers::conv3x3) == 50'304 - 1152);
  CHECK(layer_cycles("outputs_wait", &CellLayers::conv3x3) == 50'304 - 8192);
  // a 1x1 convolution is bound by its reads: what joins them hides nothing
  CHECK(layer_cycles("weights_wait", &CellLayers::conv1x1) == 20'608);
  CHECK(layer_cycles("outputs_wait", &CellLayers::conv1x1) == 20'608);
  CHECK(layer_cycles("buffer_clear", &CellLayers::conv3x3) == 50'304 - 4096);
  CHECK(layer_cycles("pool_reads_then_writes", &CellLayers::avg_pool) == 8192);
  CHECK(layer_cycles("sums_cost_reads", &CellLayers::add_three) == 0);
}

TEST_CASE("hwnasbench-zc706: what each switch of NAS-Bench-201 is worth") {
  // cells of `none` alone: 21,792 of the stem and five reads of 8192 in five cells; without them
  // the second chunk is the slowest, with its residual block of 73,728
  const CellArchitecture nothing;
  CHECK(cycles(hwnasbench_fpga_cost({}, Dataset::Cifar10, nothing)) == close_to(226'592));
  CHECK(cycles(hwnasbench_fpga_cost(without("none_is_read"), Dataset::Cifar10, nothing)) ==
        close_to(73'728));
  // stem from 3 channels: work 6912, weights 216 instead of 9216, 288
  CHECK(network_change("stem_padded_to_four") == close_to(-2304 - 72));
  // one image: 514,592 + 324,608 + 200,704
  CHECK(network_change("chunks_side_by_side") == close_to(324'608 + 200'704));
  const auto third = [](const HwnasbenchFpga& fpga) {
    return hwnasbench_fpga_chunks(fpga, Dataset::Cifar10)[2].fixed;
  };
  // 64 to 10: read 32 (work 2.5), weights 320, store 5, clear 1.25
  CHECK((third(without("classifier_free")).time - third({}).time).count() == close_to(358.25));
  // either way 64 channels of 8 x 8 in the third chunk; 32 of 16 x 16 are new in the second
  CHECK(third(without("global_pool_is_read")).time == third({}).time);
  const auto second = [](const HwnasbenchFpga& fpga) {
    return hwnasbench_fpga_chunks(fpga, Dataset::Cifar10)[1].fixed.time;
  };
  CHECK((second(without("global_pool_is_read")) - second({})).count() == close_to(4096));
}

TEST_CASE("hwnasbench-zc706: what each switch of FBNet is worth") {
  // 16 to 16 on 32 x 32: two 1x1 of 36,864, of which weights 64 * 128; depthwise 35,328
  CHECK(block_cycles("skips_free", 0, FbnetOp::K3E1) == close_to(73'728));
  CHECK(block_cycles("weights_per_tile", 0, FbnetOp::K3E1) == close_to(73'728 - 2 * 63 * 128));
  CHECK(block_cycles("engines_side_by_side", 0, FbnetOp::K3E1) == close_to(73'728 + 35'328));
  // 184 to 184 on 4 x 4: 32 * 184 * (3/4 + 184 * 3/32)
  CHECK(block_cycles("skips_free", 18, FbnetOp::K3E1) == close_to(115'200));
  CHECK(block_cycles("channels_184_as_192", 18, FbnetOp::K3E1) == close_to(105'984));
  // 24 to 32 with stride 2: the first 1x1, 72 cycles a pixel, on 1024 pixels instead of 256
  CHECK(block_cycles("skips_free", 5, FbnetOp::K3E1) == close_to(256 * (72 + 96)));
  CHECK(block_cycles("stride_on_first_1x1", 5, FbnetOp::K3E1) == close_to(1024 * 72 + 256 * 96));
  // 16 to 24: 1024 * 24 * (3/4 + 16 * 3/32)
  CHECK(block_cycles("buffer_clear", 1, FbnetOp::Skip) == 0);
  CHECK(block_cycles("skips_free", 1, FbnetOp::Skip) == close_to(55'296));
  // stem 53,760, head 812,160, pool 12,784, classifier 84,675
  const auto table = hwnasbench_fpga_fbnet(without("frame_free"), FbnetDataset::Cifar100);
  CHECK(cycles(table.fixed) == close_to(53'760 + 812'160 + 12'784 + 84'675));
  CHECK(cycles(table.fixed_parts[1]) == close_to(812'160));
  CHECK(cycles(table.fixed_parts[3]) == close_to(84'675));
}

TEST_CASE("hwnasbench-zc706: without constant power a chunk draws its multipliers' share") {
  // 64, 128, 256 of 448 multipliers for 514,592, 324,608, 200,704 cycles
  const auto cost = hwnasbench_fpga_cost(without("constant_power"), Dataset::Cifar10,
                                         nasbench201_architecture(0));
  const double cycles_of_all = (64.0 * 514'592 + 128.0 * 324'608 + 256.0 * 200'704) / 448;
  CHECK(cost.energy.count() / 1e6 == close_to(7.0 * cycles_of_all / 200.0));
}

TEST_CASE("hwnasbench-zc706: an unknown switch is answered with the names") {
  HwnasbenchFpgaSwitches switches;
  CHECK_THROWS_WITH_AS(set_switch(switches, hwnasbench_fpga_switches(), "ceilings", false),
                       doctest::Contains("no_ceilings, weights_per_tile"), InputError);
}

}  // namespace tilewise
