#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "arch/architecture_yaml.hpp"
#include "base/file.hpp"
#include "bench/layer_zoo.hpp"
#include "mapper/search.hpp"
#include "random_problem.hpp"
#include "scale.hpp"
#include "search_checks.hpp"
#include "sim/rare_hardware.hpp"
#include "source_folder.hpp"

namespace tilewise {
namespace {

/// A search whose certificate stands in a file: its name there, and how to run it.
struct CountedSearch {
  std::string name;
  std::function<SearchResult()> run;
};

/// A line of the file.
std::string line_of(const CountedSearch& of) {
  const SearchResult found = of.run();
  CHECK(found.proven);
  const Certificate& done = found.certificate;
  return fmt::format("{},{},{},{},{},{},{},{}", of.name, done.spatial, done.spatial_by_bound,
                     done.most_steps, done.tiles_by_capacity, done.tiles_by_bound,
                     done.orders_by_bound, done.evaluated);
}

/// Holds the certificates against tests/mapper/FILE, whose first columns are `names`. The answers
/// stay right with a weaker bound, and mostly with one that is a little too high; what is looked
/// at to prove them does not stay the same. With TILEWISE_NEW_SEARCH_COUNTS set it makes the file
/// anew.
void check_counts_on_file(std::string_view file, std::string_view names,
                          std::span<const CountedSearch> searches) {
  const std::filesystem::path path = source_folder() / "tests" / "mapper" / file;
  const std::string heading = fmt::format(
      "{},subtrees,subtrees_by_bound,most_steps,tiles_by_capacity,tiles_by_bound,orders_by_bound,"
      "evaluated",
      names);
  if (std::getenv("TILEWISE_NEW_SEARCH_COUNTS") != nullptr) {
    std::string text = fmt::format("{}\n", heading);
    for (const CountedSearch& each : searches) text += fmt::format("{}\n", line_of(each));
    write_file(path, text);
    MESSAGE(path << " is made anew");
    return;
  }
  std::istringstream kept(read_file(path));
  std::string line;
  std::getline(kept, line);
  REQUIRE(line == heading);
  const std::size_t stride = 12 / static_cast<std::size_t>(testing::scaled(12));
  for (std::size_t i = 0; i < searches.size(); ++i) {
    REQUIRE(std::getline(kept, line));
    if (i % stride != 0) continue;
    INFO(
        "More tiles, orders or mappings than on file: a bound got weaker. Fewer: it got tighter, "
        "or it excludes what it must not; the tests against full enumeration tell. If the change "
        "is meant, say it in the commit and make the file anew: TILEWISE_NEW_SEARCH_COUNTS=1 "
        "build/release/tests/tilewise_tests -ts=\"search counts\"");
    CHECK(line_of(searches[i]) == line);
  }
  CHECK(!std::getline(kept, line));
}

/// A search for the least EDP over divisors.
CountedSearch of_zoo(const std::string& device, const std::string& set, const Layer& layer) {
  return {fmt::format("{},{},{}", device, set, layer.name), [device, layer] {
            return search(find_architecture(device), layer,
                          {.mapping = {.objective = Objective::Edp,
                                       .factors = Factors::Divisors,
                                       .run = {.threads = 1}}});
          }};
}

/// Four layers of each set of the zoo on two devices with a dataflow; on a free one, where a search
/// takes longer, those that are proven at once.
std::vector<CountedSearch> searches_of_zoo() {
  std::vector<CountedSearch> made;
  for (const std::string device : {"eyeriss", "zc706"}) {
    for (const std::string& set : layer_set_names()) {
      for (const Layer& layer : spread(layer_set(set).layers, 4)) {
        made.push_back(of_zoo(device, set, layer));
      }
    }
  }
  const auto add_free = [&](const std::string& set, const std::vector<std::string>& names) {
    for (const Layer& layer : layer_set(set).layers) {
      if (std::find(names.begin(), names.end(), layer.name) == names.end()) continue;
      made.push_back(of_zoo("eyeriss_free", set, layer));
    }
  };
  add_free("nasbench201", {"cifar10/global_pool", "cifar100/classifier",
                           "ImageNet16-120/stage3.residual.shortcut.avgpool2x2"});
  add_free("vgg16", {"pool5"});
  add_free("resnet50", {"layer3.0.add", "pool"});
  add_free("mobilenetv2", {"block3.add", "block15.add"});
  return made;
}

/// Random problems, half of them with what only some hardware has, each for one objective.
CountedSearch of_rare_hardware(int index) {
  const auto objectives = all_of<Objective>();
  const Objective objective = objectives[static_cast<std::size_t>(index / 2) % objectives.size()];
  return {fmt::format("{},{}", index, name(objective)), [index, objective] {
            constexpr std::int64_t kMostMappings = 4000;
            const auto seed = static_cast<std::uint64_t>(index);
            testing::DrawnProblem drawn = testing::RandomProblems(seed).any(kMostMappings);
            if (index % 2 == 0) testing::RareHardware(seed).add_to(drawn.architecture);
            check_architecture(drawn.architecture);
            return testing::search(drawn, objective);
          }};
}

std::vector<CountedSearch> searches_on_rare_hardware() {
  constexpr int kProblems = 96;
  std::vector<CountedSearch> made;
  for (int index = 0; index < kProblems; ++index) made.push_back(of_rare_hardware(index));
  return made;
}

}  // namespace

TEST_SUITE("search counts") {
  TEST_CASE("the zoo is proven with the counts on file") {
    check_counts_on_file("search_counts.csv", "device,set,layer", searches_of_zoo());
  }
  TEST_CASE("problems on rare hardware are proven with the counts on file") {
    check_counts_on_file("rare_search_counts.csv", "problem,objective",
                         searches_on_rare_hardware());
  }
}

}  // namespace tilewise
