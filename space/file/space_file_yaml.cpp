#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/words.hpp"
#include "base/yaml_slip.hpp"
#include "space/file/indexed_keys.hpp"
#include "space/file/space_item.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMostRepeats = 1'000;
/// So many are built within a second.
constexpr std::int64_t kMostEntries = 100'000;
constexpr std::size_t kMostOptions = 250;
constexpr std::int64_t kMostNumber = std::int64_t{1} << 31U;

constexpr std::array<std::string_view, 22> kFileKeys{
    "name",         "title",  "summary",      "source",    "form",    "datasets",
    "choices",      "blocks", "groups",       "decisions", "network", "columns",
    "number",       "choice", "example",      "config",    "text",    "text_help",
    "network_name", "order",  "listed_first", "where"};
/// Keys of an item that are no parameters.
constexpr std::array<std::string_view, 9> kItemKeys{"name", "block",  "choose", "repeat", "if",
                                                    "from", "prefix", "key",    "op"};
constexpr std::array<std::string_view, 8> kOptionKeys{"name", "block",  "if",  "zero",
                                                      "ends", "absent", "key", "text"};
/// Names that the program gives; docs/spaces.md tells what they are.
constexpr std::array<std::string_view, 6> kOwnNames{"in",    "block_in", "height",
                                                    "width", "position", "place"};

class SpaceReader {
 public:
  explicit SpaceReader(const std::string& path)
      : map_(YamlNode::load_file(path).map()), path_(path) {}

  SpaceFile read() {
    // Before what a key that is not there decides.
    for (const std::string_view key : kFileKeys) map_.find(key);
    map_.done();
    SpaceFile file;
    file.file = path_;
    file.name = text_or("name", std::filesystem::path(path_).stem().string());
    file.title = text_or("title", file.name);
    file.summary = text_or("summary", file.title);
    text_or("source", "");
    const auto form = map_.find("form");
    enumerated_ = file.enumerated = form && form->one_of({"blocks", "indexed"}) == 1;
    read_datasets(file);
    read_choices();
    read_decisions(file);
    read_groups(file);
    decisions_ = &file.decisions;
    read_indexed_keys(map_, file);
    file.network = read_items(map_.at("network"), 0);
    file.text = pattern_or_none(map_, "text");
    file.config = pattern_or_none(map_, "config");
    file.example = text_or("example", "");
    read_columns(file);
    check_read();
    if (const auto blocks = map_.find("blocks")) check_used(*blocks, used_blocks_);
    if (const auto choices = map_.find("choices")) check_used(*choices, used_choices_);
    return file;
  }

 private:
  Expression expression_at(const YamlNode& node) {
    Expression made = parse_expression(node);
    note(made.names());
    return made;
  }
  TextPattern pattern_at(const YamlNode& node) {
    TextPattern made = parse_pattern(node);
    note(made.names());
    return made;
  }
  std::optional<TextPattern> pattern_or_none(YamlMap& map, std::string_view key) {
    const auto node = map.find(key);
    return node ? std::optional(pattern_at(*node)) : std::nullopt;
  }
  void note(const std::vector<std::string>& names) { read_.insert(names.begin(), names.end()); }

  /// A parameter that nothing reads is a misspelt one.
  void check_read() const {
    for (const auto& [name, node] : given_) {
      if (read_.contains(name)) continue;
      std::vector<std::string_view> known(kItemKeys.begin(), kItemKeys.end());
      known.insert(known.end(), kOptionKeys.begin(), kOptionKeys.end());
      known.insert(known.end(), read_.begin(), read_.end());
      node.fail("nothing reads it; leave it out" + did_you_mean(name, known));
    }
  }

  std::string text_or(std::string_view key, const std::string& fallback) {
    const auto node = map_.find(key);
    return node ? node->text() : fallback;
  }

