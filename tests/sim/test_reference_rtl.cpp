// What the shipped files of NVDLA say of convolutions that ran in RTL.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <utility>

#include "arch/architecture_yaml.hpp"
#include "base/integers.hpp"
#include "rtl_reference.hpp"
#include "sim/engine/nvdla_engine.hpp"
#include "sim/evaluate.hpp"

namespace tilewise {
namespace {

/// With stride, dilation and padding.
Layer nvdla_layer(const RtlRow& row) {
  Layer layer = rtl_layer(row);
  layer.dilation = {rtl_count(row, "dilation_vertical"), rtl_count(row, "dilation_horizontal")};
  layer.padding = {rtl_count(row, "padding_top"), rtl_count(row, "padding_left")};
  layer.image = {rtl_count(row, "height"), rtl_count(row, "width")};
  return layer;
}

/// The order of the hardware: kernel groups, stripes of up to 16 outputs, channels, taps. The input
/// lies in the convolution buffer, the weights of one kernel group at a time.
Mapping nvdla_mapping(const Layer& layer) {
  constexpr std::int64_t kStripe = 16;
  constexpr std::int64_t kAtom = 8;
  const auto at = [&](Dim d) { return layer.bounds[d]; };
  const std::int64_t columns = std::min(at(Dim::Q), kStripe);
  const std::int64_t lines = std::min(at(Dim::P), kStripe / columns);
  Mapping mapping;
  mapping.levels.resize(4);
  LevelMapping& dram = mapping.levels[0];
  LevelMapping& buffer = mapping.levels[1];
  LevelMapping& sums = mapping.levels[2];
  LevelMapping& cells = mapping.levels[3];
  cells.keep = {{false, true, false}};
  const auto loop = [](LevelMapping& level, Dim d, std::int64_t bound) {
    if (bound > 1) level.temporal.push_back({d, bound});
  };
  loop(dram, Dim::M, ceil_div(at(Dim::M), kAtom));
  loop(buffer, Dim::P, ceil_div(at(Dim::P), lines));
  loop(buffer, Dim::Q, ceil_div(at(Dim::Q), columns));
  loop(buffer, Dim::C, ceil_div(at(Dim::C), kAtom));
  loop(buffer, Dim::R, at(Dim::R));
  loop(buffer, Dim::S, at(Dim::S));
  loop(cells, Dim::P, lines);
  loop(cells, Dim::Q, columns);
  for (const auto& [d, axis] : {std::pair{Dim::M, Axis::X}, {Dim::C, Axis::Y}}) {
    if (at(d) > 1) sums.spatial.push_back({d, std::min(at(d), kAtom), axis});
  }
  buffer.keep = {{true, true, false}};
  sums.keep = {{false, false, true}};
  return mapping;
}

}  // namespace

TEST_CASE("nvdla_small: cycles of eight convolutions that ran in RTL") {
  const Architecture nvdla = find_architecture("nvdla_small");
  RtlErrors errors;
  for (const RtlRow& row : rtl_rows("nvdla/nv_small_rtl.csv")) {
    const Layer layer = nvdla_layer(row);
    const Mapping mapping = nvdla_mapping(layer);
    REQUIRE_NOTHROW(check_mapping(layer, mapping));
    const LayerCost cost = evaluate(nvdla, layer, mapping);
    const auto rtl = static_cast<double>(rtl_count(row, "rtl_cycles"));
    errors.add(cost.latency.total.count(), rtl);
    std::cout << fmt::format("nvdla_small {}: {:.0f} cycles, RTL {:.0f}: {:+.1f} %, bound {}\n",
                             row.at("trace"), cost.latency.total.count(), rtl,
                             100 * errors.all.back(), cost.bound);
    // A stripe has 16 outputs and takes at least 8 cycles (docs/nvdla.md, N3); the start of the
    // pipeline takes some 150. Neither is in the model, which is below. A block of steps would say
    // the first, but it ends with a row of the tile, where a stripe goes on.
    const bool fills_a_stripe = layer.bounds[Dim::P] * layer.bounds[Dim::Q] >= 16;
    if (fills_a_stripe) {
      CHECK(std::abs(errors.all.back()) < 0.055);
    } else {
      CHECK(errors.all.back() < 0.0);
    }
  }
}

TEST_CASE("nv_small: cycles and bytes of eight convolutions that ran in RTL") {
  const NvdlaEngine shipped =
      std::get<NvdlaEngine>(read_hardware(YamlNode::load_file(find_config("arch", "nv_small"))));
  for (const RtlRow& row : rtl_rows("nvdla/nv_small_rtl.csv")) {
    CAPTURE(row.at("trace"));
    const Layer layer = nvdla_layer(row);
    NvdlaEngine engine = shipped;
    engine.data_banks = rtl_count(row, "data_banks");
    engine.weight_banks = rtl_count(row, "weight_banks");
    const NvdlaRun made = nvdla_run(engine, layer);
    CHECK(made.pieces == 1);
    CHECK(made.run.off_chip_bits[Tensor::Input] == 8 * rtl_count(row, "input_bytes"));
    CHECK(made.run.off_chip_bits[Tensor::Weight] == 8 * rtl_count(row, "weight_bytes"));
    CHECK(made.run.off_chip_bits[Tensor::Output] == 8 * rtl_count(row, "output_bytes"));
    // docs/nvdla.md: five rows exact, the others 1, 3 and 9 cycles off.
    const auto rtl = static_cast<double>(rtl_count(row, "rtl_cycles"));
    CHECK(std::abs(made.run.total.count() - rtl) <= 9.0);
    CHECK(std::abs(made.run.total.count() / rtl - 1.0) < 0.01);
    // No trace divides its buffer better than the engine would.
    CHECK(nvdla_run(shipped, layer).run.total <= made.run.total);
  }
}

}  // namespace tilewise
