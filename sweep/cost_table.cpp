#include "sweep/cost_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/yaml.hpp"
#include "design/board_engine.hpp"
#include "sweep/cost_metric.hpp"

namespace tilewise {
namespace {

using Cells = std::vector<std::string>;

const Cells kRowColumns{"index", "arch_str", "dataset", "macs", "params"};
constexpr std::string_view kLatency = "_latency_ms";
constexpr std::string_view kEnergy = "_energy_mJ";
/// A million architectures on a few devices.
constexpr std::uintmax_t kMostTableBytes = std::uintmax_t{1} << 30U;

/// A device of the header, and where its column of latency stands; that of energy is the next.
struct DeviceColumn {
  std::string device;
  std::size_t at = 0;
};

std::vector<DeviceColumn> devices_of(const Cells& header) {
  std::vector<DeviceColumn> devices;
  for (std::size_t i = 0; i + 1 < header.size(); ++i) {
    if (!header[i].ends_with(kLatency)) continue;
    const std::string device = header[i].substr(0, header[i].size() - kLatency.size());
    if (header[i + 1] == device + std::string(kEnergy)) devices.push_back({device, i});
  }
  return devices;
}

bool is_cost_header(const Cells& header) {
  return header.size() >= kRowColumns.size() &&
         std::equal(kRowColumns.begin(), kRowColumns.end(), header.begin());
}

/// The data set of a row: the last one, or a new one.
DatasetCosts& dataset_of(std::vector<DatasetCosts>& datasets, const std::string& name,
                         const std::vector<DeviceColumn>& devices, const std::string& place) {
  if (!datasets.empty() && datasets.back().dataset == name) return datasets.back();
  for (const DatasetCosts& known : datasets) {
    if (known.dataset == name) {
      throw InputError(fmt::format("{}: rows of {} stand apart; keep them together", place, name));
    }
  }
  DatasetCosts& fresh = datasets.emplace_back();
  fresh.dataset = name;
  for (const DeviceColumn& column : devices) fresh.devices.push_back({column.device, {}, {}});
  return fresh;
}

/// Puts the names that run.yaml has in the place of the words that stand for them in the header.
void restore_names(std::vector<DeviceColumn>& columns, const std::filesystem::path& folder) {
  const std::string board = column_word(kBoardPrefix);
  const bool any = std::any_of(columns.begin(), columns.end(), [&](const DeviceColumn& each) {
    return each.device.starts_with(board);
  });
  std::error_code ignored;
  if (!any || !std::filesystem::exists(folder / "run.yaml", ignored)) return;
  const auto named = YamlNode::load_file(folder / "run.yaml").map().find("devices");
  if (!named) return;
  for (const YamlNode& node : named->list()) {
    const std::string name = node.map().at("name").text();
    for (DeviceColumn& each : columns) {
      if (each.device == column_word(name)) each.device = name;
    }
  }
}

/// The space that a folder's run.yaml names.
std::string space_of(const std::filesystem::path& folder) {
  std::error_code ignored;
  if (!std::filesystem::exists(folder / "run.yaml", ignored)) return "NAME";
  return YamlNode::load_file(folder / "run.yaml").map().at("space").text();
}

}  // namespace

std::vector<DatasetCosts> read_cost_table(const std::filesystem::path& path) {
  const std::string file = path.string();
  std::error_code ignored;
  if (std::filesystem::exists(path.parent_path() / "blocks.csv", ignored)) {
    throw InputError(
        fmt::format("{}: holds blocks, not candidates; cost some with tilewise space {} --sample "
                    "1000 --device ... --out ...",
                    path.parent_path().string(), space_of(path.parent_path())));
  }
  const std::string content = read_file(path, kMostTableBytes);
  std::string_view text = without_byte_order_mark(content);
  const Cells header = take_csv_line(text);
  auto devices = devices_of(header);
  restore_names(devices, path.parent_path());
  if (!is_cost_header(header) || devices.empty()) {
    throw InputError(fmt::format("{}:1: not the costs of a sweep; run tilewise sweep again", file));
  }
  std::vector<DatasetCosts> datasets;
  for (std::size_t line = 2; !text.empty(); ++line) {
    const std::string place = fmt::format("{}:{}", file, line);
    Cells row = take_csv_line(text);
    if (row.size() != header.size()) {
      throw InputError(
          fmt::format("{}: expected {} cells, found {}", place, header.size(), row.size()));
    }
    DatasetCosts& costs = dataset_of(datasets, row[2], devices, place);
    costs.indices.push_back(csv_count(row[0], place));
    costs.architectures.push_back(std::move(row[1]));
    costs.macs.push_back(csv_amount(row[3], place));
    costs.parameters.push_back(csv_amount(row[4], place));
    for (std::size_t d = 0; d < devices.size(); ++d) {
      costs.devices[d].latency_ms.push_back(csv_amount(row[devices[d].at], place));
      costs.devices[d].energy_mj.push_back(csv_amount(row[devices[d].at + 1], place));
    }
  }
  if (datasets.empty()) {
    throw InputError(fmt::format("{}:1: no row below the header; run tilewise sweep again", file));
  }
  return datasets;
}

}  // namespace tilewise