  void read_datasets(SpaceFile& file) {
    const YamlNode node = map_.at("datasets");
    YamlMap sets = node.map();
    for (const std::string& name : sets.keys()) {
      SpaceDataset dataset{name, {{"channels", 3}}};
      YamlMap numbers = sets.at(name).map();
      for (const std::string& key : numbers.keys()) {
        check_name(numbers.at(key), key);
        dataset.variables[key] = numbers.at(key).integer(0, kMostNumber);
      }
      for (const std::string_view key : {"height", "width"})
        numbers.at(key).integer(1, kMostNumber);
      file.datasets.push_back(std::move(dataset));
    }
    if (file.datasets.empty()) node.fail("expected a data set, such as cifar10: {height: 32, ...}");
    for (const SpaceDataset& each : file.datasets) {
      for (const auto& [name, number] : file.datasets.front().variables) {
        if (!each.variables.contains(name)) {
          const std::vector<std::string> keys = sets.at(each.name).map().keys();
          sets.at(each.name).fail(fmt::format(
              "{} has \"{}\", this one has not; give it here, too{}", file.datasets.front().name,
              name, did_you_mean(name, std::vector<std::string_view>(keys.begin(), keys.end()))));
        }
      }
    }
  }

  static void check_name(const YamlNode& node, const std::string& name) {
    if (name == "height" || name == "width") return;  // of the image
    if (std::find(kOwnNames.begin(), kOwnNames.end(), name) != kOwnNames.end()) {
      node.fail(
          fmt::format("{} are names of the program; take another", fmt::join(kOwnNames, ", ")));
    }
    const bool plain =
        !name.empty() &&
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") ==
            std::string::npos;
    if (!plain || (name.front() >= '0' && name.front() <= '9')) {
      node.fail(
          fmt::format("\"{}\": a name has letters, digits and _, and begins with a letter", name));
    }
  }

  /// All keys but `reserved` are parameters.
  template <std::size_t kCount>
  std::vector<SpaceParameter> read_parameters(
      YamlMap& map, const std::array<std::string_view, kCount>& reserved) {
    std::vector<SpaceParameter> parameters;
    for (const std::string& key : map.keys()) {
      if (std::find(reserved.begin(), reserved.end(), key) != reserved.end()) continue;
      const YamlNode node = map.at(key);
      check_name(node, key);
      parameters.push_back({key, expression_at(node), node});
      given_.emplace_back(key, node);
    }
    return parameters;
  }

  std::shared_ptr<const SpaceItems> block_called(const YamlNode& name, int depth) {
    const auto blocks = map_.find("blocks");
    if (!blocks) name.fail("the file has no blocks; add a map `blocks`");
    YamlMap all = blocks->map();
    const std::string word = name.text();
    const std::vector<std::string> keys = all.keys();
    if (std::find(keys.begin(), keys.end(), word) == keys.end()) {
      name.fail(
          fmt::format("no block \"{}\"; there are {}{}", word, fmt::join(keys, ", "),
                      did_you_mean(word, std::vector<std::string_view>(keys.begin(), keys.end()))));
    }
    if (depth > 8) name.fail("blocks in blocks, more than 8 deep; does one contain itself?");
    used_blocks_.insert(word);
    auto& read = blocks_[word];
    if (!read) read = std::make_shared<const SpaceItems>(read_items(all.at(word), depth + 1));
    return read;
  }

  BlockCall call_of(const YamlNode& name, int depth) {
    BlockCall call{block_called(name, depth), {}};
    call.entries += entries_of(*call.block);
    return call;
  }

  SpaceItems read_items(const YamlNode& node, int depth) {
    SpaceItems items;
    for (const YamlNode& item : node.list()) items.push_back(read_item(item, depth));
    if (items.empty()) node.fail("expected at least one entry");
    if (entries_of(items) > kMostEntries) {
      node.fail(
          fmt::format("stands for more than {} entries of the network, with all repeats and "
                      "choices; repeat less, or leave choices out",
                      kMostEntries));
    }
    return items;
  }

