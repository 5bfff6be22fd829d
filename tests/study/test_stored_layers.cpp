#include "study/stored_layers.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "base/error.hpp"
#include "small_networks.hpp"
#include "study/result_store_fixture.hpp"
#include "sweep/network_shares.hpp"
#include "sweep/network_sweep.hpp"
#include "sweep/target.hpp"

namespace tilewise {
namespace {

NetworkSweep swept(ResultStore& store, const MappingOptions& options,
                   const std::vector<std::string>& devices = {"two_level", "eyeriss"}) {
  std::vector<ListedNetwork> networks = small_networks();
  networks.push_back(
      {"pool", network_in_a_row("pool", {pool_that_fits_nowhere(), classifier("f", 8, 10)})});
  std::vector<Device> found = find_devices(devices, networks, options.objective);
  return sweep_networks(std::move(networks), std::move(found), options,
                        memory_of(store, options.objective, options.factors));
}

const MappingOptions kOptions{Objective::Edp, Factors::Divisors, {.threads = 1}};

}  // namespace

TEST_CASE("a second call maps nothing and says the same") {
  const StoreFolder folder;
  ResultStore store(folder.path);
  const NetworkSweep first = swept(store, kOptions);
  // a = c = d, b, e, pool5 and f on two devices, and the parts of pool5 that are tried on one.
  CHECK(first.counts.known == 0);
  CHECK(first.counts.mapped > 10);
  const NetworkSweep second = swept(store, kOptions);
  CHECK(second.counts == MappingCounts{0, first.counts.mapped});
  for (std::size_t n = 0; n < first.networks.size(); ++n) {
    for (std::size_t l = 0; l < first.layers[n].size(); ++l) {
      for (std::size_t d = 0; d < first.devices.size(); ++d) {
        const SearchResult& a = first.layers[n][l].results[d];
        const SearchResult& b = second.layers[n][l].results[d];
        CHECK(why_none(a) == why_none(b));
        if (cost(a) == nullptr) continue;
        CHECK(*best_mapping(a) == *best_mapping(b));
        CHECK(cost(a)->energy.total == cost(b)->energy.total);
        CHECK(cost(a)->latency.total == cost(b)->latency.total);
        // The search adds in another order than the cost that is evaluated anew.
        CHECK(a.objective_value == doctest::Approx(b.objective_value).epsilon(1e-12));
        CHECK(a.space.digits == b.space.digits);
        CHECK(a.certificate.evaluated == b.certificate.evaluated);
        CHECK(a.proven == b.proven);
      }
    }
  }
  CHECK(swept(store, {Objective::Latency, Factors::Divisors, {.threads = 1}}).counts.known == 0);
}

TEST_CASE("what is kept has no names: another network finds it under its own") {
  const StoreFolder folder;
  ResultStore store(folder.path);
  swept(store, kOptions);
  Layer pool = pool_that_fits_nowhere();
  pool.name = "last pool";
  auto eyeriss = std::get<Architecture>(find_device("eyeriss"));
  eyeriss.name = "mine";
  const auto known = memory_of(store, Objective::Edp, Factors::Divisors).find(pool, eyeriss);
  REQUIRE(known);
  CHECK(why_none(*known).starts_with("no mapping of last pool: the constraints of mine allow"));
}

TEST_CASE("an interrupt keeps what is mapped by then") {
  const StoreFolder folder;
  ResultStore store(folder.path);
  int shown = 0;
  MappingOptions options = kOptions;
  options.run.progress = [&](const std::string&, double) { ++shown; };
  options.run.interrupted = [&] { return shown == 3; };
  CHECK_THROWS_AS(swept(store, options), Interrupted);
  CHECK(store.layer_count() == 3);
  const ScratchFolder whole_folder("whole_store");
  ResultStore whole(whole_folder.path);
  const std::int64_t all = swept(whole, kOptions).counts.mapped;
  CHECK(swept(store, kOptions).counts == MappingCounts{all - 3, 3});
}

TEST_CASE("what is kept and does not give the cost that it says is not taken") {
  const Layer layer = square_convolution("a", 4, {8, 4}, {3});
  const auto two_level = std::get<Architecture>(find_device("two_level"));
  SearchOptions options;
  options.mapping = kOptions;
  const SearchResult found = search(two_level, layer, options);
  const StoredLayer good = stored_layer(found, layer, two_level);
  CHECK(restored_layer(good, layer, two_level, Objective::Edp));
  for (const auto spoil : std::vector<void (*)(StoredLayer&)>{
           [](StoredLayer& stored) { stored.cycles += 1.0; },
           [](StoredLayer& stored) { stored.energy_pj *= 2.0; },
           [](StoredLayer& stored) { stored.mapping = "DRAM: M8 | Buffer:"; },
           [](StoredLayer& stored) { stored.mapping = "nothing"; },
           [](StoredLayer& stored) { stored.factors = "some"; },
           [](StoredLayer& stored) { stored.proven = false; }}) {
    StoredLayer bad = good;
    spoil(bad);
    CHECK_FALSE(restored_layer(bad, layer, two_level, Objective::Edp));
  }
}

}  // namespace tilewise
