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

/// Adds one module behind `input`.
class ModuleAdder {
 public:
  ModuleAdder(Network& network, const VertexCell& cell, const Nasbench101Module& module,
              std::string prefix, Producers input)
      : network_(network),
        cell_(cell),
        module_(module),
        channels_(vertex_channels(cell, module.inputs, module.outputs)),
        prefix_(std::move(prefix)),
        input_(std::move(input)) {}

  Producers add() {
    const std::size_t last = cell_.vertices - 1;
    Producers output;
    for (std::size_t v = 1; v < last; ++v) {
      add_vertex(v);
      if (cell_.has(v, last)) output.push_back(made_[v]);
    }
    if (!cell_.has(0, last)) return output;
    const std::size_t projection = project(prefix_ + "output.", module_.outputs);
    if (output.empty()) return {projection};
    output.push_back(projection);
    return {network_.add(square_sum(prefix_ + "output.add", {module_.outputs, module_.size}, 2),
                         output)};
  }

 private:
  /// The input of the module in as many channels.
  std::size_t project(const std::string& prefix, std::int64_t channels) {
    return network_.add(
        square_convolution(prefix + "projection", module_.inputs, {channels, module_.size}, {1}),
        input_);
  }

  /// The sum of what leads to a vertex, then its operation. A larger operand loses its last
  /// channel.
  void add_vertex(std::size_t v) {
    const std::string prefix = fmt::format("{}vertex{}.", prefix_, v);
    const SquareMap map{channels_[v], module_.size};
    Producers operands;
    for (std::size_t u = 1; u < v; ++u) {
      if (cell_.has(u, v)) operands.push_back(made_[u]);
    }
    if (cell_.has(0, v)) operands.push_back(project(prefix, map.channels));
    if (operands.size() > 1) {
      const auto count = static_cast<std::int64_t>(operands.size());
      operands = {network_.add(square_sum(prefix + "add", map, count), operands)};
    }
    made_[v] = network_.add(operation_layer(cell_.ops[v - 1], prefix, map), operands);
  }

  Network& network_;
  const VertexCell& cell_;
  Nasbench101Module module_;
  std::array<std::int64_t, kMostVertices> channels_;
  std::string prefix_;
  Producers input_;
  std::array<std::size_t, kMostVertices> made_{};
};

}  // namespace

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
  const std::vector<Nasbench101Module> modules = nasbench101_modules();
  Producers last{
      network.add(square_convolution("stem.conv3x3", 3, {kFirstChannels, kVertexImage}, {3}), {})};
  for (std::size_t m = 0; m < modules.size(); ++m) {
    const Nasbench101Module& module = modules[m];
    const std::size_t stack = m / 3 + 1;
    if (m > 0 && m % 3 == 0) {
      last = {network.add(square_max_pool(fmt::format("stack{}.downsample", stack),
                                          {module.inputs, module.size}, {2, 2}),
                          last)};
    }
    const std::string prefix = fmt::format("stack{}.module{}.", stack, m % 3 + 1);
    last = ModuleAdder(network, cell, module, prefix, std::move(last)).add();
  }
  const SquareMap map{modules.back().outputs, modules.back().size};
  const std::size_t pooled = network.add(global_average_pool("global_pool", map), last);
  network.add(classifier("classifier", map.channels, kVertexClasses), {pooled});
  return network;
}

}  // namespace tilewise
