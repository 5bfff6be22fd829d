#include "space/hwnasbench_model.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace tilewise {
namespace {

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

}  // namespace

HwnasbenchModel hwnasbench_model(const HwnasbenchFpga& fpga) {
  return {std::string(kHwnasbenchFpga),
          "the FPGA of HW-NAS-Bench as published: three chunks, or two engines, at 200 MHz",
          details(fpga),
          [fpga](Dataset dataset) { return hwnasbench_fpga_nasbench201(fpga, dataset); },
          [fpga](FbnetDataset dataset) { return hwnasbench_fpga_fbnet(fpga, dataset); }};
}

HwnasbenchModel hwnasbench_model(const HwnasbenchEyeriss& eyeriss) {
  return {std::string(kHwnasbenchEyeriss),
          "the Eyeriss of HW-NAS-Bench as published: the DNN-Chip Predictor at 250 MHz",
          details(eyeriss),
          [eyeriss](Dataset dataset) { return hwnasbench_eyeriss_nasbench201(eyeriss, dataset); },
          [eyeriss](FbnetDataset dataset) { return hwnasbench_eyeriss_fbnet(eyeriss, dataset); }};
}

std::optional<HwnasbenchModel> find_hwnasbench_model(std::string_view name,
                                                     std::span<const std::string> changes) {
  const auto changed = [&](auto device, auto all) {
    for (const std::string& change : changes) change_switch(device.switches, all, change);
    return hwnasbench_model(device);
  };
  if (name == kHwnasbenchFpga) return changed(HwnasbenchFpga{}, hwnasbench_fpga_switches());
  if (name == kHwnasbenchEyeriss) {
    return changed(HwnasbenchEyeriss{}, hwnasbench_eyeriss_switches());
  }
  return std::nullopt;
}

}  // namespace tilewise
