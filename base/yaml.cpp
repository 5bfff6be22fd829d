#include "base/yaml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <sstream>
#include <unordered_set>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/plausible.hpp"
#include "base/text.hpp"
#include "base/unit_table.hpp"
#include "base/words.hpp"
#include "base/yaml_tree.hpp"

namespace tilewise {

namespace {

using Tree = YamlNode::Tree;
constexpr std::size_t kMaxDepth = 64;

/// Builds the tree from the parser's events.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::string file) : file_(std::move(file)) {}
  std::shared_ptr<Tree> root() const { return root_; }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(Tree::Kind::Null, mark, anchor, "");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                const std::string& value) override {
    add(Tree::Kind::Scalar, mark, anchor, value);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end() || std::any_of(open_.begin(), open_.end(), [&](const Open& open) {
          return open.tree == found->second;
        })) {
      fail(mark.line, "an alias of what is not complete yet");
    }
    aliased_ += found->second->values;
    if (aliased_ > kMostAliasedValues && aliased_ > kMostAliasedTimes * values_) {
      fail(mark.line, fmt::format("aliases that stand for more than {} values, and more than {} "
                                  "times those written so far",
                                  kMostAliasedValues, kMostAliasedTimes));
    }
    attach(found->second, mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open_.push_back({add(Tree::Kind::List, mark, anchor, ""), std::nullopt, 0, {}});
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open_.push_back({add(Tree::Kind::Map, mark, anchor, ""), std::nullopt, 0, {}});
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    std::shared_ptr<Tree> tree;
    std::optional<std::string> key;  ///< read, its value not yet
    int key_line = 0;
    std::unordered_set<std::string> keys;
  };

  void close() {
    open_.back().tree->complete();
    open_.pop_back();
  }

  [[noreturn]] void fail(int line, const std::string& what) const {
    throw InputError(fmt::format("{}:{}: {}", file_, line + 1, what));
  }

  std::shared_ptr<Tree> add(Tree::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor,
                            const std::string& text) {
    if (++values_ > kMostYamlValues) fail(mark.line, "more than a million values");
    if (open_.size() >= kMaxDepth) fail(mark.line, "nested deeper than 64");
    auto tree = std::make_shared<Tree>();
    tree->kind = kind;
    tree->line = mark.line + 1;
    tree->text = text;
    if (anchor != 0) anchors_[anchor] = tree;
    attach(tree, mark);
    return tree;
  }

  void attach(const std::shared_ptr<Tree>& tree, const YAML::Mark& mark) {
    if (open_.empty()) {
      root_ = tree;
      return;
    }
    Open& parent = open_.back();
    if (parent.tree->kind == Tree::Kind::List) {
      parent.tree->children.emplace_back("", tree);
      return;
    }
    if (!parent.key) {
      if (tree->kind != Tree::Kind::Scalar) fail(mark.line, "a key must be a plain word");
      if (!parent.keys.insert(tree->text).second) {
        fail(mark.line, tree->text + ": the key is there twice");
      }
      parent.key = tree->text;
      parent.key_line = mark.line + 1;
      return;
    }
    parent.tree->children.emplace_back(*parent.key, tree);
    parent.tree->key_lines.push_back(parent.key_line);
    parent.key.reset();
  }

  std::string file_;
  std::shared_ptr<Tree> root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, std::shared_ptr<Tree>> anchors_;
  std::size_t values_ = 0;
  std::size_t aliased_ = 0;  ///< values that aliases stand for
};

/// Characters that no YAML document has (YAML 1.2, 5.1): the parser would stop at them, or take
/// them for text. A text in UTF-16 or UTF-32, which begins with a byte order mark, is full of them.
void check_characters(std::string_view text, const std::string& file) {
  if (text.starts_with("\xfe\xff") || text.starts_with("\xff\xfe") ||
      text.starts_with(std::string_view("\0\0\xfe\xff", 4))) {
    return;
  }
  int line = 1;
  for (const char c : text) {
    if (c == '\n') ++line;
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f) {
      throw InputError(fmt::format(
          "{}:{}: the control character 0x{:02x}; take it out, or write it as \"\\x{:02x}\"", file,
          line, unsigned{byte}, unsigned{byte}));
    }
  }
}

}  // namespace

void YamlNode::Tree::complete() {
  constexpr std::size_t kLarge = 16;
  for (const auto& [key, child] : children) values += child->values;
  if (kind != Kind::Map || children.size() <= kLarge) return;
  by_key.resize(children.size());
  std::iota(by_key.begin(), by_key.end(), std::size_t{0});
  std::sort(by_key.begin(), by_key.end(),
            [&](std::size_t a, std::size_t b) { return children[a].first < children[b].first; });
}

