#include "study/exploration.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "mapper/search.hpp"
#include "scratch_folder.hpp"
#include "study/result_store.hpp"
#include "study/study.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

/// The folder of a study and of its store.
struct Folder : ScratchFolder {
  Folder() : ScratchFolder("explore") {}
};

/// 5 x 3 x 2 configurations of one MAC and a buffer, for two layers.
constexpr const char* kStudy = R"(
architecture: keeps_all.yaml
parameters:
  levels[Buffer].capacity: [128 bit, 256 bit, 512 bit, 1024 bit, 16 bit]
  levels[DRAM].bandwidth: [16 bit/cycle, 8 bit/cycle, 4 bit/cycle]
  compute.energy: [1 pJ, 3 pJ]
workloads:
  - {layer: pointwise_72, weight: 2}
  - {layer: small.yaml}
objectives: [latency, energy]
)";

Study load(const Folder& folder, const std::string& more = "") {
  write_file(folder.path / "small.yaml",
             "{op: convolution, dims: {M: 4, C: 3, P: 5, Q: 2, R: 3}}\n");
  std::string base = read_file(find_config("arch", "two_level"));
  base.insert(base.find("compute:"), "    constraints: {keep: [Input, Weight, Output]}\n");
  write_file(folder.path / "keeps_all.yaml", base);
  write_file(folder.path / "study.yaml", kStudy + more);
  return load_study(folder.path / "study.yaml");
}

struct Done {
  std::vector<Explored> all;
  std::vector<ParetoMember> front;
  ExplorationCounts counts;
};

Done run(const Study& study, const fs::path& store_folder, int threads = 1) {
  ResultStore store(store_folder);
  Exploration exploration(study, store, threads);
  ExploreOptions options;
  options.threads = threads;
  REQUIRE(explore(exploration, options));
  Done done{{}, exploration.front().sorted(), exploration.counts()};
  for (std::int64_t i = 0; i < exploration.configurations(); ++i) {
    done.all.push_back(exploration.explored(i));
  }
  return done;
}

bool same(const Explored& a, const Explored& b) {
  return a.outcome == b.outcome && a.why == b.why && a.metrics == b.metrics &&
         a.workloads == b.workloads && a.values == b.values;
}
void check_same(const Done& a, const Done& b) {
  REQUIRE(a.all.size() == b.all.size());
  for (std::size_t i = 0; i < a.all.size(); ++i) CHECK(same(a.all[i], b.all[i]));
  REQUIRE(a.front.size() == b.front.size());
  for (std::size_t i = 0; i < a.front.size(); ++i) {
    CHECK(a.front[i].index == b.front[i].index);
    CHECK(a.front[i].costs == b.front[i].costs);
  }
}

TEST_CASE("a configuration costs what searches of its layers say, times their weights") {
  const Folder folder;
  const Study study = load(folder);
  const Done done = run(study, folder.path);
  REQUIRE(done.all.size() == 30);
  REQUIRE(study.layers.size() == 2);
  int costed = 0;
  for (std::int64_t i = 0; i < 30; ++i) {
    const Explored& explored = done.all[static_cast<std::size_t>(i)];
    CAPTURE(i);
    const Configuration made = configuration(study, i);
    double latency_ms = 0.0;
    double energy_mj = 0.0;
    bool fits = true;
    for (std::size_t l = 0; l < 2; ++l) {
      SearchOptions options;
      options.mapping.factors = Factors::Divisors;
      options.mapping.run.threads = 1;
      const SearchResult found = search(*made.architecture, study.layers[l], options);
      fits = fits && best_mapping(found);
      if (!best_mapping(found)) continue;
      const double weight = l == 0 ? 2.0 : 1.0;
      latency_ms += weight * (*cost(found)).time.count() * 1e-3;
      energy_mj += weight * (*cost(found)).energy.total.count() * 1e-9;
    }
    REQUIRE((explored.outcome == Outcome::Costed) == fits);
    if (!fits) {
      // One word does not hold three tensors.
      CHECK(explored.values[0] == "16 bit");
      CHECK(explored.why.find("no mapping of") != std::string::npos);
      continue;
    }
    ++costed;
    CHECK(explored.metrics[StudyMetric::Latency] == doctest::Approx(latency_ms).epsilon(1e-12));
    CHECK(explored.metrics[StudyMetric::Energy] == doctest::Approx(energy_mj).epsilon(1e-12));
    CHECK(explored.metrics[StudyMetric::Edp] ==
          doctest::Approx(latency_ms * energy_mj).epsilon(1e-12));
  }
  CHECK(costed == 24);
  CHECK(done.counts.layers_mapped == 60);
}

