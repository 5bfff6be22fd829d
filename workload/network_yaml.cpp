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

constexpr std::string_view kInputName = "input";
/// The input of a network or block once more, where no layer can take its name: no text of a file
/// is so, as it is no UTF-8.
constexpr std::string_view kUnnamedInput = "\xff";

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

const FeatureMap& map_of(const YamlMap& layer, const LayerSource& source) {
  if (!source.map) {
    layer.node().fail("reads the input of the network, which has no key `input`; give it one");
  }
  return *source.map;
}

/// Whether an elementwise layer spreads `part` over `whole`, such as a factor for each channel.
bool spreads(const FeatureMap& part, const FeatureMap& whole) {
  const auto fits = [](std::int64_t some, std::int64_t all) { return some == all || some == 1; };
  return part != whole && part.batch == whole.batch && fits(part.channels, whole.channels) &&
         fits(part.height, whole.height) && fits(part.width, whole.width);
}

/// What the operator sees of its sources.
struct Operands {
  FeatureMap map;
  std::int64_t count = 1;  ///< those of the size of `map`; a smaller one is read once and kept
};

/// The layers that make a source; none make a tensor of zeros.
void add_layers_of(const LayerSource& source, std::vector<std::size_t>& layers) {
  if (source.layer && !source.zero) layers.push_back(*source.layer);
  layers.insert(layers.end(), source.joined.begin(), source.joined.end());
}

/// The operands of an add must be alike; those of an elementwise layer alike, or spread over the
/// first; the inputs of any other operator lie behind each other as channels.
Operands joined_map(YamlMap& map, const std::vector<LayerSource>& sources, const std::string& op) {
  const bool elementwise = op == name(Operator::Elementwise);
  const bool is_add = op == name(Operator::Add) || elementwise;
  const FeatureMap& first = map_of(map, sources.front());
  Operands joined{first};
  for (std::size_t i = 1; i < sources.size(); ++i) {
    const FeatureMap& next = map_of(map, sources[i]);
    if (elementwise && spreads(next, first)) continue;
    FeatureMap comparable = next;
    if (!is_add) comparable.channels = first.channels;
    if (comparable != first) {
      map.at("from").fail(fmt::format("{} gives {}, but {} gives {}; {}", sources[0].name,
                                      shape_text(first), sources[i].name, shape_text(next),
                                      is_add ? "the operands must have one shape"
                                             : "joined inputs must have one height and width"));
    }
    ++joined.count;
    if (!is_add) joined.map.channels += next.channels;
    if (joined.map.channels > kMaxDimension) {
      map.at("from").fail("more than 2^31 channels; read fewer layers");
    }
  }
  check_words(map.node(), joined.map);
  return joined;
}

/// A matrix product names its shape itself; what it reads must have as many words.
void check_matrix_product(const YamlMap& map, const Layer& layer,
                          const std::vector<LayerSource>& sources) {
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

/// Whether a layer has taken the name of the input.
bool input_is_hidden(const std::map<std::string, LayerSource, std::less<>>& sources) {
  return sources.find(kInputName)->second.layer.has_value();
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
  if (const auto count = map.find("count")) omission.count = count->integer(1, kMaxDimension);
  if (const auto nodes = map.find("nodes")) {
    for (const YamlNode& node : nodes->list()) omission.nodes.push_back(node.text());
  }
  if (const auto reason = map.find("reason")) omission.reason = reason->text();
  map.done();
  return omission;
}

}  // namespace

NetworkReader::NetworkReader(std::string name, const std::optional<FeatureMap>& input,
                             const WordWidths& widths)
    : widths_(widths), network_(std::move(name)) {
  enter("", {{std::string(kInputName), input, std::nullopt}});
}

void NetworkReader::enter(const std::string& prefix, std::vector<LayerSource> sources) {
  const std::string outer = scopes_.empty() ? "" : scopes_.back().prefix;
  Scope scope{{}, std::string(kInputName), outer + prefix};
  for (std::size_t i = 0; i < sources.size(); ++i) {
    sources[i].name = i == 0 ? std::string(kInputName) : fmt::format("{}{}", kInputName, i + 1);
    const std::string name = sources[i].name;
    if (i == 0) scope.sources[std::string(kUnnamedInput)] = sources[i];
    scope.sources[name] = std::move(sources[i]);
  }
  scopes_.push_back(std::move(scope));
}

LayerSource NetworkReader::leave() {
  LayerSource source = output();
  scopes_.pop_back();
  return source;
}

const LayerSource& NetworkReader::output() const {
  const Scope& scope = scopes_.back();
  return scope.sources.at(scope.previous);
}

const LayerSource& NetworkReader::find(const YamlNode& node) const {
  const auto& sources = scopes_.back().sources;
  const auto found = sources.find(node.text());
  if (found == sources.end()) {
    node.fail(fmt::format("no layer \"{}\" before this one; name an earlier layer or {}",
                          node.text(), kInputName));
  }
  return found->second;
}