int YamlNode::Tree::line_of(std::size_t place) const {
  const Tree& child = *children[place].second;
  return place < key_lines.size() && !child.file ? key_lines[place] : child.line;
}

std::optional<std::size_t> YamlNode::Tree::place_of(std::string_view key) const {
  if (by_key.size() == children.size()) {
    const auto at =
        std::lower_bound(by_key.begin(), by_key.end(), key,
                         [&](std::size_t a, std::string_view b) { return children[a].first < b; });
    if (at == by_key.end() || children[*at].first != key) return std::nullopt;
    return *at;
  }
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const auto& child) { return child.first == key; });
  if (found == children.end()) return std::nullopt;
  return static_cast<std::size_t>(found - children.begin());
}

YamlNode YamlNode::load_file(const std::filesystem::path& path) {
  return load_text(read_file(path, kMostYamlBytes), path.string());
}

YamlNode YamlNode::load_text(std::string_view text, std::string name) {
  if (text.size() > kMostYamlBytes) {
    throw InputError(fmt::format("{}: larger than {} MiB, which is the most of a YAML document",
                                 name, kMostYamlBytes >> 20U));
  }
  check_characters(text, name);
  std::istringstream in{std::string(text)};
  TreeBuilder builder(name);
  try {
    YAML::Parser parser(in);
    if (!parser.HandleNextDocument(builder) || !builder.root()) {
      throw InputError(name + ": empty; expected a YAML document");
    }
    TreeBuilder second(name);
    if (parser.HandleNextDocument(second)) {
      throw InputError(name + ": more than one YAML document; split the file");
    }
  } catch (const YAML::Exception& error) {
    throw InputError(
        fmt::format("{}:{}: not valid YAML: {}", name, error.mark.line + 1, error.msg));
  }
  return {std::move(name), "", builder.root()};
}

bool YamlNode::is_map() const { return tree_->kind == Tree::Kind::Map; }
bool YamlNode::is_list() const { return tree_->kind == Tree::Kind::List; }
bool YamlNode::is_scalar() const { return tree_->kind == Tree::Kind::Scalar; }
bool YamlNode::is_null() const { return tree_->kind == Tree::Kind::Null; }
int YamlNode::line() const { return tree_->line; }

void YamlNode::fail(const std::string& what) const {
  const std::string place = path_.empty() ? "" : path_ + ": ";
  throw InputError(fmt::format("{}:{}: {}{}", file_, tree_->line, place, what));
}

YamlNode YamlNode::child(std::string path, std::shared_ptr<const Tree> tree) const {
  std::string file = tree->file ? *tree->file : file_;
  return {std::move(file), std::move(path), std::move(tree)};
}

YamlMap YamlNode::map() const {
  if (!is_map()) {
    fail(is_scalar() ? fmt::format("expected a map of keys and values, found \"{}\"", tree_->text)
                     : "expected a map of keys and values");
  }
  return YamlMap(*this);
}

std::vector<YamlNode> YamlNode::list() const {
  if (!is_list()) {
    fail(is_scalar() ? fmt::format("expected a list, found \"{0}\"; write [{0}]", tree_->text)
                     : "expected a list");
  }
  std::vector<YamlNode> items;
  for (std::size_t i = 0; i < tree_->children.size(); ++i) {
    items.push_back(child(fmt::format("{}[{}]", path_, i), tree_->children[i].second));
  }
  return items;
}

std::string YamlNode::text() const {
  if (!is_scalar()) fail("expected a word");
  return tree_->text;
}

std::vector<std::string> YamlNode::texts() const {
  std::vector<std::string> all;
  for (const YamlNode& each : list()) all.push_back(each.text());
  return all;
}

bool YamlNode::boolean() const {
  const std::string word = is_scalar() ? tree_->text : "";
  if (word == "true") return true;
  if (word == "false") return false;
  fail(fmt::format("expected true or false, found \"{}\"", word));
}

std::int64_t YamlNode::integer(std::int64_t least, std::int64_t most) const {
  const auto value = is_scalar() ? parse_integer(tree_->text) : std::nullopt;
  if (!value || *value < least || *value > most) {
    fail(fmt::format("expected a whole number from {} to {}, found \"{}\"", least, most,
                     is_scalar() ? tree_->text : ""));
  }
  return *value;
}

double YamlNode::number() const {
  const auto value = is_scalar() ? parse_number(tree_->text) : std::nullopt;
  if (!value) fail(fmt::format("expected a number, found \"{}\"", tree_->text));
  return *value;
}

