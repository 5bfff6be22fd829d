#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <span>
#include <utility>

#include "base/error.hpp"
#include "base/yaml.hpp"
#include "base/yaml_tree.hpp"

namespace tilewise {
namespace {

using Tree = YamlNode::Tree;
using Kind = Tree::Kind;

/// One step of a path: a key of a map, or an item of a list.
struct Step {
  std::string word;
  bool item = false;
};

[[noreturn]] void malformed(std::string_view path) {
  throw InputError(
      fmt::format("\"{}\": expected a path such as levels[GLB].memories[buffer].capacity", path));
}

/// The step that `rest` begins with, taken off it.
Step take_step(std::string_view& rest, std::string_view path) {
  const bool item = rest.starts_with('[');
  const std::size_t end = item ? rest.find(']') : std::min(rest.find_first_of(".["), rest.size());
  if (end == std::string_view::npos) malformed(path);
  const std::size_t begin = item ? 1 : 0;
  Step step{std::string(rest.substr(begin, end - begin)), item};
  if (step.word.empty()) malformed(path);
  rest.remove_prefix(end + begin);
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    if (rest.empty() || rest.starts_with('[')) malformed(path);
  } else if (!rest.empty() && !rest.starts_with('[')) {
    malformed(path);
  }
  return step;
}

std::vector<Step> steps_of(std::string_view path) {
  std::vector<Step> steps;
  for (std::string_view rest = path; !rest.empty();) steps.push_back(take_step(rest, path));
  if (steps.empty() || steps.front().item) malformed(path);
  return steps;
}

std::string text_of(std::span<const Step> steps) {
  std::string text;
  for (const Step& step : steps) {
    if (step.item) {
      text += fmt::format("[{}]", step.word);
    } else {
      text += (text.empty() ? "" : ".") + step.word;
    }
  }
  return text;
}

const Tree* value_of(const Tree& map, std::string_view key) {
  const auto place = map.place_of(key);
  return place ? map.children[*place].second.get() : nullptr;
}

std::string item_name(const Tree& item) {
  const Tree* name = item.kind == Kind::Map ? value_of(item, "name") : nullptr;
  return name != nullptr && name->kind == Kind::Scalar ? name->text : "";
}

/// The place of the item called so, else of that number.
std::size_t item_place(const Tree& list, std::string_view word, const std::string& where) {
  std::vector<std::string> there;
  for (std::size_t i = 0; i < list.children.size(); ++i) {
    const std::string name = item_name(*list.children[i].second);
    if (!name.empty() && name == word) return i;
    there.push_back(name.empty() ? fmt::format("{}", i) : name);
  }
  std::size_t place = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), place);
  if (error == std::errc{} && end == word.data() + word.size() && place < there.size()) {
    return place;
  }
  throw InputError(fmt::format("{}: no such item; there are: {}", where, fmt::join(there, ", ")));
}

/// The place of a child among those of `tree`; empty: a key that is not there.
std::optional<std::size_t> child_place(const Tree& tree, std::span<const Step> steps,
                                       std::size_t at) {
  const std::string where = text_of(steps.first(at + 1));
  const Step& step = steps[at];
  if (step.item) {
    if (tree.kind != Kind::List) throw InputError(where + ": there is no list to take it from");
    return item_place(tree, step.word, where);
  }
  if (tree.kind != Kind::Map) throw InputError(where + ": there is no map to hold this key");
  return tree.place_of(step.word);
}

/// `tree` (null: not there yet) with `value` at the end of the steps from `at` on.
std::shared_ptr<Tree> replaced(const Tree* tree, std::span<const Step> steps, std::size_t at,
                               const std::shared_ptr<Tree>& value) {
  if (at == steps.size()) return value;
  auto copy = std::make_shared<Tree>();
  if (tree != nullptr) {
    *copy = *tree;
  } else {
    copy->kind = Kind::Map;
    copy->line = value->line;
    copy->file = value->file;
  }
  const auto place = child_place(*copy, steps, at);
  if (place) {
    auto& child = copy->children[*place].second;
    child = replaced(child.get(), steps, at + 1, value);
  } else {
    copy->children.emplace_back(steps[at].word, replaced(nullptr, steps, at + 1, value));
  }
  return copy;
}

}  // namespace

std::optional<YamlNode> YamlNode::find_path(std::string_view path) const {
  const std::vector<Step> steps = steps_of(path);
  YamlNode node = *this;
  for (std::size_t at = 0; at < steps.size(); ++at) {
    const auto place = child_place(*node.tree_, steps, at);
    if (!place) return std::nullopt;
    const std::string below = text_of(std::span(steps).first(at + 1));
    node = node.child(path_.empty() ? below : path_ + "." + below,
                      node.tree_->children[*place].second);
  }
  return node;
}

std::string YamlNode::canonical_path(std::string_view path) const {
  std::vector<Step> steps = steps_of(path);
  const Tree* tree = tree_.get();
  for (std::size_t at = 0; at < steps.size() && tree != nullptr; ++at) {
    const auto place = child_place(*tree, steps, at);
    tree = place ? tree->children[*place].second.get() : nullptr;
    if (steps[at].item) steps[at].word = fmt::format("{}", *place);
  }
  return text_of(steps);
}

YamlNode YamlNode::with(std::string_view path, const YamlNode& value) const {
  auto put = std::make_shared<Tree>(*value.tree_);
  put->file = std::make_shared<const std::string>(value.file_);
  return {file_, path_, replaced(tree_.get(), steps_of(path), 0, put)};
}

YamlNode YamlNode::with_text(std::string text) const {
  auto tree = std::make_shared<Tree>();
  tree->kind = Kind::Scalar;
  tree->line = tree_->line;
  tree->text = std::move(text);
  return {file_, path_, std::move(tree)};
}

}  // namespace tilewise
