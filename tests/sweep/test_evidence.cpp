#include "sweep/evidence.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "base/error.hpp"
#include "base/file.hpp"
#include "scratch_folder.hpp"
#include "sweep/target.hpp"
#include "workload/layer_yaml.hpp"

namespace tilewise {
namespace {

std::vector<DesignEvidence> loaded(const std::string& text) {
  const ScratchFolder folder("evidence");
  write_file(folder.path / "evidence.yaml", text);
  return load_evidence(folder.path / "evidence.yaml");
}

/// The first entry of that family with that design.
const DesignEvidence& shipped(const std::string& family, const std::string& design) {
  for (const DesignEvidence& each : shipped_evidence()) {
    if (each.family == family && each.design == design) return each;
  }
  throw std::logic_error("no such evidence");
}

TEST_SUITE("evidence") {
  TEST_CASE("a layer's interval is that of its kind, a network's that of networks") {
    const DeviceEvidence evidence(find_device("pixel_m32p32"));
    const Evidence& latency = *shipped("fpga_pixel_engine", "pixel_m32p32").latency;
    const Layer layer = find_layer("alexnet_conv3");  // 3x3
    const double half = *latency.kinds[LayerKind::Window]->half_width;
    CHECK(evidence.of_layer(layer, 2.0)->low == doctest::Approx(2.0 * std::exp(-half)));
    CHECK(evidence.of_layer(layer, 2.0)->high == doctest::Approx(2.0 * std::exp(half)));
    const double networks = *latency.networks->half_width;
    CHECK(evidence.of_network(2.0)->high == doctest::Approx(2.0 * std::exp(networks)));
    CHECK(networks != half);
  }

  TEST_CASE("without intervals of networks the layers of a network err alike") {
    const Evidence& latency = *shipped("eyeriss", "eyeriss").latency;
    REQUIRE_FALSE(latency.networks.has_value());
    const DeviceEvidence evidence(find_device("eyeriss"));
    CHECK(evidence.of_network(3.0)->high ==
          doctest::Approx(3.0 * std::exp(*latency.layers.half_width)));
  }

  TEST_CASE("another device of a name that was compared has no evidence") {
    Architecture other = std::get<Architecture>(find_device("eyeriss"));
    CHECK(evidence_of(other) != nullptr);
    other.levels.front().memories.front().read_bandwidth = BitsPerCycle{128.0};
    CHECK(evidence_of(other) == nullptr);
    CHECK_FALSE(DeviceEvidence(other).of_network(1.0).has_value());
    CHECK(DeviceEvidence(other).text().starts_with(
        "no hardware was compared with eyeriss; of its family eyeriss: 12 layers"));
  }

  TEST_CASE("a design of a family whose designs were compared has that of the family") {
    LayerModel other = std::get<LayerModel>(find_device("pixel_m32p32"));
    other.name = "pixel_m16p32";
    other.details = "another";
    const DesignEvidence* found = evidence_of(other);
    if (found == nullptr) return;  // fewer than three designs were compared
    CHECK(found->design.empty());
    CHECK(DeviceEvidence(other).text().starts_with(
        "compared with hardware: not pixel_m16p32, but pixel_m32p32, "));
  }

  TEST_CASE("where nothing was compared it is said") {
    const DeviceEvidence none(find_device("output_stationary"));
    CHECK(none.text() == "no hardware was compared with output_stationary");
    CHECK_FALSE(none.of_layer(find_layer("alexnet_conv3"), 1.0).has_value());
    CHECK(DeviceEvidence(find_device("zc706"))
              .text()
              .starts_with("no hardware was compared with zc706; of its family zhang_vc707: "));
  }

  TEST_CASE("what is written is read as it was") {
    const std::string text = evidence_yaml(shipped_evidence());
    CHECK(evidence_yaml(loaded(text)) == text);
    CHECK(read_file(config_folder() / "evidence" / "evidence.yaml") == text);
  }

  TEST_CASE("what breaks the format is refused with its place") {
    const auto refused = [](const std::string& bounds) {
      const std::string text =
          "evidence:\n  - family: f\n    designs: [a]\n    latency: {cases: [c], basis: none, "
          "layers: " +
          bounds + "}\n";
      CHECK_THROWS_WITH_AS(loaded(text), doctest::Contains("evidence.yaml:4: "), InputError);
    };
    refused("{points: 2, median: -1, largest: 0}");
    refused("{points: 2, median: .nan, largest: 0}");
    refused("{points: 2, median: 0.1}");
    refused("{points: 2, median: 0.1, largest: 0.2, half: 0.1}");
  }

  TEST_CASE("layers are told apart by what hardware treats alike") {
    const auto kind = [](const char* text) {
      return kind_of(parse_layer(YamlNode::load_text(text, "layer").map(), {.name = "l"}));
    };
    CHECK(kind("{op: convolution, dims: {M: 8, C: 3, P: 8, Q: 8, R: 3, S: 3}}") ==
          LayerKind::First);
    CHECK(kind("{op: convolution, dims: {M: 8, C: 8, P: 8, Q: 8, R: 3, S: 3}}") ==
          LayerKind::Window);
    CHECK(kind("{op: convolution, dims: {M: 8, C: 8, P: 8, Q: 8}}") == LayerKind::Pointwise);
    CHECK(kind("{op: depthwise, dims: {G: 8, P: 8, Q: 8, R: 3, S: 3}}") == LayerKind::Depthwise);
    CHECK(kind("{op: fully_connected, dims: {M: 8, C: 8}}") == LayerKind::Product);
    CHECK(kind("{op: max_pool, dims: {G: 8, P: 8, Q: 8, R: 2, S: 2}}") == LayerKind::Other);
  }
}

}  // namespace
}  // namespace tilewise
