#include "schedule/given_schedule.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "arch/architecture_yaml.hpp"
#include "mapper/search.hpp"
#include "refusal.hpp"

namespace tilewise {
namespace {

/// A 1x1 convolution, a second one on its output and the sum of both, of 8 channels of 8 x 8.
Network residual() {
  Layer conv;
  conv.name = "a";
  conv.bounds[Dim::M] = conv.bounds[Dim::C] = 8;
  conv.bounds[Dim::P] = conv.bounds[Dim::Q] = 8;
  conv.image = {8, 8};
  Layer add;
  add.name = "add";
  add.op = Operator::Add;
  add.bounds[Dim::G] = 8;
  add.bounds[Dim::C] = 2;
  add.bounds[Dim::P] = add.bounds[Dim::Q] = 8;
  add.image = {8, 8};
  Network network("residual");
  network.add(conv, {});
  conv.name = "b";
  network.add(conv, {0});
  network.add(add, {0, 1});
  return network;
}

class OnDevice {
 public:
  explicit OnDevice(const std::string& device)
      : network(residual()), architecture(find_architecture(device)) {
    for (std::size_t l = 0; l < network.size(); ++l) {
      found.push_back(search(architecture, network.layer(l),
                             {.mapping = {.objective = Objective::Energy, .run = {.threads = 1}}}));
    }
    for (const SearchResult& each : found) {
      alone.push_back({best_mapping(each), cost(each)->energy.total.count(),
                       cost(each)->latency.total.count()});
    }
  }

  ScheduleOptions options() const {
    return {.objective = Objective::Energy,
            .run = {.threads = 1},
            .images = images,
            .allowed = {true, true, false}};
  }
  Schedule best() const { return schedule_kept(network, architecture, alone, options()); }
  Schedule given(const std::string& text) const {
    const YamlNode yaml = YamlNode::load_text(text, "given.yaml");
    return price_schedule(network, architecture, alone, read_schedule(yaml, network, architecture),
                          options());
  }

