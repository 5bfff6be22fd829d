#include "bench/search_times.hpp"

#include <doctest/doctest.h>

namespace tilewise {
namespace {

SearchTime time(const std::string& set, const std::string& layer, double milliseconds) {
  return {"zc706", set, layer, milliseconds, 10.0, true, 0.0, 0.0, 0};
}

}  // namespace

TEST_CASE("a percentile is a time that was measured") {
  std::vector<SearchTime> times;
  for (const double milliseconds : {5.0, 1.0, 4.0, 2.0}) {
    times.push_back(time("a", "x", milliseconds));
  }
  CHECK(percentile(times, 0.5) == 2.0);   // two of four are at most 2
  CHECK(percentile(times, 0.75) == 4.0);  // three of four
  CHECK(percentile(times, 0.9) == 5.0);   // 3.6: all four
  CHECK(percentile(times, 1.0) == 5.0);
}

TEST_CASE("the table has a row for each set and lines up") {
  std::vector<SearchTime> times{time("alexnet", "conv1", 12.5), time("alexnet", "fc8", 1.0),
                                time("vgg16", "pool", 0.25)};
  times[0].proven = false;
  CHECK(times_table(times) ==
        "| set     | layers | median [ms] | 90 % [ms] | worst [ms] | worst layer | proven |\n"
        "| ------- | -----: | ----------: | --------: | ---------: | ----------- | -----: |\n"
        "| alexnet |      2 |        1.00 |     12.50 |      12.50 | conv1       |      1 |\n"
        "| vgg16   |      1 |        0.25 |      0.25 |       0.25 | pool        |      1 |\n");
}

TEST_CASE("a search that found nothing has no objective value in the file") {
  std::vector<SearchTime> times{time("alexnet", "conv1", 12.5), time("alexnet", "fc8", 1.0)};
  times[0].cpu_milliseconds = 11.0;
  times[0].gap = 0.25;
  times[0].evaluated = 7;
  times[1].objective_value.reset();
  CHECK(times_csv(times) ==
        "device,set,layer,ms,objective_value,proven,cpu_ms,gap,evaluated\n"
        "zc706,alexnet,conv1,12.500,10,1,11.000,0.25,7\n"
        "zc706,alexnet,fc8,1.000,,1,0.000,0,0\n");
}

}  // namespace tilewise
