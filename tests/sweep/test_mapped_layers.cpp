#include "sweep/mapped_layers.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "base/error.hpp"
#include "space/square_layers.hpp"
#include "sweep/target.hpp"

namespace tilewise {
namespace {

const std::vector<Layer> kLayers{square_convolution("a", 4, {8, 4}, {3}),
                                 square_convolution("b", 4, {8, 4}, {1}),
                                 square_convolution("c", 4, {8, 4}, {3})};  // as a

std::vector<Device> devices_of(const std::vector<std::string>& names) {
  std::vector<Device> devices;
  for (const Target& target : find_targets(names, {}, Objective::Edp)) {
    devices.push_back(device_of(target));
  }
  return devices;
}

std::vector<SweepLayer> mapped(int threads) {
  std::vector<SweepLayer> layers;
  for (const Layer& layer : kLayers) layers.push_back({layer, 1, {}});
  map_layers(layers, devices_of({"two_level", "zc706"}),
             {Objective::Edp, Factors::Divisors, {.threads = threads}});
  return layers;
}

}  // namespace

TEST_CASE("each layer is mapped on each device as the search maps it alone") {
  const auto devices = devices_of({"two_level", "zc706"});
  const std::vector<SweepLayer> layers = mapped(2);
  for (const SweepLayer& layer : layers) {
    REQUIRE(layer.results.size() == 2);
    for (std::size_t d = 0; d < 2; ++d) {
      SearchOptions options;
      options.mapping.factors = Factors::Divisors;
      const SearchResult alone = search(devices[d], layer.layer, options);
      CHECK(*best_mapping(layer.results[d]) == *best_mapping(alone));
      CHECK((*cost(layer.results[d])).energy.total == (*cost(alone)).energy.total);
    }
  }
}

TEST_CASE("progress tells of each problem once, equal layers being one problem") {
  std::vector<SweepLayer> layers;
  for (const Layer& layer : kLayers) layers.push_back({layer, 1, {}});
  std::vector<double> shares;
  map_layers(layers, devices_of({"two_level"}),
             {Objective::Edp,
              Factors::Divisors,
              {.threads = 1,
               .progress = [&](const std::string&, double share) { shares.push_back(share); }}});
  CHECK(shares == std::vector<double>{0.5, 1.0});  // a and c are one
}

TEST_CASE("an interrupt ends the work after the problem at hand, with no answer") {
  int asked = 0;
  MappingOptions options{Objective::Edp, Factors::Divisors, {.threads = 1}};
  std::vector<double> shares;
  options.run.progress = [&](const std::string&, double share) { shares.push_back(share); };
  options.run.interrupted = [&] { return !shares.empty() || ++asked < 0; };
  const auto devices = devices_of({"two_level"});
  CHECK_THROWS_AS(map_each(kLayers, devices, options), Interrupted);
  CHECK(shares == std::vector<double>{0.5});  // of two problems the first
  CHECK(asked > 0);
}

TEST_CASE("the sum over layers counts every one of them") {
  const auto devices = devices_of({"two_level", "zc706"});
  const auto sums =
      cost(kLayers, devices, {Objective::Edp, Factors::Divisors, {.threads = 1}}).totals;
  const std::vector<SweepLayer> layers = mapped(1);
  for (std::size_t d = 0; d < 2; ++d) {
    Cost expected = cost_of((*cost(layers[0].results[d])));
    expected += cost_of((*cost(layers[1].results[d])));
    expected += cost_of((*cost(layers[2].results[d])));
    CHECK(sums[d] == expected);
  }
  CHECK(cost(kLayers, {}, {}).totals.empty());
}

TEST_CASE("a device that is there twice is refused") {
  CHECK_THROWS_WITH_AS(
      devices_of({"zc706", "two_level", "zc706"}),
      "device zc706: zc706 is there twice; give each device once, with a name of its own",
      InputError);
}

}  // namespace tilewise
