#include "workload/network_batch.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/integers.hpp"

namespace tilewise {
namespace {

bool has_window(Operator op) {
  switch (op) {
    case Operator::Convolution:
    case Operator::Depthwise:
    case Operator::AveragePool:
    case Operator::MaxPool: return true;
    case Operator::FullyConnected:
    case Operator::MatrixProduct:
    case Operator::Add:
    case Operator::Elementwise: return false;
  }
  return false;
}

}  // namespace

std::optional<std::int64_t> batch_of(const Network& network) {
  for (std::size_t i = 0; i < network.size(); ++i) {
    const Layer& layer = network.layer(i);
    const bool alone = network.size() == 1 && layer.op != Operator::MatrixProduct;
    if (has_window(layer.op) || alone) return layer.bounds[Dim::N];
  }
  return std::nullopt;
}

Network with_batch(const Network& network, std::int64_t own, std::int64_t batch) {
  Network made(network.name());
  for (std::size_t i = 0; i < network.size(); ++i) {
    Layer layer = network.layer(i);
    std::int64_t& bound = layer.bounds[layer.op == Operator::MatrixProduct ? Dim::G : Dim::N];
    const std::int64_t grown = checked_multiply(bound, batch, layer.name + " at this batch");
    if (grown % own != 0) {
      throw InputError(
          fmt::format("{}: {} has {} of what {} images need; at batch {} it would not be whole, "
                      "change the file",
                      network.name(), layer.name, bound, own, batch));
    }
    bound = grown / own;
    check_layer(layer);
    made.add(std::move(layer), network.inputs_of(i));
  }
  for (const Omission& omission : network.omitted()) made.omit(omission);
  return made;
}

}  // namespace tilewise
