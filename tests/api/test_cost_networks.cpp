#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "api/tilewise.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"
#include "sweep/network_shares.hpp"

namespace tilewise {

TEST_CASE("a candidate of a space costs as a network what its space says") {
  const SearchSpace& space = find_space("nasbench201");
  SweepOptions options;
  options.datasets = {"cifar10"};
  options.devices = {"zc706", "pixel_m32p32"};
  options.mapping.factors = Factors::Divisors;
  const CandidateCosts candidate = cost_candidate(space, std::int64_t{0}, options);
  CostRequest how;
  how.mapping = options.mapping;
  const auto networks = list_networks({candidate.datasets[0].network});
  const NetworkSweep sweep =
      cost_networks(networks, find_devices(options.devices, networks, Objective::Edp), how);
  for (std::size_t d = 0; d < 2; ++d) {
    CHECK(shares_of(sweep, 0, d).total.cost == candidate.datasets[0].costs[d]);
  }
}

TEST_CASE("a request is costed by names, and its store makes the second call map nothing") {
  const ScratchFolder scratch("cost_networks");
  CostRequest request;
  request.networks = {"pointwise_72"};
  request.devices = {"two_level", "pixel_m32p32"};
  request.store = (scratch.path / "store").string();
  const NetworkSweep first = cost_networks(request);
  CHECK(first.counts == MappingCounts{2, 0});
  // An engine has nothing to map: what it costs is not kept.
  CHECK(cost_networks(request).counts == MappingCounts{1, 1});
  request.import.batch = 3;
  CHECK(cost_networks(request).networks[0].network.layer(0).bounds[Dim::N] == 3);
}

TEST_CASE("a request that cannot be costed is refused before any work") {
  const auto said = [](const std::string& network, const std::string& device,
                       Objective objective = Objective::Edp) {
    CostRequest request;
    request.networks = {network};
    request.devices = {device};
    request.mapping.objective = objective;
    return refusal([&] { cost_networks(request); });
  };
  CHECK(says(said("resnet81", "eyeriss"), "did you mean \"resnet18\"?"));
  CHECK(says(said("alexnet", "eyeris"), "did you mean \"eyeriss\"?"));
  CHECK(says(said("pointwise_72", "hwnasbench-zc706"), "a model of whole networks"));
  CHECK(says(said("alexnet", "eyeriss", Objective::Pareto), "pareto"));
}

}  // namespace tilewise
