#include <fmt/format.h>

#include <utility>

#include "space/nasbench101.hpp"
#include "space/square_layers.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kVertexImage = 32;  // rows, and columns
constexpr std::int64_t kVertexClasses = 10;
constexpr std::int64_t kFirstChannels = 128;

/// Several outputs behind each other as channels.
using Producers = std::vector<std::size_t>;

Layer square_max_pool(std::string name, SquareMap output, SquareFilter filter) {
  Layer pool = square_average_pool(std::move(name), output, filter);
  pool.op = Operator::MaxPool;
  return pool;
}

Layer operation_layer(Nasbench101Op op, const std::string& prefix, SquareMap map) {
  switch (op) {
    case Nasbench101Op::Conv3x3:
      return square_convolution(prefix + "conv3x3", map.channels, map, {3});
    case Nasbench101Op::Conv1x1:
      return square_convolution(prefix + "conv1x1", map.channels, map, {1});
    case Nasbench101Op::MaxPool3x3: break;
  }
  Layer pool = square_max_pool(prefix + "maxpool3x3", map, {3});
  pool.padding = {1, 1};
  return pool;
}

Layer projection_layer(const std::string& prefix, std::int64_t channels,
                       const Nasbench101Module& module) {
  return square_convolution(prefix + "projection", module.inputs, {channels, module.size}, {1});
}

/// Adds one module behind `input`; returns what makes its output.
Producers add_module(Network& network, const VertexCell& cell, const Nasbench101Module& module,
                     const std::string& prefix, const Producers& input) {
  const auto channels = vertex_channels(cell, module.inputs, module.outputs);
  const std::size_t last = cell.vertices - 1;
  std::array<std::size_t, kMostVertices> made{};
  Producers output;
  for (std::size_t v = 1; v < last; ++v) {
    const VertexSite site = vertex_site(cell, v, channels[v]);
    std::vector<Layer> layers = vertex_layers(site, module, fmt::format("{}vertex{}.", prefix, v));
    Producers operands;
    for (std::size_t u = 1; u < v; ++u) {
      if (cell.has(u, v)) operands.push_back(made[u]);
    }
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const bool projects = site.from_input && i == 0;
      const std::size_t added = network.add(std::move(layers[i]), projects ? input : operands);
      if (projects) {
        operands.push_back(added);
      } else {
        operands = {added};
      }
    }
    made[v] = operands.front();
    if (cell.has(v, last)) output.push_back(made[v]);
  }
  if (!cell.has(0, last)) return output;
  std::vector<Layer> bypass = bypass_layers(output.empty(), module, prefix + "output.");
  output.push_back(network.add(std::move(bypass.front()), input));
  if (bypass.size() > 1) output = {network.add(std::move(bypass.back()), output)};
  return output;
}

}  // namespace

VertexSite vertex_site(const VertexCell& cell, std::size_t vertex, std::int64_t channels) {
  VertexSite site{cell.ops[vertex - 1], 0, cell.has(0, vertex), channels};
  for (std::size_t u = 1; u < vertex; ++u) site.inner += cell.has(u, vertex) ? 1 : 0;
  return site;
}

std::vector<Layer> vertex_layers(const VertexSite& site, const Nasbench101Module& module,
                                 const std::string& prefix) {
  const SquareMap map{site.channels, module.size};
  std::vector<Layer> layers;
  if (site.from_input) layers.push_back(projection_layer(prefix, site.channels, module));
  // Of a larger operand the last channel is dropped.
  const std::int64_t operands = site.inner + (site.from_input ? 1 : 0);
  if (operands > 1) layers.push_back(square_sum(prefix + "add", map, operands));
  layers.push_back(operation_layer(site.op, prefix, map));
  return layers;
}

std::vector<Layer> bypass_layers(bool alone, const Nasbench101Module& module,
                                 const std::string& prefix) {
  std::vector<Layer> layers{projection_layer(prefix, module.outputs, module)};
  if (!alone) layers.push_back(square_sum(prefix + "add", {module.outputs, module.size}, 2));
  return layers;
}

std::vector<Layer> nasbench101_fixed_layers() {
  std::vector<Layer> layers{
      square_convolution("stem.conv3x3", 3, {kFirstChannels, kVertexImage}, {3})};
  const std::vector<Nasbench101Module> modules = nasbench101_modules();
  for (std::size_t m = 3; m < modules.size(); m += 3) {
    layers.push_back(square_max_pool(fmt::format("stack{}.downsample", m / 3 + 1),
                                     {modules[m].inputs, modules[m].size}, {2, 2}));
  }
  const SquareMap map{modules.back().outputs, modules.back().size};
  layers.push_back(global_average_pool("global_pool", map));
  layers.push_back(classifier("classifier", map.channels, kVertexClasses));
  return layers;
}

std::vector<Nasbench101Module> nasbench101_modules() {
  std::vector<Nasbench101Module> modules;
  std::int64_t inputs = kFirstChannels;
  for (std::int64_t stack = 0; stack < 3; ++stack) {
    for (std::int64_t module = 0; module < 3; ++module) {
      modules.push_back({inputs, kFirstChannels << stack, kVertexImage >> stack});
      inputs = modules.back().outputs;
    }
  }
  return modules;
}

Network nasbench101_network(const VertexCell& cell) {
  Network network(fmt::format("nasbench101 {}", to_string(cell)));
  std::vector<Layer> fixed = nasbench101_fixed_layers();
  auto next = fixed.begin();
  Producers last;
  const auto add_fixed = [&] { last = {network.add(std::move(*next++), last)}; };
  add_fixed();
  const std::vector<Nasbench101Module> modules = nasbench101_modules();
  for (std::size_t m = 0; m < modules.size(); ++m) {
    if (m > 0 && m % 3 == 0) add_fixed();
    const std::string prefix = fmt::format("stack{}.module{}.", m / 3 + 1, m % 3 + 1);
    last = add_module(network, cell, modules[m], prefix, last);
  }
  while (next != fixed.end()) add_fixed();
  return network;
}

}  // namespace tilewise
