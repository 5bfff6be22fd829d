#include "space/device.hpp"

#include <doctest/doctest.h>

#include "arch/architecture_yaml.hpp"
#include "base/error.hpp"
#include "space/sweep.hpp"
#include "workload/layer_yaml.hpp"

namespace tilewise {

TEST_SUITE("device") {
  TEST_CASE("a name finds an architecture or a cost model") {
    CHECK(std::holds_alternative<Architecture>(find_device("eyeriss")));
    const Device pixels = find_device("pixel_m32p96");
    CHECK(has_fixed_schedule(pixels));
    CHECK(name(pixels) == "pixel_m32p96");
    CHECK(describe(pixels).find("fixed schedule") != std::string::npos);
    CHECK(has_fixed_schedule(find_device("qiu_zc706")));
    CHECK_THROWS_AS(find_device("nothing"), InputError);
  }

  TEST_CASE("a fixed schedule is a space of one member, without a mapping") {
    const Device device = find_device("pixel_m32p32");
    const Layer layer = find_layer("alexnet_conv3");
    SearchOptions options;
    options.objective = Objective::Latency;
    const SearchResult result = search(device, layer, options);
    CHECK_FALSE(result.best);
    CHECK(result.proven);
    CHECK(result.space.digits == "1");
    CHECK(result.certificate.evaluated == 1);
    CHECK(result.objective_value == result.cost.latency.total.count());
    CHECK(result.cost.time.count() > 0.0);
    CHECK(result.cost.energy.total > Picojoules{});
  }

  TEST_CASE("an architecture is searched as without a device") {
    const Layer layer = find_layer("pointwise_72");
    const SearchResult through = search(find_device("two_level"), layer, {});
    const SearchResult direct = search(find_architecture("two_level"), layer, {});
    CHECK(through.best == direct.best);
    CHECK(through.objective_value == direct.objective_value);
  }

  TEST_CASE("a fixed schedule is refused where an architecture is asked for") {
    CHECK_THROWS_AS(find_architecture("pixel_m32p32"), InputError);
  }

  TEST_CASE("both kinds stand side by side in a sweep, each as alone") {
    SweepOptions options;
    options.datasets = {"ImageNet16-120"};
    options.threads = 1;
    options.devices = {"zc706"};
    const SweepResult alone = sweep_nasbench201(options);
    options.devices = {"zc706", "pixel_m32p32", "qiu_zc706"};
    const SweepResult both = sweep_nasbench201(options);
    for (std::size_t i = 0; i < alone.rows.size(); ++i) {
      REQUIRE(both.rows[i].latency_ms.size() == 3);
      REQUIRE(both.rows[i].latency_ms[0] == alone.rows[i].latency_ms[0]);
      REQUIRE(both.rows[i].energy_mj[0] == alone.rows[i].energy_mj[0]);
      REQUIRE(both.rows[i].latency_ms[1] > 0.0);
      REQUIRE(both.rows[i].dram_bytes[2] > 0.0);
    }
  }
}

}  // namespace tilewise
