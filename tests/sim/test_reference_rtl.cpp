// What the shipped files of published accelerators say of mappings that ran in RTL.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "arch/architecture_yaml.hpp"
#include "base/csv.hpp"
#include "base/file.hpp"
#include "base/integers.hpp"
#include "sim/engine/nvdla_engine.hpp"
#include "sim/evaluate.hpp"

namespace tilewise {
namespace {

using Row = std::map<std::string, std::string>;

/// The rows of a file of the reference folder by their column; none where it is not there.
std::vector<Row> rows_of(const std::string& file) {
  const std::filesystem::path path = reference_folder() / file;
  if (!std::filesystem::exists(path)) {
    std::cout << "skipped: reference data not found: " << file << "\n";
    return {};
  }
  const std::string text = read_file(path);
  std::string_view left = text;
  const std::vector<std::string> header = take_csv_line(left);
  std::vector<Row> rows;
  while (!left.empty()) {
    const std::vector<std::string> cells = take_csv_line(left);
    REQUIRE(cells.size() == header.size());
    Row row;
    for (std::size_t i = 0; i < cells.size(); ++i) row[header[i]] = cells[i];
    rows.push_back(std::move(row));
  }
  return rows;
}

std::int64_t count(const Row& row, const std::string& column) {
  return csv_count(row.at(column), column);
}

/// An int8 layer with sums of 32 bit.
Layer layer_of(const Row& row) {
  Layer layer;
  for (const Dim d : {Dim::M, Dim::C, Dim::P, Dim::Q, Dim::R, Dim::S}) {
    layer.bounds[d] = count(row, std::string(name(d)));
  }
  layer.stride = {count(row, "stride_vertical"), count(row, "stride_horizontal")};
  layer.widths.tensor = {{Bits{8}, Bits{8}, Bits{8}}};
  layer.widths.partial_sum = Bits{32};
  return layer;
}

/// Relative errors of cycles.
struct Errors {
  std::vector<double> all;
  void add(double model, double rtl) { all.push_back(model / rtl - 1.0); }
  double mean_absolute() const {
    double sum = 0.0;
    for (const double error : all) sum += std::abs(error);
    return sum / static_cast<double>(all.size());
  }
};

/// Spearman's correlation of two lists.
double rank_correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto ranks = [](const std::vector<double>& values) {
    std::vector<double> made;
    for (const double value : values) {
      const auto below =
          std::count_if(values.begin(), values.end(), [&](double other) { return other < value; });
      const auto equal = std::count(values.begin(), values.end(), value);
      made.push_back(static_cast<double>(below) + static_cast<double>(equal - 1) / 2.0);
    }
    return made;
  };
  const std::vector<double> x = ranks(a);
  const std::vector<double> y = ranks(b);
  const double mean = static_cast<double>(x.size() - 1) / 2.0;
  double xy = 0.0;
  double xx = 0.0;
  double yy = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mean) * (y[i] - mean);
    xx += (x[i] - mean) * (x[i] - mean);
    yy += (y[i] - mean) * (y[i] - mean);
  }
  return xy / std::sqrt(xx * yy);
}

// Gemmini

/// "L3[WIO] K48 - L2[WI] N1 K16X - L1[O] C48 P16 C16X - L0[W] P8": K is M, X is along the array.
Mapping gemmini_mapping(const std::string& text) {
  Mapping mapping;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (word == "-") continue;
    if (word[0] == 'L') {
      mapping.levels.emplace_back();
      const auto keeps = [&](char letter) { return word.find(letter, 2) != std::string::npos; };
      mapping.levels.back().keep = {{keeps('I'), keeps('W'), keeps('O')}};
      continue;
    }
    const bool spatial = word.back() == 'X';
    const std::int64_t bound = std::stoll(word.substr(1));
    if (bound == 1) continue;
    const char letter = word[0] == 'K' ? 'M' : word[0];
    const Dim d = *std::find_if(kDims.begin(), kDims.end(),
                                [&](Dim each) { return name(each)[0] == letter; });
    if (spatial) {
      mapping.levels.back().spatial.push_back({d, bound, d == Dim::M ? Axis::X : Axis::Y});
    } else {
      mapping.levels.back().temporal.push_back({d, bound});
    }
  }
  return mapping;
}

// NVDLA

