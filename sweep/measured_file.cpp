#include "sweep/measured_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/quote.hpp"
#include "base/text.hpp"
#include "base/words.hpp"
#include "sweep/sweep_rows.hpp"

namespace tilewise {
namespace {

using Cells = std::vector<std::string>;

constexpr std::string_view kForms =
    "expected cells separated by commas: index,COLUMN,... or dataset,index,COLUMN,...";
/// In ms or mJ: what nobody measures is a cell of another kind.
constexpr double kLeastMeasured = 1e-30;
constexpr double kMostMeasured = 1e30;
/// A million candidates on some boards.
constexpr std::uintmax_t kMostMeasuredBytes = std::uintmax_t{1} << 28U;

/// What the last word of a name says that the numbers are.
struct NameEnding {
  std::string_view word;  ///< lower case
  std::optional<CostMetric> metric;
  bool is_unit = false;
};
constexpr std::array kEndings{
    NameEnding{"ns", CostMetric::Latency, true},
    NameEnding{"us", CostMetric::Latency, true},
    NameEnding{"ms", CostMetric::Latency, true},
    NameEnding{"s", CostMetric::Latency, true},
    NameEnding{"cycles", CostMetric::Latency, true},
    NameEnding{"latency", CostMetric::Latency},
    NameEnding{"time", CostMetric::Latency},
    NameEnding{"pj", CostMetric::Energy, true},
    NameEnding{"nj", CostMetric::Energy, true},
    NameEnding{"uj", CostMetric::Energy, true},
    NameEnding{"mj", CostMetric::Energy, true},
    NameEnding{"j", CostMetric::Energy, true},
    NameEnding{"energy", CostMetric::Energy},
    NameEnding{"mw", std::nullopt, true},
    NameEnding{"w", std::nullopt, true},
    NameEnding{"fps", std::nullopt, true},
    NameEnding{"hz", std::nullopt, true},
    NameEnding{"bytes", std::nullopt, true},
    NameEnding{"percent", std::nullopt, true},
    NameEnding{"byte", std::nullopt},
    NameEnding{"power", std::nullopt},
    NameEnding{"throughput", std::nullopt},
    NameEnding{"intensity", std::nullopt},
    NameEnding{"accuracy", std::nullopt},
    NameEnding{"str", std::nullopt},
    NameEnding{"architecture", std::nullopt},
    NameEnding{"macs", std::nullopt},
    NameEnding{"flops", std::nullopt},
    NameEnding{"params", std::nullopt},
    NameEnding{"parameters", std::nullopt},
};

/// Of "board_ms" that of "ms". Empty where the name tells nothing; a name of one word has no unit.
const NameEnding* ending_of(const std::string& name) {
  const std::string lower = lower_case(name);
  const std::size_t at = lower.rfind('_');
  const bool one_word = at == lower.npos;
  const std::string_view last = std::string_view(lower).substr(one_word ? 0 : at + 1);
  const auto* const found =
      std::find_if(kEndings.begin(), kEndings.end(),
                   [&](const NameEnding& e) { return e.word == last && !(one_word && e.is_unit); });
  return found == kEndings.end() ? nullptr : found;
}

MeasuredSeries column_of(const std::string& name, std::optional<CostMetric> metric,
                         const std::string& place) {
  const NameEnding* ending = ending_of(name);
  const bool rate = lower_case(name).find("_per_") != name.npos;
  if (rate || (ending != nullptr && !ending->metric)) {
    throw InputError(
        fmt::format("{}: the column \"{}\" is no latency and no energy; leave it out or rename it",
                    place, name));
  }
  if (ending == nullptr) return {name, metric.value_or(CostMetric::Latency), {}};
  if (metric && *metric != *ending->metric) {
    throw InputError(
        fmt::format("{}: the column \"{}\" is of {} by its name, but --measured-metric says {}; "
                    "leave the option "
                    "out, or rename the column",
                    place, name, tilewise::name(*ending->metric), tilewise::name(*metric)));
  }
  return {name, *ending->metric,
          ending->is_unit ? name.substr(name.size() - ending->word.size()) : ""};
}

/// Where the columns stand.
struct MeasuredHeader {
  std::size_t index = 0;
  std::optional<std::size_t> dataset;
  std::vector<std::size_t> measured;  ///< in order of Measurements::columns
};

/// The cells of the next line without blanks around them.
Cells take_cells(std::string_view& text, const std::string& place) {
  Cells cells = take_csv_line(text);
  for (std::string& cell : cells) {
    if (cell.find('\n') != cell.npos) {
      throw InputError(fmt::format(
          "{}: a quoted cell goes on over the end of the line; close its quote", place));
    }
    cell = std::string(trimmed(cell));
  }
  return cells;
}

MeasuredHeader parse_measured_header(const Cells& cells, std::optional<CostMetric> metric,
                                     const std::string& place,
                                     std::vector<MeasuredSeries>& columns) {
  MeasuredHeader header;
  std::optional<std::size_t> index;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    if (cells[c].empty() && cells.size() > 1) {
      throw InputError(
          fmt::format("{}: column {} has no name; give it one or leave it out", place, c + 1));
    }
    if (std::find(cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(c), cells[c]) !=
        cells.begin() + static_cast<std::ptrdiff_t>(c)) {
      throw InputError(
          fmt::format("{}: a second column \"{}\"; leave one out or rename it", place, cells[c]));
    }
    if (cells[c] == "index") index = c;
    if (cells[c] == "dataset") header.dataset = c;
  }
  if (!index) throw InputError(fmt::format("{}: no column index; {}", place, kForms));
  header.index = *index;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    if (c == header.index || c == header.dataset) continue;
    header.measured.push_back(c);
    columns.push_back(column_of(cells[c], metric, place));
  }
  if (columns.empty()) throw InputError(fmt::format("{}: no measured column; {}", place, kForms));
  return header;
}

