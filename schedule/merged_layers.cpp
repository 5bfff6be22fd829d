#include "schedule/merged_layers.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "schedule/activations.hpp"

namespace tilewise {
namespace {

/// The one layer that reads the output of `maker`, once; empty: there is none.
std::optional<std::size_t> only_reader(const Network& network, std::size_t maker) {
  const std::vector<std::size_t> readers = network.consumers_of(maker);
  if (readers.size() != 1) return std::nullopt;
  const std::vector<std::size_t> inputs = network.inputs_of(readers.front());
  if (std::count(inputs.begin(), inputs.end(), maker) != 1) return std::nullopt;
  return readers.front();
}

/// What an operator is to the layer whose drain it runs in; empty: it cannot.
std::optional<Merge> kind_of(const Network& network, std::size_t index) {
  const Layer& layer = network.layer(index);
  if (layer.op == Operator::Add && sum_operands(network, index) > 0) return Merge::Add;
  if (layer.op == Operator::Elementwise && layer.bounds[Dim::C] == 1 &&
      network.inputs_of(index).size() == 1) {
    return Merge::Elementwise;
  }
  return std::nullopt;
}

/// `merged` with the operator `next` in its drain; empty: it cannot be there.
std::optional<MergedLayers> with(const MergedLayers& merged, const Network& network,
                                 std::size_t next, const EnumArray<Merge, bool>& merges) {
  const auto kind = kind_of(network, next);
  const Layer& layer = network.layer(next);
  const bool same_words =
      stored_words(layer, Tensor::Output) == stored_words(merged.layer, Tensor::Output) &&
      layer.widths.tensor[Tensor::Input] == merged.layer.widths.tensor[Tensor::Output];
  if (!kind || !merges[*kind] || !same_words) return std::nullopt;
  MergedLayers made = merged;
  made.layers.push_back(next);
  made.layer.name += " + " + layer.name;
  made.layer.folded_parameters += layer.folded_parameters;
  if (*kind == Merge::Add) {
    // Only sums of products start from operands, and all operands are as wide.
    const Bits width = layer.widths.tensor[Tensor::Input];
    SumStart& start = made.layer.start;
    if (!has_weights(made.layer.op) || (start.operands > 0 && start.width != width)) {
      return std::nullopt;
    }
    start = {start.operands + layer.bounds[Dim::C] - 1, width};
    for (const std::size_t from : network.inputs_of(next)) {
      if (from != merged.layers.back()) made.operands.push_back(from);
    }
  }
  made.layer.widths.tensor[Tensor::Output] = layer.widths.tensor[Tensor::Output];
  made.layer.density[Tensor::Output] = layer.density[Tensor::Output];
  return made;
}

}  // namespace

std::vector<MergedLayers> merged_layers(const Network& network,
                                        const EnumArray<Merge, bool>& merges,
                                        const std::vector<bool>& apart) {
  std::vector<MergedLayers> all;
  if (merges == EnumArray<Merge, bool>{}) return all;
  for (std::size_t first = 0; first < network.size(); ++first) {
    std::optional<MergedLayers> merged = MergedLayers{{first}, network.layer(first), {}};
    while (!apart[merged->layers.back()]) {
      const auto next = only_reader(network, merged->layers.back());
      if (!next || apart[*next]) break;
      merged = with(*merged, network, *next, merges);
      if (!merged) break;
      all.push_back(*merged);
    }
  }
  return all;
}

bool in_a_row(const MergedLayers& merged) {
  for (std::size_t i = 1; i < merged.layers.size(); ++i) {
    if (merged.layers[i] != merged.layers[i - 1] + 1) return false;
  }
  return true;
}

}  // namespace tilewise