TEST_CASE("the front has no dominated point and misses none") {
  const Folder folder;
  const Study study = load(folder);
  const Done done = run(study, folder.path);
  std::vector<std::int64_t> expected;
  for (std::size_t i = 0; i < done.all.size(); ++i) {
    if (done.all[i].outcome != Outcome::Costed) continue;
    const auto mine = objectives(study, done.all[i]);
    bool beaten = false;
    for (std::size_t j = 0; j < done.all.size(); ++j) {
      if (j == i || done.all[j].outcome != Outcome::Costed) continue;
      const auto other = objectives(study, done.all[j]);
      const bool as_good = other[0] <= mine[0] && other[1] <= mine[1];
      beaten = beaten || (as_good && (other != mine || j < i));
    }
    if (!beaten) expected.push_back(static_cast<std::int64_t>(i));
  }
  std::vector<std::int64_t> found;
  for (const ParetoMember& member : done.front) found.push_back(member.index);
  std::sort(found.begin(), found.end());
  CHECK(found == expected);
}

TEST_CASE("pruning leaves the front as it is, and maps less") {
  const Folder folder;
  const Folder other;
  // More configurations than a wave, so that the first waves exclude some of the later ones.
  const std::string more = "  clock: [100 MHz, 50 MHz, 25 MHz, 10 MHz, 5 MHz, 2 MHz]\n";
  const auto grow = [&](const Folder& at, const std::string& end) {
    Study study = load(at);
    std::string text = read_file(at.path / "study.yaml");
    text.insert(text.find("workloads:"), more);
    write_file(at.path / "study.yaml", text + end);
    return load_study(at.path / "study.yaml");
  };
  const Done whole = run(grow(folder, ""), folder.path);
  const Done pruned = run(grow(other, "prune: true\n"), other.path);
  REQUIRE(whole.all.size() == 180);
  // Two layers each; what is beaten is so before any of its layers is mapped.
  CHECK(whole.counts.layers_mapped == 2 * 180);
  CHECK(pruned.counts.configurations[Outcome::Beaten] > 20);
  CHECK(pruned.counts.layers_mapped == 2 * (180 - pruned.counts.configurations[Outcome::Beaten]));
  REQUIRE(pruned.front.size() == whole.front.size());
  for (std::size_t i = 0; i < whole.front.size(); ++i) {
    CHECK(pruned.front[i].index == whole.front[i].index);
    CHECK(pruned.front[i].costs == whole.front[i].costs);
  }
  for (std::size_t i = 0; i < whole.all.size(); ++i) {
    if (pruned.all[i].outcome != Outcome::Beaten) CHECK(same(pruned.all[i], whole.all[i]));
  }
}

TEST_CASE("limits keep configurations out of the front, before or after mapping") {
  const Folder folder;
  const Done free = run(load(folder), folder.path);
  const double middle = *free.all[0].metrics[StudyMetric::Latency];
  const std::string limit = fmt::format("constraints: [latency <= {} us]\n", 1e3 * middle);
  for (const char* prune : {"", "prune: true\n"}) {
    const Folder other;
    const Done limited = run(load(other, limit + prune), other.path);
    // Pruned, the bound of a layer excludes some before it is mapped.
    CHECK((limited.counts.layers_mapped < free.counts.layers_mapped) == (*prune != '\0'));
    int over = 0;
    for (std::size_t i = 0; i < free.all.size(); ++i) {
      if (free.all[i].outcome != Outcome::Costed) continue;
      const bool slow = *free.all[i].metrics[StudyMetric::Latency] > middle * (1.0 + 1e-9);
      over += slow ? 1 : 0;
      if (slow) CHECK(limited.all[i].outcome != Outcome::Costed);
      if (!slow && *prune == '\0') CHECK(limited.all[i].outcome == Outcome::Costed);
    }
    CHECK(over > 5);
    CHECK(limited.all[0].outcome != Outcome::OverLimit);
  }
}

