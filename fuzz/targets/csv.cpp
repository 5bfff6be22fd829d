#include "base/error.hpp"
#include "fuzz/target.hpp"
#include "sweep/accuracy_file.hpp"
#include "sweep/cost_table.hpp"
#include "sweep/measured_file.hpp"

namespace {

using tilewise::DatasetCosts;

/// A sweep of two data sets with three candidates each, of which the files below tell something.
std::vector<DatasetCosts> small_sweep() {
  std::vector<DatasetCosts> sweep;
  for (const char* dataset : {"cifar10", "cifar100"}) {
    sweep.push_back({dataset,
                     {0, 1, 7},
                     {"a", "b", "c"},
                     {1.0, 2.0, 3.0},
                     {4.0, 5.0, 6.0},
                     {{"eyeriss", {1.0, 2.0, 3.0}, {1.0, 2.0, 3.0}}}});
  }
  return sweep;
}

template <class Read>
void try_reading(const Read& read) {
  try {
    read();
  } catch (const tilewise::InputError&) {  // a file of one kind is none of another
    return;
  }
}

/// The three kinds of CSV files: costs of a sweep, accuracies, measurements.
void read_csv(tilewise::fuzz::Bytes input) {
  static const std::vector<DatasetCosts> sweep = small_sweep();
  const std::string_view text = tilewise::fuzz::text_of(input);
  try_reading([&] { tilewise::parse_accuracies(text, "accuracies.csv", sweep); });
  try_reading([&] { tilewise::parse_measurements(text, "measured.csv", sweep, std::nullopt); });
  const tilewise::fuzz::MemoryFile file(input);
  tilewise::read_cost_table(file.path());
}

}  // namespace

TILEWISE_FUZZ_TARGET(read_csv)
