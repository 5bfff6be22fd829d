#include "validation/measured_layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/units.hpp"

namespace tilewise {
namespace {

/// One line of the table, by the names of the header.
class Row {
 public:
  Row(std::string place, const std::map<std::string, std::size_t>& columns,
      std::vector<std::string> cells)
      : place_(std::move(place)), columns_(columns), cells_(std::move(cells)) {
    if (cells_.size() != columns_.size()) {
      throw InputError(fmt::format("{}: expected {} cells as in the header, found {}", place_,
                                   columns_.size(), cells_.size()));
    }
  }

  const std::string& text(const std::string& column) const {
    const auto at = columns_.find(column);
    if (at == columns_.end()) throw InputError(place_ + ": the header has no column " + column);
    return cells_[at->second];
  }
  template <class Number>
  Number number(const std::string& column) const {
    const std::string& word = text(column);
    Number value{};
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size()) {
      throw InputError(
          fmt::format("{}: {}: expected a number, found \"{}\"", place_, column, word));
    }
    return value;
  }
  std::int64_t count(const std::string& column) const { return number<std::int64_t>(column); }
  const std::string& place() const { return place_; }

 private:
  std::string place_;
  const std::map<std::string, std::size_t>& columns_;
  std::vector<std::string> cells_;
};

Operator operator_of(std::string_view type) {
  if (type == "Fc") return Operator::FullyConnected;
  if (type == "MaxPool") return Operator::MaxPool;
  if (type == "AveragePool") return Operator::AveragePool;
  return Operator::Convolution;
}

Layer layer_of(const Row& row, const std::string& type) {
  Layer layer;
  layer.name = row.text("layer");
  layer.op = operator_of(type);
  for (const Tensor t : kTensors) layer.widths.tensor[t] = Bits{8};
  layer.widths.partial_sum = Bits{32};
  if (layer.op == Operator::FullyConnected) {
    layer.bounds[Dim::C] = row.count("IC");
    layer.bounds[Dim::M] = row.count("OC");
    return layer;
  }
  if (layer.op == Operator::Convolution) {
    layer.bounds[Dim::C] = row.count("IC");
    layer.bounds[Dim::M] = row.count("OC");
  } else {
    layer.bounds[Dim::G] = row.count("OC");
  }
  layer.bounds[Dim::P] = row.count("OH");
  layer.bounds[Dim::Q] = row.count("OW");
  layer.bounds[Dim::R] = row.count("KH");
  layer.bounds[Dim::S] = row.count("KW");
  layer.stride = {row.count("SH"), row.count("SW")};
  layer.padding = {row.count("padU"), row.count("padL")};
  layer.image = {row.count("IH"), row.count("IW")};
  return layer;
}

MeasuredLayer measured_of(const Row& row, const std::string& type) {
  MeasuredLayer measured{row.text("model"), row.text("design"), type, layer_of(row, type),
                         microseconds(Nanoseconds{row.number<double>("latency_ns")})};
  if (!(measured.time > Microseconds{0.0}) || measured.time > Microseconds{1e12}) {
    throw InputError(row.place() + ": latency_ns: expected a time above zero, at most 1e15 ns");
  }
  try {
    check_layer(measured.layer);
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}: {}", row.place(), error.what()));
  }
  return measured;
}

}  // namespace

const std::vector<std::string>& measured_types() {
  static const std::vector<std::string> types{"Conv", "Fc", "MaxPool", "AveragePool"};
  return types;
}

std::vector<MeasuredLayer> load_measured_layers(const std::filesystem::path& path,
                                                const std::vector<std::string>& types) {
  const std::string content = read_file(path);
  std::string_view text = content;
  std::map<std::string, std::size_t> columns;
  std::vector<MeasuredLayer> layers;
  for (int number = 1; !text.empty(); ++number) {
    std::vector<std::string> cells = take_csv_line(text);
    if (columns.empty()) {
      for (const std::string& name : cells) columns.emplace(name, columns.size());
      continue;
    }
    const Row row(fmt::format("{}:{}", path.string(), number), columns, std::move(cells));
    const std::string& type = row.text("type");
    if (std::find(types.begin(), types.end(), type) == types.end()) continue;
    layers.push_back(measured_of(row, type));
  }
  return layers;
}

}  // namespace tilewise
