#include "report/fbnet_files.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <string_view>

#include "report/csv.hpp"
#include "report/file_set.hpp"
#include "report/sweep_files.hpp"

namespace tilewise {
namespace {

/// run.yaml last: where it is, the others are whole.
constexpr std::array<std::string_view, 3> kFiles{"blocks.csv", "layers.csv", "run.yaml"};

constexpr std::size_t kRowsPerTable = 1 + kFbnetPositions * enum_size<FbnetOp>;

/// Counts and costs of an entry of the table, which `of` finds in a metric.
template <class Of>
void add_metrics(std::string& text, const FbnetTable& table, const Of& of) {
  auto out = std::back_inserter(text);
  fmt::format_to(out, ",{:.0f},{:.0f}", of(table.macs), of(table.parameters));
  for (const FbnetTable::Device& device : table.devices) {
    fmt::format_to(out, ",{},{},{}", of(device.latency_ms), of(device.energy_mj),
                   of(device.dram_bytes));
  }
  text += '\n';
}

void add_block_row(std::string& text, const FbnetTable& table, std::size_t position, FbnetOp op) {
  const FbnetPosition at = fbnet_positions(table.dataset)[position];
  auto out = std::back_inserter(text);
  fmt::format_to(out, "{},{},{},{},{},{},{},{}", name(table.dataset), position + 1,
                 static_cast<int>(op), name(op), at.inputs, at.outputs, at.input_size, at.stride);
  const auto shape = fbnet_block_shape(op);
  if (shape) fmt::format_to(out, ",{},{},{}", shape->kernel, shape->expansion, shape->groups);
  if (!shape) text += ",,,";
  add_metrics(text, table, [&](const FbnetMetric& metric) { return metric.blocks[position][op]; });
}

}  // namespace

void check_fbnet_folder(const std::filesystem::path& folder) {
  check_file_set_folder(folder, kFiles, "a sweep of FBNet");
}

std::string blocks_csv(const FbnetSweep& space) {
  std::string text =
      "dataset,position,op,block,input_channels,output_channels,input_size,stride,kernel,expansion,"
      "groups,macs,params";
  for (const Device& device : space.sweep.devices) {
    for (const std::string_view metric : {"latency_ms", "energy_mJ", "dram_bytes"}) {
      text += "," + csv_cell(fmt::format("{}_{}", name(device), metric));
    }
  }
  text += '\n';
  for (const FbnetTable& table : space.tables) {
    text += fmt::format("{},0,,fixed,,,,,,,", name(table.dataset));
    add_metrics(text, table, [](const FbnetMetric& metric) { return metric.fixed; });
    for (std::size_t position = 0; position < kFbnetPositions; ++position) {
      for (const FbnetOp op : all_of<FbnetOp>()) add_block_row(text, table, position, op);
    }
  }
  return text;
}

void write_fbnet(const FbnetSweep& space, const SweepOptions& options, const std::string& command,
                 const std::filesystem::path& folder) {
  check_fbnet_folder(folder);
  const std::size_t rows = space.tables.size() * kRowsPerTable;
  write_file_set(folder, kFiles,
                 {{kFiles[0], blocks_csv(space)},
                  {kFiles[1], layers_csv(space.sweep)},
                  {kFiles[2], run_yaml(space.sweep, options, command, rows)}});
}

}  // namespace tilewise
