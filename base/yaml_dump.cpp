#include <yaml-cpp/emitter.h>
#include <yaml-cpp/emittermanip.h>

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "base/yaml.hpp"
#include "base/yaml_tree.hpp"

namespace tilewise {
namespace {

using Tree = YamlNode::Tree;
constexpr char kDelete = '\x7f';

/// Quoted where the emitter's own rule would leave a word that ends or begins a document, or a
/// character that is read as another or not at all.
void emit_text(YAML::Emitter& out, const std::string& text) {
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == kDelete;
  });
  if (control || text.starts_with("---") || text.starts_with("...")) out << YAML::DoubleQuoted;
  out << text;
}

/// What was emitted; the emitter escapes all control characters but one, which is in quotes.
std::string emitted(const YAML::Emitter& out) {
  std::string text;
  for (const char* c = out.c_str(); *c != '\0'; ++c) {
    text += *c == kDelete ? std::string("\\x7f") : std::string(1, *c);
  }
  return text;
}

/// Adds the values of `tree` up, aliases as often as they stand there.
void count_values(const Tree& tree, std::size_t& values) {
  if (++values > kMostYamlValues) throw InputError("more than a million values with all aliases");
  for (const auto& child : tree.children) count_values(*child.second, values);
}

void emit(YAML::Emitter& out, const Tree& tree) {
  switch (tree.kind) {
    case Tree::Kind::Null: out << YAML::Null; return;
    case Tree::Kind::Scalar: emit_text(out, tree.text); return;
    case Tree::Kind::List:
      out << YAML::BeginSeq;
      for (const auto& child : tree.children) emit(out, *child.second);
      out << YAML::EndSeq;
      return;
    case Tree::Kind::Map:
      out << YAML::BeginMap;
      for (const auto& [key, value] : tree.children) {
        out << YAML::Key;
        emit_text(out, key);
        out << YAML::Value;
        emit(out, *value);
      }
      out << YAML::EndMap;
      return;
  }
}

}  // namespace

std::string YamlNode::dump() const {
  std::size_t values = 0;
  count_values(*tree_, values);
  YAML::Emitter out;
  emit(out, *tree_);
  return emitted(out) + "\n";
}

std::string YamlNode::one_line() const {
  if (is_scalar()) return tree_->text;
  std::size_t values = 0;
  count_values(*tree_, values);
  YAML::Emitter out;
  out.SetSeqFormat(YAML::Flow);
  out.SetMapFormat(YAML::Flow);
  emit(out, *tree_);
  return emitted(out);
}

}  // namespace tilewise
