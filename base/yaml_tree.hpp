#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/yaml.hpp"

namespace tilewise {

/// The document as read: kind, text, line, children. Aliases share their subtree; nothing changes
/// a tree once it is read.
struct YamlNode::Tree {
  enum class Kind { Null, Scalar, List, Map };
  Kind kind = Kind::Null;
  int line = 0;
  std::shared_ptr<const std::string> file;  ///< of a value put in from elsewhere; else null
  std::string text;
  std::vector<std::pair<std::string, std::shared_ptr<Tree>>> children;  ///< key empty in a list
};

inline constexpr std::size_t kMostYamlValues = 1'000'000;

}  // namespace tilewise
