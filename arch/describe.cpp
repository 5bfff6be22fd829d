#include "arch/describe.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <string_view>
#include <vector>

#include "arch/area.hpp"
#include "arch/describe_constraint.hpp"
#include "arch/size_text.hpp"
#include "base/integers.hpp"
#include "base/text_table.hpp"
#include "base/units.hpp"

namespace tilewise {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string number(double value) { return fmt::format("{:.4g}", value); }

std::string number(BitsPerCycle bandwidth) {
  return std::isinf(bandwidth.count()) ? "unlimited" : number(bandwidth.count());
}

std::string number_of_bytes(Bits size) { return fmt::format("{}", in_bytes(size)); }

std::string yes_no(bool yes) { return yes ? "yes" : "no"; }

std::string_view word(Buffering buffering) {
  switch (buffering) {
    case Buffering::Single: return "single";
    case Buffering::Double: return "double";
    case Buffering::Streaming: return "streaming";
    case Buffering::Queued: return "queued";
  }
  return "";
}

template <class Word>
std::string names_of(const EnumArray<Word, bool>& words) {
  std::vector<std::string_view> names;
  for (const Word word : all_of<Word>()) {
    if (words[word]) names.push_back(name(word));
  }
  return fmt::format("{}", fmt::join(names, " "));
}

std::string rate(const Memory& memory, BitsPerCycle bandwidth) {
  return memory.ports.empty() ? number(bandwidth) : "below";
}

std::string dims_of(const FanOutAxis& axis) { return axis.size == 1 ? "-" : names_of(axis.dims); }

std::string memory_table(const Architecture& architecture) {
  Rows rows{{"level", "instances", "memory", "tensors", "capacity [B]", "word [bit]",
             "read [bit/cycle]", "write [bit/cycle]", "port", "buffering", "read [pJ]",
             "write [pJ]", "leakage [mW]", "area [mm2]", "source"}};
  for (std::size_t i = 0; i < architecture.levels.size(); ++i) {
    for (const Memory& memory : architecture.levels[i].memories) {
      rows.push_back({architecture.levels[i].name, fmt::format("{}", instances_of(architecture, i)),
                      memory.name, names_of(memory.holds),
                      memory.capacity ? number_of_bytes(*memory.capacity) : "unbounded",
                      fmt::format("{}", memory.word_width.count()),
                      rate(memory, memory.read_bandwidth), rate(memory, memory.write_bandwidth),
                      memory.shared_port ? "shared" : "separate",
                      std::string(word(memory.buffering)), number(memory.energy.read.count()),
                      number(memory.energy.write.count()), number(memory.leakage.count()),
                      number(memory.area.count()), memory.source});
    }
  }
  return text_table(rows);
}

/// "GLB.buffer, port of Input, Output: reads 64, writes 32 bit/cycle"
std::string port_note(const std::string& memory, const MemoryPort& port) {
  std::vector<std::string> rates;
  if (port.shared) rates.push_back(fmt::format("reads and writes {}", number(*port.read)));
  if (port.read && !port.shared) rates.push_back(fmt::format("reads {}", number(*port.read)));
  if (port.write) rates.push_back(fmt::format("writes {}", number(*port.write)));
  return fmt::format("{}, port of {}: {} bit/cycle\n", memory, names_of(port.tensors),
                     fmt::join(rates, ", "));
}

/// What a memory's transfers cost beside their words.
std::string transfer_notes(const std::string& place, const Memory& memory) {
  std::string text;
  for (const MemoryPort& port : memory.ports) text += port_note(place, port);
  if (memory.start_up > Cycles{0.0}) {
    text +=
        fmt::format("{}: a transfer starts after {:g} cycles\n", place, memory.start_up.count());
  }
  if (memory.burst > Bits{0}) {
    text +=
        fmt::format("{}: a transfer moves whole bursts of {}\n", place, size_text(memory.burst));
  }
  if (memory.refetches) {
    text +=
        fmt::format("{}: tiles of Input and Weight are loaded again whenever loops turn\n", place);
  }
  return text;
}

std::string code_text(const Code& code) {
  if (const auto* fixed = std::get_if<FixedCode>(&code)) {
    return fmt::format("coded to {:g} of its bits ({})", fixed->ratio, fixed->source);
  }
  const auto& runs = std::get<RunLengthCode>(code);
  return fmt::format("run-length coded, runs of {} bit, packets of {} bit", runs.run.count(),
                     runs.packet.count());
}

/// What the tables have no column for.
std::string memory_notes(const Architecture& architecture) {
  std::string text;
  for (const Level& level : architecture.levels) {
    for (const Memory& memory : level.memories) {
      text += transfer_notes(level.name + "." + memory.name, memory);
      for (const Tensor t : kTensors) {
        if (!memory.coded[t]) continue;
        text += fmt::format("{}.{}: {} is {}\n", level.name, memory.name, name(t),
                            code_text(*memory.coded[t]));
      }
      if (memory.sum_width) {
        text += fmt::format("{}.{}: partial sums of {} bit\n", level.name, memory.name,
                            memory.sum_width->count());
      }
      if (memory.fresh_sums) {
        text += fmt::format("{}.{}: returning partial sums join on their way out\n", level.name,
                            memory.name);
      }
    }
    const FanOut& fan_out = level.fan_out;
    if (fan_out.fold) {
      text += fmt::format("fan-out below {}: loops over {} longer than X go on in further rows\n",
                          level.name, name(*fan_out.fold));
    }
    if (fan_out.skew != Skew::None) {
      text += fmt::format("fan-out below {}: skewed, fills in {} steps, once a {}\n", level.name,
                          fan_out.x.size + fan_out.y.size - 2,
                          fan_out.skew == Skew::Pass ? "pass" : "layer");
    }
    if (fan_out.refill == Refill::InTurn) {
      text += fmt::format(
          "fan-out below {}: while a single memory is refilled all wait, transfers in turn\n",
          level.name);
    }
  }
  return text.empty() ? "" : text + "\n";
}

std::string fan_out_table(const Architecture& architecture) {
  Rows rows{{"fan-out below", "axis", "instances", "dimensions along it"}};
  for (const Level& level : architecture.levels) {
    if (level.fan_out.instances() == 1) continue;
    for (const auto& [axis, label] : {std::pair{&level.fan_out.x, "X"}, {&level.fan_out.y, "Y"}}) {
      rows.push_back({level.name, label, fmt::format("{}", axis->size), dims_of(*axis)});
    }
  }
  return rows.size() > 1 ? text_table(rows) + "\n" : "";
}

std::string network_table(const Architecture& architecture) {
  Rows rows{{"network below", "tensor", "bandwidth [bit/cycle]", "multicast", "spatial reduction",
             "energy per hop [pJ]", "hops", "source"}};
  for (const Level& level : architecture.levels) {
    for (const Tensor t : kTensors) {
      const TensorNetwork& network = level.fan_out.networks[t];
      const bool is_plain = network.source.empty() && std::isinf(network.bandwidth.count()) &&
                            network.energy_per_hop == Picojoules{} && network.multicast &&
                            network.spatial_reduction;
      if (is_plain) continue;
      const bool is_output = t == Tensor::Output;
      rows.push_back({level.name, std::string(name(t)), number(network.bandwidth),
                      is_output ? "-" : yes_no(network.multicast),
                      is_output ? yes_no(network.spatial_reduction) : "-",
                      number(network.energy_per_hop.count()), number(network.hops),
                      network.source});
    }
  }
  return rows.size() > 1 ? text_table(rows) + "\n" : "";
}

/// Where a step takes more than a cycle, a pass or a layer more than its steps.
std::string interval_note(const ComputeUnit& unit) {
  std::string text;
  if (unit.interval != Cycles{1.0} || unit.pass_overhead != Cycles{0.0}) {
    text = fmt::format("a step takes {:g} cycles, a pass {:g} cycles more\n", unit.interval.count(),
                       unit.pass_overhead.count());
  }
  if (unit.block.any()) {
    text += fmt::format("blocks of {} steps along {} take at least {:g} cycles\n", unit.block.steps,
                        names_of(unit.block.along), unit.block.least.count());
  }
  if (unit.layer_overhead == Cycles{0.0}) return text;
  return text + fmt::format("the pipeline fills once a layer, in {:g} cycles\n",
                            unit.layer_overhead.count());
}

std::string compute_table(const Architecture& architecture) {
  const ComputeUnit& unit = architecture.compute;
  return text_table({{"compute units", "operands [bit]", "multiply-add [pJ]", "gated [pJ]",
                      "add [pJ]", "gated by", "leakage [mW]", "area [mm2]", "source"},
                     {fmt::format("{}", compute_units(architecture)),
                      fmt::format("{}", unit.operand_width.count()), number(unit.energy.count()),
                      number(unit.gated_energy.count()), number(unit.add_energy.count()),
                      unit.gated_by ? std::string(name(*unit.gated_by)) : "-",
                      number(unit.leakage.count()), number(unit.area.count()), unit.source}}) +
         interval_note(unit);
}

std::string dataflow(const Architecture& architecture) {
  std::string text = "dataflow\n";
  for (std::size_t i = 0; i < architecture.levels.size(); ++i) {
    const Level& level = architecture.levels[i];
    text +=
        fmt::format("  {}: {}\n", level.name, describe(architecture.constraints[i], level.fan_out));
  }
  return text;
}

/// Area and leakage of each part, all instances together; empty where no area is known.
std::string area_table(const ChipArea& chip) {
  if (chip.total() == SquareMillimeters{0.0}) return "";
  Rows rows{{"all instances of", "instances", "area [mm2]", "share [%]", "leakage [mW]"}};
  for (const ChipPart& part : chip.parts) {
    if (part.area == SquareMillimeters{0.0} && part.leakage == Milliwatts{0.0}) continue;
    rows.push_back({part.place, fmt::format("{}", part.instances), number(part.area.count()),
                    fmt::format("{:.1f}", 100.0 * (part.area / chip.total())),
                    number(part.leakage.count())});
  }
  return text_table(rows) + "\n";
}

/// "2.701 mm2 of memories and compute", and what of them has no area.
std::string area_total(const ChipArea& chip) {
  if (chip.total() == SquareMillimeters{0.0}) return "area unknown";
  const std::string area =
      fmt::format("{} mm2 of memories and compute", number(chip.total().count()));
  if (chip.unknown.empty()) return area;
  return fmt::format("{} without {}", area, fmt::join(chip.unknown, ", "));
}

/// On-chip memory of all instances, and the area; Bits overflow as an InputError.
std::string totals(const Architecture& architecture, const ChipArea& chip) {
  std::int64_t on_chip = 0;
  for (std::size_t i = 0; i < architecture.levels.size(); ++i) {
    const std::int64_t instances = instances_of(architecture, i);
    for (const Memory& memory : architecture.levels[i].memories) {
      if (!memory.capacity) continue;
      const std::int64_t bits =
          checked_multiply(memory.capacity->count(), instances, "on-chip memory");
      on_chip = checked_add(on_chip, bits, "on-chip memory");
    }
  }
  return fmt::format("totals: {} compute units, {} B on chip, {}\n", compute_units(architecture),
                     number_of_bytes(Bits{on_chip}), area_total(chip));
}

}  // namespace

std::string describe(const Architecture& architecture) {
  std::string text = fmt::format("{}\n", architecture.name);
  if (!architecture.description.empty()) text += architecture.description + "\n";
  text += fmt::format("clock {:g} MHz, {} nm, {:g} V\n\n", architecture.clock.count(),
                      architecture.technology.count(), architecture.voltage.count());
  text += memory_table(architecture) + "\n" + fan_out_table(architecture) +
          memory_notes(architecture) + network_table(architecture) + compute_table(architecture);
  text += fmt::format("clock and control: {:g} pJ a cycle{}{}\n\n",
                      architecture.energy_per_cycle.count(),
                      architecture.energy_per_cycle_source.empty() ? "" : "; ",
                      architecture.energy_per_cycle_source);
  const ChipArea chip = chip_area(architecture);
  return text + area_table(chip) + dataflow(architecture) + totals(architecture, chip);
}

}  // namespace tilewise
