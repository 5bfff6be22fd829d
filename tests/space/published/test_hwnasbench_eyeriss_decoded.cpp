#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "space/published/hwnasbench_eyeriss.hpp"

namespace tilewise {
namespace {

doctest::Approx published_value(double value) { return doctest::Approx(value).epsilon(1e-12); }

/// What the example of HW-NAS-Bench's repository prints for architectures 0, 1 and 2.
struct PublishedEyeriss {
  Dataset dataset;
  std::array<double, 3> ms;
  std::array<double, 3> mj;
  std::array<double, 3> macs_a_word;
};
constexpr std::array<PublishedEyeriss, 3> kPublishedEyeriss{{
    {Dataset::Cifar10,
     {3.64562, 7.57778, 10.5269},
     {0.6872827645, 1.5644240285, 2.0846801885},
     {6.289297634665844, 20.86006697108513, 9.855405336239704}},
    {Dataset::Cifar100,
     {3.64864, 7.5808, 10.52992},
     {0.687420622, 1.564561886, 2.084818046},
     {6.267465213714637, 20.824541103340195, 9.84428376395304}},
    {Dataset::ImageNet16x120,
     {0.91456, 1.8976, 2.63488},
     {0.176770972, 0.400740188, 0.534287692},
     {2.2148960216998193, 6.2913928924685605, 2.9733837772397096}},
}};

/// Edges of an architecture with an operation.
std::int64_t edges_with(const CellArchitecture& architecture, Nasbench201Op op) {
  return std::count(architecture.ops.begin(), architecture.ops.end(), op);
}

}  // namespace

TEST_CASE("hwnasbench-eyeriss: latency, energy, intensity of NAS-Bench-201 are the published") {
  // E21, E23
  for (const PublishedEyeriss& published : kPublishedEyeriss) {
    CAPTURE(name(published.dataset));
    const auto all = hwnasbench_eyeriss_nasbench201({}, published.dataset);
    for (std::size_t i = 0; i < 3; ++i) {
      CAPTURE(i);
      CHECK(all[i].latency.count() / 1e3 == published_value(published.ms[i]));
      CHECK(all[i].energy.count() / 1e9 == published_value(published.mj[i]));
      const auto architecture = nasbench201_architecture(static_cast<std::int64_t>(i));
      CHECK(hwnasbench_eyeriss_intensity(published.dataset, architecture) ==
            published_value(published.macs_a_word[i]));
    }
  }
}

TEST_CASE("hwnasbench-eyeriss: all 15,625 energies by the number of edges of each operation") {
  // E21 with p transcribed, which the program derives from c3 by 1 pJ a MAC
  struct Constants {
    Dataset dataset;
    double fixed, conv3x3, conv1x1, pool;
  };
  for (const auto& [dataset, f, c3, c1, p] :
       {Constants{Dataset::Cifar10, 0.3469645085, 0.31321224, 0.031247728, 0.2778228},
        Constants{Dataset::Cifar100, 0.347102366, 0.31321224, 0.031247728, 0.2778228},
        Constants{Dataset::ImageNet16x120, 0.08940838, 0.080044792, 0.00808258, 0.071197432}}) {
    const auto all = hwnasbench_eyeriss_nasbench201({}, dataset);
    REQUIRE(all.size() == 15'625);
    double largest_error = 0.0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const CellArchitecture& cell = nasbench201_architectures()[i];
      const auto edges = [&](Nasbench201Op op) {
        return static_cast<double>(edges_with(cell, op));
      };
      const double mj = f + edges(Nasbench201Op::NorConv3x3) * c3 +
                        edges(Nasbench201Op::NorConv1x1) * c1 +
                        edges(Nasbench201Op::AvgPool3x3) * p;
      const double error = std::abs(all[i].energy.count() / 1e9 / mj - 1.0);
      largest_error = std::max(largest_error, error);
    }
    CHECK(largest_error < 1e-12);
  }
}

TEST_CASE("hwnasbench-eyeriss: MACs and DRAM words of an operation, counted") {
  // E22, ImageNet16-120: maps of 16 * 16^2 = 4096, 32 * 8^2 = 2048, 64 * 4^2 = 1024 words: 7168;
  // 1x1 weights 256 + 1024 + 4096 = 5376; five cells a stage
  const EyerissCells cells = hwnasbench_eyeriss_decoded(Dataset::ImageNet16x120);
  const double conv1x1 = 5 * (2 * 7168 + 4 * 5376);
  const double conv3x3 = 5 * (2 * 7168 + 4 * 9 * 5376);
  CHECK(cells.op[Nasbench201Op::NorConv1x1].off_chip_bytes == 2 * conv1x1);
  CHECK(cells.op[Nasbench201Op::NorConv3x3].off_chip_bytes == 2 * conv3x3);
  CHECK(cells.op[Nasbench201Op::AvgPool3x3].off_chip_bytes == 2 * conv3x3);
  CHECK(cells.op[Nasbench201Op::AvgPool3x3].macs == 0);
  CHECK(cells.op[Nasbench201Op::SkipConnect] == HwnasbenchCost{});
  // 16 -> 16 channels: 256 * 16^2 MACs in each of three stages, five cells
  CHECK(cells.op[Nasbench201Op::NorConv1x1].macs == 5 * 3 * 65'536);
}

TEST_CASE("hwnasbench-eyeriss: layers alone explain latency, and all but 5 percent of energy") {
  for (const PublishedEyeriss& published : kPublishedEyeriss) {
    const EyerissCells layers = hwnasbench_eyeriss_layers({}, published.dataset);
    for (std::size_t i = 0; i < 3; ++i) {
      const auto ours = cost(layers, nasbench201_architecture(static_cast<std::int64_t>(i)));
      CHECK(std::abs(ours.latency.count() / 1e3 / published.ms[i] - 1.0) < 0.0022);
      const double energy_error = ours.energy.count() / 1e9 / published.mj[i] - 1.0;
      CHECK(energy_error < -0.042);
      CHECK(energy_error > -0.0475);
    }
  }
}

}  // namespace tilewise
