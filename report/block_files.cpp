#include "report/block_files.hpp"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "base/quote.hpp"
#include "space/block_rules.hpp"
#include "sweep/cost_metric.hpp"

namespace tilewise {
namespace {

/// Counts and costs of an entry of the table, which `of` finds in a metric.
template <class Of>
void add_metrics(std::string& text, const BlockTable& table, const Of& of) {
  auto out = std::back_inserter(text);
  fmt::format_to(out, ",{:.0f},{:.0f}", of(table.macs), of(table.parameters));
  for (const BlockCosts& device : table.devices) {
    fmt::format_to(out, ",{},{},{}", of(device.latency_ms), of(device.energy_mj),
                   of(device.dram_bytes));
  }
  text += '\n';
}

void add_block_row(std::string& text, const BlockTable& table, std::size_t position,
                   std::size_t choice) {
  const Block& block = table.parts.positions[position][choice];
  fmt::format_to(std::back_inserter(text), "{},{},{},{}", table.dataset, position + 1, choice,
                 csv_cell(block.name));
  for (const std::string& cell : block.shape) text += "," + csv_cell(cell);
  add_metrics(text, table, [&](const BlockMetric& metric) { return metric.at(position, choice); });
}

}  // namespace

std::string blocks_csv(const SweepResult& result, const BlockForm& form) {
  std::string text =
      "dataset,position," + csv_cell(form.number.name) + "," + csv_cell(form.name.name);
  for (const ShapeColumn& column : form.shape) text += "," + csv_cell(column.name);
  text += ",macs,params";
  for (const SweepTarget& target : result.targets) {
    for (const std::string_view metric : {"latency_ms", "energy_mJ", "dram_bytes"}) {
      text += "," + csv_cell(fmt::format("{}_{}", column_word(target.name), metric));
    }
  }
  text += '\n';
  for (const BlockTable& table : result.tables) {
    text += fmt::format("{},0,,fixed{}", table.dataset, std::string(form.shape.size(), ','));
    add_metrics(text, table, [](const BlockMetric& metric) { return metric.fixed; });
    for (std::size_t position = 0; position < form.positions; ++position) {
      for (std::size_t choice = 0; choice < form.choices; ++choice) {
        if (!may_take(form, position, choice)) continue;
        add_block_row(text, table, position, choice);
      }
    }
  }
  return text;
}

}  // namespace tilewise
