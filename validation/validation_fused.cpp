#include "validation/validation_fused.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "arch/yaml_words.hpp"
#include "schedule/strip_group.hpp"
#include "schedule/strip_rows.hpp"
#include "validation/published_table.hpp"
#include "workload/network_yaml.hpp"

namespace tilewise {
namespace {

constexpr double kBytesOfKilobyte = 1000.0;
constexpr double kBytesOfMebibyte = 1024.0 * 1024.0;

/// What a group in strips moves and holds, in words.
struct FusedWords {
  std::int64_t off_chip = 0;
  std::int64_t stay = 0;  ///< from a strip to the next
};

/// Rows that have come by some strip and that a later one reads, at most.
std::int64_t rows_that_stay(const std::vector<RowRange>& come,
                            const std::vector<std::size_t>& readers, const StripRows& rows) {
  std::int64_t most = 0;
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  for (std::size_t strip = rows.strips(); strip-- > 1;) {
    for (const std::size_t reader : readers) {
      const RowRange& read = rows.read[reader][strip];
      if (!read.empty()) first = std::min(first, read.first);
    }
    std::int64_t end = 0;
    for (std::size_t before = 0; before < strip; ++before) {
      end = std::max(end, come[before].end);
    }
    most = std::max(most, end - first);
  }
  return most;
}

std::int64_t rows_in(const std::vector<RowRange>& ranges) {
  std::int64_t rows = 0;
  for (const RowRange& each : ranges) rows += each.size();
  return rows;
}

FusedWords words_of(const StripGroup& group) {
  const StripRows rows = strip_rows(group, 1, Halo::Kept);
  FusedWords made;
  for (std::size_t o = 0; o < group.outer.size(); ++o) {
    const OuterInput& input = group.outer[o];
    made.off_chip += rows_in(rows.fetched[o]) * input.row_words;
    made.stay += rows_that_stay(rows.fetched[o], input.readers, rows) * input.row_words;
  }
  for (std::size_t l = 0; l + 1 < group.layers.size(); ++l) {
    const StripLayer& at = group.layers[l];
    made.stay += rows_that_stay(rows.made[l], at.readers, rows) * output_row_words(at.layer);
  }
  made.off_chip += rows_in(rows.made.back()) * output_row_words(group.layers.back().layer);
  return made;
}

/// Layers of a network by name, as they follow one another there.
FusedWords read_group(const YamlNode& yaml, const Network& network) {
  std::vector<std::string> names;
  for (std::size_t l = 0; l < network.size(); ++l) names.push_back(network.layer(l).name);
  std::vector<std::size_t> layers;
  for (const YamlNode& each : yaml.list()) {
    layers.push_back(each.one_of(names));
    if (layers.back() != layers.front() + layers.size() - 1) {
      each.fail("a group is of layers in a row; name them in the order of the network");
    }
  }
  if (layers.empty()) yaml.fail("expected at least one layer");
  const auto group = strip_group(network, layers.front(), layers.size());
  if (const auto* none = std::get_if<NoStrips>(&group)) {
    yaml.fail("they cannot run in strips: " + none->why);
  }
  return words_of(std::get<StripGroup>(group));
}

struct FusedCase {
  std::vector<FusedWords> words;  ///< [row]
  ValidationTable table;
};

void read_row(const YamlNode& yaml, const Network& network, FusedCase& made) {
  YamlMap map = yaml.map();
  const std::string name = map.at("name").text();
  if (std::count(made.table.rows.begin(), made.table.rows.end(), name) > 0) {
    yaml.fail("the name " + name + " is there twice; change one");
  }
  made.table.rows.push_back(name);
  FusedWords& sum = made.words.emplace_back();
  for (const YamlNode& group : map.at("groups").list()) {
    const FusedWords each = read_group(group, network);
    sum.off_chip += each.off_chip;
    sum.stay += each.stay;
  }
  map.done();
}

void read_quantity(const YamlNode& yaml, double word_bytes, FusedCase& made) {
  YamlMap map = yaml.map();
  ValidationColumn column = read_validation_column(map);
  const bool off_chip = map.at("unit").one_of({"MiB", "KB"}) == 0;
  map.done();
  column.unit = off_chip ? "MiB" : "KB";
  column.adds_up = false;
  for (const FusedWords& words : made.words) {
    const double bytes = word_bytes * static_cast<double>(off_chip ? words.off_chip : words.stay);
    column.cells.push_back({bytes / (off_chip ? kBytesOfMebibyte : kBytesOfKilobyte), {}});
  }
  made.table.columns.push_back(std::move(column));
}

}  // namespace

ValidationRun read_fused_layers_case(YamlMap& map, const std::filesystem::path& folder) {
  const auto made = std::make_shared<FusedCase>();
  made->table.title = "Off-chip words of activations, and what stays between strips";
  made->table.row = "way";
  const YamlNode name = map.at("network");
  const Network network = at_place_of(name, [&] { return find_network(name.text()); });
  constexpr std::int64_t kMostBits = 64;
  const double word_bytes = static_cast<double>(map.at("word_bits").integer(1, kMostBits)) / 8.0;
  for (const YamlNode& row : map.at("rows").list()) read_row(row, network, *made);
  for (const YamlNode& each : map.at("quantities").list()) {
    read_quantity(each, word_bytes, *made);
  }
  if (made->words.empty()) map.at("rows").fail("expected at least one row");
  if (made->table.columns.empty()) map.at("quantities").fail("expected at least one quantity");
  fill_published(load_published(folder / "published.csv"), TotalRow::None, made->table);
  return [made](const ValidationOptions& options) {
    if (options.progress) options.progress(1.0);
    return std::vector<ValidationTable>{made->table};
  };
}

}  // namespace tilewise
