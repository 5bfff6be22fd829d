#include "sim/mapping_yaml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/enum_array.hpp"
#include "base/enum_words.hpp"
#include "base/quote.hpp"
#include "base/text.hpp"
#include "sim/merged_dims.hpp"
#include "sim/nest.hpp"
#include "sim/tile_places.hpp"
#include "sim/validity.hpp"

namespace tilewise {
namespace {

constexpr std::string_view kBetween = " | ";

std::optional<Dim> dim_of(std::string_view word) {
  for (const Dim d : kDims) {
    if (name(d) == word) return d;
  }
  return std::nullopt;
}

/// A loop such as "M 4".
Loop parse_loop(const YamlNode& node) {
  const std::string text = node.text();
  const std::string_view bound =
      text.size() > 2 && text[1] == ' ' ? std::string_view(text).substr(2) : std::string_view();
  const std::optional<Dim> dim = dim_of(std::string_view(text).substr(0, 1));
  const auto value = parse_integer(bound);
  if (!dim || !value || *value < 1 || *value > kMaxDimension) {
    node.fail(
        fmt::format("expected a dimension and a bound of 1 to {} such as \"M 4\", found "
                    "\"{}\"",
                    kMaxDimension, text));
  }
  return {*dim, *value};
}

std::vector<Loop> parse_loops(const std::optional<YamlNode>& node) {
  std::vector<Loop> loops;
  if (!node) return loops;
  for (const YamlNode& loop : node->list()) loops.push_back(parse_loop(loop));
  return loops;
}

std::vector<SpatialLoop> parse_spatial(const std::optional<YamlNode>& node) {
  std::vector<SpatialLoop> loops;
  if (!node) return loops;
  YamlMap map = node->map();
  for (const Loop& loop : parse_loops(map.find("y"))) {
    loops.push_back({loop.dim, loop.bound, Axis::Y});
  }
  for (const Loop& loop : parse_loops(map.find("x"))) {
    loops.push_back({loop.dim, loop.bound, Axis::X});
  }
  map.done();
  return loops;
}

/// A level named once more is its next place in the nest.
bool is_next_place(const YamlNode& node, const Level& level) {
  const auto level_name = node.map().find("name");
  return level_name && level_name->text() == level.name;
}

LevelMapping parse_level(const YamlNode& node, const Level& level, std::size_t place) {
  YamlMap map = node.map();
  const YamlNode level_name = map.at("name");
  if (level_name.text() != level.name) {
    level_name.fail(
        fmt::format("expected the level {}, found \"{}\"; name the levels of the "
                    "architecture in its order",
                    level.name, level_name.text()));
  }
  LevelMapping mapping;
  mapping.place = place;
  mapping.temporal = parse_loops(map.find("temporal"));
  mapping.spatial = parse_spatial(map.find("spatial"));
  for (const Tensor t : kTensors) mapping.keep[t] = level.memory_of(t) != nullptr;
  if (const auto bypass = map.find("bypass")) {
    for (const YamlNode& tensor : bypass->list()) {
      mapping.keep[tensor.word_of<Tensor>()] = false;
    }
  }
  map.done();
  return mapping;
}

template <class L>
std::string loop_list(const std::vector<L>& loops) {
  std::vector<std::string> words;
  words.reserve(loops.size());
  for (const L& loop : loops) words.push_back(fmt::format("{} {}", name(loop.dim), loop.bound));
  return fmt::format("[{}]", fmt::join(words, ", "));
}

std::vector<Loop> loops_along(const LevelMapping& level, Axis axis) {
  std::vector<Loop> loops;
  for (const SpatialLoop& loop : level.spatial) {
    if (loop.axis == axis) loops.push_back({loop.dim, loop.bound});
  }
  return loops;
}

std::string spatial_yaml(const LevelMapping& level) {
  std::vector<std::string> parts;
  for (const Axis axis : {Axis::Y, Axis::X}) {
    const std::vector<Loop> loops = loops_along(level, axis);
    if (loops.empty()) continue;
    parts.push_back(fmt::format("{}: {}", axis == Axis::Y ? 'y' : 'x', loop_list(loops)));
  }
  return fmt::format("    spatial: {{{}}}\n", fmt::join(parts, ", "));
}

/// "GLB: Input 1536 words, Output 588 words".
std::string heading(const Level& level, const LevelMapping& mapping, const Layer& layer,
                    const Extents& extents) {
  std::vector<std::string> kept;
  for (const Tensor t : kTensors) {
    if (!mapping.keep[t] || !has_tensor(layer, t)) continue;
    kept.push_back(fmt::format("{} {} words", name(t), tile_words(layer, t, extents)));
  }
  if (kept.empty()) return fmt::format("{}: keeps nothing", level.name);
  return fmt::format("{}: {}", level.name, fmt::join(kept, ", "));
}

/// Takes `front` off the text, if it begins so.
bool take(std::string_view& text, std::string_view front) {
  if (!text.starts_with(front)) return false;
  text.remove_prefix(front.size());
  return true;
}

/// Takes what stands between two levels, if the same level follows: its next place in the nest.
bool take_next_place(std::string_view& line, std::string_view level) {
  std::string_view next = line;
  if (!take(next, kBetween) || !next.starts_with(level)) return false;
  if (!next.substr(level.size()).starts_with(":")) return false;
  line = next;
  return true;
}

/// Adds what a word of a line says of its level: "M4", "x:P2" or "-Weight".
bool read_word(std::string_view word, LevelMapping& level) {
  if (take(word, "-")) {
    const std::optional<Tensor> tensor = find_enum<Tensor>(word);
    if (tensor) level.keep[*tensor] = false;
    return tensor.has_value();
  }
  std::optional<Axis> axis;
  if (take(word, "x:")) axis = Axis::X;
  if (take(word, "y:")) axis = Axis::Y;
  const std::optional<Dim> dim = dim_of(word.substr(0, 1));
  const auto bound = word.empty() ? std::nullopt : parse_integer(word.substr(1));
  if (!dim || !bound || *bound < 1 || *bound > kMaxDimension) return false;
  if (axis) {
    level.spatial.push_back({*dim, *bound, *axis});
  } else {
    level.temporal.push_back({*dim, *bound});
  }
  return true;
}

char letter(Dim d) { return static_cast<char>(name(d).front() - 'A' + 'a'); }

/// "n counts the 56 x 56 of P x Q"; nothing where each dimension counts for itself.
std::string merged_text(const Layer& layer, const MergedDims& into) {
  std::string text;
  for (const Dim d : kDims) {
    std::vector<std::string_view> names;
    std::vector<std::int64_t> sizes;
    for (const Dim each : kDims) {
      if (into[each] != d || layer.bounds[each] == 1) continue;
      names.push_back(name(each));
      sizes.push_back(layer.bounds[each]);
    }
    if (names.empty() || (names.size() == 1 && names.front() == name(d))) continue;
    text += fmt::format("{} counts the {} of {}\n", letter(d), fmt::join(sizes, " x "),
                        fmt::join(names, " x "));
  }
  return text;
}

}  // namespace

Mapping parse_mapping(const YamlNode& yaml, const Architecture& architecture) {
  YamlMap map = yaml.map();
  const YamlNode levels = map.at("levels");
  const std::vector<YamlNode> entries = levels.list();
  Mapping mapping;
  std::size_t entry = 0;
  for (const Level& level : architecture.levels) {
    std::size_t place = 0;
    do {
      if (entry == entries.size()) {
        levels.fail(fmt::format("expected the {} levels of {}, found {}",
                                architecture.levels.size(), architecture.name, entries.size()));
      }
      mapping.levels.push_back(parse_level(entries[entry], level, place++));
    } while (++entry < entries.size() && is_next_place(entries[entry], level) &&
             place < enum_size<Tensor>);
  }
  if (entry < entries.size()) {
    levels.fail(fmt::format("expected the {} levels of {}, found {}", architecture.levels.size(),
                            architecture.name, entries.size()));
  }
  map.done();
  return mapping;
}

Mapping load_mapping(const std::filesystem::path& path, const Architecture& architecture) {
  return parse_mapping(YamlNode::load_file(path), architecture);
}

std::string mapping_yaml(const Mapping& mapping, const Architecture& architecture) {
  std::string text = "levels:\n";
  for (std::size_t l = 0; l < mapping.levels.size(); ++l) {
    const LevelMapping& level = mapping.levels[l];
    const Level& of = architecture.levels[level_of(mapping, l)];
    text += fmt::format("  - name: {}\n", yaml_word(of.name));
    if (!level.temporal.empty()) {
      text += fmt::format("    temporal: {}\n", loop_list(level.temporal));
    }
    if (!level.spatial.empty()) text += spatial_yaml(level);
    std::vector<std::string_view> bypass;
    for (const Tensor t : kTensors) {
      if (!level.keep[t] && of.memory_of(t) != nullptr) bypass.push_back(name(t));
    }
    if (!bypass.empty()) text += fmt::format("    bypass: [{}]\n", fmt::join(bypass, ", "));
  }
  return text;
}

std::string nest_text(const Mapping& mapping, const Layer& of, const Architecture& architecture) {
  const MergedDims into = counted_dims(mapping, of);
  const Layer layer = merge_dims(of, into);
  const std::vector<Extents> extents = tile_extents(mapping);
  std::string text = merged_text(of, into);
  std::size_t depth = 0;
  const auto line = [&](const std::string& content) {
    text += std::string(2 * depth, ' ') + content + "\n";
  };
  for (std::size_t l = 0; l < mapping.levels.size(); ++l) {
    const LevelMapping& level = mapping.levels[l];
    line(heading(architecture.levels[level_of(mapping, l)], level, layer, extents[l]));
    ++depth;
    for (const Loop& loop : level.temporal) {
      line(fmt::format("for {} in 0..{}:", letter(loop.dim), loop.bound));
      ++depth;
    }
    for (const SpatialLoop& loop : level.spatial) {
      line(fmt::format("parallel {} {} in 0..{}:", loop.axis == Axis::X ? 'x' : 'y',
                       letter(loop.dim), loop.bound));
      ++depth;
    }
  }
  line(has_weights(layer.op) ? "multiply and accumulate" : "accumulate");
  return text;
}

std::string nest_line(const Mapping& mapping, const Architecture& architecture) {
  std::vector<std::string> levels;
  for (std::size_t l = 0; l < mapping.levels.size(); ++l) {
    const LevelMapping& level = mapping.levels[l];
    const Level& of = architecture.levels[level_of(mapping, l)];
    std::string text = of.name + ":";
    for (const Loop& loop : level.temporal)
      text += fmt::format(" {}{}", name(loop.dim), loop.bound);
    for (const SpatialLoop& loop : level.spatial) {
      text += fmt::format(" {}:{}{}", loop.axis == Axis::X ? 'x' : 'y', name(loop.dim), loop.bound);
    }
    for (const Tensor t : kTensors) {
      if (!level.keep[t] && of.memory_of(t) != nullptr) text += fmt::format(" -{}", name(t));
    }
    levels.push_back(text);
  }
  return fmt::format("{}", fmt::join(levels, " | "));
}

std::optional<Mapping> parse_nest_line(std::string_view line, const Architecture& architecture) {
  Mapping mapping;
  for (const Level& level : architecture.levels) {
    if (!mapping.levels.empty() && !take(line, kBetween)) return std::nullopt;
    std::size_t place = 0;
    do {
      if (!take(line, level.name) || !take(line, ":")) return std::nullopt;
      LevelMapping& read = mapping.levels.emplace_back();
      read.place = place++;
      for (const Tensor t : kTensors) read.keep[t] = level.memory_of(t) != nullptr;
      while (line.starts_with(' ') && !line.starts_with(kBetween)) {
        line.remove_prefix(1);
        const std::string_view word = line.substr(0, line.find(' '));
        line.remove_prefix(word.size());
        if (!read_word(word, read)) return std::nullopt;
      }
    } while (take_next_place(line, level.name));
  }
  if (!line.empty()) return std::nullopt;
  return mapping;
}

}  // namespace tilewise