std::vector<LayerSource> NetworkReader::sources_of(YamlMap& layer) const {
  const auto from = layer.find("from");
  if (!from) return {output()};
  if (!from->is_list()) return {find(*from)};
  std::vector<LayerSource> sources;
  for (const YamlNode& item : from->list()) sources.push_back(find(item));
  if (sources.empty()) sources.push_back(scopes_.back().sources.find(kUnnamedInput)->second);
  return sources;
}

Layer NetworkReader::parse(YamlMap map, const std::vector<LayerSource>& sources) const {
  const std::string op = map.at("op").text();
  const bool inferred = !map.find("dims");  // else the layer says its own shape
  const bool is_product = inferred && op == name(Operator::MatrixProduct);
  LayerContext context{.name = map.at("name").text(),
                       .operands = static_cast<std::int64_t>(sources.size()),
                       .widths = widths_};
  if (is_product) {
    context.input = map_of(map, sources.front());
  } else if (inferred) {
    const Operands operands = joined_map(map, sources, op);
    context.input = operands.map;
    context.operands = operands.count;
  }
  Layer layer = parse_layer(map, context);
  if (is_product) check_matrix_product(map, layer, sources);
  if (inferred && layer.op == Operator::Add && sources.size() < 2) {
    map.node().fail("from: an add reads at least two layers; list their names");
  }
  return layer;
}

void NetworkReader::put(const YamlNode& name, Layer layer,
                        const std::vector<LayerSource>& sources) {
  std::vector<std::size_t> inputs;
  for (const LayerSource& source : sources) add_layers_of(source, inputs);
  // What reads nothing but zeros hangs on the input of the block, lest it read that of the network.
  if (const auto& input = scopes_.back().sources.at(std::string(kUnnamedInput));
      inputs.empty() && sources.front().zero && input.layer) {
    inputs.push_back(*input.layer);
  }
  const FeatureMap output = output_map(layer);
  const std::size_t index = network_.size();
  layer.name = scopes_.back().prefix + name.text();
  pass(name, {name.text(), output, index});
  network_.add(std::move(layer), inputs);
}

void NetworkReader::pass(const YamlNode& name, LayerSource source) {
  Scope& scope = scopes_.back();
  source.name = name.text();
  // In a network, not in a block, a layer may be called as the input is, which it then hides.
  const bool hides =
      scopes_.size() == 1 && name.text() == kInputName && !input_is_hidden(scope.sources);
  if (hides) scope.sources.erase(name.text());
  if (!scope.sources.emplace(name.text(), std::move(source)).second) {
    name.fail(fmt::format("\"{}\" is taken; each layer needs its own name", name.text()));
  }
  scope.previous = name.text();
}

void NetworkReader::concatenate(const YamlNode& name, const std::vector<LayerSource>& sources) {
  LayerSource all{name.text(), sources.front().map, std::nullopt};
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const LayerSource& next = sources[i];
    if (!next.map || next.map->height != all.map->height || next.map->width != all.map->width) {
      name.fail(fmt::format("{} and {} differ in height or width; a concatenation needs one size",
                            sources.front().name, next.name));
    }
    if (i > 0) all.map->channels += next.map->channels;
    add_layers_of(next, all.joined);
    if (all.map->channels > kMaxDimension || all.joined.size() > kMostJoined) {
      name.fail(fmt::format("joins more than 2^31 channels, or more than {} layers; read fewer",
                            kMostJoined));
    }
  }
  all.zero = std::all_of(sources.begin(), sources.end(),
                         [](const LayerSource& source) { return source.zero; });
  if (!all.joined.empty()) {
    all.layer = all.joined.front();
    all.joined.erase(all.joined.begin());
  }
  pass(name, std::move(all));
}

void NetworkReader::add(YamlMap map) {
  const YamlNode name_node = map.at("name");
  const std::vector<LayerSource> sources = sources_of(map);
  put(name_node, parse(std::move(map), sources), sources);
}

Network parse_network(YamlMap map, std::optional<std::int64_t> batch) {
  const auto network_name = map.find("name");
  std::vector<Omission> omitted_nodes;
  for (const std::string_view key : {"description", "source"}) {
    if (const auto remark = map.find(key)) remark->text();
  }
  std::optional<FeatureMap> input;
  if (const auto given = map.find("input")) {
    input = parse_feature_map(given->map());
    if (const auto own = map.find("batch")) input->batch = own->integer(1, kMaxDimension);
    check_words(map.node(), *input);
  }
  WordWidths widths;
  if (const auto bits = map.find("bits")) widths = parse_word_widths(*bits, widths);

  const YamlNode layers = map.at("layers");
  const std::vector<YamlNode> items = layers.list();
  if (items.empty()) layers.fail("expected at least one layer");
  if (const auto omitted = map.find("omitted")) {
    for (const YamlNode& item : omitted->list()) {
      omitted_nodes.push_back(parse_omission(item.map()));
    }
  }
  map.done();
  NetworkReader reader(network_name ? network_name->text() : "network", input, widths);
  for (Omission& each : omitted_nodes) reader.network().omit(std::move(each));
  for (const YamlNode& item : items) reader.add(item.map());
  if (!batch) return std::move(reader.network());
  return at_batch(std::move(reader.network()), input ? std::optional(input->batch) : std::nullopt,
                  *batch);
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
