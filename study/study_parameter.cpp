#include "study/study_parameter.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "arch/family/families.hpp"
#include "arch/yaml_words.hpp"
#include "base/words.hpp"
#include "study/study_values.hpp"

namespace tilewise {
namespace {

constexpr const char* kTogether = "together";
constexpr std::array kLevelKeys{"name", "memories", "fan_out", "constraints"};

/// What an alias means in the family of the base.
std::vector<std::string> alias_paths(const StudyBase& base, const FamilyAlias& alias,
                                     const YamlNode& place) {
  if (alias.parameters.empty()) {
    place.fail(fmt::format("{} of family {} {}", base.name, base.family->name, alias.why_none));
  }
  std::string path;
  for (const std::string& parameter : alias.parameters) {
    path = "parameters." + parameter;
    if (base.document.find_path(path)) break;
  }
  return {path};
}

/// The size of an axis of the array: of the one level that has a fan-out.
std::string array_path(const StudyBase& base, char axis, const YamlNode& place) {
  std::vector<std::string> paths;
  const auto levels = base.document.find_path("levels")->list();
  for (std::size_t l = 0; l < levels.size(); ++l) {
    if (!levels[l].find_path("fan_out")) continue;
    paths.push_back(fmt::format("levels[{}].fan_out.{}.size", l, axis == 'X' ? 'x' : 'y'));
  }
  if (paths.size() == 1) return paths.front();
  place.fail(paths.empty() ? base.name + " has no fan-out; write one in its file"
                           : fmt::format("{} has several fan-outs; name one: {}", base.name,
                                         fmt::join(paths, ", ")));
}

/// The width of the MAC and of what its energy is derived from.
std::vector<std::string> precision_paths(const StudyBase& base, const YamlNode& place) {
  const auto energy = base.document.find_path("compute.energy");
  if (!energy || !energy->is_map()) {
    place.fail(base.name +
               " gives the energy of its MAC as a number, which no precision changes; derive it: "
               "compute.energy: {multiply_add: 16 bit}");
  }
  return {"compute.operand_width", "compute.energy.multiply_add"};
}

std::vector<std::string> families_with(std::string_view alias) {
  std::vector<std::string> names;
  for (const Family& family : families()) {
    if (find_alias(family, alias) != nullptr) names.push_back(family.name);
  }
  return names;
}

/// `levels[GLB].capacity` names the capacity of the only memory there.
std::string through_memory(const StudyBase& base, const std::string& key, const YamlNode& place) {
  const std::size_t dot = key.find('.');
  if (!key.starts_with("levels[") || dot == std::string::npos) return key;
  const std::string word = key.substr(dot + 1, key.find_first_of(".[", dot + 1) - dot - 1);
  if (std::find(kLevelKeys.begin(), kLevelKeys.end(), word) != kLevelKeys.end()) return key;
  const std::string level = key.substr(0, dot);
  const auto memories =
      at_place_of(place, [&] { return base.document.find_path(level + ".memories"); });
  if (!memories) return key;
  if (const auto all = memories->list(); all.size() != 1) {
    std::vector<std::string> paths;
    paths.reserve(all.size());
    for (const YamlNode& memory : all) {
      paths.push_back(
          fmt::format("{}.memories[{}]{}", level, memory.map().at("name").text(), key.substr(dot)));
    }
    place.fail(fmt::format("{} has {} memories there; name one: {}", base.name, all.size(),
                           fmt::join(paths, ", ")));
  }
  return level + ".memories[0]" + key.substr(dot);
}

/// The first word of a path must be one that can vary.
void check_first_word(const StudyBase& base, const std::string& key, const YamlNode& place) {
  const std::string word = key.substr(0, key.find_first_of(".["));
  if (word == "name" || word == "description" || word == "family" || word == "architecture") {
    place.fail(word + " is no parameter; vary the base with the key architecture of the study");
  }
  if (base.family != nullptr && word != "parameters") {
    std::vector<std::string_view> known{"parameters", kTogether};
    for (const FamilyAlias& alias : base.family->aliases) known.push_back(alias.name);
    place.fail(
        fmt::format("{} is of family {}, which has no {}; its parameters are "
                    "parameters.NAME, such as parameters.clock{}",
                    base.name, base.family->name, word, did_you_mean(word, known)));
  }
}

/// Whether setting one sets the other, or a part of it.
bool overlap(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  return b.starts_with(a) && (a.size() == b.size() || b[a.size()] == '.' || b[a.size()] == '[');
}

class AxisReader {
 public:
  AxisReader(StudyBase& base, std::vector<std::string>& names) : base_(base), names_(names) {}

