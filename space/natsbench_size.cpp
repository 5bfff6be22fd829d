#include "space/natsbench_size.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "space/distinct_layers.hpp"
#include "space/residual_block.hpp"
#include "space/square_layers.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kImageChannels = 3;

[[noreturn]] void fail(std::string_view text, const std::string& what) {
  throw InputError(fmt::format(
      "\"{}\": {}; an architecture reads 8:64:32:16:8, each count 8, 16, ..., 64", text, what));
}

/// The place of a count among those there are; none: no such count.
std::optional<std::size_t> place_of(std::int64_t channels) {
  const std::int64_t place = channels / kChannelStep - 1;
  if (channels % kChannelStep != 0 || place < 0 || place >= kChannelCounts) return std::nullopt;
  return static_cast<std::size_t>(place);
}

/// Adds the cell |nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+
/// |skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2| behind layer `input` and returns its last layer.
/// The edges from node 0 take the channels of the cell before to those of this one.
std::size_t add_cell(Network& network, const std::string& prefix, std::int64_t inputs,
                     SquareMap map, std::size_t input) {
  const auto conv3x3 = [&](int from, int to, std::int64_t channels, std::size_t behind) {
    const std::string name = fmt::format("{}.conv3x3({}->{})", prefix, from, to);
    return network.add(square_convolution(name, channels, map, {3}), {behind});
  };
  const auto sum = [&](int node, const std::vector<std::size_t>& terms) {
    const std::string name = fmt::format("{}.add({})", prefix, node);
    return network.add(square_sum(name, map, static_cast<std::int64_t>(terms.size())), terms);
  };
  const std::int64_t outputs = map.channels;
  const std::size_t node1 = conv3x3(0, 1, inputs, input);
  const std::size_t left = conv3x3(0, 2, inputs, input);
  const std::size_t node2 = sum(2, {left, conv3x3(1, 2, outputs, node1)});
  std::size_t skip = input;
  if (inputs != outputs) {
    skip =
        network.add(square_convolution(prefix + ".skip.conv1x1(0->3)", inputs, map, {1}), {input});
  }
  const std::size_t middle = conv3x3(1, 3, outputs, node1);
  return sum(3, {skip, middle, conv3x3(2, 3, outputs, node2)});
}

/// Parts of the network; each is made of the counts at one or two places.
struct Part {
  std::string_view prefix;  ///< of its layers
  std::size_t in = 0;       ///< place of the count that comes in
  std::size_t out = 0;
};
constexpr std::array<Part, 7> kParts{{{"stem", 0, 0},
                                      {"cell1", 0, 0},
                                      {"reduction1", 0, 1},
                                      {"cell2", 1, 2},
                                      {"reduction2", 2, 3},
                                      {"cell3", 3, 4},
                                      {"head", 4, 4}}};

std::size_t part_of(const Layer& layer) {
  const std::string_view prefix = std::string_view(layer.name).substr(0, layer.name.find('.'));
  const auto* const part = std::find_if(kParts.begin(), kParts.end(),
                                        [&](const Part& each) { return each.prefix == prefix; });
  return static_cast<std::size_t>(part - kParts.begin());
}

/// The distinct layers of the space, and which of them a part has.
class SizeLayers {
 public:
  explicit SizeLayers(Dataset dataset) {
    LayerCollection distinct;
    // a:b:a:b:a for all a and b has every part with every pair of counts.
    for (std::int64_t a = 1; a <= kChannelCounts; ++a) {
      for (std::int64_t b = 1; b <= kChannelCounts; ++b) {
        SizeArchitecture pair;
        for (std::size_t i = 0; i < 5; ++i) pair.channels[i] = kChannelStep * (i % 2 == 0 ? a : b);
        add_parts(natsbench_size_network(pair, dataset), pair, distinct);
      }
    }
    layers = distinct.layers();
  }

  std::vector<LayerUse> uses(const SizeArchitecture& architecture) const {
    std::vector<std::int64_t> times(layers.size(), 0);
    for (std::size_t part = 0; part < kParts.size(); ++part) {
      for (const std::size_t layer : parts_[part][pair_of(architecture, part)]) ++times[layer];
    }
    std::vector<LayerUse> all;
    for (std::size_t layer = 0; layer < times.size(); ++layer) {
      if (times[layer] > 0) all.push_back({layer, times[layer]});
    }
    return all;
  }

  std::vector<Layer> layers;

 private:
  static std::size_t pair_of(const SizeArchitecture& architecture, std::size_t part) {
    const auto place = [&](std::size_t i) { return *place_of(architecture.channels[i]); };
    return static_cast<std::size_t>(kChannelCounts) * place(kParts[part].in) +
           place(kParts[part].out);
  }

