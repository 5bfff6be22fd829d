#include "space/file/text_pattern.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace tilewise {
namespace {

[[noreturn]] void malformed(std::string_view text) {
  throw InputError(fmt::format(
      "\"{}\": expected words in braces, such as block{{position}}; {{{{ and }}}} are braces",
      text));
}

}  // namespace

TextPattern TextPattern::parse(std::string_view text) {
  TextPattern pattern;
  std::string plain;
  const auto end_plain = [&] {
    if (!plain.empty()) pattern.parts_.emplace_back(plain);
    plain.clear();
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c != '{' && c != '}') {
      plain += c;
    } else if (at + 1 < text.size() && text[at + 1] == c) {
      plain += c;
      ++at;
    } else if (c == '}') {
      malformed(text);
    } else {
      const std::size_t end = text.find('}', at);
      if (end == std::string_view::npos || end == at + 1) malformed(text);
      end_plain();
      pattern.parts_.emplace_back(Expression::parse(text.substr(at + 1, end - at - 1)));
      at = end;
    }
  }
  end_plain();
  return pattern;
}

std::string TextPattern::text(const Variables& variables, const PatternWords& words) const {
  std::string text;
  for (const auto& part : parts_) {
    if (const auto* plain = std::get_if<std::string>(&part)) {
      text += *plain;
      continue;
    }
    const Expression& hole = std::get<Expression>(part);
    const auto word = words.find(hole.text());
    text += word != words.end() ? word->second : fmt::format("{}", hole.value(variables));
  }
  return text;
}

std::vector<std::string> TextPattern::holes() const {
  std::vector<std::string> texts;
  for (const auto& part : parts_) {
    if (const auto* hole = std::get_if<Expression>(&part)) texts.push_back(hole->text());
  }
  return texts;
}

std::vector<std::string> TextPattern::between() const {
  std::vector<std::string> texts(1);
  for (const auto& part : parts_) {
    if (const auto* plain = std::get_if<std::string>(&part)) {
      texts.back() = *plain;
    } else {
      texts.emplace_back();
    }
  }
  return texts;
}

std::vector<std::string> TextPattern::names() const {
  std::vector<std::string> names;
  for (const auto& part : parts_) {
    if (const auto* hole = std::get_if<Expression>(&part)) {
      for (std::string& name : hole->names()) names.push_back(std::move(name));
    }
  }
  return names;
}

}  // namespace tilewise
