#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "arch/architecture_yaml.hpp"
#include "base/file.hpp"
#include "bench/layer_zoo.hpp"
#include "mapper/search.hpp"
#include "scale.hpp"
#include "source_folder.hpp"

namespace tilewise {
namespace {

/// One search for the least EDP over divisors.
struct CountedSearch {
  std::string device;
  std::string set;
  Layer layer;
};

/// Four layers of each set of the zoo on two devices with a dataflow; on a free one, where a search
/// takes longer, those that are proven at once.
std::vector<CountedSearch> counted_searches() {
  std::vector<CountedSearch> made;
  for (const std::string device : {"eyeriss", "zc706"}) {
    for (const std::string& set : layer_set_names()) {
      for (const Layer& layer : spread(layer_set(set).layers, 4)) {
        made.push_back({device, set, layer});
      }
    }
  }
  const auto add_free = [&](const std::string& set, const std::vector<std::string>& names) {
    for (const Layer& layer : layer_set(set).layers) {
      if (std::find(names.begin(), names.end(), layer.name) == names.end()) continue;
      made.push_back({"eyeriss_free", set, layer});
    }
  };
  add_free("nasbench201", {"cifar10/global_pool", "cifar100/classifier",
                           "ImageNet16-120/stage3.residual.shortcut.avgpool2x2"});
  add_free("vgg16", {"pool5"});
  add_free("resnet50", {"layer3.0.add", "pool"});
  add_free("mobilenetv2", {"block3.add", "block15.add"});
  return made;
}

/// A line of search_counts.csv.
std::string counts_of(const CountedSearch& of) {
  const SearchResult found = search(
      find_architecture(of.device), of.layer,
      {.mapping = {
           .objective = Objective::Edp, .factors = Factors::Divisors, .run = {.threads = 1}}});
  CHECK(found.proven);
  const Certificate& done = found.certificate;
  return fmt::format("{},{},{},{},{},{},{},{},{},{}", of.device, of.set, of.layer.name,
                     done.spatial, done.spatial_by_bound, done.most_steps, done.tiles_by_capacity,
                     done.tiles_by_bound, done.orders_by_bound, done.evaluated);
}

constexpr std::string_view kHeading =
    "device,set,layer,subtrees,subtrees_by_bound,most_steps,tiles_by_capacity,tiles_by_bound,"
    "orders_by_bound,evaluated";

/// How to make search_counts.csv anew.
constexpr std::string_view kAnew =
    "TILEWISE_NEW_SEARCH_COUNTS=1 build/release/tests/tilewise_tests -tc=\"the zoo is proven*\"";

}  // namespace

TEST_SUITE("search counts") {
  // The answers stay right with a weaker bound, and mostly with one that is a little too high; what
  // is looked at to prove them does not stay the same. Meant to change? Run what kAnew says.
  TEST_CASE("the zoo is proven with the counts on file") {
    const std::filesystem::path path = source_folder() / "tests" / "mapper" / "search_counts.csv";
    const std::vector<CountedSearch> searches = counted_searches();
    if (std::getenv("TILEWISE_NEW_SEARCH_COUNTS") != nullptr) {
      std::string text = fmt::format("{}\n", kHeading);
      for (const CountedSearch& each : searches) text += fmt::format("{}\n", counts_of(each));
      write_file(path, text);
      MESSAGE(path << " is made anew");
      return;
    }
    std::istringstream file(read_file(path));
    std::string line;
    std::getline(file, line);
    REQUIRE(line == kHeading);
    const int stride = 12 / testing::scaled(12);
    int row = 0;
    for (const CountedSearch& each : searches) {
      REQUIRE(std::getline(file, line));
      if (row++ % stride != 0) continue;
      INFO(
          "More tiles, orders or mappings than on file: a bound got weaker. Fewer: it got "
          "tighter, ",
          "or it excludes what it must not; the tests against full enumeration tell. If the "
          "change ",
          "is meant, say it in the commit and make the file anew: ", kAnew);
      CHECK(counts_of(each) == line);
    }
    CHECK(!std::getline(file, line));
  }
}

}  // namespace tilewise
