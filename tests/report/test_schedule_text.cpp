#include "report/schedule/schedule_text.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/text.hpp"
#include "refusal.hpp"
#include "report/hand_made_schedule.hpp"
#include "report/network_sweep_text.hpp"
#include "schedule/schedule_yaml.hpp"
#include "scratch_folder.hpp"
#include "sweep/kept_summary.hpp"
#include "sweep/network_shares.hpp"
#include "sweep/scheduled_networks.hpp"

namespace tilewise {
namespace {

/// The lines of the picture, without those above it.
std::string picture_of(const std::string& text) { return text.substr(text.find("\nlayer") + 1); }

NetworkSweep kept_on(const std::string& device, Network network, double budget_seconds = 0.0,
                     ScheduleKind kind = ScheduleKind::Kept) {
  auto listed = list_networks({std::move(network)});
  auto devices = find_devices(std::vector<std::string>{device}, listed, Objective::Edp);
  NetworkSweep sweep = sweep_networks(std::move(listed), std::move(devices),
                                      {Objective::Edp, Factors::Divisors, {.threads = 1}});
  schedule_networks(sweep, {kind, "", budget_seconds});
  return sweep;
}

}  // namespace

// GLB has 100 KiB: a mark of the bar is 5 KiB. Four tensors of 25 KiB; a lies there until the sum
// has read it, and c takes its lane.
TEST_CASE("the picture has a row a layer and a lane a tensor, taken again when it is free") {
  const NetworkSweep sweep = sweep_that_keeps(residual_network(), "eyeriss", {1, 1, 1, 1, 0});
  const std::string text = schedule_text(sweep, 0, 0, kLineWidth);
  CHECK(picture_of(text) ==
        "layer  GLB [KiB]  GLB                     kept [KiB]  tensors\n"
        "a             25  [#####               ]          25  *\n"
        "b             50  [##########          ]          25  | *\n"
        "sum           75  [###############     ]          25  + + *\n"
        "c             50  [##########          ]          25  *   +\n"
        "d             25  [#####               ]              +\n");
  // 0.8 x 0.9 = 0.72 of the product.
  CHECK(says(text,
             "schedule kept: 4 of 4 tensors stay in GLB (100 KiB); 28.0 % less EDP than separate: "
             "energy -20.0 %, latency -10.0 %, DRAM "));
  CHECK(says(text,
             "\nproven: the best of 24,576 ways to keep tensors with any dividing tiling of each "
             "layer; 1,340 states, 58 of 96 layer searches made\n"));
  CHECK_FALSE(says(text, "off chip: "));
}

TEST_CASE("of several images it says which weights stay, and what the first one takes") {
  NetworkSweep sweep = sweep_that_keeps(
      network_in_a_row("row", {convolution_of_25_kib("p"), convolution_of_25_kib("q")}), "zc706",
      {0, 0});
  CHECK_FALSE(says(schedule_text(sweep, 0, 0, kLineWidth), "images"));
  Schedule& schedule = sweep.schedules[0][0];
  sweep.images = schedule.images = 100;
  schedule.resident = {false, true};
  schedule.load = {1e9, 1000.0, 8000.0};
  // 8 x 8 x 3 x 3 words of 2 B; 1,000 cycles at 200 MHz; nothing is mapped, so images take nothing.
  const std::string text = schedule_text(sweep, 0, 0, kLineWidth);
  CHECK(says(text,
             "weights: over 100 images those of 1 of 2 layers stay in buffers.weight (1.125 KiB) "
             "of 12\nimages: the first 0.005 ms, 1 mJ, 1000 B DRAM; each further one 0 ms, 0 mJ, "
             "0 B DRAM, as in the table\n"));
  CHECK(says(text,
             "none of 1 tensors stays in buffers.input (189 KiB) and buffers.output (900 "
             "KiB); 28.0 % less EDP than separate"));
  sweep.images = schedule.images = kStream;
  CHECK(says(schedule_text(sweep, 0, 0, kLineWidth), "over a stream of images those of 1"));
}

TEST_CASE("two memories that exchange roles have a bar and lanes each") {
  Network network =
      network_in_a_row("row", {convolution_of_25_kib("p"), convolution_of_25_kib("q"),
                               convolution_of_25_kib("r"), convolution_of_25_kib("s")});
  NetworkSweep sweep = sweep_that_keeps(std::move(network), "zc706", {0, 0, 0, 0});
  Schedule& schedule = sweep.schedules[0][0];
  REQUIRE(schedule.home->exchanges());
  const auto input = static_cast<std::uint8_t>(schedule.home->input_memory + 1);
  const auto output = static_cast<std::uint8_t>(schedule.home->output_memory + 1);
  schedule.places = {output, input, 0, 0};
  const std::string text = schedule_text(sweep, 0, 0, kLineWidth);
  // Of 189 KiB for inputs 25 are 1.6 of 12 marks, of 900 KiB for outputs a part of one.
  CHECK(says(text, "2 of 3 tensors stay in buffers.input (189 KiB) and buffers.output (900 KiB)"));
  CHECK(says(text, "\na: buffers.input, b: buffers.output; # kept"));
  CHECK(says(text, "\noff chip: 1 (no place for them, or it does not pay)\n"));
  CHECK(picture_of(text) ==
        "layer  a [KiB]  a               b [KiB]  b               kept [KiB]  a  b\n"
        "p            0  [            ]       25  [#           ]          25     *\n"
        "q           25  [##          ]       25  [#           ]          25  *  +\n"
        "r           25  [##          ]        0  [            ]              +\n"
        "s            0  [            ]        0  [            ]\n");
}

TEST_CASE("layers around which nothing is kept are one row") {
  std::vector<Layer> layers;
  for (int l = 0; l < 9; ++l) layers.push_back(convolution_of_25_kib(fmt::format("l{}", l)));
  const NetworkSweep sweep = sweep_that_keeps(network_in_a_row("row", std::move(layers)), "eyeriss",
                                              {0, 0, 1, 0, 0, 1, 0, 0, 0});
  CHECK(picture_of(schedule_text(sweep, 0, 0, kLineWidth)) ==
        "layer  GLB [KiB]  GLB                     kept [KiB]  tensors\n"
        "... 2 layers, nothing kept\n"
        "l2            25  [#####               ]          25  *\n"
        "l3            25  [#####               ]              +\n"
        "l4             0  [                    ]\n"
        "l5            25  [#####               ]          25  *\n"
        "l6            25  [#####               ]              +\n"
        "... 2 layers, nothing kept\n");
}

TEST_CASE("rows keep to a line: names lose their middle, and lanes that are too many are counted") {
  Network network("wide");
  const std::size_t tensors = 40;
  for (std::size_t l = 0; l < tensors; ++l) {
    network.add(
        square_convolution(fmt::format("stage.{}.block.with.a.long.name", l), 1, {1, 8}, {3}), {});
  }
  std::vector<std::size_t> all(tensors);
  for (std::size_t l = 0; l < tensors; ++l) all[l] = l;
  network.add(square_sum("sum", {1, 8}, static_cast<std::int64_t>(tensors)), all);
  std::vector<std::uint8_t> places(tensors, 1);
  places.push_back(0);
  const NetworkSweep sweep = sweep_that_keeps(std::move(network), "eyeriss", places);
  for (const std::size_t line : {90U, 110U, 200U}) {
    CAPTURE(line);
    const std::string picture = picture_of(schedule_text(sweep, 0, 0, line));
    for (const std::string_view row : split(picture, '\n')) CHECK(row.size() <= line);
    CHECK(says(picture, "stage.0"));
    CHECK(says(picture, " more\n") == (line < 200));
  }
  // 90 - 16 of the name - 11 - 24 - 12 are 27, 10 of them for the count: 8 lanes.
  CHECK(says(schedule_text(sweep, 0, 0, 90), " + 32 more\n"));
}

TEST_CASE("what is not proven tells the gap, and a given schedule that it was given") {
  NetworkSweep sweep = sweep_that_keeps(residual_network(), "eyeriss", {0, 0, 1, 0, 0});
  Schedule& schedule = sweep.schedules[0][0];
  schedule.proven = false;
  schedule.lower_bound = 0.95 * schedule.objective_value;
  std::string text = schedule_text(sweep, 0, 0, kLineWidth);
  CHECK(says(text, "\nnot proven: the best may be up to 5.0 % lower\n"));
  CHECK(says(text, "1 of 4 tensors stays in GLB"));
  CHECK(says(text, "\noff chip: 3 (nothing better is found)\n"));
  sweep.schedule = ScheduleKind::Separate;
  sweep.schedule_given = true;
  schedule.objective_value = 1.1 * schedule.alone_value;
  text = schedule_text(sweep, 0, 0, kLineWidth);
  CHECK(says(text, "schedule given: 1 of 4 tensors stays in GLB (100 KiB); 10.0 % more EDP than "));
  CHECK(says(text, "\nnot proven: of what keeps the same tensors, the best may be up to "));
  CHECK(says(text, "\noff chip: 3 (as given)\n"));
  schedule.proven = true;
  CHECK(says(schedule_text(sweep, 0, 0, kLineWidth),
             "\nproven: the best dividing tiling of each layer for what is kept; "));
}

TEST_CASE("a run without a schedule says what one would save") {
  NetworkSweep sweep = sweep_that_keeps(residual_network(), "eyeriss", {1, 1, 1, 0, 0});
  sweep.schedule = ScheduleKind::Separate;
  const std::string text = schedule_text(sweep, 0, 0, kLineWidth);
  CHECK(text.starts_with(
      "schedule separate: 3 tensors could stay in GLB (100 KiB), for 28.0 % less EDP: energy -20.0 "
      "%, latency -10.0 %, DRAM "));
  CHECK(text.ends_with("; --schedule best\n"));
  sweep.schedules[0][0].places.assign(5, 0);
  CHECK(schedule_text(sweep, 0, 0, kLineWidth).empty());
}

TEST_CASE("a device without a home says why, and one where nothing fits what is too large") {
  const NetworkSweep engine = kept_on("pixel_m32p32", residual_network());
  const std::string none = "schedule kept: nothing can stay on chip on pixel_m32p32: it is an ";
  CHECK(schedule_text(engine, 0, 0, kLineWidth).starts_with(none));
  CHECK(says(network_sweep_text(engine, CostRows::Layer), "\n" + none));
  const std::string small =
      schedule_text(kept_on("two_level", residual_network()), 0, 0, kLineWidth);
  CHECK(says(small, "schedule kept: none of 4 tensors stays in Buffer (0.03125 KiB)\n"));
  CHECK(says(small, "\nproven: the best of 1 way to keep tensors"));
  CHECK(says(small, "\noff chip: 4 (it is larger than the home)\n"));
}

// c reads a and b as one Input, so that it is in no group in strips. Each has 25 KiB: room in the
// 100 KiB of eyeriss, none in the 32 bytes of two_level.
TEST_CASE("fused keeps no tensor by its kind, whatever the room, and says so") {
  Network network("concatenation");
  network.add(convolution_of_25_kib("a"), {});
  network.add(convolution_of_25_kib("b"), {});
  network.add(square_convolution("c", 8, {16, 40}, {3}), {0, 1});
  for (const std::string device : {"eyeriss", "two_level"}) {
    CAPTURE(device);
    const NetworkSweep fused = kept_on(device, network, 0.0, ScheduleKind::Fused);
    CHECK(kept_summary(fused, 0, 0).kept.empty());
    CHECK(says(schedule_text(fused, 0, 0, kLineWidth),
               "\noff chip: 2 (this kind of schedule keeps none)\n"));
  }
  CHECK(kept_summary(kept_on("eyeriss", network), 0, 0).kept.size() == 2);
}

TEST_CASE("what is said of a schedule is what the layers cost, and its home is never overfull") {
  for (const std::string device : {"eyeriss", "zc706"}) {
    CAPTURE(device);
    const NetworkSweep sweep = kept_on(device, residual_network());
    const Schedule& schedule = sweep.schedules[0][0];
    const KeptSummary of = kept_summary(sweep, 0, 0);
    REQUIRE_FALSE(of.kept.empty());
    const CostShare total = shares_of(sweep, 0, 0).total;
    CHECK(of.off_chip_bits == 8.0 * total.cost.dram_bytes);
    CHECK(total.cycles.count() ==
          doctest::Approx((1.0 + of.latency_change) * schedule.alone.latency_cycles));
    CHECK(total.cost.energy.count() ==
          doctest::Approx((1.0 + of.energy_change) * 1e-9 * schedule.alone.energy_pj));
    CHECK(of.off_chip_change < 0.0);
    REQUIRE(of.fill.size() == 5);
    for (std::size_t l = 0; l < of.fill.size(); ++l) {
      for (std::size_t m = 0; m < of.memories.size(); ++m) {
        const HomeFill& fill = of.fill[l][m];
        REQUIRE(fill.tiles.has_value());
        CHECK(fill.kept + *fill.tiles <= *of.memories[m].capacity);
      }
      Bits kept;
      Bits taken;
      for (const HomeFill& each : of.fill[l]) kept += each.kept;
      for (const Bits each : schedule.layers[l]->use.taken) taken += each;
      CHECK(kept == taken);
    }
    const std::string text = network_sweep_text(sweep, CostRows::Layer);
    CHECK(says(text, fmt::format("; {:.1f} % less EDP than separate: energy -",
                                 -100.0 * of.objective_change)));
    CHECK(says(text, "\n# kept") == (device == std::string("eyeriss")));
  }
}

// Tensors of 6 KiB, on Eyeriss with a buffer of 10 KiB: two in a row run in strips, and a sum
// starts from what is off chip.
TEST_CASE("groups in strips have brackets, merged operators the row of their layer") {
  Network network("blocks");
  const auto convolution = [](const std::string& name) {
    return square_convolution(name, 2, {2, 40}, {3});
  };
  network.add(convolution("a"), {});
  network.add(convolution("b"), {0});
  network.add(convolution("c"), {1});
  network.add(square_sum("sum", {2, 40}, 2), {0, 2});
  auto listed = list_networks({std::move(network)});
  auto devices = find_devices(std::vector<std::string>{"eyeriss_fused"}, listed, Objective::Edp);
  auto& chip = std::get<Architecture>(devices.front());
  for (Memory& memory : chip.levels[1].memories) {
    if (memory.capacity) memory.capacity = Bits{10 * 8192};
  }
  NetworkSweep sweep = sweep_networks(std::move(listed), std::move(devices),
                                      {Objective::Edp, Factors::Divisors, {.threads = 2}});
  NetworkSweep again = sweep;
  schedule_networks(sweep, {ScheduleKind::Best});
  const Schedule& schedule = sweep.schedules[0][0];
  const KeptSummary of = kept_summary(sweep, 0, 0);
  REQUIRE(of.strips.size() + of.merged.size() > 0);
  const CostShare total = shares_of(sweep, 0, 0).total;
  CHECK(of.off_chip_bits == doctest::Approx(8.0 * total.cost.dram_bytes));
  CHECK(total.cycles.count() == doctest::Approx(schedule.latency_cycles));
  CHECK(total.cost.energy.count() == doctest::Approx(1e-9 * schedule.energy_pj));
  for (const auto& step : of.fill) {
    for (std::size_t m = 0; m < step.size(); ++m) {
      REQUIRE(step[m].tiles);
      CHECK(step[m].kept + *step[m].tiles <= *of.memories[m].capacity);
    }
  }
  const std::string text = network_sweep_text(sweep, CostRows::Layer);
  CHECK(says(text, "\n/ ") == !of.strips.empty());
  CHECK(says(text, "\n\\ ") == !of.strips.empty());
  CHECK(says(text, " in strips") == !of.strips.empty());
  CHECK(says(text, " run in the drain of the layer before") == (of.merged.size() > 1));
  CHECK(says(text, "+ sum") == !of.merged.empty());
  // Written down and read again it is the same.
  const ScratchFolder scratch("strips");
  write_file(scratch.path / "best.yaml", schedule_yaml(schedule, sweep.networks[0].network, chip));
  ScheduleRequest given;
  given.file = scratch.path / "best.yaml";
  schedule_networks(again, given);
  CHECK(again.schedules[0][0].objective_value == doctest::Approx(schedule.objective_value));
  CHECK(again.schedules[0][0].strips.size() == schedule.strips.size());
  CHECK(again.schedules[0][0].merged == schedule.merged);
}

}  // namespace tilewise