  /// One parameter that moves alone.
  void alone(const std::string& key, const YamlNode& yaml) {
    StudyAxis axis;
    add_column(key, yaml, axis);
    axis.values.push_back(parameter_values(yaml));
    base_.axes.push_back(std::move(axis));
  }

  /// A list of maps with the same keys: a choice each.
  void together(const YamlNode& yaml) {
    const std::vector<YamlNode> choices = yaml.list();
    if (choices.empty()) yaml.fail("expected at least one map of parameters");
    const std::vector<std::string> keys = choices.front().map().keys();
    if (keys.empty()) choices.front().fail("expected at least one parameter");
    StudyAxis axis;
    for (const std::string& key : keys) {
      add_column(key, choices.front().map().at(key), axis);
    }
    axis.values.resize(keys.size());
    std::set<std::string> seen;
    for (const YamlNode& choice : choices) {
      if (!seen.insert(add_choice(choice, keys, axis)).second) {
        choice.fail("these values are there twice; leave one out");
      }
    }
    base_.axes.push_back(std::move(axis));
  }

 private:
  void add_column(const std::string& key, const YamlNode& place, StudyAxis& axis) {
    std::vector<std::string> paths = parameter_paths(base_, key, place);
    for (const StudyAxis& other : base_.axes) check_apart(paths, other, place);
    check_apart(paths, axis, place);
    const auto known = std::find(names_.begin(), names_.end(), key);
    axis.columns.push_back(static_cast<std::size_t>(known - names_.begin()));
    if (known == names_.end()) names_.push_back(key);
    axis.paths.push_back(std::move(paths));
  }

  void check_apart(const std::vector<std::string>& paths, const StudyAxis& axis,
                   const YamlNode& place) const {
    for (std::size_t p = 0; p < axis.paths.size(); ++p) {
      for (const std::string& other : axis.paths[p]) {
        for (const std::string& path : paths) {
          if (!overlap(path, other)) continue;
          place.fail(fmt::format("sets {} of {}, as {} does; leave one out", path, base_.name,
                                 names_[axis.columns[p]]));
        }
      }
    }
  }

  /// Its values, a line each.
  static std::string add_choice(const YamlNode& choice, const std::vector<std::string>& keys,
                                StudyAxis& axis) {
    YamlMap map = choice.map();
    std::string text;
    for (std::size_t p = 0; p < keys.size(); ++p) {
      const YamlNode value = map.at(keys[p]);
      text += value.one_line() + "\n";
      axis.values[p].add(value);
    }
    map.done();
    return text;
  }

  StudyBase& base_;
  std::vector<std::string>& names_;
};

}  // namespace

std::vector<std::string> parameter_paths(const StudyBase& base, const std::string& key,
                                         const YamlNode& place) {
  if (base.family != nullptr) {
    const FamilyAlias* alias = find_alias(*base.family, key);
    if (alias != nullptr) return alias_paths(base, *alias, place);
  } else {
    if (key == "pe_array.X") return {array_path(base, 'X', place)};
    if (key == "pe_array.Y") return {array_path(base, 'Y', place)};
    if (key == kPrecisionParameter) return precision_paths(base, place);
  }
  if (key == kBoardParameter) {
    place.fail(fmt::format("{} is on no board; only family {} is", base.name,
                           fmt::join(families_with(kBoardParameter), " or ")));
  }
  check_first_word(base, key, place);
  const std::string path = through_memory(base, key, place);
  return at_place_of(place, [&] { return std::vector{base.document.canonical_path(path)}; });
}

void read_axes(YamlMap map, StudyBase& base, std::vector<std::string>& names,
               const std::string& skipped) {
  AxisReader reader(base, names);
  for (const std::string& key : map.keys()) {
    if (key == skipped) continue;
    const YamlNode yaml = map.at(key);
    if (key != kTogether) {
      reader.alone(key, yaml);
      continue;
    }
    const std::vector<YamlNode> items = yaml.list();
    if (!items.empty() && items.front().is_list()) {
      for (const YamlNode& group : items) reader.together(group);
    } else {
      reader.together(yaml);
    }
  }
}

}  // namespace tilewise
