#include "report/network_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/csv.hpp"
#include "base/text_table.hpp"
#include "base/units.hpp"
#include "report/layer_table.hpp"

namespace tilewise {
namespace {

using Json = nlohmann::ordered_json;

std::string both(const Plane& plane) {
  return fmt::format("{}x{}", plane.vertical, plane.horizontal);
}

Json pair(const Plane& plane) { return Json::array({plane.vertical, plane.horizontal}); }

Json layer_json(const Network& network, std::size_t index) {
  const Layer& layer = network.layer(index);
  Json dims;
  for (const Dim d : kDims) dims[std::string(name(d))] = layer.bounds[d];
  Json from = Json::array();
  for (const std::size_t input : network.inputs_of(index)) {
    from.push_back(network.layer(input).name);
  }
  return {{"name", layer.name},
          {"operator", name(layer.op)},
          {"from", from},
          {"dims", dims},
          {"stride", pair(layer.stride)},
          {"dilation", pair(layer.dilation)},
          {"padding", pair(layer.padding)},
          {"image", pair(layer.image)},
          {"macs", macs(layer)},
          {"parameters", parameters(layer)}};
}

std::string network_text(const Network& network) {
  std::vector<std::vector<std::string>> rows{{"layer", "operator", "N", "G", "M", "C", "P", "Q",
                                              "R", "S", "stride", "MACs", "parameters"}};
  for (std::size_t i = 0; i < network.size(); ++i) {
    const Layer& layer = network.layer(i);
    std::vector<std::string> row{layer.name, std::string(name(layer.op))};
    for (const Dim d : kDims) row.push_back(fmt::format("{}", layer.bounds[d]));
    row.push_back(both(layer.stride));
    row.push_back(fmt::format("{}", macs(layer)));
    row.push_back(fmt::format("{}", parameters(layer)));
    rows.push_back(std::move(row));
  }
  std::string text =
      fmt::format("{}\n{}\nlayers: {}\nMACs: {}\nparameters: {}\npeak memory: {:.6g} KiB\n",
                  network.name(), text_table(rows), network.size(), macs(network),
                  parameters(network), in_kibibytes(peak_memory(network)));
  for (const Omission& each : network.omitted()) text += omission_text(each) + "\n";
  return text;
}

Json omissions_json(const Network& network) {
  Json omitted = Json::array();
  for (const Omission& each : network.omitted()) {
    omitted.push_back({{"operator", each.op},
                       {"count", each.count},
                       {"nodes", each.nodes},
                       {"reason", each.reason}});
  }
  return omitted;
}

std::string network_json(const Network& network) {
  Json layers = Json::array();
  for (std::size_t i = 0; i < network.size(); ++i) layers.push_back(layer_json(network, i));
  const Json json{{"name", network.name()},
                  {"layers", layers},
                  {"macs", macs(network)},
                  {"parameters", parameters(network)},
                  {"omitted", omissions_json(network)},
                  {"peak_memory_bits", peak_memory(network).count()}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// "left;right": the layers that a layer reads.
std::string inputs_cell(const Network& network, std::size_t index) {
  std::string cell;
  for (const std::size_t input : network.inputs_of(index)) {
    cell += (cell.empty() ? "" : ";") + network.layer(input).name;
  }
  return cell;
}

std::string network_csv(const Network& network) {
  std::vector<std::vector<std::string>> rows{{"name", "operator"}};
  for (const std::string& column : shape_columns()) rows[0].push_back(column);
  for (const char* column : {"from", "macs", "params", "omitted"}) rows[0].emplace_back(column);
  for (std::size_t i = 0; i < network.size(); ++i) {
    const Layer& layer = network.layer(i);
    std::vector<std::string>& row = rows.emplace_back();
    row = {layer.name, std::string(name(layer.op))};
    for (const std::string& cell : shape_cells(layer)) row.push_back(cell);
    row.push_back(inputs_cell(network, i));
    row.push_back(fmt::format("{}", macs(layer)));
    row.push_back(fmt::format("{}", parameters(layer)));
    row.emplace_back();
  }
  for (const Omission& each : network.omitted()) {
    std::vector<std::string>& row = rows.emplace_back(rows[0].size());
    row[0] = fmt::format("{}", fmt::join(each.nodes, ";"));
    row[1] = each.op;
    row.back() = omission_text(each);
  }
  return csv_table(rows);
}

}  // namespace

Report network_report(const Network& network) {
  return {[&] { return network_text(network); }, [&] { return network_json(network); },
          [&] { return network_csv(network); }};
}

}  // namespace tilewise
