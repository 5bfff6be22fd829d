#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "arch/architecture_yaml.hpp"
#include "base/file.hpp"
#include "layer_of.hpp"
#include "mapper/given_mapping.hpp"
#include "mapper/search.hpp"
#include "random_problem.hpp"
#include "scale.hpp"
#include "search_checks.hpp"
#include "sim/mapping_yaml.hpp"
#include "sim/merged_dims.hpp"
#include "sweep/target.hpp"

namespace tilewise {
namespace {

using testing::at_most;
using testing::layer_of;
using testing::same;
using testing::scaled;

/// The shipped devices that a mapping is searched for; under the sanitizers every fourth.
std::vector<std::string> mapped_devices() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(config_folder() / "arch")) {
    const std::string name = file.path().stem().string();
    const auto device = find_device(name);
    if (std::holds_alternative<Architecture>(device)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  constexpr std::size_t kStep = scaled(12) == 12 ? 1 : 4;
  std::vector<std::string> some;
  for (std::size_t i = 0; i < names.size(); i += kStep) some.push_back(names[i]);
  return some;
}

struct Sizes {
  std::int64_t images = 1;
  std::int64_t outputs = 1;
  std::int64_t inputs = 1;
  std::int64_t rows = 1;
  std::int64_t columns = 1;
};

/// Every way to write a product of images * rows * columns by inputs = 4 * taps by outputs.
std::vector<Layer> ways_to_write(const Sizes& s) {
  const std::int64_t n = s.images;
  const std::int64_t m = s.outputs;
  const std::int64_t c = s.inputs;
  const std::int64_t p = s.rows;
  const std::int64_t q = s.columns;
  const std::int64_t all = n * p * q;
  using enum Operator;
  return {layer_of(FullyConnected, {all, 1, m, c, 1, 1, 1, 1}),
          layer_of(MatrixProduct, {all, 1, m, c, 1, 1, 1, 1}),
          layer_of(Convolution, {n, 1, m, c, p, q, 1, 1}),
          layer_of(Convolution, {n, 1, m, c, p, q, 1, 1}, 2),
          layer_of(Convolution, {1, 1, m, c, all, 1, 1, 1}),
          layer_of(Convolution, {1, 1, m, c, 1, all, 1, 1}),
          layer_of(Convolution, {q, 1, m, c, n, p, 1, 1}),
          layer_of(Convolution, {all, 1, m, c / 4, 1, 1, 2, 2}),
          layer_of(Convolution, {n, 1, m, c / 4, p, q, 2, 2}, 2),
          layer_of(Convolution, {all, 1, m, c / 2, 1, 1, 1, 2})};
}

/// The answer, whose mapping costs on this very layer what the search says.
SearchResult checked(const Architecture& on, const Layer& layer, const SearchOptions& options) {
  SearchResult found = search(on, layer, options);
  REQUIRE(best_mapping(found));
  const LayerCost given = evaluate_given(on, layer, *best_mapping(found));
  CHECK(given.latency.total == cost(found)->latency.total);
  CHECK(given.energy.total == cost(found)->energy.total);
  CHECK(same(found.objective_value,
             objective_value(options.mapping.objective, given.latency.total, given.energy.total)));
  return found;
}

TEST_SUITE("names") {
  TEST_CASE("on every shipped device a product costs the same however it is written") {
    testing::RandomNests random(5);
    for (const std::string& device : mapped_devices()) {
      CAPTURE(device);
      const Architecture on = find_architecture(device);
      for (int trial = 0; trial < scaled(2); ++trial) {
        const Sizes sizes{random.pick(1, 3), random.pick(1, 20), 4 * random.pick(1, 6),
                          random.pick(1, 7), random.pick(1, 7)};
        const Objective objective = trial % 2 == 0 ? Objective::Latency : Objective::Edp;
        const SearchOptions options{.mapping = {.objective = objective,
                                                .factors = Factors::Divisors,
                                                .run = {.threads = 1}}};
        double first = 0.0;
        std::size_t way = 0;
        for (const Layer& layer : ways_to_write(sizes)) {
          CAPTURE(way);
          const SearchResult found = checked(on, layer, options);
          if (way++ == 0) first = found.objective_value;
          CHECK(found.objective_value == first);
        }
      }
    }
  }

  TEST_CASE("a pool over whole images costs the same whether they are images or channels") {
    const SearchOptions options{.mapping = {.factors = Factors::Divisors, .run = {.threads = 1}}};
    for (const std::string& device : mapped_devices()) {
      CAPTURE(device);
      const Architecture on = find_architecture(device);
      const SearchResult channels =
          checked(on, layer_of(Operator::AveragePool, {1, 24, 1, 1, 1, 1, 3, 5}), options);
      const SearchResult images =
          checked(on, layer_of(Operator::AveragePool, {4, 6, 1, 1, 1, 1, 5, 3}), options);
      CHECK(channels.objective_value == images.objective_value);
    }
  }

  TEST_CASE("rows of a product lie where pixels may: a step a tile of 16 lanes and 16 pixels") {
    // zc706 has Tm 16, Tn 3, Tp x Tq = 16: ceil(384 / 16) ceil(96 / 3) ceil(3136 / 16) steps.
    const Layer rows = layer_of(Operator::FullyConnected, {3136, 1, 384, 96, 1, 1, 1, 1});
    const SearchResult found = checked(find_architecture("zc706"), rows,
                                       {.mapping = {.objective = Objective::Latency,
                                                    .factors = Factors::Divisors,
                                                    .run = {.threads = 1}}});
    CHECK(cost(found)->latency.compute_cycles == std::int64_t{24} * 32 * 196);
    CHECK(found.objective_value <= 151'408.0);
  }

  TEST_CASE("with all bounds no mapping over the own dimensions beats the merged ones") {
    testing::RandomProblems problems(52);
    int compared = 0;
    for (int trial = 0; trial < scaled(60); ++trial) {
      CAPTURE(trial);
      const testing::DrawnProblem own = problems.unmerged(3000);
      const testing::Enumerated every =
          testing::enumerate(own.architecture, own.layer, own.factors);
      if (every.fitting == 0) continue;
      for (const Objective objective : {Objective::Latency, Objective::Energy, Objective::Edp}) {
        const SearchResult found = testing::search(own, objective);
        REQUIRE(best_mapping(found));
        CHECK(at_most(found.objective_value, every.least[objective]));
      }
      ++compared;
    }
    CHECK(compared > scaled(20));
  }

  TEST_CASE("a mapping over merged dimensions is read back, and says what it counts") {
    // 49 pixels on 16 lanes: 7 x 7 has no tile of 16, so no loops over P and Q are as fast.
    const Architecture on = find_architecture("zc706");
    const Layer pixels = layer_of(Operator::Convolution, {1, 1, 16, 3, 7, 7, 1, 1});
    const SearchResult found = checked(
        on, pixels,
        {.mapping = {
             .objective = Objective::Latency, .factors = Factors::All, .run = {.threads = 1}}});
    const Mapping& mapping = *best_mapping(found);
    const YamlNode written = YamlNode::load_text(mapping_yaml(mapping, on), "mapping");
    CHECK(parse_mapping(written, on) == mapping);
    CHECK(nest_text(mapping, pixels, on).find("n counts the 7 x 7 of P x Q\n") == 0);
  }

  TEST_CASE("where bounds can be shared out the mapping is over the layer's own dimensions") {
    const Architecture on = find_architecture("two_level");
    const Layer pixels = layer_of(Operator::Convolution, {1, 1, 2, 2, 2, 2, 1, 1});
    const SearchResult found =
        checked(on, pixels, {.mapping = {.factors = Factors::Divisors, .run = {.threads = 1}}});
    CHECK(counted_dims(*best_mapping(found), pixels) == own_dims());
  }

  TEST_CASE("padding, and windows that slide, keep their dimensions apart") {
    Layer layer = layer_of(Operator::Convolution, {2, 1, 4, 4, 5, 5, 3, 1});
    CHECK(merged_dims(layer)[Dim::P] == Dim::P);
    CHECK(merged_dims(layer)[Dim::R] == Dim::R);
    CHECK(merged_dims(layer)[Dim::Q] == Dim::N);
    layer.padding = {1, 1};
    CHECK(merged_dims(layer) == own_dims());
  }

  TEST_CASE("windows that lie apart are patches, and those that share a word are not") {
    Layer layer = layer_of(Operator::Convolution, {2, 1, 4, 4, 5, 5, 3, 2}, 3);
    for (const Dim d : {Dim::P, Dim::Q}) CHECK(merged_dims(layer)[d] == Dim::N);
    for (const Dim d : {Dim::R, Dim::S}) CHECK(merged_dims(layer)[d] == Dim::C);
    layer.stride.vertical = 2;
    CHECK(merged_dims(layer)[Dim::R] == Dim::R);
    CHECK(merged_dims(layer)[Dim::S] == Dim::C);
    // Taps 5 apart, of 5 rows: as if rows and taps had changed places.
    layer.stride.vertical = 1;
    layer.dilation.vertical = 5;
    layer.image = padded_image(layer);
    CHECK(merged_dims(layer)[Dim::R] == Dim::C);
    layer.dilation.vertical = 4;
    CHECK(merged_dims(layer)[Dim::R] == Dim::R);
  }
}

}  // namespace
}  // namespace tilewise