  SpaceItem read_item(const YamlNode& node, int depth) {
    YamlMap map = node.map();
    SpaceItem item{node, TextPattern::parse("")};
    item.is_layer = map.find("op").has_value();
    const auto choose = map.find("choose");
    const auto block = map.find("block");
    if ((item.is_layer ? 1 : 0) + (choose ? 1 : 0) + (block ? 1 : 0) != 1) {
      if (!item.is_layer && !choose && !block) {
        refuse_slips(map, std::array<std::string_view, 3>{"op", "block", "choose"});
      }
      node.fail("expected one of op (a layer), block and choose");
    }
    const auto name = choose ? map.find("name") : map.at("name");
    item.name = name ? pattern_at(*name) : TextPattern::parse("block{position}");
    if (const auto when = map.find("if")) item.when = expression_at(*when);
    if (item.is_layer && map.at("op").text() == "concat") {
      item.is_concat = true;
      map.find("from");
      map.done();
      return item;
    }
    if (item.is_layer) {
      item.listed_as = pattern_or_none(map, "listed_as");
      if (item.listed_as && !enumerated_) node.fail("listed_as needs `form: indexed`");
      for (const LayerNumber& each : layer_numbers(node)) note(each.value.names());
      return item;
    }
    if (const auto repeat = map.find("repeat")) item.repeat = repeat->integer(1, kMostRepeats);
    item.prefix = pattern_or_none(map, "prefix");
    item.key = pattern_or_none(map, "key");
    map.find("from");
    auto parameters = read_parameters(map, kItemKeys);
    if (choose) {
      item.choices = choices_of(*choose, item.decision);
      item.parameters = std::move(parameters);
    } else {
      item.call = call_of(*block, depth);
      item.call.parameters = std::move(parameters);
    }
    map.done();
    return item;
  }

  /// The choices of a list, or of a decision, whose name it then tells.
  std::shared_ptr<const SpaceChoices> choices_of(const YamlNode& node, std::string& decision) {
    // Choices are read before decisions are known.
    if (decisions_ == nullptr) node.fail("the block of a choice has no position of its own");
    const std::string word = node.text();
    std::vector<std::string> known;
    for (const SpaceDecision& each : *decisions_) {
      if (each.choices && each.name == word) {
        decision = word;
        return each.choices;
      }
      if (each.choices) known.push_back(each.name);
    }
    return list_called(node, known);
  }

  std::shared_ptr<const SpaceChoices> list_called(const YamlNode& node,
                                                  std::vector<std::string> known) {
    const std::string word = node.text();
    for (const auto& each : choices_) {
      if (each->name == word) {
        used_choices_.insert(word);
        return each;
      }
      known.push_back(each->name);
    }
    node.fail(
        fmt::format("no choices \"{}\"; there are {}{}", word, fmt::join(known, ", "),
                    did_you_mean(word, std::vector<std::string_view>(known.begin(), known.end()))));
  }

  void read_choices() {
    const auto node = map_.find("choices");
    if (!node) return;
    YamlMap lists = node->map();
    for (const std::string& name : lists.keys()) {
      check_name(lists.at(name), name);
      SpaceChoices choices{name, {}};
      for (const YamlNode& option : lists.at(name).list())
        choices.options.push_back(read_option(option));
      if (choices.options.empty() || choices.options.size() > kMostOptions) {
        lists.at(name).fail(fmt::format("expected 1 to {} choices", kMostOptions));
      }
      std::set<std::string> seen;
      for (const SpaceOption& each : choices.options) {
        if (!seen.insert(each.name).second) each.node.fail("two choices of that name");
      }
      choices_.push_back(std::make_shared<const SpaceChoices>(std::move(choices)));
    }
  }

