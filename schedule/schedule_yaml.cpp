#include "schedule/schedule_yaml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/quote.hpp"
#include "schedule/kept_graph.hpp"
#include "sim/mapping_yaml.hpp"

namespace tilewise {
namespace {

constexpr const char* kOffChipWord = "off_chip";

/// The words for the places of an activation, off chip first.
std::vector<std::string> place_words(const Architecture& architecture, const Home& home) {
  std::vector<std::string> words{kOffChipWord};
  for (const KeptPlace place : places_at(home)) {
    if (place == kOffChip) continue;
    words.push_back(memory_word(architecture.levels[home.level], place - 1U));
  }
  return words;
}

/// What layers are called in a file: by their name, or "NAME (2)" where an earlier one has it; by a
/// larger number where a layer has that name.
std::vector<std::string> layer_words(const Network& network) {
  std::set<std::string> names;
  for (std::size_t l = 0; l < network.size(); ++l) names.insert(network.layer(l).name);
  std::map<std::string, int> times;
  std::vector<std::string> words;
  for (std::size_t l = 0; l < network.size(); ++l) {
    const std::string& own = network.layer(l).name;
    int& nth = times[own];
    const auto numbered = [&] { return fmt::format("{} ({})", own, nth); };
    ++nth;
    while (nth > 1 && names.contains(numbered())) ++nth;
    words.push_back(nth == 1 ? own : numbered());
  }
  return words;
}

/// The word of a place, in quotes where YAML would read something else.
std::string place_text(const std::string& word) {
  std::string plain = word;
  std::erase(plain, '.');
  return yaml_word(plain) == plain ? word : yaml_quoted(word);
}

/// Refuses the schedule of something else, where the file says of what it is.
void check_name(YamlMap& map, const std::string& key, const std::string& name) {
  const auto given = map.find(key);
  if (!given || given->text() == name) return;
  given->fail(
      fmt::format("it is the schedule of {}, but {} is asked for; leave the line out if it "
                  "is for both",
                  given->text(), name));
}

/// The order of a file: each layer once, after those that it reads.
std::vector<std::size_t> read_order(const YamlNode& yaml, const Network& network) {
  const std::vector<std::string> words = layer_words(network);
  std::vector<std::size_t> order;
  std::vector<bool> run(network.size(), false);
  for (const YamlNode& entry : yaml.list()) {
    const std::size_t l = entry.one_of(words);
    if (run[l]) entry.fail(fmt::format("{} is there twice; leave one out", entry.text()));
    for (const std::size_t from : network.inputs_of(l)) {
      if (run[from]) continue;
      entry.fail(
          fmt::format("{} reads {}, which has not run; put it later", entry.text(), words[from]));
    }
    run[l] = true;
    order.push_back(l);
  }
  if (order.size() != network.size()) {
    yaml.fail(fmt::format("it has {} of {} layers; name all, or leave the order out", order.size(),
                          network.size()));
  }
  return order;
}

/// What runs in the drain of `layer`, as its entry says; returns the last of it.
std::size_t read_merges(YamlMap& entry, std::size_t layer, const std::vector<std::string>& words,
                        GivenSchedule& given, std::vector<bool>& seen) {
  const auto merges = entry.find("merges");
  if (!merges) return layer;
  auto at = std::find(given.order.begin(), given.order.end(), layer);
  for (const YamlNode& each : merges->list()) {
    const std::size_t next = each.one_of(words);
    if (seen[next]) each.fail(fmt::format("{} is there twice; leave one out", each.text()));
    if (++at == given.order.end() || *at != next) {
      each.fail(fmt::format("{} does not follow {}; only what does can run in its drain",
                            each.text(), words[*(at - 1)]));
    }
    seen[next] = given.merged[next] = true;
    layer = next;
  }
  return layer;
}

/// A group that runs in strips, and where its output lies.
GivenStrips read_strips(const YamlNode& entry, const std::vector<std::string>& words,
                        const std::vector<std::string>& place_words,
                        const std::vector<KeptPlace>& places, GivenSchedule& given,
                        std::vector<bool>& seen) {
  YamlMap map = entry.map();
  GivenStrips made;
  const YamlNode layers = map.at("layers");
  for (const YamlNode& each : layers.list()) {
    const std::size_t l = each.one_of(words);
    if (seen[l]) each.fail(fmt::format("{} is there twice; leave one out", each.text()));
    const auto at = std::find(given.order.begin(), given.order.end(), l);
    if (!made.layers.empty() && (at == given.order.begin() || *(at - 1) != made.layers.back())) {
      each.fail(fmt::format("{} does not follow {}; a group is of layers in a row", each.text(),
                            words[made.layers.back()]));
    }
    seen[l] = true;
    made.layers.push_back(l);
  }
  if (made.layers.size() < 2) layers.fail("expected at least two layers");
  constexpr std::int64_t kMostRows = std::int64_t{1} << 40U;
  made.choice.height = map.at("rows").integer(1, kMostRows);
  if (const auto halo = map.find("halo")) made.choice.halo = halo->word_of<Halo>();
  made.choice.resident.assign(made.layers.size(), false);
  if (const auto resident = map.find("resident")) {
    std::vector<std::string> own;
    for (const std::size_t l : made.layers) own.push_back(words[l]);
    for (const YamlNode& each : resident->list()) made.choice.resident[each.one_of(own)] = true;
  }
  if (const auto outer = map.find("outer")) {
    for (const YamlNode& each : outer->list()) {
      made.choice.outer.push_back(each.word_of<OuterRows>());
    }
  }
  if (const auto exchanged = map.find("exchanged")) made.choice.exchanged = exchanged->boolean();
  if (const auto output = map.find("output")) {
    given.places[made.layers.back()] = places[output->one_of(place_words)];
  }
  map.done();
  return made;
}

}  // namespace

std::string memory_word(const Level& level, std::size_t memory) {
  const std::string& own = level.memories[memory].name;
  const bool alone = level.memories.size() == 1 && level.name != kOffChipWord;
  return alone ? level.name : level.name + "." + own;
}

namespace {

std::string strips_yaml(const Schedule& schedule, const std::vector<std::string>& words,
                        const Architecture& architecture) {
  std::string text = "strips:\n";
  for (const ScheduledStrips& each : schedule.strips) {
    std::vector<std::string> layers;
    std::vector<std::string> resident;
    std::vector<std::string_view> outer;
    for (std::size_t l = 0; l < each.layers.size(); ++l) {
      layers.push_back(yaml_quoted(words[each.layers[l]]));
      if (each.choice.resident[l]) resident.push_back(layers.back());
    }
    for (const OuterRows rows : each.choice.outer) outer.push_back(name(rows));
    std::string place = kOffChipWord;
    const std::uint8_t at = schedule.places[each.layers.back()];
    if (at != kOffChip) place = memory_word(architecture.levels[schedule.home->level], at - 1U);
    text += fmt::format(
        "  - {{layers: [{}], rows: {}, halo: {}, resident: [{}], outer: [{}], {}output: {}}}\n",
        fmt::join(layers, ", "), each.choice.height, name(each.choice.halo),
        fmt::join(resident, ", "), fmt::join(outer, ", "),
        each.choice.exchanged ? "exchanged: true, " : "", place_text(place));
  }
  return text;
}

}  // namespace

std::string schedule_yaml(const Schedule& schedule, const Network& network,
                          const Architecture& architecture) {
  std::string text = fmt::format("network: {}\ndevice: {}\n", yaml_quoted(network.name()),
                                 yaml_quoted(architecture.name));
  const std::vector<std::string> words = layer_words(network);
  std::string layers;
  for (std::size_t l = 0; l < network.size(); ++l) {
    if (!schedule.layers[l]) continue;
    const std::vector<std::size_t> drained = merged_into(schedule, l);
    const std::size_t last = drained.empty() ? l : drained.back();
    std::string place = kOffChipWord;
    if (schedule.places[last] != kOffChip) {
      place = memory_word(architecture.levels[schedule.home->level], schedule.places[last] - 1U);
    }
    std::vector<std::string> names;
    for (const std::size_t each : drained) names.push_back(yaml_quoted(words[each]));
    layers += fmt::format(
        "  - {{layer: {}, {}output: {}, mapping: {}}}\n", yaml_quoted(words[l]),
        names.empty() ? "" : fmt::format("merges: [{}], ", fmt::join(names, ", ")),
        place_text(place), yaml_quoted(nest_line(schedule.layers[l]->mapping, architecture)));
  }
  if (!std::is_sorted(schedule.order.begin(), schedule.order.end())) {
    std::vector<std::string> names;
    for (const std::size_t l : schedule.order) names.push_back(yaml_quoted(words[l]));
    text += fmt::format("order: [{}]\n", fmt::join(names, ", "));
  }
  if (schedule.any_resident()) {
    std::vector<std::string> names;
    for (std::size_t l = 0; l < network.size(); ++l) {
      if (schedule.resident[l]) names.push_back(yaml_quoted(words[l]));
    }
    text += fmt::format("resident: [{}]\n", fmt::join(names, ", "));
  }
  if (!schedule.strips.empty()) text += strips_yaml(schedule, words, architecture);
  return text + (layers.empty() ? "layers: []\n" : "layers:\n" + layers);
}

GivenSchedule read_schedule(const YamlNode& yaml, const Network& network,
                            const Architecture& architecture) {
  const auto home = home_of(architecture);
  if (const auto* none = std::get_if<NoHome>(&home)) {
    yaml.fail(fmt::format("{} keeps nothing between layers: {}", architecture.name, none->why));
  }
  const Home& at = std::get<Home>(home);
  const std::vector<std::string> words = place_words(architecture, at);
  const std::vector<std::string> layer_names = layer_words(network);
  const std::vector<KeptPlace> places = places_at(at);
  GivenSchedule given;
  given.places.assign(network.size(), kOffChip);
  given.mappings.resize(network.size());
  given.merged.assign(network.size(), false);
  YamlMap map = yaml.map();
  check_name(map, "network", network.name());
  check_name(map, "device", architecture.name);
  if (const auto order = map.find("order")) {
    given.order = read_order(*order, network);
  } else {
    for (std::size_t l = 0; l < network.size(); ++l) given.order.push_back(l);
  }
  std::vector<bool> seen(network.size(), false);
  for (const YamlNode& entry : map.at("layers").list()) {
    YamlMap layer = entry.map();
    const YamlNode name = layer.at("layer");
    const std::size_t l = name.one_of(layer_names);
    if (seen[l]) name.fail(fmt::format("{} is there twice; leave one out", name.text()));
    seen[l] = true;
    const std::size_t last = read_merges(layer, l, layer_names, given, seen);
    if (const auto output = layer.find("output"))
      given.places[last] = places[output->one_of(words)];
    if (const auto mapping = layer.find("mapping")) given.mappings[l] = mapping->text();
    layer.done();
  }
  if (const auto strips = map.find("strips")) {
    for (const YamlNode& entry : strips->list()) {
      given.strips.push_back(read_strips(entry, layer_names, words, places, given, seen));
    }
  }
  given.resident.assign(network.size(), false);
  if (const auto resident = map.find("resident")) {
    for (const YamlNode& each : resident->list()) {
      given.resident[each.one_of(layer_names)] = true;
    }
  }
  map.done();
  return given;
}

}  // namespace tilewise
