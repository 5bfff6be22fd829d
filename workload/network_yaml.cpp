#include "workload/network_yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/integers.hpp"
#include "workload/layer_yaml.hpp"
#include "workload/network_batch.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMost = std::int64_t{1} << 31U;
constexpr std::string_view kInputName = "input";

/// Something that a layer reads: the output of a layer, or the input of the network.
struct Source {
  std::string name;
  std::optional<FeatureMap> map;     ///< empty: the network does not say its input
  std::optional<std::size_t> layer;  ///< empty: the input of the network
};

/// What is known of the network after the layers read so far.
struct Progress {
  std::map<std::string, Source, std::less<>> sources;
  std::string previous{kInputName};
};

std::string shape_text(const FeatureMap& map) {
  return fmt::format("{} x {} x {}", map.channels, map.height, map.width);
}

std::int64_t words(const FeatureMap& map) {
  return checked_product({map.batch, map.channels, map.height, map.width}, "words of an input");
}

/// Refuses a map that nothing could hold, so that its products fit from here on.
void check_words(const YamlNode& node, const FeatureMap& map) {
  try {
    words(map);
  } catch (const InputError& error) {
    node.fail(error.what());
  }
}

const Source& find_source(const Progress& progress, const YamlNode& node) {
  const auto found = progress.sources.find(node.text());
  if (found == progress.sources.end()) {
    node.fail(fmt::format("no layer \"{}\" before this one; name an earlier layer or {}",
                          node.text(), kInputName));
  }
  return found->second;
}

std::vector<Source> read_sources(YamlMap& map, const Progress& progress) {
  const auto from = map.find("from");
  if (!from) return {progress.sources.at(progress.previous)};
  if (!from->is_list()) return {find_source(progress, *from)};
  std::vector<Source> sources;
  for (const YamlNode& item : from->list()) sources.push_back(find_source(progress, item));
  if (sources.empty()) from->fail("expected the name of an earlier layer, or a list of names");
  return sources;
}

const FeatureMap& map_of(const YamlMap& layer, const Source& source) {
  if (!source.map) {
    layer.node().fail("reads the input of the network, which has no key `input`; give it one");
  }
  return *source.map;
}

/// The one map that the operator sees: the operands of an add must be alike, the inputs of any
/// other operator lie behind each other as channels.
FeatureMap joined_map(YamlMap& map, const std::vector<Source>& sources, const std::string& op) {
  const bool is_add = op == name(Operator::Add) || op == name(Operator::Elementwise);
  const FeatureMap& first = map_of(map, sources.front());
  FeatureMap joined = first;
  for (std::size_t i = 1; i < sources.size(); ++i) {
    const FeatureMap& next = map_of(map, sources[i]);
    FeatureMap comparable = next;
    if (!is_add) comparable.channels = first.channels;
    if (comparable != first) {
      map.at("from").fail(fmt::format("{} gives {}, but {} gives {}; {}", sources[0].name,
                                      shape_text(first), sources[i].name, shape_text(next),
                                      is_add ? "the operands must have one shape"
                                             : "joined inputs must have one height and width"));
    }
    if (!is_add) joined.channels += next.channels;
    if (joined.channels > kMost) map.at("from").fail("more than 2^31 channels; read fewer layers");
  }
  check_words(map.node(), joined);
  return joined;
}

/// A matrix product names its shape itself; what it reads must have as many words.
void check_matrix_product(const YamlMap& map, const Layer& layer,
                          const std::vector<Source>& sources) {
  if (sources.size() > 2) map.node().fail("from: a matrix product reads one or two layers");
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const Tensor t = i == 0 ? Tensor::Input : Tensor::Weight;
    const std::int64_t wanted = stored_words(layer, t);
    const std::int64_t given = words(map_of(map, sources[i]));
    if (given != wanted) {
      map.node().fail(
          fmt::format("from: {} gives {} words, but {} are {}; change rows, columns, "
                      "inner or batch",
                      sources[i].name, given,
                      i == 0 ? "batch x rows x inner" : "batch x inner x columns", wanted));
    }
  }
}

