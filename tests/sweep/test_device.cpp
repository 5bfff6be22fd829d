#include "sweep/target.hpp"

#include <doctest/doctest.h>

#include "arch/architecture_yaml.hpp"
#include "base/error.hpp"
#include "space/fbnet_candidates.hpp"
#include "space/search_spaces.hpp"
#include "sweep/sweep.hpp"
#include "workload/layer_yaml.hpp"

namespace tilewise {

TEST_SUITE("device") {
  TEST_CASE("a name finds an architecture or a cost model") {
    CHECK(std::holds_alternative<Architecture>(find_device("eyeriss")));
    const Device pixels = find_device("pixel_m32p96");
    CHECK(std::holds_alternative<LayerModel>(pixels));
    CHECK(name(pixels) == "pixel_m32p96");
    CHECK(describe(pixels).find("fixed control") != std::string::npos);
    CHECK(std::holds_alternative<LayerModel>(find_device("qiu_zc706")));
    CHECK_THROWS_WITH_AS(
        find_device("nothing"),
        doctest::Contains("nothing: no such file, and no config of that name; there "
                          "are: edge_free, eyeriss, "),
        InputError);
  }

  TEST_CASE("fixed control is a space of one member, without a mapping") {
    const Device device = find_device("pixel_m32p32");
    const Layer layer = find_layer("alexnet_conv3");
    SearchOptions options;
    options.mapping.objective = Objective::Latency;
    const SearchResult result = search(device, layer, options);
    CHECK(std::holds_alternative<Fixed>(result.answer));
    CHECK(result.proven);
    CHECK(result.space.digits == "1");
    CHECK(result.certificate.evaluated == 1);
    CHECK(result.objective_value == (*cost(result)).latency.total.count());
    CHECK((*cost(result)).time.count() > 0.0);
    CHECK((*cost(result)).energy.total > Picojoules{});
  }

  TEST_CASE("an architecture is searched as without a device") {
    const Layer layer = find_layer("pointwise_72");
    const SearchResult through = search(find_device("two_level"), layer, {});
    const SearchResult direct = search(find_architecture("two_level"), layer, {});
    CHECK(*best_mapping(through) == *best_mapping(direct));
    CHECK(through.objective_value == direct.objective_value);
  }

  TEST_CASE("fixed control is refused where an architecture is asked for") {
    CHECK_THROWS_WITH_AS(
        find_architecture("pixel_m32p32"),
        doctest::Contains(
            "arch/pixel_m32p32.yaml:4: family: fpga_pixel_engine has fixed control and takes no "
            "mapping; name it to tilewise map, arch or sweep"),
        InputError);
  }

  TEST_CASE("both kinds stand side by side in a sweep, each as alone") {
    SweepOptions options;
    options.datasets = {"ImageNet16-120"};
    options.mapping.run.threads = 1;
    options.devices = {"zc706"};
    const SweepResult alone = sweep(find_space("nasbench201"), options);
    options.devices = {"pixel_m32p32"};
    const SweepResult pixels = sweep(find_space("nasbench201"), options);
    options.devices = {"qiu_zc706"};
    const SweepResult convolvers = sweep(find_space("nasbench201"), options);
    options.devices = {"zc706", "pixel_m32p32", "qiu_zc706"};
    const SweepResult both = sweep(find_space("nasbench201"), options);
    for (std::size_t i = 0; i < alone.rows.size(); ++i) {
      REQUIRE(both.rows[i].costs.size() == 3);
      REQUIRE(both.rows[i].costs[0] == alone.rows[i].costs[0]);
      REQUIRE(both.rows[i].costs[1] == pixels.rows[i].costs[0]);
      REQUIRE(both.rows[i].costs[2] == convolvers.rows[i].costs[0]);
    }
    for (const SweepResult* each : {&alone, &pixels, &convolvers}) {
      CHECK(each->rows[0].costs[0].latency.count() > 0.0);
    }
  }
}

TEST_SUITE("device") {
  TEST_CASE("the shipped zc706 is the engine that is found for the board and NAS-Bench-201") {
    SweepOptions options;
    options.datasets = {"cifar10", "cifar100", "ImageNet16-120"};
    options.mapping.factors = Factors::Divisors;
    options.devices = {"zc706", "board:zc706"};
    const SweepResult result = sweep(find_space("nasbench201"), options);
    const auto& shipped = std::get<Architecture>(result.devices[0]);
    const auto& found = std::get<Architecture>(result.devices[1]);
    CHECK(found.name == "board:zc706");
    CHECK(found.description.find("Tm 16, Tn 3, Tp 4, Tq 4, 16 bit, 200 MHz") != std::string::npos);
    REQUIRE(shipped.levels.size() == found.levels.size());
    for (std::size_t l = 0; l < shipped.levels.size(); ++l) {
      REQUIRE(shipped.levels[l].memories.size() == found.levels[l].memories.size());
      for (std::size_t m = 0; m < shipped.levels[l].memories.size(); ++m) {
        CHECK(shipped.levels[l].memories[m].capacity == found.levels[l].memories[m].capacity);
      }
    }
    for (const SweepRow& row : result.rows) REQUIRE(row.costs[0].latency == row.costs[1].latency);
  }

  TEST_CASE("a board has an engine only where layers are known, and only if it exists") {
    CHECK_THROWS_WITH_AS(find_device("board:zc706"),
                         "board:zc706: its engine depends on the layers; ask a sweep or map, or "
                         "write one with tilewise fpga design --output FILE",
                         InputError);
    const Layer layer = find_layer("alexnet_conv3");
    const std::vector<WeightedLayer> layers{{layer, 1.0}};
    CHECK_THROWS_WITH_AS(
        find_device("board:zc7o6", layers, Objective::Edp),
        doctest::Contains(
            "zc7o6: no such file, and no config of that name; there are: alveo_u250, "),
        InputError);
    const Device device = find_device("board:pynq_z2", layers, Objective::Latency);
    CHECK(compute_units(std::get<Architecture>(device)) <= 198);  // 90 % of 220 DSP
  }

  TEST_CASE("a published model costs whole networks, as published, and no layer") {
    SweepOptions options;
    options.datasets = {"cifar10"};
    options.devices = {"hwnasbench-zc706", "hwnasbench-eyeriss"};
    const SweepResult result = sweep(find_space("nasbench201"), options);
    CHECK(result.rows[0].costs[0].latency.count() == doctest::Approx(2.57296).epsilon(1e-9));
    CHECK(result.rows[0].costs[0].energy.count() == doctest::Approx(18.01072).epsilon(1e-9));
    CHECK(result.rows[0].costs[1].latency.count() == doctest::Approx(3.64562).epsilon(1e-9));
    CHECK(result.rows[1].costs[1].latency.count() == doctest::Approx(7.57778).epsilon(1e-9));
    CHECK(result.rows[1].costs[1].energy.count() == doctest::Approx(1.5644240285).epsilon(1e-9));
    CHECK(result.devices.empty());
    CHECK_THROWS_WITH_AS(
        find_device("hwnasbench-zc706"),
        "hwnasbench-zc706: a model of whole networks of nasbench201 and fbnet, not "
        "of layers; use it as --device of tilewise sweep",
        InputError);
    options.devices = {"hwnasbench-zc706:no_such_quirk=off"};
    CHECK_THROWS_WITH_AS(
        sweep(find_space("nasbench201"), options),
        doctest::Contains(
            "unknown switch \"no_such_quirk\": expected one of no_ceilings, weights_per_tile, "),
        InputError);
    options.devices = {"hwnasbench-zc706"};
    options.space.prune_dead = true;
    CHECK_THROWS_WITH_AS(
        sweep(find_space("nasbench201"), options),
        "--device hwnasbench-zc706: published with all edges; leave --prune-dead out", InputError);
    options.space.prune_dead = false;
    CHECK_THROWS_WITH_AS(
        sweep(find_space("natsbench_size"), options),
        "--device hwnasbench-zc706: this model knows nasbench201 and fbnet, not natsbench_size",
        InputError);
  }

  TEST_CASE("FBNet on the published FPGA is the sum of published blocks") {
    SweepOptions options;
    options.datasets = {"cifar100", "ImageNet"};
    options.devices = {"hwnasbench-zc706"};
    const SweepResult space = sweep(fbnet_space(), options);
    const FbnetArchitecture first{};  // 22 times operation 0
    const auto total_ms = [&](std::size_t table) {
      return total(space.tables[table].devices[0].latency_ms, choices_of(first));
    };
    CHECK(total_ms(0) == doctest::Approx(10.73952).epsilon(1e-9));
    CHECK(total_ms(1) == doctest::Approx(29.4219).epsilon(1e-9));
  }
}

}  // namespace tilewise
