#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/units.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// Nodes of one operator that a network has although no layer stands for them: what it costs is
/// without them.
struct Omission {
  std::string op;                  ///< as its model names it: "ConvTranspose"
  std::int64_t count = 1;          ///< nodes; at least 1
  std::vector<std::string> nodes;  ///< names of the first few
  std::string reason;              ///< ends a sentence: "its map has three axes"
  bool operator==(const Omission&) const = default;
};
/// "partial: 20 Conv nodes (first conv1) are not in it: its map has three axes".
std::string omission_text(const Omission& omission);

/// A network: layers, and an edge from each layer to those that read its output. Layers keep the
/// order in which they were added as their index. Copies share their layers, which never change.
class Network {
 public:
  explicit Network(std::string name = "");
  Network(const Network& other);
  Network(Network&& other) noexcept;
  Network& operator=(Network other) noexcept;
  ~Network();

  /// Adds a layer that reads the outputs of `inputs` (empty: the input of the network). Returns
  /// its index. Throws InputError where an input does not exist.
  std::size_t add(Layer layer, const std::vector<std::size_t>& inputs);
  /// The same of a layer that other networks may hold as well; there is one.
  std::size_t add(std::shared_ptr<const Layer> layer, std::span<const std::size_t> inputs);

  const std::string& name() const;
  std::size_t size() const;
  const Layer& layer(std::size_t index) const;
  /// The layer as networks share it.
  const std::shared_ptr<const Layer>& shared_layer(std::size_t index) const;
  std::vector<std::size_t> inputs_of(std::size_t index) const;
  std::vector<std::size_t> consumers_of(std::size_t index) const;

  /// Notes that nodes of the network have no layer. Throws InputError where the count is below 1.
  void omit(Omission omission);
  /// What no layer stands for, in the order of omit; where not empty, all totals are partial.
  const std::vector<Omission>& omitted() const;

 private:
  struct Graph;
  std::unique_ptr<Graph> graph_;
};

/// Layer indices so that each comes after those it reads; ties by the lower index.
std::vector<std::size_t> topological_order(const Network& network);

/// The layers in the order in which they were added.
std::vector<Layer> layers_of(const Network& network);

/// When an output exists: from the step that makes it to the last that reads it, both counted in
/// topological order; the output of the network lives to the end.
struct Lifetime {
  std::size_t first = 0;
  std::size_t last = 0;
  bool operator==(const Lifetime&) const = default;
};
std::vector<Lifetime> output_lifetimes(const Network& network);

/// The largest sum of the sizes of the outputs (and the network's input) alive at one step.
Bits peak_memory(const Network& network);

std::int64_t macs(const Network& network);
std::int64_t parameters(const Network& network);

}  // namespace tilewise
