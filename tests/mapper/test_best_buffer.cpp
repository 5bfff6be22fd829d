#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "arch/family/eyeriss.hpp"
#include "mapper/search.hpp"
#include "workload/layer_yaml.hpp"

namespace tilewise {
namespace {

constexpr std::array<std::int64_t, 8> kSizes{16, 32, 64, 128, 256, 512, 1024, 2048};  // KiB

/// One array or banks of 4 KiB.
enum class Build { OneArray, Banks };

/// The least energy of CONV3 of AlexNet, a buffer size each, in the order of kSizes.
std::vector<double> least_energies(Build build) {
  const Layer layer = find_layer("alexnet_conv3");
  SearchOptions options;
  options.mapping.objective = Objective::Energy;
  options.mapping.factors = Factors::Divisors;
  std::vector<double> energies;
  for (const std::int64_t size : kSizes) {
    EyerissParameters p;
    p.buffer = kibibytes(size);
    if (build == Build::OneArray) p.bank = p.buffer;
    energies.push_back(search(build_eyeriss(p), layer, options).objective_value);
  }
  return energies;
}

std::int64_t best_size(const std::vector<double>& energies) {
  const auto least = std::min_element(energies.begin(), energies.end());
  return kSizes[static_cast<std::size_t>(least - energies.begin())];
}

}  // namespace

TEST_CASE("the buffer of least energy is neither the smallest nor the largest") {
  const std::vector<double> energies = least_energies(Build::OneArray);
  CHECK(best_size(energies) == 256);
  CHECK(energies[3] < 1.001 * energies[4]);  // 128 KiB; 108 on the chip
  CHECK(energies.front() > 1.05 * energies[4]);
  CHECK(energies.back() > 1.05 * energies[4]);
}

TEST_CASE("in banks of one size a buffer beyond need costs its leakage and no more") {
  const std::vector<double> energies = least_energies(Build::Banks);
  CHECK(best_size(energies) == 256);
  CHECK(energies.back() > energies[4]);
  CHECK(energies.back() < 1.002 * energies[4]);
}

}  // namespace tilewise
