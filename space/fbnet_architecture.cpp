#include "space/fbnet_architecture.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace tilewise {
namespace {

std::optional<FbnetOp> parse_op(std::string_view word) {
  for (const FbnetOp op : all_of<FbnetOp>()) {
    if (word == name(op) || word == fmt::format("{}", static_cast<int>(op))) return op;
  }
  return std::nullopt;
}

std::string op_list() {
  std::vector<std::string> ops;
  for (const FbnetOp op : all_of<FbnetOp>()) {
    ops.push_back(fmt::format("{} {}", static_cast<int>(op), name(op)));
  }
  return fmt::format("{}", fmt::join(ops, ", "));
}

}  // namespace

std::string to_string(const FbnetArchitecture& architecture) {
  std::string text;
  for (const FbnetOp op : architecture.ops) {
    if (!text.empty()) text += ',';
    text += static_cast<char>('0' + static_cast<int>(op));
  }
  return text;
}

FbnetArchitecture parse_fbnet_architecture(std::string_view text) {
  std::string_view rest = trimmed(text);
  if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
  FbnetArchitecture architecture;
  std::size_t position = 0;
  for (bool more = true; more; ++position) {
    const std::size_t comma = rest.find(',');
    const std::string_view word = trimmed(rest.substr(0, comma));
    more = comma != std::string_view::npos;
    if (more) rest.remove_prefix(comma + 1);
    if (position >= kFbnetPositions) continue;
    const std::optional<FbnetOp> op = parse_op(word);
    if (!op) {
      throw InputError(fmt::format(R"("{}": position {}: unknown operation "{}"; there are {})",
                                   text, position + 1, word, op_list()));
    }
    architecture.ops[position] = *op;
  }
  if (position != kFbnetPositions) {
    throw InputError(fmt::format("\"{}\": {} operations; expected {}, by comma", text, position,
                                 kFbnetPositions));
  }
  return architecture;
}

FbnetDataset parse_fbnet_dataset(std::string_view text) {
  for (const FbnetDataset dataset : all_of<FbnetDataset>()) {
    if (text == name(dataset)) return dataset;
  }
  throw InputError(
      fmt::format("\"{}\": no such data set of FBNet; expected cifar100 or ImageNet", text));
}

}  // namespace tilewise
