#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_words.hpp"
#include "base/unit_table.hpp"
#include "base/units.hpp"

namespace tilewise {

class YamlMap;

/// One value of a YAML document, with its place. Reads throw InputError that names file, line,
/// path and cure: "eyeriss.yaml:12: levels[1].size: expected a size such as 108 KiB, ...".
class YamlNode {
 public:
  struct Tree;  ///< defined in yaml_tree.hpp

  /// The document of a file. Refuses what is no single YAML document, duplicate keys, nesting
  /// over 64 and more than a million values.
  static YamlNode load_file(const std::filesystem::path& path);
  /// The document in `text`; errors name it `name`.
  static YamlNode load_text(std::string_view text, std::string name);

  bool is_map() const;
  bool is_list() const;
  bool is_scalar() const;
  bool is_null() const;

  YamlMap map() const;
  std::vector<YamlNode> list() const;
  std::string text() const;
  std::vector<std::string> texts() const;  ///< of a list
  bool boolean() const;
  std::int64_t integer(std::int64_t least, std::int64_t most) const;
  double number() const;

  /// Dimensional values carry their unit, one of its kind in base/unit_table.hpp: "108 KiB",
  /// "200 MHz", "64 bit/cycle", "2.1 pJ".
  Bits size() const;
  Megahertz frequency() const;
  BitsPerCycle bandwidth(Megahertz clock) const;  ///< by cycle, by time, or "unlimited"
  Picojoules energy() const;
  Milliwatts power() const;
  Microseconds time() const;
  SquareMillimeters area() const;
  Volts voltage() const;
  Nanometers node_size() const;

  /// One of `names`; returns its index.
  std::size_t one_of(const std::vector<std::string>& names) const;
  /// The enumerator of that name.
  template <class E>
  E word_of() const {
    const std::vector<std::string_view> names = enum_names<E>();
    return static_cast<E>(one_of({names.begin(), names.end()}));
  }

  /// The value at a path such as `levels[GLB].memories[0].capacity`: keys, and items of lists by
  /// their key `name` or by their place. Empty: a key is not there. Throws InputError without a
  /// place for an item that is not there, and for a key of what is no map.
  std::optional<YamlNode> find_path(std::string_view path) const;
  /// The same path with every item by its place. Keys need not be there.
  std::string canonical_path(std::string_view path) const;
  /// This document with `value` at the path, replaced or added, with the maps that lead there; this
  /// one stays as it is. Errors about the value name its own file and line. Throws as find_path.
  YamlNode with(std::string_view path, const YamlNode& value) const;
  /// A plain value of that text in place of this.
  YamlNode with_text(std::string text) const;

  /// As YAML that loads to the same tree, aliases written out, without comments. Throws InputError
  /// where that makes more than a million values.
  std::string dump() const;
  /// The same on one line: "64 KiB", "{node: 65 nm}".
  std::string one_line() const;

  [[noreturn]] void fail(const std::string& what) const;
  int line() const;
  const std::string& file() const { return file_; }
  const std::string& path() const { return path_; }

 private:
  friend class YamlMap;
  YamlNode(std::string file, std::string path, std::shared_ptr<const Tree> tree)
      : file_(std::move(file)), path_(std::move(path)), tree_(std::move(tree)) {}
  /// A number and how many `in` its unit is.
  struct Scaled {
    double number;
    double factor;
  };
  std::optional<Scaled> scaled(UnitKind kind, std::string_view in) const;
  double quantity(UnitKind kind, std::string_view in, std::string_view expected) const;
  YamlNode child(std::string path, std::shared_ptr<const Tree> tree) const;

  std::string file_;
  std::string path_;
  std::shared_ptr<const Tree> tree_;
};

/// A YAML map read key by key. Remembers which keys were asked for, so that a misspelt key is an
/// error and not a silent default.
class YamlMap {
 public:
  /// The value of a key that must be there.
  YamlNode at(std::string_view key);
  /// The value of a key that may be absent.
  std::optional<YamlNode> find(std::string_view key);
  /// All keys, in the order of the file; reading them marks none as asked for.
  std::vector<std::string> keys() const;
  /// Call last: a key that nobody asked for is a mistake of the user's.
  void done() const;
  /// The map itself as a node, for errors about the whole.
  const YamlNode& node() const { return node_; }

 private:
  friend class YamlNode;
  explicit YamlMap(YamlNode node) : node_(std::move(node)) {}
  YamlNode node_;
  std::set<std::string> asked_;
};

}  // namespace tilewise