  /// The parts of one network, those that are known left as they are.
  void add_parts(const Network& network, const SizeArchitecture& architecture,
                 LayerCollection& distinct) {
    std::array<std::vector<std::size_t>, kParts.size()> found;
    for (std::size_t i = 0; i < network.size(); ++i) {
      found[part_of(network.layer(i))].push_back(distinct.index_of(network.layer(i)));
    }
    for (std::size_t part = 0; part < kParts.size(); ++part) {
      parts_[part][pair_of(architecture, part)] = std::move(found[part]);
    }
  }

  /// [part][pair of counts] its layers, each as often as it runs
  std::array<std::array<std::vector<std::size_t>, kChannelCounts * kChannelCounts>, kParts.size()>
      parts_;
};

}  // namespace

std::string to_string(const SizeArchitecture& architecture) {
  return fmt::format("{}", fmt::join(architecture.channels, ":"));
}

SizeArchitecture parse_size_architecture(std::string_view text) {
  SizeArchitecture architecture;
  std::string_view rest = text;
  for (std::size_t i = 0; i < architecture.channels.size(); ++i) {
    const bool last = i + 1 == architecture.channels.size();
    const std::string_view word = rest.substr(0, last ? rest.size() : rest.find(':'));
    std::int64_t channels = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), channels);
    if (error != std::errc{} || end != word.data() + word.size() || !place_of(channels)) {
      fail(text, fmt::format("count {} is \"{}\"", i + 1, word));
    }
    architecture.channels[i] = channels;
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  }
  return architecture;
}

std::int64_t natsbench_size_index(const SizeArchitecture& architecture) {
  std::int64_t index = 0;
  for (const std::int64_t channels : architecture.channels) {
    index = kChannelCounts * index + channels / kChannelStep - 1;
  }
  return index;
}

SizeArchitecture natsbench_size_architecture(std::int64_t index) {
  if (index < 0 || index >= kNatsbenchSizeSize) {
    throw InputError(
        fmt::format("NATS-Bench size index {}: expected 0 to {}", index, kNatsbenchSizeSize - 1));
  }
  SizeArchitecture architecture;
  for (std::size_t i = architecture.channels.size(); i-- > 0; index /= kChannelCounts) {
    architecture.channels[i] = kChannelStep * (index % kChannelCounts + 1);
  }
  return architecture;
}

Network natsbench_size_network(const SizeArchitecture& architecture, Dataset dataset) {
  Network network(fmt::format("natsbench_size {} {}", to_string(architecture), name(dataset)));
  const auto& c = architecture.channels;
  const std::int64_t size = image_size(dataset);
  std::size_t last =
      network.add(square_convolution("stem.conv3x3", kImageChannels, {c[0], size}, {3}), {});
  last = add_cell(network, "cell1", c[0], {c[0], size}, last);
  last = add_residual_block(network, "reduction1", c[0], {c[1], size / 2}, last);
  last = add_cell(network, "cell2", c[1], {c[2], size / 2}, last);
  last = add_residual_block(network, "reduction2", c[2], {c[3], size / 4}, last);
  last = add_cell(network, "cell3", c[3], {c[4], size / 4}, last);
  Layer pool = global_average_pool("head.global_pool", {c[4], size / 4});
  pool.folded_parameters = 2 * c[4];  // the last batch norm stands before the pooling
  last = network.add(std::move(pool), {last});
  network.add(classifier("head.classifier", c[4], classes(dataset)), {last});
  return network;
}

SearchSpace natsbench_size_space() {
  SearchSpace space;
  space.name = "natsbench_size";
  space.title = "the size space of NATS-Bench";
  space.summary = "All 32,768 channel counts of the size space of NATS-Bench";
  space.text_help = "five channel counts, 8 to 64";
  space.example = "8:64:32:16:8";
  for (const Dataset dataset : all_of<Dataset>()) space.datasets.emplace_back(name(dataset));
  space.form = IndexedForm{
      kNatsbenchSizeSize,
      [](std::int64_t index) { return to_string(natsbench_size_architecture(index)); },
      [](std::string_view text) { return natsbench_size_index(parse_size_architecture(text)); }};
  space.network = [](const std::string& text, const std::string& dataset, const SpaceOptions&) {
    return natsbench_size_network(parse_size_architecture(text), parse_dataset(dataset));
  };
  space.layers = [](const std::string& dataset, const SpaceOptions&) -> SpaceLayers {
    const SizeLayers all(parse_dataset(dataset));
    return IndexedLayers{all.layers, [all](std::int64_t index) {
                           return all.uses(natsbench_size_architecture(index));
                         }};
  };
  space.public_config = [](const std::string& text, const std::string& dataset) {
    return fmt::format(R"({{"name": "infer.shape.tiny", "channels": "{}", "num_classes": {}}})",
                       to_string(parse_size_architecture(text)), classes(parse_dataset(dataset)));
  };
  return space;
}

}  // namespace tilewise
