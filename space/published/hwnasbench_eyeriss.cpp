#include "space/published/hwnasbench_eyeriss.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/error.hpp"

namespace tilewise {
namespace {

using Switch = NamedSwitch<HwnasbenchEyerissSwitches>;
using S = HwnasbenchEyerissSwitches;

constexpr std::array<Switch, 13> kSwitches{{
    {"pool_as_dense_convolution", &S::pool_as_dense_convolution,
     "a pool of C channels is searched as a convolution of C to C channels",
     "it is searched as C pools of one channel, one after the other"},
    {"global_pool_as_dense_convolution", &S::global_pool_as_dense_convolution,
     "so is a pool to one pixel", "a pool to one pixel is C pools of one channel"},
    {"fixed_part_five_times", &S::fixed_part_five_times,
     "all outside of the cells of NAS-Bench-201 counts five times, as if each cell had it",
     "it counts once"},
    {"stem_free", &S::stem_free, "the stem of NAS-Bench-201 costs nothing",
     "it costs what a convolution costs"},
    {"unpadded_input", &S::unpadded_input, "the input has the size of the image",
     "it has that of the padded image"},
    {"strict_limits", &S::strict_limits, "a tile stays below the limits of array and memories",
     "it may fill them"},
    {"two_rows_at_least", &S::two_rows_at_least,
     "two output rows or more lie side by side in the array", "one may be alone"},
    {"channels_not_split_off_chip", &S::channels_not_split_off_chip,
     "all input channels pass before an output leaves the chip", "partial sums may leave the chip"},
    {"normalised_sum", &S::normalised_sum,
     "the tiling minimises relative energy plus relative latency", "it minimises their product"},
    {"published_unit_energies", &S::published_unit_energies,
     "a word of DRAM costs 0.3 pJ, of the buffer 0.5 pJ, of network and registers 2 pJ, a MAC 1 pJ",
     "estimate: the ratios of Chen et al., ISCA 2016: 200, 6, 2 and 1 to a MAC of 1 pJ"},
    {"frame_energy_repeats_latency", &S::frame_energy_repeats_latency,
     "the mJ of FBNet's stem, head, pool and classifier are their ms",
     "they have the energy of their tilings"},
    {"decoded_constants", &S::decoded_constants,
     "to the layers of NAS-Bench-201 comes what the published values are above them",
     "only layers are counted"},
    {"fbnet_two_dimensional_array", &S::fbnet_two_dimensional_array,
     "a layer of FBNet fills 12 x 14 processing elements and waits for transfers",
     "it takes the cycles of the public predictor"},
}};

/// The factors of n: larger powers of the smallest prime first, as the predictor lists them.
std::vector<std::int64_t> ordered_factors(std::int64_t n) {
  std::vector<std::int64_t> factors{1};
  for (std::int64_t prime = 2; n > 1; ++prime) {
    std::vector<std::int64_t> powers{1};
    for (; n % prime == 0; n /= prime) powers.insert(powers.begin(), powers.front() * prime);
    std::vector<std::int64_t> longer;
    for (const std::int64_t factor : factors) {
      for (const std::int64_t power : powers) longer.push_back(factor * power);
    }
    factors = longer;
  }
  return factors;
}

/// All ways to write n as an ordered product of N factors.
template <std::size_t N>
std::vector<std::array<std::int64_t, N>> factorisations(std::int64_t n) {
  if constexpr (N == 1) {
    return {{n}};
  } else {
    std::vector<std::array<std::int64_t, N>> all;
    for (const std::int64_t first : ordered_factors(n)) {
      for (const auto& rest : factorisations<N - 1>(n / first)) {
        all.push_back({first});
        std::copy(rest.begin(), rest.end(), all.back().begin() + 1);
      }
    }
    return all;
  }
}

/// A candidate and what it costs.
struct Candidate {
  PredictorTiling tiling;
  PredictorCost cost;
};

/// Every tiling that fits, in the order of enumeration.
std::vector<Candidate> valid_tilings(const HwnasbenchEyeriss& eyeriss,
                                     const PredictorShape& shape) {
  std::vector<Candidate> valid;
  const auto of_c = factorisations<4>(shape.c);
  const auto of_e = factorisations<2>(shape.e);
  for (const auto& m : factorisations<4>(shape.m)) {
    if (m[0] > eyeriss.outputs_limit) continue;
    for (const auto& c : of_c) {
      for (const auto& e : of_e) {
        const PredictorTiling tiling{m, c, e};
        if (!fits(eyeriss, shape, tiling)) continue;
        valid.push_back({tiling, predict(eyeriss, shape, tiling)});
      }
    }
  }
  return valid;
}

/// The smallest and largest of a metric.
struct CostRange {
  double least = std::numeric_limits<double>::infinity();
  double most = 0.0;
  void take(double value) {
    least = std::min(least, value);
    most = std::max(most, value);
  }
  double relative(double value) const { return (value - least) / most; }
};

}  // namespace

std::span<const Switch> hwnasbench_eyeriss_switches() { return kSwitches; }

bool fits(const HwnasbenchEyeriss& eyeriss, const PredictorShape& shape,
          const PredictorTiling& tiling) {
  const auto& [m0, m1, m2, m3] = tiling.m;
  const auto& [c0, c1, c2, c3] = tiling.c;
  const std::int64_t e1 = tiling.e[0];
  const HwnasbenchEyerissSwitches& switches = eyeriss.switches;
  const std::int64_t reach = switches.strict_limits ? 0 : 1;
  if (switches.channels_not_split_off_chip && c3 != 1) return false;
  const bool needs_two =
      switches.two_rows_at_least && shape.kind != PredictorLayer::FullyConnected && shape.e > 1;
  if (needs_two && e1 == 1) return false;
  const std::int64_t input_tile =
      c1 * c0 * ((e1 - 1) * shape.stride + shape.r) * ((shape.f - 1) * shape.stride + shape.s);
  return m0 <= eyeriss.outputs_limit &&                                            // Eq. E1
         m1 * c1 * e1 * shape.r < eyeriss.array_limit + reach &&                   // Eq. E2
         c0 * shape.s < eyeriss.inputs_limit + reach &&                            // Eq. E3
         m0 * c0 * shape.s < eyeriss.weights_limit + reach &&                      // Eq. E4
         input_tile + m2 * m1 * m0 * e1 * shape.f < eyeriss.buffer_limit + reach;  // Eq. E5
}

PredictorCost predict(const HwnasbenchEyeriss& eyeriss, const PredictorShape& shape,
                      const PredictorTiling& tiling) {
  const auto& [m0, m1, m2, m3] = tiling.m;
  const auto& [c0, c1, c2, c3] = tiling.c;
  const auto& [e1, e3] = tiling.e;
  const auto number = [](std::int64_t count) { return static_cast<double>(count); };
  const auto at_least_once = [&](std::int64_t times) {
    return number(std::max<std::int64_t>(times, 1));
  };
  const double inputs = number(shape.h * shape.w * shape.c);
  const double weights = number(shape.r * shape.s * shape.c * shape.m);
  const double outputs = number(shape.e * shape.f * shape.m);
  const double rows = number(shape.r * shape.e) / number(shape.h);     // reads of an input row
  const double columns = number(shape.s * shape.f) / number(shape.w);  // of an input column

  const double dram_input = number(m3) * inputs;                                 // Eq. E7
  const double dram_weight = number(e3) * weights;                               // Eq. E8
  const double dram_output = at_least_once(2 * c3 - 1) * outputs;                // Eq. E9
  const double buffer = number(m3 * m2) * inputs +                               // Eq. E10
                        at_least_once(2 * c3 * (c2 - 1)) * outputs;              // Eq. E11
  const double network_input = number(m3 * m2 * m1) * rows * inputs;             // Eq. E12
  const double network = network_input + number(e3 * e1) * weights +             // Eq. E13
                         at_least_once(c3 * c2 * (c1 * shape.r - 1)) * outputs;  // Eq. E14
  const double registers =
      network_input * number(m0) * columns +                                     // Eq. E15
      number(e3 * e1 * shape.f) * weights +                                      // Eq. E16
      at_least_once(2 * c3 * c2 * c1 * shape.r * (c0 * shape.s - 1)) * outputs;  // Eq. E17
  const double macs =
      shape.kind != PredictorLayer::Pool ? weights * number(shape.e * shape.f) : 0.0;

  const bool published = eyeriss.switches.published_unit_energies;
  const PredictorEnergies& pj = published ? eyeriss.energies : eyeriss.isca2016;
  const double dram = dram_input + dram_weight + dram_output;
  return {Cycles{number(m3 * m2 * m0 * c3 * c2 * c0 * e3 * shape.f * shape.s)},  // Eq. E6
          macs * pj.mac + dram * pj.dram + (dram_input + dram_output) * pj.dram_to_buffer +
              buffer * pj.buffer + network * pj.network + registers * pj.register_file,  // Eq. E18
          dram};
}

PredictorChoice choose_tiling(const HwnasbenchEyeriss& eyeriss, const PredictorShape& shape) {
  const std::vector<Candidate> valid = valid_tilings(eyeriss, shape);
  if (valid.empty()) {
    throw InputError(fmt::format(
        "hwnasbench-eyeriss: no tiling fits a layer of {} to {} channels, filter {} x {}, {} x {} "
        "outputs: use a smaller layer, or turn strict_limits or two_rows_at_least off",
        shape.c, shape.m, shape.r, shape.s, shape.e, shape.f));
  }
  CostRange energy;
  CostRange latency;
  for (const Candidate& each : valid) {
    energy.take(each.cost.energy.count());
    latency.take(each.cost.latency.count());
  }
  const auto objective = [&](const PredictorCost& cost) {  // Eq. E19
    return eyeriss.switches.normalised_sum
               ? energy.relative(cost.energy.count()) + latency.relative(cost.latency.count())
               : cost.energy.count() * cost.latency.count();
  };
  const auto best = std::min_element(valid.begin(), valid.end(), [&](const auto& a, const auto& b) {
    return objective(a.cost) < objective(b.cost);
  });
  return {best->tiling, best->cost, static_cast<std::int64_t>(valid.size())};
}

}  // namespace tilewise