std::optional<double> parse_measured(const std::string& cell, const MeasuredSeries& column,
                                     const std::string& place) {
  if (cell.empty()) return std::nullopt;
  const auto value = parse_number(cell);
  if (!value || *value < kLeastMeasured || *value > kMostMeasured) {
    throw InputError(
        fmt::format("{}: {}: expected a number above 0 and below {}, found \"{}\"; leave the cell "
                    "empty where nothing was measured",
                    place, column.name, kMostMeasured, printable(cell)));
  }
  return value;
}

/// Measurements as they are read, and which lines were there.
class MeasuredTable {
 public:
  MeasuredTable(const std::vector<DatasetCosts>& sweep, std::vector<MeasuredSeries> columns)
      : rows_(sweep) {
    for (const DatasetCosts& costs : sweep) {
      seen_.emplace_back(costs.indices.size());
      found_.by_dataset.emplace_back(columns.size(), Measurements::Values(costs.indices.size()));
    }
    found_.columns = std::move(columns);
  }

  const SweepRows& rows() const { return rows_; }
  const std::vector<MeasuredSeries>& columns() const { return found_.columns; }

  void store(std::size_t dataset, std::int64_t index, const Measurements::Values& values,
             const std::string& place) {
    const std::size_t row = rows_.row(dataset, index, place);
    if (seen_[dataset][row]) {
      throw InputError(fmt::format("{}: the index {} is there twice; leave one out", place, index));
    }
    seen_[dataset][row] = true;
    for (std::size_t c = 0; c < values.size(); ++c) {
      found_.by_dataset[dataset][c][row] = values[c];
    }
  }

  Measurements take(bool for_every_dataset) {
    found_.for_every_dataset = for_every_dataset;
    return std::move(found_);
  }

 private:
  SweepRows rows_;
  Measurements found_;
  std::vector<std::vector<bool>> seen_;
};

void check_columns_measured(const Measurements& measurements, const std::string& place) {
  for (std::size_t c = 0; c < measurements.columns.size(); ++c) {
    const bool any = std::any_of(
        measurements.by_dataset.begin(), measurements.by_dataset.end(), [&](const auto& columns) {
          return std::any_of(columns[c].begin(), columns[c].end(),
                             [](const auto& value) { return value.has_value(); });
        });
    if (any) continue;
    throw InputError(
        fmt::format("{}: no candidate of the sweep has a number in the column \"{}\"; "
                    "write lines such as 0,12.5 or leave the column out",
                    place, measurements.columns[c].name));
  }
}

}  // namespace

Measurements parse_measurements(std::string_view text, const std::string& file,
                                const std::vector<DatasetCosts>& sweep,
                                std::optional<CostMetric> metric) {
  text = without_byte_order_mark(text);
  const std::string first = file + ":1";
  if (trimmed(text).empty()) throw InputError(fmt::format("{}: empty file; {}", first, kForms));
  const Cells names = take_cells(text, first);
  std::vector<MeasuredSeries> columns;
  const MeasuredHeader header = parse_measured_header(names, metric, first, columns);
  MeasuredTable table(sweep, std::move(columns));
  for (std::size_t line = 2; !text.empty(); ++line) {
    const std::string place = fmt::format("{}:{}", file, line);
    const Cells cells = take_cells(text, place);
    if (cells == Cells{""}) continue;
    if (cells.size() != names.size()) {
      throw InputError(fmt::format("{}: expected {} cells as in the header, found {}", place,
                                   names.size(), cells.size()));
    }
    const std::int64_t index = csv_count(cells[header.index], place);
    Measurements::Values values;
    for (std::size_t c = 0; c < header.measured.size(); ++c) {
      values.push_back(parse_measured(cells[header.measured[c]], table.columns()[c], place));
    }
    if (header.dataset) {
      table.store(table.rows().dataset(cells[*header.dataset], place), index, values, place);
    } else {
      for (std::size_t d = 0; d < sweep.size(); ++d) table.store(d, index, values, place);
    }
  }
  Measurements found = table.take(!header.dataset);
  check_columns_measured(found, first);
  return found;
}

Measurements load_measurements(const std::filesystem::path& path,
                               const std::vector<DatasetCosts>& sweep,
                               std::optional<CostMetric> metric) {
  return parse_measurements(read_file(path, kMostMeasuredBytes), path.string(), sweep, metric);
}

}  // namespace tilewise
