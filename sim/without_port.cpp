#include "sim/without_port.hpp"

#include <algorithm>
#include <utility>

#include "sim/evaluate.hpp"

namespace tilewise {
namespace {

void widen(Memory& memory, const Port& port) {
  if (!memory.ports.empty()) {
    MemoryPort& at = memory.ports[port.port];
    if (port.kind != Port::Kind::MemoryWrite) at.read = kUnlimited;
    if (port.kind == Port::Kind::MemoryWrite) at.write = kUnlimited;
  } else if (port.kind == Port::Kind::MemoryWrite) {
    memory.write_bandwidth = kUnlimited;
  } else {
    memory.read_bandwidth = kUnlimited;  // of a shared port the one rate there is
  }
  // The start-up is that of the whole memory: gone once no port of it is limited any more.
  const std::vector<MemoryPort> ports = ports_of(memory);
  const bool limited = std::any_of(ports.begin(), ports.end(), [](const MemoryPort& each) {
    return each.read.value_or(kUnlimited) != kUnlimited ||
           each.write.value_or(kUnlimited) != kUnlimited;
  });
  if (!limited) memory.start_up = Cycles{0.0};
}

bool of_network(const Port& port) {
  return port.kind == Port::Kind::NetworkDown || port.kind == Port::Kind::NetworkUp;
}

}  // namespace

Architecture without_port(Architecture architecture, const Port& port) {
  Level& level = architecture.levels[port.level];
  switch (port.kind) {
    case Port::Kind::MemoryRead:
    case Port::Kind::MemoryWrite:
    case Port::Kind::MemoryShared: widen(level.memories[port.memory], port); break;
    case Port::Kind::NetworkDown:
    case Port::Kind::NetworkUp: level.fan_out.networks[port.tensor].bandwidth = kUnlimited; break;
  }
  return architecture;
}

Cycles latency_without(const Architecture& architecture, const Port& port, const Layer& layer,
                       const Mapping& mapping) {
  return evaluate(without_port(architecture, port), layer, mapping).latency.total;
}

bool widens(const Port& port, const Port& other) {
  const bool networks = of_network(port) && of_network(other);
  return networks ? port.level == other.level && port.tensor == other.tensor : port == other;
}

std::vector<PortGain> port_gains(const Architecture& architecture, const Layer& layer,
                                 const Mapping& mapping, const Latency& latency) {
  std::vector<PortGain> gains;
  for (const PortLoad& load : latency.ports) {
    gains.push_back(
        {load.port, load.busy, latency_without(architecture, load.port, layer, mapping)});
  }
  std::stable_sort(gains.begin(), gains.end(), [](const PortGain& a, const PortGain& b) {
    return a.total != b.total ? a.total < b.total : a.busy > b.busy;
  });
  return gains;
}

Cycles portless_latency(Architecture architecture, const Layer& layer, const Mapping& mapping,
                        const Latency& latency) {
  for (const PortLoad& load : latency.ports) {
    architecture = without_port(std::move(architecture), load.port);
  }
  return evaluate(architecture, layer, mapping).latency.total;
}

}  // namespace tilewise
