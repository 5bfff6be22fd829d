#include "sim/nest_file.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "base/integers.hpp"

namespace tilewise {
namespace {

/// What a padded axis and the words of a tensor stay below.
constexpr std::int64_t kMostWords = std::int64_t{1} << 58U;

/// Where an image ends inside a tile, positions are counted one by one.
constexpr std::int64_t kMostPaddedPositions = std::int64_t{1} << 20U;

Plane parse_plane(const YamlNode& node, std::int64_t least) {
  const std::vector<YamlNode> pair = node.list();
  if (pair.size() != 2)
    node.fail(fmt::format("expected [vertical, horizontal], found {} values", pair.size()));
  return {pair[0].integer(least, kMaxDimension), pair[1].integer(least, kMaxDimension)};
}

/// Coordinates from the first to the last that the loops touch along one axis.
std::int64_t touched(const Layer& layer, Dim output, Dim filter, std::int64_t stride,
                     std::int64_t dilation) {
  constexpr std::string_view kWhat = "layer: padded image";
  const std::int64_t last = checked_multiply(layer.bounds[output] - 1, stride, kWhat);
  const std::int64_t reach = checked_multiply(layer.bounds[filter] - 1, dilation, kWhat);
  return checked_add(checked_add(last, reach, kWhat), 1, kWhat);
}

/// Refuses a padded axis whose positions, counted one by one, would take too long.
void check_padded(const NestFile& nest, const YamlNode& node) {
  const Layer& layer = nest.layer;
  const Plane whole = padded_image(layer);
  const auto check = [&](Dim output, Dim filter, bool padded) {
    std::int64_t positions = 1;
    for (const LevelMapping& level : nest.mapping.levels) {
      for (const Loop& loop : level.temporal) {
        if (loop.dim == output || loop.dim == filter) positions *= loop.bound;
      }
      for (const SpatialLoop& loop : level.spatial) {
        if (loop.dim == output || loop.dim == filter) positions *= loop.bound;
      }
    }
    if (padded && positions > kMostPaddedPositions) {
      node.fail(
          fmt::format("the loops over {} and {} have {} positions on a padded axis; at most "
                      "{}: make the dimensions smaller or leave the padding out",
                      name(output), name(filter), positions, kMostPaddedPositions));
    }
  };
  check(Dim::P, Dim::R, layer.padding.vertical > 0 || layer.image.vertical < whole.vertical);
  check(Dim::Q, Dim::S, layer.padding.horizontal > 0 || layer.image.horizontal < whole.horizontal);
}

/// Every word that may be counted fits in 63 bits.
void check_sizes(const Layer& layer, const YamlNode& node) {
  const std::int64_t rows =
      touched(layer, Dim::P, Dim::R, layer.stride.vertical, layer.dilation.vertical);
  const std::int64_t columns =
      touched(layer, Dim::Q, Dim::S, layer.stride.horizontal, layer.dilation.horizontal);
  const std::int64_t input = checked_product(
      {layer.bounds[Dim::N], layer.bounds[Dim::G], layer.bounds[Dim::C], rows, columns},
      "layer: words of Input");
  if (input > kMostWords || iterations(layer) > kMostWords) {
    node.fail("the layer has more than 2^58 words or iterations; make its dimensions smaller");
  }
}

Layer parse_nest_layer(const YamlNode& node) {
  YamlMap map = node.map();
  Layer layer;
  layer.name = map.find("name") ? map.at("name").text() : "nest";
  YamlMap dims = map.at("dims").map();
  for (const Dim d : kDims) {
    if (const auto bound = dims.find(name(d))) layer.bounds[d] = bound->integer(1, kMaxDimension);
  }
  dims.done();
  if (const auto stride = map.find("stride")) layer.stride = parse_plane(*stride, 1);
  if (const auto dilation = map.find("dilation")) layer.dilation = parse_plane(*dilation, 1);
  if (const auto padding = map.find("padding")) layer.padding = parse_plane(*padding, 0);
  if (const auto image = map.find("image")) {
    layer.image = parse_plane(*image, 0);
  } else {
    layer.image = padded_image(layer);
  }
  map.done();
  check_sizes(layer, node);
  return layer;
}

std::vector<Loop> parse_temporal(const YamlNode& node) {
  std::vector<Loop> loops;
  for (const YamlNode& entry : node.list()) {
    const std::vector<YamlNode> pair = entry.list();
    if (pair.size() != 2) entry.fail("expected [dimension, bound] such as [M, 4]");
    loops.push_back({pair[0].word_of<Dim>(), pair[1].integer(1, kMaxDimension)});
  }
  return loops;
}

std::vector<SpatialLoop> parse_spatial(const YamlNode& node) {
  std::vector<SpatialLoop> loops;
  for (const YamlNode& entry : node.list()) {
    const std::vector<YamlNode> parts = entry.list();
    if (parts.size() != 2 && parts.size() != 3) {
      entry.fail("expected [dimension, bound] or [dimension, bound, axis] such as [M, 4, X]");
    }
    const Axis axis = parts.size() == 3 ? static_cast<Axis>(parts[2].one_of({"X", "Y"})) : Axis::X;
    loops.push_back({parts[0].word_of<Dim>(), parts[1].integer(1, kMaxDimension), axis});
  }
  return loops;
}

EnumArray<Tensor, bool> parse_keep(const YamlNode& node) {
  EnumArray<Tensor, bool> keep{};
  for (const YamlNode& tensor : node.list()) {
    keep[tensor.word_of<Tensor>()] = true;
  }
  return keep;
}

/// `multicast` is the rule of Input and Weight, `spatial_reduction` that of Output.
EnumArray<Tensor, bool> parse_merges(YamlMap& map) {
  const auto multicast = map.find("multicast");
  const auto reduction = map.find("spatial_reduction");
  const bool merges = !multicast || multicast->boolean();
  return {{merges, merges, !reduction || reduction->boolean()}};
}

void parse_level(const YamlNode& node, NestFile& nest) {
  YamlMap map = node.map();
  const YamlNode level_name = map.at("name");
  if (level_name.text().empty() || level_name.text() == "MAC") {
    level_name.fail("expected a name other than MAC, which is the compute unit");
  }
  LevelMapping level;
  if (const auto keep = map.find("keep")) level.keep = parse_keep(*keep);
  if (const auto loops = map.find("temporal")) level.temporal = parse_temporal(*loops);
  if (const auto loops = map.find("spatial")) level.spatial = parse_spatial(*loops);
  for (const std::string& other : nest.level_names) {
    if (other == level_name.text()) level_name.fail(fmt::format("two levels named {}", other));
  }
  nest.level_names.push_back(level_name.text());
  nest.mapping.levels.push_back(std::move(level));
  nest.merges.push_back(parse_merges(map));
  map.done();
}

}  // namespace

NestFile parse_nest(const YamlNode& yaml) {
  YamlMap map = yaml.map();
  map.find("id");
  map.find("expect");
  NestFile nest;
  nest.layer = parse_nest_layer(map.at("layer"));
  const YamlNode levels = map.at("levels");
  for (const YamlNode& level : levels.list()) parse_level(level, nest);
  map.done();
  try {
    check_mapping(nest.layer, nest.mapping);
  } catch (const InputError& error) {
    levels.fail(error.what());
  }
  check_padded(nest, levels);
  return nest;
}

NestFile load_nest(const std::filesystem::path& path) {
  return parse_nest(YamlNode::load_file(path));
}

}  // namespace tilewise