std::optional<YamlNode::Scaled> YamlNode::scaled(UnitKind kind, std::string_view in) const {
  if (!is_scalar()) return std::nullopt;
  std::istringstream words(tree_->text);
  std::string number;
  std::string unit;
  std::string rest;
  words >> number >> unit >> rest;
  const auto value = parse_number(number);
  const auto factor = unit_factor(kind, unit, in);
  if (!value || *value < 0.0 || !factor || !rest.empty()) return std::nullopt;
  return Scaled{*value, *factor};
}

double YamlNode::quantity(UnitKind kind, std::string_view in, std::string_view expected) const {
  if (const auto found = scaled(kind, in)) {
    const double value = found->number * found->factor;
    const Plausible range = plausible(kind);
    if (found->number != 0.0 && (value < range.least || value > range.most)) {
      fail(fmt::format("expected {} of {} to {} {}, found \"{}\"; check the number and its unit",
                       expected, range.least, range.most, in, tree_->text));
    }
    return value;
  }
  fail(fmt::format("expected {} ({}), found \"{}\"", expected, unit_names(kind), tree_->text));
}

Bits YamlNode::size() const {
  const double bits = quantity(UnitKind::Size, "bit", "a size such as 108 KiB");
  if (bits != std::floor(bits) || bits > 9e18) fail("expected a whole number of bits below 2^63");
  return Bits{static_cast<std::int64_t>(bits)};
}

Megahertz YamlNode::frequency() const {
  const double mhz = quantity(UnitKind::Frequency, "MHz", "a frequency such as 200 MHz");
  if (mhz <= 0.0) fail("expected a frequency above zero");
  return Megahertz{mhz};
}

BitsPerCycle YamlNode::bandwidth(Megahertz clock) const {
  if (is_scalar() && tree_->text == "unlimited") {
    return BitsPerCycle{std::numeric_limits<double>::infinity()};
  }
  const auto by_cycle = scaled(UnitKind::CycleBandwidth, "bit/cycle");
  const auto by_time = scaled(UnitKind::Bandwidth, "MB/s");
  if (!by_cycle && !by_time) {
    fail(fmt::format(
        "expected unlimited or a bandwidth such as 64 bit/cycle or 12.8 GB/s ({}, {}), "
        "found \"{}\"",
        unit_names(UnitKind::CycleBandwidth), unit_names(UnitKind::Bandwidth), tree_->text));
  }
  const double rate = by_cycle ? by_cycle->number * by_cycle->factor
                               : by_time->number * (8.0 * by_time->factor / clock.count());
  if (rate <= 0.0) fail("expected a bandwidth above zero, or unlimited");
  const Plausible range = plausible(UnitKind::CycleBandwidth);
  if (rate < range.least || rate > range.most) {
    fail(fmt::format(
        "expected unlimited or a bandwidth of {} to {} bit/cycle, found \"{}\"; check the number "
        "and its unit",
        range.least, range.most, tree_->text));
  }
  return BitsPerCycle{rate};
}

Picojoules YamlNode::energy() const {
  return Picojoules{quantity(UnitKind::Energy, "pJ", "an energy such as 2.1 pJ")};
}

Milliwatts YamlNode::power() const {
  return Milliwatts{quantity(UnitKind::Power, "mW", "a power such as 30 mW")};
}

Microseconds YamlNode::time() const {
  return Microseconds{quantity(UnitKind::Time, "us", "a time such as 450 ns")};
}

SquareMillimeters YamlNode::area() const {
  return SquareMillimeters{quantity(UnitKind::Area, "mm2", "an area such as 0.7 mm2")};
}

Volts YamlNode::voltage() const {
  return Volts{quantity(UnitKind::Voltage, "V", "a voltage such as 1.0 V")};
}

Nanometers YamlNode::node_size() const {
  const double nm = quantity(UnitKind::Node, "nm", "a technology node such as 65 nm");
  if (nm != std::floor(nm) || nm < 1 || nm > 1000) fail("expected whole nanometres, 1 to 1000");
  return Nanometers{static_cast<std::int64_t>(nm)};
}

std::size_t YamlNode::one_of(const std::vector<std::string>& names) const {
  const std::string word = is_scalar() ? tree_->text : "";
  const auto found = std::find(names.begin(), names.end(), word);
  if (found == names.end()) {
    const std::vector<std::string_view> known(names.begin(), names.end());
    fail(fmt::format("expected one of {}; found \"{}\"{}", fmt::join(names, ", "), word,
                     did_you_mean(word, known)));
  }
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace tilewise
