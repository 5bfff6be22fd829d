#include "sweep/accuracy_file.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "sweep/sweep_rows.hpp"

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

double parse_accuracy(const std::string& cell, const std::string& place) {
  const double accuracy = csv_number(cell, place);
  if (accuracy < 0.0 || accuracy > kMostAccuracy) {
    throw InputError(
        fmt::format("{}: expected an accuracy from 0 to 100, found \"{}\"", place, cell));
  }
  return accuracy;
}

void store(std::optional<double>& cell, std::int64_t index, double accuracy,
           const std::string& place) {
  if (cell) {
    throw InputError(fmt::format("{}: the index {} is there twice; leave one out", place, index));
  }
  cell = accuracy;
}

}  // namespace

Accuracies parse_accuracies(std::string_view text, const std::string& file,
                            const std::vector<DatasetCosts>& sweep) {
  text = without_byte_order_mark(text);
  const AccuracyHeader header = parse_header(take_csv_line(text), file + ":1");
  const SweepRows rows(sweep);
  Accuracies found;
  found.for_every_dataset = !header.dataset;
  for (const DatasetCosts& costs : sweep) found.by_row.emplace_back(costs.indices.size());
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
    const auto store_in = [&](std::size_t d) {
      store(found.by_row[d][rows.row(d, index, place)], index, accuracy, place);
    };
    if (header.dataset) {
      store_in(rows.dataset(cells[*header.dataset], place));
    } else {
      for (std::size_t d = 0; d < sweep.size(); ++d) store_in(d);
    }
  }
  if (!any) {
    throw InputError(
        fmt::format("{}:1: no accuracy below the header; expected lines such as 0,91.5", file));
  }
  return found;
}

Accuracies load_accuracies(const std::filesystem::path& path,
                           const std::vector<DatasetCosts>& sweep) {
  return parse_accuracies(read_file(path), path.string(), sweep);
}

}  // namespace tilewise