/// With stride, dilation and padding.
Layer nvdla_layer(const Row& row) {
  Layer layer = layer_of(row);
  layer.dilation = {count(row, "dilation_vertical"), count(row, "dilation_horizontal")};
  layer.padding = {count(row, "padding_top"), count(row, "padding_left")};
  layer.image = {count(row, "height"), count(row, "width")};
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

TEST_CASE("gemmini: cycles of 110 mappings that ran in RTL") {
  Architecture gemmini = find_architecture("gemmini");
  // That hardware had a port of 8 bytes.
  Memory& dram = gemmini.levels[0].memories[0];
  dram.read_bandwidth = dram.write_bandwidth = BitsPerCycle{64.0};
  Errors errors;
  Errors published;
  std::vector<double> model;
  std::vector<double> rtl;
  std::vector<double> theirs;
  for (const Row& row : rows_of("gemmini/rtl_cycles.csv")) {
    Layer layer = layer_of(row);
    layer.bounds[Dim::N] = count(row, "N");
    layer.image = padded_image(layer);
    const Mapping mapping = gemmini_mapping(row.at("mapping"));
    REQUIRE_NOTHROW(check_mapping(layer, mapping));
    model.push_back(evaluate(gemmini, layer, mapping).latency.total.count());
    rtl.push_back(static_cast<double>(count(row, "rtl_cycles")));
    theirs.push_back(static_cast<double>(count(row, "published_analytical_cycles")));
    errors.add(model.back(), rtl.back());
    published.add(theirs.back(), rtl.back());
  }
  if (rtl.empty()) return;
  REQUIRE(rtl.size() == 110);
  std::cout << fmt::format(
      "gemmini: mean error {:.1f} % (published model {:.1f} %), rank correlation {:.3f} ({:.3f})\n",
      100 * errors.mean_absolute(), 100 * published.mean_absolute(), rank_correlation(model, rtl),
      rank_correlation(theirs, rtl));
  // Instructions are issued one by one, and blocks wait for each other through a reorder buffer:
  // neither is in the model. Nothing is fitted; it must be no farther off than the published one.
  CHECK(errors.mean_absolute() < published.mean_absolute());
  CHECK(errors.mean_absolute() < 0.23);
  CHECK(rank_correlation(model, rtl) > 0.97);
}

TEST_CASE("nvdla_small: cycles of eight convolutions that ran in RTL") {
  const Architecture nvdla = find_architecture("nvdla_small");
  Errors errors;
  for (const Row& row : rows_of("nvdla/nv_small_rtl.csv")) {
    const Layer layer = nvdla_layer(row);
    const Mapping mapping = nvdla_mapping(layer);
    REQUIRE_NOTHROW(check_mapping(layer, mapping));
    const LayerCost cost = evaluate(nvdla, layer, mapping);
    const auto rtl = static_cast<double>(count(row, "rtl_cycles"));
    errors.add(cost.latency.total.count(), rtl);
    std::cout << fmt::format("nvdla_small {}: {:.0f} cycles, RTL {:.0f}: {:+.1f} %, bound {}\n",
                             row.at("trace"), cost.latency.total.count(), rtl,
                             100 * errors.all.back(), cost.bound);
    // A stripe has 16 outputs and takes at least as many cycles (Unit Description, Stripe
    // Operation); the start of the pipeline takes some 150. Neither is in the model, which is
    // below.
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
  for (const Row& row : rows_of("nvdla/nv_small_rtl.csv")) {
    CAPTURE(row.at("trace"));
    const Layer layer = nvdla_layer(row);
    NvdlaEngine engine = shipped;
    engine.data_banks = count(row, "data_banks");
    engine.weight_banks = count(row, "weight_banks");
    const NvdlaRun made = nvdla_run(engine, layer);
    CHECK(made.pieces == 1);
    CHECK(made.run.off_chip_bits[Tensor::Input] == 8 * count(row, "input_bytes"));
    CHECK(made.run.off_chip_bits[Tensor::Weight] == 8 * count(row, "weight_bytes"));
    CHECK(made.run.off_chip_bits[Tensor::Output] == 8 * count(row, "output_bytes"));
    // docs/nvdla.md: five rows exact, the others 1, 3 and 9 cycles off.
    const auto rtl = static_cast<double>(count(row, "rtl_cycles"));
    CHECK(std::abs(made.run.total.count() - rtl) <= 9.0);
    CHECK(std::abs(made.run.total.count() / rtl - 1.0) < 0.01);
    // No trace divides its buffer better than the engine would.
    CHECK(nvdla_run(shipped, layer).run.total <= made.run.total);
  }
}

}  // namespace tilewise
