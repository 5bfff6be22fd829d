#include "space/fbnet_architecture.hpp"

#include <fmt/format.h>

#include <limits>
#include <optional>
#include <utility>

#include "base/error.hpp"

namespace tilewise {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

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

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): a generator whose state is a counter.
std::uint64_t split_mix(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15U;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31U);
}

constexpr std::size_t kDigits = kFbnetPositions / 2;  // operations drawn from one number
constexpr std::uint64_t kOps = enum_size<FbnetOp>;

constexpr std::uint64_t power(std::uint64_t base, std::size_t exponent) {
  return exponent == 0 ? 1 : base * power(base, exponent - 1);
}

/// Uniform below 9^11: what lies above the largest multiple is drawn again.
std::uint64_t draw_digits(std::uint64_t& state) {
  constexpr std::uint64_t kRange = power(kOps, kDigits);
  constexpr std::uint64_t kLimit = std::numeric_limits<std::uint64_t>::max() / kRange * kRange;
  std::uint64_t drawn = split_mix(state);
  while (drawn >= kLimit) drawn = split_mix(state);
  return drawn % kRange;
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

FbnetArchitecture sample_fbnet(std::uint64_t seed, std::uint64_t index) {
  std::uint64_t outer = seed;
  std::uint64_t state = split_mix(outer) ^ index;
  state = split_mix(state);  // neighbours in the sequence must not be neighbours as counters
  FbnetArchitecture architecture;
  std::uint64_t digits = 0;
  for (std::size_t position = 0; position < kFbnetPositions; ++position) {
    if (position % kDigits == 0) digits = draw_digits(state);
    architecture.ops[position] = static_cast<FbnetOp>(digits % kOps);
    digits /= kOps;
  }
  return architecture;
}

Network fbnet_network(FbnetDataset dataset, const FbnetArchitecture& architecture) {
  Network network(fmt::format("fbnet {} {}", to_string(architecture), name(dataset)));
  std::vector<std::size_t> last;
  const auto add = [&](Layer layer) { last = {network.add(std::move(layer), last)}; };
  std::vector<Layer> fixed = fbnet_fixed_layers(dataset);
  add(std::move(fixed.front()));
  for (std::size_t position = 0; position < kFbnetPositions; ++position) {
    for (Layer& layer : fbnet_block(dataset, position, architecture.ops[position])) {
      add(std::move(layer));
    }
  }
  for (auto layer = fixed.begin() + 1; layer != fixed.end(); ++layer) add(std::move(*layer));
  return network;
}

}  // namespace tilewise
