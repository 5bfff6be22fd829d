#include "arch/describe_constraint.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <string_view>
#include <vector>

namespace tilewise {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

/// "R in full", "M at most 8", "C"; empty where there is no loop.
std::string describe_rule(Dim d, const FactorRule& rule) {
  if (rule.full) return fmt::format("{} in full", name(d));
  if (rule.most == 1) return "";
  if (rule.least == rule.most) return fmt::format("{} = {}", name(d), rule.least);
  std::string text(name(d));
  if (rule.least > 1) text += fmt::format(" at least {}", rule.least);
  if (rule.most < kMost) text += fmt::format(" at most {}", rule.most);
  return text;
}

/// The loops that the rules allow over the dimensions of `dims`; empty where they fix nothing.
std::string describe_rules(const EnumArray<Dim, FactorRule>& rules,
                           const EnumArray<Dim, bool>& dims, std::string_view where) {
  std::vector<std::string> loops;
  bool fixes_something = false;
  for (const Dim d : kDims) {
    if (!dims[d]) continue;
    fixes_something = fixes_something || rules[d] != FactorRule{};
    if (std::string rule = describe_rule(d, rules[d]); !rule.empty()) loops.push_back(rule);
  }
  if (!fixes_something) return "";
  if (loops.empty()) return fmt::format("no loops {}", where);
  return fmt::format("loops {} only over {}", where, fmt::join(loops, ", "));
}

std::string describe_orders(const std::vector<std::vector<Dim>>& orders) {
  std::vector<std::string> texts;
  for (const auto& order : orders) {
    std::vector<std::string_view> dims;
    for (const Dim d : order) dims.push_back(name(d));
    texts.push_back(fmt::format("{}", fmt::join(dims, " ")));
  }
  return texts.empty() ? "" : fmt::format("order {}", fmt::join(texts, " or "));
}

std::string describe_keeping(const LevelConstraint& constraint, bool keep) {
  std::vector<std::string_view> named;
  for (const Tensor t : kTensors) {
    if (constraint.keep[t] == keep) named.push_back(name(t));
  }
  if (named.empty()) return "";
  return fmt::format("{} {}", keep ? "keeps" : "bypassed by", fmt::join(named, ", "));
}

}  // namespace

std::string describe(const LevelConstraint& constraint, const FanOut& fan_out) {
  constexpr EnumArray<Dim, bool> kEvery = FanOutAxis{}.dims;
  std::vector<std::string> parts{describe_rules(constraint.temporal, kEvery, "in time"),
                                 describe_orders(constraint.orders)};
  if (fan_out.x.size > 1) {
    parts.push_back(describe_rules(constraint.spatial_x, fan_out.x.dims, "along X"));
  }
  if (fan_out.y.size > 1) {
    parts.push_back(describe_rules(constraint.spatial_y, fan_out.y.dims, "along Y"));
  }
  parts.push_back(describe_keeping(constraint, true));
  parts.push_back(describe_keeping(constraint, false));
  std::erase(parts, "");
  return parts.empty() ? "anything" : fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace tilewise
