#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/yaml.hpp"
#include "workload/layer_yaml.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// Something that a layer reads: the output of a layer, or the input of the network.
struct LayerSource {
  std::string name;
  std::optional<FeatureMap> map;         ///< empty: the network does not say its input
  std::optional<std::size_t> layer;      ///< empty: the input of the network
  bool zero = false;                     ///< a tensor of zeros, which no layer makes
  std::vector<std::size_t> joined = {};  ///< layers whose channels lie behind those of `layer`
  std::string decision = {};  ///< of a search space: what may leave it out; empty: it is there
  bool absent = false;        ///< left out: who reads several goes without it
};

/// Of so many layers a concatenation may have channels: concatenations of concatenations double.
inline constexpr std::size_t kMostJoined = 4'096;

/// Reads layers into a network one after the other, shapes inferred along the edges;
/// docs/formats.md lists the keys of a layer. All throw InputError with file, line, key and cure.
class NetworkReader {
 public:
  NetworkReader(std::string name, const std::optional<FeatureMap>& input, const WordWidths& widths);

  /// Adds a layer; keys of it that were asked for before are none of its own.
  void add(YamlMap layer);
  /// The same in its steps: what it reads, the layer, and its place in the network.
  std::vector<LayerSource> sources_of(YamlMap& layer) const;
  Layer parse(YamlMap layer, const std::vector<LayerSource>& sources) const;
  void put(const YamlNode& name, Layer layer, const std::vector<LayerSource>& sources);

  /// `name` stands for `source`: no layer is there.
  void pass(const YamlNode& name, LayerSource source);

  /// `name` stands for the channels of `sources` behind each other: no layer is there.
  void concatenate(const YamlNode& name, const std::vector<LayerSource>& sources);

  /// Until `leave`, names are a block's own: `input` is the first source, `input2` the second, and
  /// what layers are called begins with `prefix`, behind that of the block around it.
  void enter(const std::string& prefix, std::vector<LayerSource> sources);
  /// What the block gives.
  LayerSource leave();

  /// What the last layer gives; before there is one the input.
  const LayerSource& output() const;
  Network& network() { return network_; }

 private:
  /// The names of a block.
  struct Scope {
    std::map<std::string, LayerSource, std::less<>> sources;
    std::string previous;
    std::string prefix;
  };
  const LayerSource& find(const YamlNode& node) const;

  WordWidths widths_;
  std::vector<Scope> scopes_;
  Network network_;
};

/// The network described by `map`, shapes inferred along its edges; docs/formats.md lists the
/// keys. Throws InputError with file, line, key and cure, also where shapes do not fit.
/// `batch`: images at a time instead of the file's (with_batch); it must be told by the file, or by
/// a layer with a window.
Network parse_network(YamlMap map, std::optional<std::int64_t> batch = {});

/// The network of a file; the file of one layer is a network of that layer.
Network load_network(const std::filesystem::path& path, std::optional<std::int64_t> batch = {});
/// The network of a file, or of a shipped config by its name: "resnet18".
Network find_network(const std::string& name, std::optional<std::int64_t> batch = {});

/// A network as a file that load_network reads back to the same layers, each by its loop bounds.
std::string network_yaml(const Network& network);

}  // namespace tilewise