TEST_CASE("threads change nothing, and a second study takes what is in the store") {
  const Folder one;
  const Folder two;
  const Done alone = run(load(one), one.path, 1);
  const Done together = run(load(two), two.path, 3);
  check_same(alone, together);
  const Done again = run(load(two), two.path);
  check_same(alone, again);
  CHECK(again.counts.layers_mapped == 0);
  // Another weight: the layers are known, their sum is not.
  std::string text = read_file(two.path / "study.yaml");
  text.replace(text.find("weight: 2"), 9, "weight: 3");
  write_file(two.path / "study.yaml", text);
  const Done heavier = run(load_study(two.path / "study.yaml"), two.path);
  CHECK(heavier.counts.layers_mapped == 0);
  CHECK(*heavier.all[0].metrics[StudyMetric::Latency] >
        *alone.all[0].metrics[StudyMetric::Latency]);
}

TEST_CASE("an interrupted exploration goes on where it was, to the same end") {
  const Folder whole;
  const Done expected = run(load(whole), whole.path);
  const Folder folder;
  const Study study = load(folder);
  std::int64_t mapped = 0;
  for (int stop_after : {1, 2, 3}) {
    ResultStore store(folder.path);
    Exploration exploration(study, store, 1);
    ExploreOptions options;
    options.threads = 1;
    int asked = 0;
    options.interrupted = [&] { return ++asked == stop_after; };
    CHECK_FALSE(explore(exploration, options));
    mapped += exploration.counts().layers_mapped;
    CHECK(store.layer_count() == mapped);
  }
  CHECK(mapped == 5 * (1 + 2 + 3));  // five buffers share a search
  const Done resumed = run(study, folder.path);
  check_same(expected, resumed);
  CHECK(resumed.counts.layers_mapped == 60 - mapped);
}

TEST_CASE("configurations that differ in capacities share the searches of their layers") {
  const Folder folder;
  const Study study = load(folder);
  StudyFamilies families(study, 1);
  CHECK(families.of(0)->positions == std::vector<std::int64_t>{0, 6, 12, 18, 24});
  CHECK(families.of(7)->positions == std::vector<std::int64_t>{1, 7, 13, 19, 25});
  CHECK(families.of(7)->members != families.of(6)->members);
  ResultStore store(folder.path);
  Exploration exploration(study, store, 1);
  REQUIRE(exploration.open_wave(7));
  // Six families of which one has two members in this wave; two layers.
  CHECK(exploration.tasks().size() == 14);
  REQUIRE(exploration.searches().size() == 12);
  for (std::size_t i = 0; i < 12; ++i) exploration.solve(i);
  exploration.close_wave();
  CHECK(exploration.counts().layers_mapped == 14);
  const Study pruned = load(folder, "prune: true\n");
  CHECK(StudyFamilies(pruned, 1).of(0)->positions == std::vector<std::int64_t>{0});
}

/// A machine with a store of its own, which maps layers for others as well.
struct OtherMachine {
  explicit OtherMachine(const Study& of)
      : study(of), exploration(of, store, 1), widths(of), families(of, 1) {}
  std::vector<StoredLayer> solve(std::span<const LayerTask> tasks) {
    return solve_layers(study, widths, families, tasks);
  }

  const Study& study;
  Folder folder;
  ResultStore store{folder.path};
  Exploration exploration;
  StudyLayers widths;
  StudyFamilies families;
};

/// All waves are closed, and came to what is expected.
void check_same(const Done& expected, Exploration& exploration) {
  const auto front = exploration.front().sorted();
  REQUIRE(front.size() == expected.front.size());
  for (std::size_t i = 0; i < front.size(); ++i) {
    CHECK(front[i].index == expected.front[i].index);
    CHECK(front[i].costs == expected.front[i].costs);
  }
  for (std::int64_t i = 0; i < 30; ++i) {
    CHECK(same(exploration.explored(i), expected.all[static_cast<std::size_t>(i)]));
  }
}

