#include "space/natsbench_size_network.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <random>
#include <set>
#include <vector>

#include "refusal.hpp"
#include "space/search_spaces.hpp"
#include "sweep/sweep.hpp"

namespace tilewise {
namespace {

using Names = std::vector<std::string>;

/// Counted the slow way: build the network, look at each layer. By key and folded parameters.
std::map<std::pair<std::string, std::int64_t>, std::int64_t> counted(const Network& network) {
  std::map<std::pair<std::string, std::int64_t>, std::int64_t> times;
  for (std::size_t i = 0; i < network.size(); ++i) {
    ++times[{canonical_key(network.layer(i)), network.layer(i).folded_parameters}];
  }
  return times;
}

const SearchSpace& size_space() { return find_space("natsbench_size"); }

IndexedLayers layers_on(Dataset dataset) {
  return std::get<IndexedLayers>(size_space().layers(std::string(name(dataset)), {}));
}

Network network_of(const char* text, Dataset dataset = Dataset::Cifar10) {
  return size_space().network(text, std::string(name(dataset)), {});
}

const Layer& layer_of(const Network& network, const std::string& name) {
  for (std::size_t i = 0; i < network.size(); ++i) {
    if (network.layer(i).name == name) return network.layer(i);
  }
  FAIL("no layer " << name);
  return network.layer(0);
}

}  // namespace

TEST_CASE("the index is the place among all five counts, the last one fastest") {
  const IndexedForm& form = *indexed(size_space());
  CHECK(form.size == kSizeAll);
  CHECK(form.index("8:8:8:8:8") == 0);
  CHECK(form.index("8:8:8:8:16") == 1);
  CHECK(form.index("8:8:8:16:8") == 8);
  // 0, 7, 3, 1, 0 in base 8: 7 * 512 + 3 * 64 + 1 * 8
  CHECK(form.index("8:64:32:16:8") == 3784);
  CHECK(form.text(32'767) == "64:64:64:64:64");
  for (std::int64_t index = 0; index < kSizeAll; ++index) {
    REQUIRE(form.text(index) == to_string(size_architecture(index)));
    REQUIRE(form.index(form.text(index)) == index);
  }
  for (const std::int64_t index : {std::int64_t{-1}, kSizeAll}) {
    CHECK(says(refusal([&] { form.text(index); }),
               fmt::format("the size space of NATS-Bench index {}: expected 0 to 32767", index)));
  }
}

TEST_CASE("a wrong list of counts is refused with the place and an example") {
  for (const char* text : {"", "8:8:8:8", "8:8:8:8:8:8", "8:8:8:8:8:", "8:8:8:8:72", "8:8:8:8:0",
                           "8:8:8:8:12", "8:8:8:8:-8", "8:8:8:8:x", "8,8,8,8,8"}) {
    CAPTURE(text);
    const std::string said = refusal([&] { indexed(size_space())->index(text); });
    CAPTURE(said);
    CHECK(said.starts_with("\"" + std::string(text) + "\": no candidate of natsbench_size, "));
    CHECK(said.ends_with("; one reads 8:64:32:16:8"));
  }
  CHECK(says(refusal([] { indexed(size_space())->index("8:8:8:12:8"); }),
             "none begins with \"8:8:8:12\""));
  CHECK(says(refusal([] { indexed(size_space())->index("8:8:8:8"); }), ", it ends early;"));
}

TEST_CASE("each network of the file is that of the definition by hand") {
  for (const Dataset dataset : all_of<Dataset>()) {
    for (std::int64_t index = 0; index < kSizeAll; index += 331) {
      CAPTURE(index);
      const SizeArchitecture architecture = size_architecture(index);
      const Network made =
          size_space().network(to_string(architecture), std::string(name(dataset)), {});
      const Network by_hand = natsbench_size_network(architecture, dataset);
      CHECK(made.name() == by_hand.name());
      REQUIRE(layers_of(made) == layers_of(by_hand));
      for (std::size_t i = 0; i < made.size(); ++i) {
        REQUIRE(made.inputs_of(i) == by_hand.inputs_of(i));
      }
    }
  }
  CHECK(size_space().public_config("8:64:32:16:8", "cifar100") ==
        R"({"name": "infer.shape.tiny", "channels": "8:64:32:16:8", "num_classes": 100})");
}

TEST_CASE("the smallest architecture has the MACs and parameters counted by hand") {
  const Network network = network_of("8:8:8:8:8");
  // stem 1024 * 216; five 3x3 a cell: 5 * 576 at 1024, 256 and 64 points; reductions two 3x3 and a
  // 1x1, 1216 at 256 and 64; classifier 80
  CHECK(macs(network) == 221'184 + 2'880 * 1'344 + 1'216 * 320 + 80);
  // stem 216 + 16; 15 convolutions of 576 + 16; reductions 2 * 592 + 64; batch norm 16; 80 + 10
  CHECK(parameters(network) == 232 + 15 * 592 + 2 * 1'248 + 16 + 90);
}

TEST_CASE("stem, cells and reductions have the counts in their order, halving the map") {
  const Network network = network_of("8:16:24:32:40");
  const auto outputs = [&](const std::string& name) {
    return words(layer_of(network, name), Tensor::Output);
  };
  CHECK(outputs("stem.conv3x3") == 8 * 32 * 32);
  CHECK(outputs("cell1.add(3)") == 8 * 32 * 32);
  CHECK(outputs("reduction1.add") == 16 * 16 * 16);
  CHECK(outputs("cell2.add(3)") == 24 * 16 * 16);
  CHECK(outputs("reduction2.add") == 32 * 8 * 8);
  CHECK(outputs("cell3.add(3)") == 40 * 8 * 8);
  CHECK(layer_of(network, "head.classifier").bounds[Dim::C] == 40);
  const Network small = network_of("8:16:24:32:40", Dataset::ImageNet16x120);
  CHECK(words(layer_of(small, "cell3.add(3)"), Tensor::Output) == 40 * 4 * 4);
  CHECK(layer_of(small, "head.classifier").bounds[Dim::M] == 120);
}

TEST_CASE("edges from node 0 change the channels, the others keep those of the cell's output") {
  const Network network = network_of("8:16:24:32:32");
  const auto inputs = [&](const std::string& name) {
    return layer_of(network, name).bounds[Dim::C];
  };
  CHECK(inputs("cell2.conv3x3(0->1)") == 16);
  CHECK(inputs("cell2.conv3x3(0->2)") == 16);
  CHECK(inputs("cell2.conv3x3(1->2)") == 24);
  CHECK(inputs("cell2.conv3x3(1->3)") == 24);
  CHECK(inputs("cell2.conv3x3(2->3)") == 24);
  CHECK(inputs("reduction2.conv_a") == 24);
}

TEST_CASE("a skip that changes the channels is a 1x1 convolution with batch norm, else nothing") {
  const Network network = network_of("8:16:24:32:32");
  const Layer& skip = layer_of(network, "cell2.skip.conv1x1(0->3)");
  CHECK(skip.bounds[Dim::C] == 16);
  CHECK(skip.bounds[Dim::M] == 24);
  CHECK(skip.bounds[Dim::R] == 1);
  CHECK(skip.folded_parameters == 48);
  Names cell3;
  for (std::size_t i = 0; i < network.size(); ++i) {
    const std::string& name = network.layer(i).name;
    if (name.starts_with("cell3.")) cell3.push_back(name);
  }
  CHECK(cell3 == Names{"cell3.conv3x3(0->1)", "cell3.conv3x3(0->2)", "cell3.conv3x3(1->2)",
                       "cell3.add(2)", "cell3.conv3x3(1->3)", "cell3.conv3x3(2->3)",
                       "cell3.add(3)"});
}

// stem 8; at the first size convolutions 8, sums 8 + 8; at each of the other two strided ones 64,
// 3x3 64, pools 8, 1x1 without batch norm 64, skips 56, sums 8 + 8; global pools 8, classifiers 8
TEST_CASE("the space has 592 distinct layers, in their order") {
  for (const Dataset dataset : all_of<Dataset>()) {
    const IndexedLayers layers = layers_on(dataset);
    CHECK(layers.layers.size() == 8 + 24 + 2 * 272 + 16);
    CHECK(layers.layers == natsbench_size_layers(dataset));
    std::set<std::pair<std::string, std::int64_t>> kinds;
    for (const Layer& layer : layers.layers) {
      check_layer(layer);
      kinds.emplace(canonical_key(layer), layer.folded_parameters);
    }
    CHECK(kinds.size() == layers.layers.size());
  }
}

TEST_CASE("the uses of distinct layers are the layers of the network") {
  std::mt19937_64 random(9);
  for (const Dataset dataset : all_of<Dataset>()) {
    const IndexedLayers layers = layers_on(dataset);
    for (int trial = 0; trial < 100; ++trial) {
      const auto index = static_cast<std::int64_t>(random() % kSizeAll);
      CAPTURE(index);
      const Network network = natsbench_size_network(size_architecture(index), dataset);
      std::map<std::pair<std::string, std::int64_t>, std::int64_t> looked_up;
      for (const auto& [layer, times] : layers.uses(index)) {
        const Layer& used = layers.layers[layer];
        looked_up[{canonical_key(used), used.folded_parameters}] += times;
      }
      REQUIRE(looked_up == counted(network));
    }
  }
}

TEST_CASE("a sweep of the size space has a row for each architecture, the sum of its layers") {
  SweepOptions options;
  options.datasets = {"ImageNet16-120"};
  options.devices = {"two_level"};
  options.mapping.factors = Factors::Divisors;
  const SweepResult result = sweep(size_space(), options);
  REQUIRE(result.rows.size() == 32'768);
  const std::size_t index = 3784;
  CHECK(result.architectures[index] == "8:64:32:16:8");
  const Network network = network_of("8:64:32:16:8", Dataset::ImageNet16x120);
  CHECK(result.rows[index].macs == macs(network));
  CHECK(result.rows[index].parameters == parameters(network));
  const Cost sum = cost(layers_of(network), result.devices, options.mapping).totals.front();
  const Cost& row = result.rows[index].costs[0];
  CHECK(row.latency.count() == doctest::Approx(sum.latency.count()).epsilon(1e-12));
  CHECK(row.energy.count() == doctest::Approx(sum.energy.count()).epsilon(1e-12));
}

}  // namespace tilewise