  SpaceOption read_option(const YamlNode& node) {
    YamlMap map = node.map();
    SpaceOption option{node, map.at("name").text(), {}};
    if (option.name.empty() || option.name.find_first_of(", \t\n[]") != std::string::npos ||
        parse_integer(option.name)) {
      map.at("name").fail("a choice needs a name without blanks, commas and brackets, no number");
    }
    if (const auto when = map.find("if")) option.when = expression_at(*when);
    if (const auto zero = map.find("zero")) read_zero(*zero, option);
    if (const auto text = map.find("text")) option.text = text->text();
    if (const auto ends = map.find("ends")) option.ends = ends->boolean();
    if (const auto absent = map.find("absent")) option.absent = absent->boolean();
    option.key = pattern_or_none(map, "key");
    const auto block = map.find("block");
    if (block) option.call = call_of(*block, 0);
    option.call.parameters = read_parameters(map, kOptionKeys);
    if (option.zero && block) node.fail("zero: a tensor of zeros has no block");
    if (option.absent && (block || option.zero)) {
      node.fail("absent: what is not there has no block and is no tensor of zeros");
    }
    map.done();
    return option;
  }

  void read_zero(const YamlNode& node, SpaceOption& option) {
    option.zero = !node.is_map() ? node.boolean() : true;
    if (!node.is_map()) return;
    YamlMap shape = node.map();
    for (const char* const key : {"channels", "height", "width"}) {
      const auto value = shape.find(key);
      if (value) option.zero_shape.push_back({key, expression_at(*value), *value});
    }
    shape.done();
  }

  void read_decisions(SpaceFile& file) {
    const auto node = map_.find("decisions");
    if (!node) return;
    YamlMap map = node->map();
    for (const std::string& name : map.keys()) {
      check_name(map.at(name), name);
      if (!file.enumerated && !map.at(name).is_scalar()) {
        map.at(name).fail("expected the name of a list of choices; numbers need `form: indexed`");
      }
    }
    file.decisions = parse_decisions(std::move(map),
                                     [&](const YamlNode& list) { return list_called(list, {}); });
  }

  void read_groups(SpaceFile& file) {
    const auto node = map_.find("groups");
    if (!node) return;
    if (file.enumerated) node->fail("groups need `form: blocks`");
    file.groups = parse_groups(node->map(), file.decisions);
  }

  SpaceColumn read_column(const std::string& name, YamlMap map, bool needs_value) {
    SpaceColumn column{name, "1", "", {}};
    if (const auto unit = map.find("unit")) column.unit = unit->text();
    if (const auto meaning = map.find("meaning")) column.meaning = meaning->text();
    if (const auto own = needs_value ? std::nullopt : map.find("name")) column.name = own->text();
    if (needs_value) column.value = expression_at(map.at("value"));
    map.done();
    return column;
  }

  void read_columns(SpaceFile& file) {
    if (const auto node = map_.find("number"))
      file.number = read_column("choice", node->map(), false);
    if (const auto node = map_.find("choice")) {
      file.choice = read_column("block", node->map(), false);
      file.choice.unit = "";
    }
    const auto node = map_.find("columns");
    if (!node) return;
    YamlMap columns = node->map();
    for (const std::string& name : columns.keys()) {
      file.columns.push_back(read_column(name, columns.at(name).map(), true));
    }
  }

  static void check_used(const YamlNode& node, const std::set<std::string>& used) {
    YamlMap map = node.map();
    for (const std::string& name : map.keys()) {
      if (!used.contains(name)) map.at(name).fail("nothing takes it; leave it out");
    }
  }

  YamlMap map_;
  std::string path_;
  bool enumerated_ = false;
  std::map<std::string, std::shared_ptr<const SpaceItems>> blocks_;
  std::vector<std::shared_ptr<const SpaceChoices>> choices_;
  const std::vector<SpaceDecision>* decisions_ = nullptr;
  std::vector<std::pair<std::string, YamlNode>> given_;  ///< parameters
  std::set<std::string> read_;                           ///< names in expressions and patterns
  std::set<std::string> used_blocks_;
  std::set<std::string> used_choices_;
};

}  // namespace

SpaceFile load_space_file(const std::string& path) { return SpaceReader(path).read(); }

}  // namespace tilewise
