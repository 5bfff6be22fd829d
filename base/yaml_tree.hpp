#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/yaml.hpp"

namespace tilewise {

/// The document as read: kind, text, line, children. Aliases share their subtree; nothing changes
/// a tree once it is complete.
struct YamlNode::Tree {
  enum class Kind { Null, Scalar, List, Map };
  Kind kind = Kind::Null;
  int line = 0;
  std::shared_ptr<const std::string> file;  ///< of a value put in from elsewhere; else null
  std::string text;
  std::vector<std::pair<std::string, std::shared_ptr<Tree>>> children;  ///< key empty in a list
  std::vector<int> key_lines{};       ///< where the keys of the first children of a map stand
  std::vector<std::size_t> by_key{};  ///< of a large map: the places of its children by their keys
  std::size_t values = 1;             ///< in it and below, aliases as often as they stand there

  /// To be called once all children are there.
  void complete();
  /// Where a child is named: the line of its key, else its own.
  int line_of(std::size_t place) const;
  /// The place of the child of that key.
  std::optional<std::size_t> place_of(std::string_view key) const;
};

/// A document of so many bytes is read within a second.
inline constexpr std::size_t kMostYamlBytes = std::size_t{4} << 20U;
inline constexpr std::size_t kMostYamlValues = 1'000'000;
/// What aliases may stand for in all: so many values, or so many times those that are written.
inline constexpr std::size_t kMostAliasedValues = 10'000;
inline constexpr std::size_t kMostAliasedTimes = 4;

}  // namespace tilewise