void add_layer(YamlMap map, const WordWidths& widths, Progress& progress, Network& network) {
  const YamlNode name_node = map.at("name");
  const std::string layer_name = name_node.text();
  if (progress.sources.contains(layer_name)) {
    name_node.fail(fmt::format("\"{}\" is taken; each layer needs its own name", layer_name));
  }
  const std::vector<Source> sources = read_sources(map, progress);
  const std::string op = map.at("op").text();
  const bool inferred = !map.find("dims");  // else the layer says its own shape
  const bool is_product = inferred && op == name(Operator::MatrixProduct);
  LayerContext context{
      .name = layer_name, .operands = static_cast<std::int64_t>(sources.size()), .widths = widths};
  if (inferred) {
    context.input = is_product ? map_of(map, sources.front()) : joined_map(map, sources, op);
  }
  Layer layer = parse_layer(map, context);
  if (is_product) check_matrix_product(map, layer, sources);
  if (inferred && layer.op == Operator::Add && sources.size() < 2) {
    map.node().fail("from: an add reads at least two layers; list their names");
  }

  std::vector<std::size_t> inputs;
  for (const Source& source : sources) {
    if (source.layer) inputs.push_back(*source.layer);
  }
  const FeatureMap output = output_map(layer);
  const std::size_t index = network.add(std::move(layer), inputs);
  progress.sources[layer_name] = {layer_name, output, index};
  progress.previous = layer_name;
}

/// `own`: what the file says of its batch; empty: the layers have to tell.
Network at_batch(Network network, std::optional<std::int64_t> own, std::int64_t batch) {
  if (!own) own = batch_of(network);
  if (!own) {
    throw InputError(fmt::format(
        "--batch: {} does not tell its own batch: it has neither a key `input` nor a layer with a "
        "window; give it one, or change its rows",
        network.name()));
  }
  return *own == batch ? std::move(network) : with_batch(network, *own, batch);
}

/// Nodes of the model that the layers do not stand for.
Omission parse_omission(YamlMap map) {
  Omission omission;
  omission.op = map.at("operator").text();
  if (const auto count = map.find("count")) omission.count = count->integer(1, kMost);
  if (const auto nodes = map.find("nodes")) {
    for (const YamlNode& node : nodes->list()) omission.nodes.push_back(node.text());
  }
  if (const auto reason = map.find("reason")) omission.reason = reason->text();
  map.done();
  return omission;
}

}  // namespace

Network parse_network(YamlMap map, std::optional<std::int64_t> batch) {
  const auto network_name = map.find("name");
  Network network(network_name ? network_name->text() : "network");
  for (const std::string_view key : {"description", "source"}) {
    if (const auto remark = map.find(key)) remark->text();
  }
  std::optional<FeatureMap> input;
  if (const auto given = map.find("input")) {
    input = parse_feature_map(given->map());
    if (const auto own = map.find("batch")) input->batch = own->integer(1, kMost);
    check_words(map.node(), *input);
  }
  WordWidths widths;
  if (const auto bits = map.find("bits")) widths = parse_word_widths(*bits, widths);

  Progress progress;
  progress.sources[std::string(kInputName)] = {std::string(kInputName), input, std::nullopt};
  const YamlNode layers = map.at("layers");
  const std::vector<YamlNode> items = layers.list();
  if (items.empty()) layers.fail("expected at least one layer");
  if (const auto omitted = map.find("omitted")) {
    for (const YamlNode& item : omitted->list()) network.omit(parse_omission(item.map()));
  }
  map.done();
  for (const YamlNode& item : items) add_layer(item.map(), widths, progress, network);
  if (!batch) return network;
  return at_batch(std::move(network), input ? std::optional(input->batch) : std::nullopt, *batch);
}

Network load_network(const std::filesystem::path& path, std::optional<std::int64_t> batch) {
  YamlMap map = YamlNode::load_file(path).map();
  if (!map.find("layers") && map.find("op")) {
    Layer layer = parse_layer(map, {.name = path.stem().string()});
    Network network(layer.name);
    network.add(std::move(layer), {});
    return batch ? at_batch(std::move(network), std::nullopt, *batch) : network;
  }
  return parse_network(std::move(map), batch);
}

Network find_network(const std::string& name, std::optional<std::int64_t> batch) {
  return load_network(find_config("workload", name), batch);
}

}  // namespace tilewise
