#include "arch/architecture.hpp"

#include <algorithm>
#include <cmath>

#include "base/integers.hpp"

namespace tilewise {

namespace {

double run_length_share(const RunLengthCode& code, double density, Bits width) {
  const std::int64_t pairs = (code.packet.count() - 1) / (code.run.count() + width.count());
  if (pairs < 1) return 1.0;
  // A pair for each value, and for each run that is longer than its field can tell.
  const double longest = std::ldexp(1.0, static_cast<int>(code.run.count()));
  const double pairs_per_word = std::max(density, 1.0 / longest);
  const auto packet = static_cast<double>(code.packet.count());
  const double coded = pairs_per_word * packet / static_cast<double>(pairs);
  return std::min(1.0, coded / static_cast<double>(width.count()));
}

}  // namespace

double coded_share(const Code& code, double density, Bits width) {
  if (const auto* fixed = std::get_if<FixedCode>(&code)) return fixed->ratio;
  return run_length_share(std::get<RunLengthCode>(code), density, width);
}

PortUse port_use(const Memory& memory, Tensor t, bool write) {
  if (memory.ports.empty()) {
    const bool own = write && !memory.shared_port;
    return {0, own ? memory.write_bandwidth : memory.read_bandwidth, memory.shared_port};
  }
  for (std::size_t i = 0; i < memory.ports.size(); ++i) {
    const MemoryPort& port = memory.ports[i];
    const auto& rate = write && !port.shared ? port.write : port.read;
    if (port.tensors[t] && rate) return {i, *rate, port.shared};
  }
  return {};
}

std::vector<MemoryPort> ports_of(const Memory& memory) {
  if (!memory.ports.empty()) return memory.ports;
  const EnumArray<Tensor, bool> all = memory.holds;
  if (memory.shared_port) return {{all, memory.read_bandwidth, std::nullopt, true}};
  return {{all, memory.read_bandwidth, std::nullopt, false},
          {all, std::nullopt, memory.write_bandwidth, false}};
}

std::int64_t FanOut::most_along_x(Dim d) const {
  if (!x.dims[d]) return 1;
  return fold == d ? instances() : x.size;
}

Cycles skew_cycles(const Architecture& architecture, std::size_t level) {
  const FanOut& fan_out = architecture.levels[level].fan_out;
  if (fan_out.skew == Skew::None) return Cycles{0.0};
  return architecture.compute.interval * (fan_out.x.size + fan_out.y.size - 2);
}

Cycles fill_of_layer(const Architecture& architecture) {
  Cycles fill = architecture.compute.layer_overhead;
  for (std::size_t level = 0; level < architecture.levels.size(); ++level) {
    fill += skew_cycles(architecture, level);
  }
  return fill;
}

std::int64_t compute_units(const Architecture& architecture) {
  return instances_of(architecture, architecture.levels.size());
}

std::int64_t instances_of(const Architecture& architecture, std::size_t level) {
  std::int64_t instances = 1;
  for (std::size_t i = 0; i < level; ++i) {
    const FanOut& fan_out = architecture.levels[i].fan_out;
    instances = checked_product({instances, fan_out.x.size, fan_out.y.size},
                                "instances of architecture " + architecture.name);
  }
  return instances;
}

}  // namespace tilewise
