#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "api/tilewise.hpp"
#include "arch/architecture_yaml.hpp"
#include "base/file.hpp"
#include "mapper/bound/layer_bound.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"
#include "study/exploration.hpp"
#include "study/result_store.hpp"
#include "study/study.hpp"
#include "sweep/network_shares.hpp"
#include "workload/network_yaml.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

struct StudyFolder : ScratchFolder {
  StudyFolder() : ScratchFolder("scheduled_exploration") {}
};

/// A residual block and what reads it; each output is 64 words of 16 bit or less.
constexpr const char* kResidual = R"(
name: residual
input: {channels: 4, height: 4, width: 4}
layers:
  - {name: a, op: convolution, output_channels: 4, kernel: 3, padding: 1}
  - {name: b, op: convolution, output_channels: 4, kernel: 3, padding: 1}
  - {name: sum, op: add, from: [a, b]}
  - {name: c, op: convolution, output_channels: 2, kernel: 1}
)";
constexpr const char* kPair = R"(
name: pair
input: {channels: 2, height: 4, width: 4}
layers:
  - {name: a, op: convolution, output_channels: 4, kernel: 1}
  - {name: b, op: convolution, output_channels: 2, kernel: 1}
)";

/// 2 x 2 x 2 x 2 configurations of one MAC and a buffer, that may keep tensors or not.
constexpr const char* kParameters = R"(
architecture: two_level
parameters:
  home: [none, Buffer]
  levels[Buffer].capacity: [256 bit, 4096 bit]
  levels[DRAM].bandwidth: [16 bit/cycle, 4 bit/cycle]
  compute.energy: [1 pJ, 30 pJ]
)";

Study scheduled_study(const StudyFolder& folder, const std::string& more) {
  write_file(folder.path / "residual.yaml", kResidual);
  write_file(folder.path / "pair.yaml", kPair);
  write_file(folder.path / "study.yaml",
             kParameters +
                 std::string("workloads: [{network: residual.yaml, weight: 2}, {network: "
                             "pair.yaml}]\nobjectives: [latency, energy]\n") +
                 more);
  return load_study(folder.path / "study.yaml");
}

struct Finished {
  std::vector<Explored> all;
  std::vector<ParetoMember> front;
  ExplorationCounts counts;
};

Finished finish(const Study& study, const fs::path& folder, int threads = 1) {
  ResultStore store(folder);
  Exploration exploration(study, store, threads);
  ExploreOptions options;
  options.threads = threads;
  REQUIRE(explore(exploration, options));
  Finished done{{}, exploration.front().sorted(), exploration.counts()};
  for (std::int64_t i = 0; i < exploration.configurations(); ++i) {
    done.all.push_back(exploration.explored(i));
  }
  return done;
}

/// What `tilewise cost` says of the network on the architecture of a configuration.
NetworkSweep costed(const StudyFolder& folder, const Study& study, std::int64_t position,
                    const char* network, ScheduleKind kind) {
  const fs::path file = folder.path / "architecture.yaml";
  write_file(file, configuration_file(study, position));
  CostRequest how;
  how.mapping = {.factors = Factors::Divisors, .run = {.threads = 1}};
  how.schedule.kind = kind;
  return cost_networks({{"network", load_network(folder.path / network)}},
                       {find_architecture(file.string())}, how);
}

bool same_totals(const Explored& a, const Explored& b) {
  return a.outcome == b.outcome && a.why == b.why && a.metrics == b.metrics &&
         a.workloads == b.workloads;
}

