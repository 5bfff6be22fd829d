#include "sim/without_port.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "arch/architecture_yaml.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "sim/evaluate.hpp"
#include "sim/mapping_yaml.hpp"
#include "sim/pointwise_72.hpp"

namespace tilewise {
namespace {

/// The shipped architecture, with the first `from` in its file replaced.
Architecture edited(const std::string& name, const std::string& from, const std::string& to) {
  const std::string text = read_file(config_folder() / "arch" / (name + ".yaml"));
  return read_architecture(YamlNode::load_text(replaced(text, from, to), name));
}

Cycles total(const Architecture& architecture, const Layer& layer, const Mapping& mapping) {
  return evaluate(architecture, layer, mapping).latency.total;
}

const PortGain& gain_of(const std::vector<PortGain>& gains, const std::string& port,
                        const Architecture& architecture) {
  const auto found = std::find_if(gains.begin(), gains.end(), [&](const PortGain& each) {
    return describe(each.port, architecture) == port;
  });
  REQUIRE(found != gains.end());
  return *found;
}

}  // namespace

TEST_CASE("without its only port a layer takes the time of its work") {
  const Architecture architecture = find_architecture("two_level");
  const Layer layer = testing::pointwise_72();
  const Mapping mapping = testing::tiles_of_six();
  const Latency latency = evaluate(architecture, layer, mapping).latency;
  CHECK(latency.total.count() == 162.0);  // 72 MACs, one after the other with 90 words off chip
  const auto gains = port_gains(architecture, layer, mapping, latency);
  REQUIRE(gains.size() == 1);
  CHECK(gains.front().total.count() == 72.0);
  CHECK(portless_latency(architecture, layer, mapping, latency).count() == 72.0);
}

TEST_CASE("what a port saves is what a file without its limit costs") {
  const Architecture architecture = find_architecture("edge_free");
  Layer layer = testing::pointwise_72();
  layer.bounds[Dim::M] = 48;
  layer.bounds[Dim::C] = 64;
  const auto mapping =
      parse_nest_line("DRAM: C2 | GLB: P2 C2 y:M16 x:Q3 | PE: M3 C16", architecture);
  REQUIRE(mapping.has_value());
  const Latency latency = evaluate(architecture, layer, *mapping).latency;
  const auto gains = port_gains(architecture, layer, *mapping, latency);
  CHECK(std::is_sorted(gains.begin(), gains.end(),
                       [](const PortGain& a, const PortGain& b) { return a.total < b.total; }));
  CHECK(
      gain_of(gains, "DRAM.dram port", architecture).total ==
      total(edited("edge_free", "bandwidth: 12.8 GB/s", "bandwidth: unlimited"), layer, *mapping));
  CHECK(gain_of(gains, "GLB.buffer port", architecture).total ==
        total(edited("edge_free", "bandwidth: 512 bit/cycle", "bandwidth: unlimited"), layer,
              *mapping));
  // The networks of all three tensors are one entry of the file.
  const Architecture file = edited("edge_free", "bandwidth: 256 bit/cycle", "bandwidth: unlimited");
  Architecture networks = architecture;
  for (const PortGain& gain : gains) {
    const bool network =
        gain.port.kind == Port::Kind::NetworkDown || gain.port.kind == Port::Kind::NetworkUp;
    if (network) networks = without_port(networks, gain.port);
  }
  CHECK(total(networks, layer, *mapping) == total(file, layer, *mapping));
}

TEST_CASE("no port that is widened makes a layer slower, or faster than its work") {
  const Architecture architecture = find_architecture("edge_free");
  const Layer layer = testing::pointwise_72();
  for (const char* line : {"DRAM: | GLB: | PE: M3 C4 P2 Q3", "DRAM: C2 | GLB: P2 x:Q3 | PE: M3 C2",
                           "DRAM: P2 Q3 | GLB: y:M3 | PE: C4"}) {
    const auto mapping = parse_nest_line(line, architecture);
    REQUIRE(mapping.has_value());
    const Latency latency = evaluate(architecture, layer, *mapping).latency;
    const Cycles work = portless_latency(architecture, layer, *mapping, latency);
    for (const PortGain& gain : port_gains(architecture, layer, *mapping, latency)) {
      CHECK(gain.total <= latency.total);
      CHECK(gain.total >= work);
    }
  }
}

}  // namespace tilewise
