#include "sweep/accuracy_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <utility>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "base/file.hpp"

namespace tilewise {
namespace {

using Cells = std::vector<std::string>;

constexpr double kMostAccuracy = 100.0;  // percent

/// Where the columns stand.
struct AccuracyHeader {
  std::size_t columns = 0;
  std::size_t index = 0;
  std::size_t accuracy = 0;
  std::optional<std::size_t> dataset;
};

AccuracyHeader parse_header(const Cells& cells, const std::string& place) {
  AccuracyHeader header;
  header.columns = cells.size();
  std::optional<std::size_t> index;
  std::optional<std::size_t> accuracy;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    std::optional<std::size_t>* column = cells[c] == "index"      ? &index
                                         : cells[c] == "accuracy" ? &accuracy
                                         : cells[c] == "dataset"  ? &header.dataset
                                                                  : nullptr;
    if (column == nullptr || *column) {
      throw InputError(
          fmt::format("{}: {} column \"{}\"; expected the header index,accuracy or "
                      "dataset,index,accuracy",
                      place, column == nullptr ? "unknown" : "a second", cells[c]));
    }
    *column = c;
  }
  if (!index || !accuracy) {
    throw InputError(
        fmt::format("{}: no column {}; expected the header index,accuracy or "
                    "dataset,index,accuracy",
                    place, index ? "accuracy" : "index"));
  }
  header.index = *index;
  header.accuracy = *accuracy;
  return header;
}

/// The rows of a sweep by data set and index, and the accuracies that were found.
class AccuracyTable {
 public:
  AccuracyTable(const std::vector<DatasetCosts>& sweep, bool for_every_dataset) : sweep_(sweep) {
    found_.for_every_dataset = for_every_dataset;
    for (const DatasetCosts& costs : sweep) {
      found_.by_row.emplace_back(costs.indices.size());
      std::unordered_map<std::int64_t, std::size_t>& rows = rows_.emplace_back();
      for (std::size_t r = 0; r < costs.indices.size(); ++r) rows.emplace(costs.indices[r], r);
    }
  }

  std::size_t dataset(const std::string& name, const std::string& place) const {
    Cells names;
    for (std::size_t d = 0; d < sweep_.size(); ++d) {
      if (sweep_[d].dataset == name) return d;
      names.push_back(sweep_[d].dataset);
    }
    throw InputError(fmt::format("{}: the sweep has no data set \"{}\"; there are: {}", place, name,
                                 fmt::join(names, ", ")));
  }

  void store(std::size_t dataset, std::int64_t index, double accuracy, const std::string& place) {
    const auto row = rows_[dataset].find(index);
    if (row == rows_[dataset].end()) {
      throw InputError(fmt::format("{}: the sweep has no architecture {} on {}; leave the line out",
                                   place, index, sweep_[dataset].dataset));
    }
    std::optional<double>& cell = found_.by_row[dataset][row->second];
    if (cell) {
      throw InputError(fmt::format("{}: the index {} is there twice; leave one out", place, index));
    }
    cell = accuracy;
  }

  Accuracies take() { return std::move(found_); }

 private:
  Accuracies found_;
  const std::vector<DatasetCosts>& sweep_;
  std::vector<std::unordered_map<std::int64_t, std::size_t>> rows_;
};

double parse_accuracy(const std::string& cell, const std::string& place) {
  const double accuracy = csv_number(cell, place);
  if (accuracy < 0.0 || accuracy > kMostAccuracy) {
    throw InputError(
        fmt::format("{}: expected an accuracy from 0 to 100, found \"{}\"", place, cell));
  }
  return accuracy;
}

}  // namespace

Accuracies parse_accuracies(std::string_view text, const std::string& file,
                            const std::vector<DatasetCosts>& sweep) {
  const AccuracyHeader header = parse_header(take_csv_line(text), file + ":1");
  AccuracyTable table(sweep, !header.dataset);
  bool any = false;
  for (std::size_t line = 2; !text.empty(); ++line) {
    const std::string place = fmt::format("{}:{}", file, line);
    const Cells cells = take_csv_line(text);
    if (cells == Cells{""}) continue;
    if (cells.size() != header.columns) {
      throw InputError(fmt::format("{}: expected {} cells as in the header, found {}", place,
                                   header.columns, cells.size()));
    }
    any = true;
    const std::int64_t index = csv_count(cells[header.index], place);
    const double accuracy = parse_accuracy(cells[header.accuracy], place);
    if (header.dataset) {
      table.store(table.dataset(cells[*header.dataset], place), index, accuracy, place);
    } else {
      for (std::size_t d = 0; d < sweep.size(); ++d) table.store(d, index, accuracy, place);
    }
  }
  if (!any) {
    throw InputError(
        fmt::format("{}:1: no accuracy below the header; expected lines such as 0,91.5", file));
  }
  return table.take();
}

Accuracies load_accuracies(const std::filesystem::path& path,
                           const std::vector<DatasetCosts>& sweep) {
  return parse_accuracies(read_file(path), path.string(), sweep);
}

}  // namespace tilewise
