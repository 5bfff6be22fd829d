#include "space/published/hwnasbench_model.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "space/fbnet_architecture.hpp"
#include "space/search_spaces.hpp"

namespace tilewise {
namespace {

constexpr std::string_view kFpga = "hwnasbench-zc706";
constexpr std::string_view kEyeriss = "hwnasbench-eyeriss";

template <class Switches>
std::string switch_lines(std::span<const NamedSwitch<Switches>> all, const Switches& switches) {
  std::string text;
  for (const NamedSwitch<Switches>& each : all) {
    const bool value = switches.*each.member;
    text +=
        fmt::format("{} = {}: {}\n", each.name, value ? "on" : "off", value ? each.on : each.off);
  }
  return text;
}

/// "name=on" or "name=off".
template <class Switches>
void change_switch(Switches& switches, std::span<const NamedSwitch<Switches>> all,
                   std::string_view change) {
  const std::size_t equals = change.find('=');
  const std::string_view value = equals == std::string_view::npos ? "" : change.substr(equals + 1);
  if (value != "on" && value != "off") {
    throw InputError(fmt::format("\"{}\" changes no switch: expected one such as {}=off", change,
                                 all.front().name));
  }
  set_switch(switches, all, change.substr(0, equals), value == "on");
}

std::string details(const HwnasbenchFpga& fpga) {
  std::string text =
      fmt::format("clock = {} MHz\nword = {} bit\nport = {} bit a cycle\npower = {} mW\n",
                  fpga.clock.count(), fpga.word.count(), fpga.port.count(), fpga.power.count());
  for (const auto& [outputs, inputs] : fpga.chunks) {
    text += fmt::format("chunk engine = {} outputs x {} inputs\n", outputs, inputs);
  }
  text += fmt::format("1x1 engine = {} outputs x {} inputs\ndepthwise engine = {} channels\n",
                      fpga.pointwise.outputs, fpga.pointwise.inputs, fpga.depthwise_channels);
  for (const FbnetDataset dataset : all_of<FbnetDataset>()) {
    text += fmt::format("tile on {} = {} pixels\n", name(dataset), fpga.tile_pixels[dataset]);
  }
  return text + switch_lines(hwnasbench_fpga_switches(), fpga.switches);
}

std::string energy_line(std::string_view what, const PredictorEnergies& pj) {
  return fmt::format(
      "{}: MAC {}, DRAM {}, DRAM to buffer {}, buffer {}, network {}, registers {} pJ a word\n",
      what, pj.mac.count(), pj.dram.count(), pj.dram_to_buffer.count(), pj.buffer.count(),
      pj.network.count(), pj.register_file.count());
}

std::string details(const HwnasbenchEyeriss& eyeriss) {
  return fmt::format(
             "clock = {} MHz\nword = {} bit\narray = {} processing elements\n"
             "processing element = {} outputs, {} inputs, {} weights\nbuffer = {} words\n",
             eyeriss.clock.count(), eyeriss.word.count(), eyeriss.array_limit,
             eyeriss.outputs_limit, eyeriss.inputs_limit, eyeriss.weights_limit,
             eyeriss.buffer_limit) +
         energy_line("published energies", eyeriss.energies) +
         energy_line("ISCA 2016 energies", eyeriss.isca2016) +
         switch_lines(hwnasbench_eyeriss_switches(), eyeriss.switches);
}

Cost cost_of(const HwnasbenchCost& cost) {
  return {milliseconds(cost.latency), millijoules(cost.energy), cost.off_chip_bytes};
}

/// The table in the units of ours.
BlockCosts costs_of(const FbnetCostTable& table, const BlockLayers& parts) {
  BlockCosts costs = empty_costs(parts);
  add_cost(
      costs, [](BlockMetric& metric) -> double& { return metric.fixed; }, cost_of(table.fixed));
  for (std::size_t i = 0; i < kFbnetFixedLayers; ++i) {
    add_cost(
        costs, [i](BlockMetric& metric) -> double& { return metric.fixed_parts[i]; },
        cost_of(table.fixed_parts.at(i)));
  }
  for (std::size_t p = 0; p < kFbnetPositions; ++p) {
    for (const FbnetOp op : all_of<FbnetOp>()) {
      add_cost(
          costs,
          [&](BlockMetric& metric) -> double& {
            return metric.at(p, static_cast<std::size_t>(op));
          },
          cost_of(table.blocks[p][op]));
    }
  }
  return costs;
}

/// Of a function that gives all networks of a data set, by public index.
template <class All>
PublishedSpace published_nasbench201(const All& all) {
  PublishedSpace space;
  space.space = kNasbench201Name;
  space.by_index = [all](const std::string& dataset) {
    std::vector<Cost> costs;
    for (const HwnasbenchCost& each : all(parse_dataset(dataset))) costs.push_back(cost_of(each));
    return costs;
  };
  space.one = [all](const std::string& text, const std::string& dataset) {
    const auto index = static_cast<std::size_t>(nasbench201_index(parse_cell_architecture(text)));
    return cost_of(all(parse_dataset(dataset))[index]);
  };
  return space;
}

/// Of a function that gives the table of a data set.
template <class Table>
PublishedSpace published_fbnet(const Table& table) {
  PublishedSpace space;
  space.space = kFbnetName;
  space.by_block = [table](const std::string& dataset) {
    const auto parts = std::get<BlockLayers>(find_space("fbnet").layers(dataset, {}));
    return costs_of(table(parse_fbnet_dataset(dataset)), parts);
  };
  space.one = [table](const std::string& text, const std::string& dataset) {
    return cost_of(cost(table(parse_fbnet_dataset(dataset)), parse_fbnet_architecture(text).ops));
  };
  return space;
}

}  // namespace

NetworkModel hwnasbench_model(const HwnasbenchFpga& fpga) {
  return {std::string(kFpga),
          "the FPGA of HW-NAS-Bench as published: three chunks, or two engines, at 200 MHz",
          details(fpga),
          {published_nasbench201(
               [fpga](Dataset dataset) { return hwnasbench_fpga_nasbench201(fpga, dataset); }),
           published_fbnet(
               [fpga](FbnetDataset dataset) { return hwnasbench_fpga_fbnet(fpga, dataset); })}};
}

NetworkModel hwnasbench_model(const HwnasbenchEyeriss& eyeriss) {
  return {std::string(kEyeriss),
          "the Eyeriss of HW-NAS-Bench as published: the DNN-Chip Predictor at 250 MHz",
          details(eyeriss),
          {published_nasbench201([eyeriss](Dataset dataset) {
             return hwnasbench_eyeriss_nasbench201(eyeriss, dataset);
           }),
           published_fbnet([eyeriss](FbnetDataset dataset) {
             return hwnasbench_eyeriss_fbnet(eyeriss, dataset);
           })}};
}

std::vector<std::string_view> hwnasbench_names() { return {kEyeriss, kFpga}; }

std::optional<NetworkModel> find_hwnasbench_model(std::string_view name,
                                                  std::span<const std::string> changes) {
  const auto changed = [&](auto device, auto all) {
    for (const std::string& change : changes) change_switch(device.switches, all, change);
    return hwnasbench_model(device);
  };
  if (name == kFpga) return changed(HwnasbenchFpga{}, hwnasbench_fpga_switches());
  if (name == kEyeriss) return changed(HwnasbenchEyeriss{}, hwnasbench_eyeriss_switches());
  return std::nullopt;
}

}  // namespace tilewise
