#include "arch/fpga/fpga_power.hpp"

#include "base/units.hpp"
#include "base/yaml.hpp"

namespace tilewise {

FpgaActivity load_fpga_activity(const std::filesystem::path& path) {
  YamlMap root = YamlNode::load_file(path).map();
  FpgaActivity activity;
  activity.source = root.at("source").text();
  YamlMap resources = root.at("energy_per_cycle").map();
  root.done();
  for (const FpgaResource each : all_of<FpgaResource>()) {
    YamlMap map = resources.at(name(each)).map();
    activity.per_cycle[each] = map.at("energy").energy();
    activity.sources[each] = map.at("source").text();
    map.done();
  }
  resources.done();
  return activity;
}

Picojoules activity_energy(const FpgaActivity& activity, const FpgaResources& used) {
  Picojoules sum{0.0};
  for (const FpgaResource each : all_of<FpgaResource>()) {
    sum += activity.per_cycle[each] * used.amount(each);
  }
  return sum;
}

Milliwatts FpgaPower::total() const {
  Milliwatts sum = board + off_chip;
  for (const Milliwatts each : resources) sum += each;
  return sum;
}

FpgaPower fpga_power(const FpgaBoard& board, const FpgaResources& used, const FpgaRun& run,
                     const FpgaActivity& activity, const DramTable& dram) {
  FpgaPower made;
  made.board = board.board_power;
  for (const FpgaResource each : all_of<FpgaResource>()) {
    made.resources[each] = power(activity.per_cycle[each] * used.amount(each), run.clock);
  }
  const Picojoules bit = dram_cost(dram, board.dram, Bits{1}).energy.read;
  const Megahertz once{1.0};
  made.off_chip = power(bit * per_cycle(run.off_chip, once).count(), once);
  return made;
}

}  // namespace tilewise
