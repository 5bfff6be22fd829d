#include "arch/family/family.hpp"

#include <algorithm>

namespace tilewise {
namespace {

template <class Named>
const Named* find_named(const std::vector<Named>& all, std::string_view name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Named& each) { return each.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

const FamilyParameter* find_parameter(const Family& family, std::string_view name) {
  return find_named(family.parameters, name);
}

const FamilyAlias* find_alias(const Family& family, std::string_view name) {
  return find_named(family.aliases, name);
}

std::string default_text(const FamilyParameter& parameter) {
  return parameter.value.value_or(parameter.otherwise);
}

std::vector<std::vector<std::string>> parameter_rows(const Family& family) {
  std::vector<std::vector<std::string>> rows{{"parameter", "type", "default", "meaning"}};
  for (const FamilyParameter& each : family.parameters) {
    rows.push_back({each.name, each.type, default_text(each), each.meaning});
  }
  return rows;
}

FamilyFile read_family_file(const YamlNode& yaml) {
  YamlMap map = yaml.map();
  map.at("family");
  const std::string name = map.at("name").text();
  const auto description = map.find("description");
  FamilyFile file{name, std::nullopt, map.at("parameters"), map.find("merges")};
  map.done();
  if (description) file.description = description->text();
  return file;
}

}  // namespace tilewise
