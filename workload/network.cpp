#include "workload/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/topological_sort.hpp>
#include <cassert>
#include <iterator>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/integers.hpp"

namespace tilewise {
namespace {

constexpr std::size_t kNoRead = std::numeric_limits<std::size_t>::max();

/// That a layer reads the output of another.
struct LayerRead {
  std::size_t from = 0;
  std::size_t to = 0;
  std::size_t before = kNoRead;  ///< the read of the same output that was added before
};

struct LayerNode {
  std::shared_ptr<const Layer> layer;
  std::size_t first_read = 0;         ///< its own reads begin there
  std::size_t last_reader = kNoRead;  ///< the last read of its output
};

std::int64_t output_bits(const Layer& layer) {
  return checked_multiply(stored_words(layer, Tensor::Output),
                          layer.widths.tensor[Tensor::Output].count(), "bits of an output");
}

std::int64_t input_bits(const Layer& layer) {
  return checked_multiply(stored_words(layer, Tensor::Input),
                          layer.widths.tensor[Tensor::Input].count(), "bits of an input");
}

}  // namespace

/// Two lists, whatever the number of layers: spaces make networks by the thousand.
struct Network::Graph {
  std::string name;
  std::vector<LayerNode> layers;
  std::vector<LayerRead> reads;  ///< by rising `to`
  std::vector<Omission> omitted;
};

Network::Network(std::string name) : graph_(std::make_unique<Graph>()) {
  graph_->name = std::move(name);
}
Network::Network(const Network& other) : graph_(std::make_unique<Graph>(*other.graph_)) {}
Network::Network(Network&& other) noexcept = default;
Network& Network::operator=(Network other) noexcept {
  graph_.swap(other.graph_);
  return *this;
}
Network::~Network() = default;

std::size_t Network::add(Layer layer, const std::vector<std::size_t>& inputs) {
  return add(std::make_shared<const Layer>(std::move(layer)), std::span(inputs));
}

std::size_t Network::add(std::shared_ptr<const Layer> layer, std::span<const std::size_t> inputs) {
  assert(layer);
  const std::size_t index = size();
  for (const std::size_t input : inputs) {
    if (input >= index) {
      throw InputError(fmt::format(
          "layer \"{}\": reads layer {}, but only {} layers were added before it; add its inputs "
          "first",
          layer->name, input, index));
    }
  }
  std::vector<LayerRead>& reads = graph_->reads;
  graph_->layers.push_back({std::move(layer), reads.size()});
  for (const std::size_t input : inputs) {
    std::size_t& last = graph_->layers[input].last_reader;
    reads.push_back({input, index, last});
    last = reads.size() - 1;
  }
  return index;
}

const std::string& Network::name() const { return graph_->name; }
std::size_t Network::size() const { return graph_->layers.size(); }
const Layer& Network::layer(std::size_t index) const { return *graph_->layers[index].layer; }
const std::shared_ptr<const Layer>& Network::shared_layer(std::size_t index) const {
  return graph_->layers[index].layer;
}

std::vector<std::size_t> Network::inputs_of(std::size_t index) const {
  const std::vector<LayerRead>& reads = graph_->reads;
  std::vector<std::size_t> inputs;
  for (std::size_t r = graph_->layers[index].first_read; r < reads.size(); ++r) {
    if (reads[r].to != index) break;
    inputs.push_back(reads[r].from);
  }
  return inputs;
}

std::vector<std::size_t> Network::consumers_of(std::size_t index) const {
  std::vector<std::size_t> consumers;
  std::size_t read = graph_->layers[index].last_reader;
  for (; read != kNoRead; read = graph_->reads[read].before) {
    if (consumers.empty() || consumers.back() != graph_->reads[read].to) {
      consumers.push_back(graph_->reads[read].to);
    }
  }
  std::reverse(consumers.begin(), consumers.end());
  return consumers;
}

void Network::omit(Omission omission) {
  if (omission.count < 1) {
    throw InputError(
        fmt::format("omitted {}: expected 1 node or more, found {}", omission.op, omission.count));
  }
  graph_->omitted.push_back(std::move(omission));
}

const std::vector<Omission>& Network::omitted() const { return graph_->omitted; }

std::string omission_text(const Omission& omission) {
  const std::string first =
      omission.nodes.empty() ? "" : fmt::format(" (first {})", omission.nodes.front());
  return fmt::format("partial: {} {} {}{} {} not in it{}{}", omission.count, omission.op,
                     omission.count == 1 ? "node" : "nodes", first,
                     omission.count == 1 ? "is" : "are", omission.reason.empty() ? "" : ": ",
                     omission.reason);
}

std::vector<std::size_t> topological_order(const Network& network) {
  boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS> readers(network.size());
  for (std::size_t i = 0; i < network.size(); ++i) {
    for (const std::size_t input : network.inputs_of(i)) boost::add_edge(i, input, readers);
  }
  // Depth first along the edges from a layer to what it reads, from the lowest index on: a layer
  // is finished after its inputs and before any layer of a higher index that it does not need.
  std::vector<std::size_t> order;
  boost::topological_sort(readers, std::back_inserter(order));
  return order;
}

std::vector<Lifetime> output_lifetimes(const Network& network) {
  const std::vector<std::size_t> order = topological_order(network);
  std::vector<std::size_t> step_of(order.size());
  for (std::size_t step = 0; step < order.size(); ++step) step_of[order[step]] = step;

  std::vector<Lifetime> lifetimes(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::vector<std::size_t> consumers = network.consumers_of(i);
    lifetimes[i] = {step_of[i], consumers.empty() ? order.size() - 1 : step_of[i]};
    for (const std::size_t consumer : consumers) {
      lifetimes[i].last = std::max(lifetimes[i].last, step_of[consumer]);
    }
  }
  return lifetimes;
}

Bits peak_memory(const Network& network) {
  const std::vector<Lifetime> lifetimes = output_lifetimes(network);
  std::int64_t input_size = 0;  // layers without inputs all read the one input of the network
  std::size_t input_last = 0;
  std::vector<std::int64_t> appear(network.size() + 1, 0);
  std::vector<std::int64_t> vanish(network.size() + 1, 0);
  const auto hold = [&](std::int64_t size, Lifetime life) {
    appear[life.first] = checked_add(appear[life.first], size, "peak memory");
    vanish[life.last + 1] = checked_add(vanish[life.last + 1], size, "peak memory");
  };
  for (std::size_t i = 0; i < network.size(); ++i) {
    hold(output_bits(network.layer(i)), lifetimes[i]);
    if (!network.inputs_of(i).empty()) continue;
    input_size = std::max(input_size, input_bits(network.layer(i)));
    input_last = std::max(input_last, lifetimes[i].first);
  }
  if (network.size() > 0) hold(input_size, {0, input_last});

  std::int64_t alive = 0;
  std::int64_t peak = 0;
  for (std::size_t step = 0; step < network.size(); ++step) {
    alive = checked_add(alive - vanish[step], appear[step], "peak memory");
    peak = std::max(peak, alive);
  }
  return Bits{peak};
}

std::vector<Layer> layers_of(const Network& network) {
  std::vector<Layer> layers;
  for (std::size_t i = 0; i < network.size(); ++i) layers.push_back(network.layer(i));
  return layers;
}

std::int64_t macs(const Network& network) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < network.size(); ++i) {
    sum = checked_add(sum, macs(network.layer(i)), "MACs of the network");
  }
  return sum;
}

std::int64_t parameters(const Network& network) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < network.size(); ++i) {
    sum = checked_add(sum, parameters(network.layer(i)), "parameters of the network");
  }
  return sum;
}

}  // namespace tilewise
