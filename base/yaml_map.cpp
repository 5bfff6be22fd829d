#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/words.hpp"
#include "base/yaml.hpp"
#include "base/yaml_slip.hpp"
#include "base/yaml_tree.hpp"

namespace tilewise {
namespace {

using Tree = YamlNode::Tree;

/// A key that nobody asked for, and one that was asked for in vain and may be meant by it.
struct Slip {
  std::size_t place;
  std::string_view meant;
};

/// The first key of `map` by which one of `absent` may be meant.
std::optional<Slip> find_slip(const Tree& map, const std::set<std::string>& asked,
                              std::span<const std::string_view> absent) {
  for (std::size_t place = 0; place < map.children.size(); ++place) {
    const std::string& key = map.children[place].first;
    if (asked.contains(key)) continue;
    const auto meant = std::find_if(absent.begin(), absent.end(),
                                    [&](std::string_view each) { return is_slip(key, each); });
    if (meant != absent.end()) return Slip{place, *meant};
  }
  return std::nullopt;
}

}  // namespace

YamlNode YamlMap::at(std::string_view key) {
  if (auto value = find(key)) return *value;
  const Tree& map = *node_.tree_;
  const std::string place = node_.path_.empty() ? "" : node_.path_ + ": ";
  const auto fail = [&](const Slip& slip, std::string_view meant) {
    throw InputError(fmt::format("{}:{}: {}{}: missing; did you mean {} by \"{}\"?", node_.file_,
                                 map.line_of(slip.place), place, key, meant,
                                 map.children[slip.place].first));
  };
  if (const auto slip = find_slip(map, asked_, std::array{key})) fail(*slip, "it");
  // A key that decides which others must be there.
  std::vector<std::string_view> absent;
  for (const std::string& each : asked_) {
    if (!map.place_of(each)) absent.push_back(each);
  }
  if (const auto slip = find_slip(map, asked_, absent)) {
    fail(*slip, fmt::format("\"{}\"", slip->meant));
  }
  node_.fail(fmt::format("{}: missing", key));
}

std::optional<YamlNode> YamlMap::find(std::string_view key) {
  asked_.emplace(key);
  const auto place = node_.tree_->place_of(key);
  if (!place) return std::nullopt;
  const auto& [name, tree] = node_.tree_->children[*place];
  return node_.child(node_.path_.empty() ? name : node_.path_ + "." + name, tree);
}

std::vector<std::string> YamlMap::keys() const {
  std::vector<std::string> names;
  for (const auto& child : node_.tree_->children) names.push_back(child.first);
  return names;
}

void YamlMap::done() const {
  const Tree& map = *node_.tree_;
  for (std::size_t place = 0; place < map.children.size(); ++place) {
    const auto& [name, tree] = map.children[place];
    if (asked_.contains(name)) continue;
    const std::vector<std::string_view> known(asked_.begin(), asked_.end());
    const std::string path = node_.path_.empty() ? name : node_.path_ + "." + name;
    throw InputError(fmt::format("{}:{}: {}: unknown key; known here: {}{}",
                                 node_.child(path, tree).file_, map.line_of(place), path,
                                 fmt::join(asked_, ", "), did_you_mean(name, known)));
  }
}

void refuse_slips(YamlMap& map, std::span<const std::string_view> meant) {
  const std::vector<std::string> keys = map.keys();
  for (const std::string_view each : meant) {
    const auto slip = [&](const std::string& key) { return is_slip(key, each); };
    if (std::any_of(keys.begin(), keys.end(), slip)) map.at(each);
  }
}

}  // namespace tilewise