TEST_CASE("what another machine maps is what this one would") {
  const Folder folder;
  const Study study = load(folder);
  const Done expected = run(study, folder.path);
  OtherMachine other(study);
  Exploration& exploration = other.exploration;
  while (exploration.open_wave(7)) {
    const auto tasks = exploration.tasks();
    const auto together = other.solve(tasks);
    REQUIRE(together.size() == tasks.size());
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      CHECK(together[i] == other.solve({{tasks[i]}}).front());
      exploration.keep(tasks[i], together[i]);
    }
    exploration.close_wave();
  }
  check_same(expected, exploration);
}

TEST_CASE("several waves may be open, whose results come in any order") {
  const Folder folder;
  const Study study = load(folder);
  const Done expected = run(study, folder.path);
  OtherMachine other(study);
  Exploration& exploration = other.exploration;
  std::vector<LayerTask> tasks;
  for (int wave = 0; wave < 5; ++wave) {
    REQUIRE(exploration.open_wave(7));
    tasks.insert(tasks.end(), exploration.tasks().begin(), exploration.tasks().end());
  }
  CHECK_FALSE(exploration.open_wave(7));
  CHECK(exploration.open_length() == 30);  // four of 7, one of 2
  std::reverse(tasks.begin(), tasks.end());
  for (const LayerTask& task : tasks) {
    exploration.keep(task, other.solve({{task}}).front());
  }
  for (const std::int64_t done : {7, 14, 21, 28, 30}) {
    exploration.close_wave();
    CHECK(exploration.done() == done);
    CHECK(exploration.open_length() == 30 - done);
  }
  check_same(expected, exploration);
}

/// What a search opens of the study, in waves.
Done searched(const Folder& folder, const std::vector<std::vector<std::int64_t>>& waves,
              const std::string& more) {
  const Study study = load(folder, "search: {method: random, evaluations: 30}\n" + more);
  REQUIRE(study.search);
  ResultStore store(folder.path);
  Exploration exploration(study, store, 1);
  for (const auto& wave : waves) {
    exploration.open_wave_of(wave);
    REQUIRE(solve_open_wave(exploration, {.threads = 1}));
    exploration.close_wave();
  }
  Done done{{}, exploration.front().sorted(), exploration.counts()};
  for (std::int64_t i = 0; i < exploration.configurations(); ++i) {
    done.all.push_back(exploration.explored(exploration.listed(i)));
  }
  return done;
}

TEST_CASE("what a search opens costs what it does in the whole grid, and nothing else is run") {
  const Folder folder;
  const Done whole = run(load(folder), folder.path);
  const Folder other;
  const Done done = searched(other, {{29, 3, 17}, {0, 12}, {4}}, "");
  const std::vector<std::int64_t> opened{0, 3, 4, 12, 17, 29};
  REQUIRE(done.all.size() == opened.size());
  for (std::size_t i = 0; i < opened.size(); ++i) {
    CHECK(done.all[i].index == opened[i]);
    CHECK(same(done.all[i], whole.all[static_cast<std::size_t>(opened[i])]));
  }
  CHECK(done.counts.layers_mapped == 12);
  // The front is that of these six.
  ParetoSet front;
  for (const Explored& each : done.all) {
    if (each.outcome == Outcome::Costed) front.add({each.index, objectives(load(other), each)});
  }
  REQUIRE(done.front.size() == front.size());
  for (std::size_t i = 0; i < front.size(); ++i) {
    CHECK(done.front[i].index == front.sorted()[i].index);
  }
}

TEST_CASE("of what a search opens bounds leave out only what cannot enter the front") {
  std::vector<std::vector<std::int64_t>> waves;
  for (std::int64_t i = 0; i < 30; ++i) waves.push_back({29 - i});
  const Folder folder;
  const Done all = searched(folder, waves, "");
  const Folder other;
  const Done pruned = searched(other, waves, "prune: true\n");
  CHECK(pruned.counts.configurations[Outcome::Beaten] > 0);
  CHECK(pruned.counts.layers_mapped < all.counts.layers_mapped);
  REQUIRE(pruned.front.size() == all.front.size());
  for (std::size_t i = 0; i < all.front.size(); ++i) {
    CHECK(pruned.front[i].index == all.front[i].index);
    CHECK(pruned.front[i].costs == all.front[i].costs);
  }
}

}  // namespace
}  // namespace tilewise