TEST_SUITE("explorations with schedules") {
  TEST_CASE("a configuration costs what its architecture costs under the same schedules") {
    const StudyFolder folder;
    const Study study = scheduled_study(folder, "schedule: best\n");
    const Finished done = finish(study, folder.path);
    REQUIRE(done.all.size() == 16);
    int cheaper = 0;
    for (std::int64_t i = 0; i < 16; ++i) {
      CAPTURE(i);
      const Explored& explored = done.all[static_cast<std::size_t>(i)];
      REQUIRE(explored.outcome == Outcome::Costed);
      double energy_mj = 0.0;
      double alone_mj = 0.0;
      for (std::size_t w = 0; w < 2; ++w) {
        const char* network = w == 0 ? "residual.yaml" : "pair.yaml";
        const NetworkSweep best = costed(folder, study, i, network, ScheduleKind::Best);
        const Cost total = shares_of(best, 0, 0).total.cost;
        const StoredNetwork& ours = explored.workloads[w];
        CHECK(ours.latency_ms == doctest::Approx(total.latency.count()).epsilon(1e-12));
        CHECK(ours.energy_mj == doctest::Approx(total.energy.count()).epsilon(1e-12));
        CHECK(ours.dram_bytes == doctest::Approx(total.dram_bytes).epsilon(1e-12));
        CHECK(ours.proven);
        const double weight = w == 0 ? 2.0 : 1.0;
        energy_mj += weight * total.energy.count();
        const NetworkSweep alone = costed(folder, study, i, network, ScheduleKind::Separate);
        alone_mj += weight * shares_of(alone, 0, 0).total.cost.energy.count();
      }
      CHECK(*explored.metrics[StudyMetric::Energy] == doctest::Approx(energy_mj).epsilon(1e-12));
      // Merged operators are none without a home, so that nothing is saved there.
      if (explored.values[0] == "none") CHECK(energy_mj == doctest::Approx(alone_mj));
      cheaper += energy_mj < 0.95 * alone_mj ? 1 : 0;
    }
    CHECK(cheaper >= 4);
    CHECK(done.counts.schedules_found == 32);
    CHECK(done.counts.schedules_open == 0);
  }

  TEST_CASE("threads and interruptions change nothing, and the store knows schedules") {
    const StudyFolder one;
    const Study study = scheduled_study(one, "schedule: best\norders: all\n");
    const Finished expected = finish(study, one.path);
    const StudyFolder two;
    const Study again = scheduled_study(two, "schedule: best\norders: all\n");
    std::int64_t found = 0;
    // Between layers, within a schedule, and after some schedules: which, a process orders itself.
    for (const std::int64_t stop_after : {60, 90, 10}) {
      ResultStore store(two.path);
      Exploration exploration(again, store, 1);
      ExploreOptions options;
      options.threads = 1;
      int asked = 0;
      options.interrupted = [&] {
        return stop_after == 10 ? store.network_count() >= 10 : ++asked >= stop_after;
      };
      CHECK_FALSE(explore(exploration, options));
      found += exploration.counts().schedules_found;
      CHECK(store.network_count() == found);
    }
    CHECK(found >= 10);
    CHECK(found < 32);
    const Finished resumed = finish(again, two.path, 3);
    CHECK(resumed.counts.schedules_found == 32 - found);
    CHECK(resumed.counts.schedules_known == found);
    const Finished known = finish(again, two.path);
    CHECK(known.counts.layers_mapped == 0);
    CHECK(known.counts.schedules_found == 0);
    for (std::size_t i = 0; i < expected.all.size(); ++i) {
      CHECK(same_totals(resumed.all[i], expected.all[i]));
      CHECK(same_totals(known.all[i], expected.all[i]));
    }
    // In one store other schedules are other results.
    Study apart = again;
    apart.schedule = ScheduleKind::Separate;
    const Finished separate = finish(apart, two.path);
    CHECK(separate.counts.layers_mapped == 0);
    CHECK(*separate.all[15].metrics[StudyMetric::Energy] >
          *known.all[15].metrics[StudyMetric::Energy]);
  }

  TEST_CASE("pruning never loses a configuration, though schedules cost less than layers alone") {
    const StudyFolder folder;
    // More than a wave, so that the first ones exclude some of the later ones.
    const std::string clocks = "  clock: [100 MHz, 50 MHz, 20 MHz, 10 MHz, 5 MHz, 2 MHz, 1 MHz]\n";
    const auto grow = [&](const StudyFolder& at, const std::string& end) {
      scheduled_study(at, "");
      std::string text = read_file(at.path / "study.yaml");
      text = text.substr(0, text.find("workloads:")) + clocks +
             "workloads: [{network: pair.yaml}]\nobjectives: [latency, energy]\n";
      write_file(at.path / "study.yaml", text + "schedule: best\n" + end);
      return load_study(at.path / "study.yaml");
    };
    const Study study = grow(folder, "");
    const Finished whole = finish(study, folder.path);
    const StudyFolder other;
    const Finished pruned = finish(grow(other, "prune: true\n"), other.path);
    REQUIRE(whole.all.size() == 112);
    CHECK(pruned.counts.configurations[Outcome::Beaten] > 20);
    CHECK(pruned.counts.schedules_found < whole.counts.schedules_found);
    REQUIRE(pruned.front.size() == whole.front.size());
    for (std::size_t i = 0; i < whole.front.size(); ++i) {
      CHECK(pruned.front[i].index == whole.front[i].index);
      CHECK(pruned.front[i].costs == whole.front[i].costs);
    }
    for (std::size_t i = 0; i < whole.all.size(); ++i) {
      if (pruned.all[i].outcome != Outcome::Beaten) CHECK(same_totals(pruned.all[i], whole.all[i]));
    }
    // Bounds of the layers alone are none: some totals are below their sum.
    int below = 0;
    for (std::int64_t i = 0; i < 112; ++i) {
      const Configuration made = configuration(study, i);
      double bound_pj = 0.0;
      const std::vector<double> weights = layer_weights(study);
      for (std::size_t l = 0; l < study.layers.size(); ++l) {
        const auto bound = layer_bound(*made.architecture, study.layers[l], study.factors);
        bound_pj += weights[l] * bound->energy.count();
      }
      const double total = *whole.all[static_cast<std::size_t>(i)].metrics[StudyMetric::Energy];
      below += total < 0.999 * bound_pj * 1e-9 ? 1 : 0;
    }
    CHECK(below > 0);
  }

  TEST_CASE("a limit that the bound of every schedule exceeds leaves a configuration out") {
    const StudyFolder folder;
    const Finished free = finish(scheduled_study(folder, "schedule: best\n"), folder.path);
    std::vector<double> energies;
    for (const Explored& each : free.all) energies.push_back(*each.metrics[StudyMetric::Energy]);
    std::sort(energies.begin(), energies.end());
    const StudyFolder other;
    const Finished limited = finish(
        scheduled_study(other,
                        fmt::format("schedule: best\nprune: true\nconstraints: [energy <= {} mJ]\n",
                                    energies[3])),
        other.path);
    CHECK(limited.counts.schedules_found < free.counts.schedules_found);
    for (std::size_t i = 0; i < free.all.size(); ++i) {
      const bool over = *free.all[i].metrics[StudyMetric::Energy] > energies[3] * (1.0 + 1e-9);
      if (over) CHECK(limited.all[i].outcome != Outcome::Costed);
      if (!over) CHECK(limited.all[i].outcome != Outcome::OverLimit);
    }
  }

  TEST_CASE("what is no network has no schedule") {
    const StudyFolder folder;
    scheduled_study(folder, "");
    for (const char* workload : {"{space: nasbench201, dataset: cifar10, sample: 3}",
                                 "{network: residual.yaml, distinct: true}"}) {
      write_file(folder.path / "no.yaml",
                 fmt::format("architecture: two_level\nworkloads: [{}]\nobjectives: [energy]\n"
                             "schedule: kept\n",
                             workload));
      CHECK(says(refusal([&] { load_study(folder.path / "no.yaml"); }), "has no schedule kept"));
    }
  }
}

}  // namespace
}  // namespace tilewise
