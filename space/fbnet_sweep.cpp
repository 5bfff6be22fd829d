#include "space/fbnet_sweep.hpp"

#include <cstdint>
#include <utility>

#include "base/error.hpp"
#include "space/distinct_layers.hpp"

namespace tilewise {
namespace {

/// Calls `visit` with each layer of the fixed part and of every block, in the order of the table.
template <class Visit>
void for_each_layer(FbnetDataset dataset, const Visit& visit) {
  for (const Layer& layer : fbnet_fixed_layers(dataset)) visit(layer);
  for (std::size_t position = 0; position < kFbnetPositions; ++position) {
    for (const FbnetOp op : all_of<FbnetOp>()) {
      for (const Layer& layer : fbnet_block(dataset, position, op)) visit(layer);
    }
  }
}

std::vector<SweepLayer> count_layers(const std::vector<FbnetDataset>& datasets,
                                     LayerCollection& collection) {
  std::vector<std::int64_t> times;
  for (const FbnetDataset dataset : datasets) {
    for_each_layer(dataset, [&](const Layer& layer) {
      times.resize(collection.layers().size() + 1);
      ++times[collection.index_of(layer)];
    });
  }
  std::vector<SweepLayer> layers;
  for (const Layer& layer : collection.layers())
    layers.push_back({layer, times[layers.size()], {}});
  return layers;
}

/// The sums of one metric over all architectures.
std::vector<double> totals(const FbnetMetric& metric,
                           const std::vector<FbnetArchitecture>& architectures, int threads) {
  std::vector<double> sums(architectures.size());
  fill_totals(metric, architectures, threads, sums);
  return sums;
}

/// The table of a published model in the units of ours.
FbnetTable::Device published_blocks(const FbnetCostTable& published) {
  FbnetTable::Device made;
  const auto set = [](const HwnasbenchCost& cost, double& latency, double& energy, double& bytes) {
    const CostSum sum = cost_sum(cost);
    latency = sum.latency_ms;
    energy = sum.energy_mj;
    bytes = sum.dram_bytes;
  };
  set(published.fixed, made.latency_ms.fixed, made.energy_mj.fixed, made.dram_bytes.fixed);
  for (std::size_t i = 0; i < kFbnetFixedLayers; ++i) {
    set(published.fixed_parts.at(i), made.latency_ms.fixed_parts.at(i),
        made.energy_mj.fixed_parts.at(i), made.dram_bytes.fixed_parts.at(i));
  }
  for (std::size_t position = 0; position < kFbnetPositions; ++position) {
    for (const FbnetOp op : all_of<FbnetOp>()) {
      set(published.blocks[position][op], made.latency_ms.blocks[position][op],
          made.energy_mj.blocks[position][op], made.dram_bytes.blocks[position][op]);
    }
  }
  return made;
}

}  // namespace

FbnetSweep sweep_fbnet(const SweepOptions& options) {
  if (options.datasets.empty()) throw InputError("fbnet: no data set; give --dataset cifar100");
  std::vector<FbnetDataset> datasets;
  for (const std::string& each : options.datasets) datasets.push_back(parse_fbnet_dataset(each));

  FbnetSweep space;
  SweepResult& sweep = space.sweep;
  sweep.space = "fbnet";
  sweep.datasets = options.datasets;
  LayerCollection collection;
  time_phase(sweep.phases, "count layers",
             [&] { sweep.layers = count_layers(datasets, collection); });
  time_phase(sweep.phases, "load devices", [&] {
    sweep.devices = find_devices(options.devices, sweep.layers, options.objective);
  });
  time_phase(sweep.phases, "map layers",
             [&] { map_layers(sweep.layers, sweep.devices, mapping_options(options)); });
  const auto cost = [&](const Layer& layer, std::size_t device) -> CostSum {
    if (network_model(sweep.devices[device]) != nullptr) return {};  // by block, below
    return cost_sum(sweep.layers[collection.index_of(layer)].results[device].cost);
  };
  time_phase(sweep.phases, "add up blocks", [&] {
    for (const FbnetDataset dataset : datasets) {
      FbnetTable table = fbnet_table(dataset, sweep.devices.size(), cost);
      for (std::size_t d = 0; d < sweep.devices.size(); ++d) {
        const HwnasbenchModel* model = network_model(sweep.devices[d]);
        if (model != nullptr) table.devices[d] = published_blocks(model->fbnet(dataset));
      }
      space.tables.push_back(std::move(table));
    }
  });
  return space;
}

SweepResult fbnet_rows(const FbnetSweep& space, const std::vector<FbnetArchitecture>& architectures,
                       int threads) {
  SweepResult result = space.sweep;
  time_phase(result.phases, "add up architectures", [&] {
    for (const FbnetArchitecture& architecture : architectures) {
      result.architectures.push_back(to_string(architecture));
    }
    for (const FbnetTable& table : space.tables) {
      const std::size_t first = result.rows.size();
      result.rows.resize(first + architectures.size());
      const auto rows = std::span(result.rows).subspan(first);
      const auto macs = totals(table.macs, architectures, threads);
      const auto parameters = totals(table.parameters, architectures, threads);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].index = static_cast<std::int64_t>(i);
        rows[i].dataset = name(table.dataset);
        rows[i].macs = static_cast<std::int64_t>(macs[i]);
        rows[i].parameters = static_cast<std::int64_t>(parameters[i]);
      }
      for (const FbnetTable::Device& device : table.devices) {
        const auto latency = totals(device.latency_ms, architectures, threads);
        const auto energy = totals(device.energy_mj, architectures, threads);
        const auto bytes = totals(device.dram_bytes, architectures, threads);
        for (std::size_t i = 0; i < rows.size(); ++i) {
          rows[i].latency_ms.push_back(latency[i]);
          rows[i].energy_mj.push_back(energy[i]);
          rows[i].dram_bytes.push_back(bytes[i]);
        }
      }
    }
  });
  return result;
}

}  // namespace tilewise
