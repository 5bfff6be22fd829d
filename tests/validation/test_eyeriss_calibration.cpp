#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arch/family/eyeriss.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"
#include "source_folder.hpp"
#include "validation/validation_case.hpp"
#include "validation/validation_table.hpp"

namespace tilewise {
namespace {

/// A layer on the chip: mJ published, of accesses, and of 1 pJ a PE and cycle or a MAC.
struct ChipLayer {
  double published;
  double accesses;
  double clock;
  double control;
};

/// The rows that the shipped constants are calibrated on; others of the cases are held back.
constexpr std::array<std::string_view, 5> kAlexNetRows{"CONV1", "CONV2", "CONV3", "CONV4", "CONV5"};
constexpr std::array<std::string_view, 7> kVgg16Rows{"CONV1-1", "CONV1-2", "CONV2-1", "CONV2-2",
                                                     "CONV3-1", "CONV3-2", "CONV3-3"};

/// The first table of a shipped case with these energies, in pJ, instead of the calibrated ones.
ValidationTable table_of(const std::string& name, const std::string& clock,
                         const std::string& control) {
  const std::filesystem::path shipped = source_folder() / "validation" / "cases" / name;
  const ScratchFolder scratch("calibration");
  std::string text = read_file(shipped / "case.yaml");
  text = replaced(text, "architecture: eyeriss\n", "architecture: chip.yaml\n");
  if (says(text, "\nfree: true\n")) text = replaced(text, "\nfree: true\n", "\n");
  write_file(scratch.path / "case.yaml", text);
  write_file(scratch.path / "published.csv", read_file(shipped / "published.csv"));
  write_file(scratch.path / "chip.yaml",
             "family: eyeriss\nname: chip\nparameters:\n  clock_energy: " + clock +
                 " pJ\n  control_energy: " + control + " pJ\n");
  return run_validation(load_validation_case(scratch.path), {}).tables.front();
}

const ValidationColumn& column(const ValidationTable& table, const std::string& name) {
  return *std::find_if(table.columns.begin(), table.columns.end(),
                       [&](const ValidationColumn& of) { return of.name == name; });
}

/// Adds the layers of a case. The clock runs for the published time, not for ours.
void add_layers(const std::string& name, std::span<const std::string_view> rows,
                std::vector<ChipLayer>& layers) {
  const ValidationTable none = table_of(name, "0", "0");
  const ValidationTable clock = table_of(name, "1", "0");
  const ValidationTable control = table_of(name, "0", "1");
  for (std::size_t r = 0; r < none.rows.size(); ++r) {
    if (std::find(rows.begin(), rows.end(), none.rows[r]) == rows.end()) continue;
    const NumberPair time = column(none, "total_ms").cells[r];
    const NumberPair energy = column(none, "chip_energy_mJ").cells[r];
    const auto more = [&](const ValidationTable& with) {
      return *column(with, "chip_energy_mJ").cells[r].ours - *energy.ours;
    };
    layers.push_back({*energy.published, *energy.ours, more(clock) * *time.published / *time.ours,
                      more(control)});
  }
}

double largest_error(const std::vector<ChipLayer>& layers, double clock, double control) {
  double largest = 0.0;
  for (const ChipLayer& layer : layers) {
    const double ours = layer.accesses + clock * layer.clock + control * layer.control;
    largest = std::max(largest, std::abs(ours / layer.published - 1.0));
  }
  return largest;
}

/// Where a convex function is least between 0 and `most`: the thirds.
template <class Function>
double least_at(const Function& function, double most) {
  double low = 0.0;
  double high = most;
  for (int step = 0; step < 100; ++step) {
    const double third = (high - low) / 3.0;
    if (function(low + third) <= function(high - third)) {
      high -= third;
    } else {
      low += third;
    }
  }
  return (low + high) / 2.0;
}

}  // namespace

TEST_CASE("the shipped energies of clock and control make the largest error of 12 layers least") {
  std::vector<ChipLayer> layers;
  add_layers("eyeriss_alexnet", kAlexNetRows, layers);
  add_layers("eyeriss_vgg16", kVgg16Rows, layers);
  REQUIRE(layers.size() == 12);

  // The largest error is convex in both, and so is its least over one of them in the other.
  const auto best_clock = [&](double control) {
    return least_at([&](double clock) { return largest_error(layers, clock, control); }, 20.0);
  };
  const double control =
      least_at([&](double tried) { return largest_error(layers, best_clock(tried), tried); }, 20.0);
  const double clock = best_clock(control);

  const Architecture chip = build_eyeriss({});
  EyerissParameters without;
  without.control_energy = Picojoules{0.0};
  const double shipped_clock = chip.energy_per_cycle.count() / 168.0;
  const double shipped_control =
      (chip.compute.energy - build_eyeriss(without).compute.energy).count();
  CHECK(std::abs(shipped_clock - clock) < 0.005);  // two decimals are printed
  CHECK(std::abs(shipped_control - control) < 0.005);
  CHECK(largest_error(layers, shipped_clock, shipped_control) < 0.104);
}

}  // namespace tilewise