  Network network;
  Architecture architecture;
  std::vector<SearchResult> found;
  std::vector<LayerAlone> alone;
  std::int64_t images = 1;
};

TEST_SUITE("given schedule") {
  TEST_CASE("what a schedule writes is priced as it was") {
    for (const char* device : {"eyeriss", "zc706", "two_level"}) {
      CAPTURE(device);
      const OnDevice on(device);
      const Schedule best = on.best();
      CHECK(best.proven);
      const Schedule again = on.given(schedule_yaml(best, on.network, on.architecture));
      CHECK(again.places == best.places);
      CHECK(again.objective_value == doctest::Approx(best.objective_value).epsilon(1e-12));
    }
  }

  TEST_CASE("a schedule is read back whatever its layers and memories are called") {
    for (const std::string name : {"{a: b", "null", "off_chip", "a (2)"}) {
      CAPTURE(name);
      OnDevice on("two_level");
      on.architecture.levels[1].name = name;
      on.architecture.levels[1].memories[0].capacity = kibibytes(64);
      Network network(name);
      for (std::size_t l = 0; l < on.network.size(); ++l) {
        Layer layer = on.network.layer(l);
        layer.name = l == 1 ? name : "a";  // two of one name, and perhaps one that is so numbered
        network.add(layer, on.network.inputs_of(l));
      }
      on.network = network;
      const Schedule best = on.best();
      CHECK(best.keeps_any());
      const Schedule again = on.given(schedule_yaml(best, on.network, on.architecture));
      CHECK(again.places == best.places);
      CHECK(again.objective_value == doctest::Approx(best.objective_value).epsilon(1e-12));
    }
  }

  TEST_CASE("eyeriss keeps both operands of the sum, and their words cross no boundary") {
    const OnDevice on("eyeriss");
    const Schedule best = on.best();
    CHECK(best.places == std::vector<std::uint8_t>{1, 1, 0});
    CHECK(best.objective_value < best.alone_value);
    CHECK(on.given("layers: []\n").objective_value ==
          doctest::Approx(best.alone_value).epsilon(1e-12));
    // The best mappings for given places are those of the best schedule, if the places are.
    CHECK(
        on.given("layers: [{layer: a, output: GLB}, {layer: b, output: GLB}]\n").objective_value ==
        doctest::Approx(best.objective_value).epsilon(1e-12));
  }

  TEST_CASE("an operand of a sum may stay alone") {
    const OnDevice on("eyeriss");
    const Schedule one = on.given("layers: [{layer: b, output: GLB}]\n");
    CHECK(one.places == std::vector<std::uint8_t>{0, 1, 0});
    CHECK(one.layers[2]->use.operands_off_chip == 1);
    CHECK(one.objective_value < one.alone_value);
    CHECK(one.objective_value > on.best().objective_value);
  }

  TEST_CASE("weights that stay over images are written and read") {
    OnDevice on("two_level");
    // Room for the weights of both convolutions, 64 words each, beside a few words of tiles.
    on.architecture.levels[1].memories[0].capacity = Bits{200 * 16};
    on.images = 100;
    const Schedule best = on.best();
    CHECK(best.proven);
    CHECK(best.resident == std::vector<bool>{true, true, false});
    const std::string yaml = schedule_yaml(best, on.network, on.architecture);
    CHECK(says(yaml, "resident: [\"a\", \"b\"]\n"));
    const Schedule again = on.given(yaml);
    CHECK(again.resident == best.resident);
    CHECK(again.objective_value == doctest::Approx(best.objective_value).epsilon(1e-12));
    CHECK(again.load == best.load);
    // 128 words at 100 pJ to read and 1 pJ to write, once for 100 images.
    CHECK(best.load.energy_pj == doctest::Approx(128 * 101.0));
    on.images = 1;
    CHECK(on.given(yaml).objective_value ==
          doctest::Approx(best.objective_value + 0.99 * 128 * 101.0).epsilon(1e-12));
    CHECK(says(refusal([&] { on.given("layers: []\nresident: [add]\n"); }),
               "the weights of add cannot stay on chip: it has no weights"));
    CHECK(says(refusal([&] { on.given("layers: []\nresident: [c]\n"); }), "given.yaml:2"));
    CHECK(says(refusal([&] { OnDevice("eyeriss").given("layers: []\nresident: [a]\n"); }),
               "the home does not hold weights"));
  }

  TEST_CASE("what cannot be is refused with its place and the reason") {
    const OnDevice on("eyeriss");
    const auto error = [&](const std::string& text) { return refusal([&] { on.given(text); }); };
    CHECK(says(error("layers: [{layer: add, output: GLB}]\n"), "it is an output of the network"));
    // What b makes of what lies in one of two memories lies in the other: add reads both.
    CHECK(says(refusal([&] {
                 OnDevice("zc706").given(
                     "layers: [{layer: a, output: buffers.output}, {layer: b, output: "
                     "buffers.input}]\n");
               }),
               "does not lie in one place"));
    CHECK(says(error("layers: [{layer: c, output: GLB}]\n"), "given.yaml:1: layers[0].layer"));
    // Two tensors of 1 KiB fill a buffer of 2 KiB: nothing is left for the tiles of the sum.
    OnDevice small("eyeriss");
    small.architecture.levels[1].memories[0].capacity = Bits{2 * 8192};
    CHECK(says(refusal([&] {
                 small.given("layers: [{layer: a, output: GLB}, {layer: b, output: GLB}]\n");
               }),
               "leaves GLB no room for the tiles"));
    CHECK(says(error("layers: [{layer: a, output: GBL}]\n"), "did you mean \"GLB\"?"));
    CHECK(says(error("layers: [{layer: a}, {layer: a}]\n"), "a is there twice"));
    CHECK(says(error("layers: [{layer: a, outputs: GLB}]\n"), "outputs"));
    CHECK(says(error("layers: [{layer: a, mapping: \"DRAM: Z4\"}]\n"), "mapping of a: expected"));
    CHECK(says(error("layers: [{layer: a, mapping: \"DRAM: M8 | GLB: | PREFETCH: | PE:\"}]\n"),
               "cover"));
    CHECK(says(error("{}\n"), "layers"));
    CHECK(says(error("device: zc706\nlayers: []\n"), "but eyeriss is asked for"));
    CHECK(says(error("network: other\nlayers: []\n"), "it is the schedule of other"));
    Architecture homeless = on.architecture;
    homeless.home = kNoHome;
    CHECK(says(refusal([&] {
                 read_schedule(YamlNode::load_text("layers: []\n", "x"), on.network, homeless);
               }),
               "eyeriss keeps nothing between layers"));
  }
}

}  // namespace
}  // namespace tilewise
