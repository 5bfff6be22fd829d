#include "arch/constraint_yaml.hpp"

#include <fmt/format.h>

#include <limits>

#include "arch/yaml_words.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

/// full, a number, or {least: ..., most: ...}.
FactorRule read_rule(const YamlNode& yaml) {
  FactorRule rule;
  if (yaml.is_scalar() && yaml.text() == "full") {
    rule.full = true;
    return rule;
  }
  if (!yaml.is_map()) {
    rule.least = rule.most = yaml.integer(1, kMost);
    return rule;
  }
  YamlMap map = yaml.map();
  if (const auto least = map.find("least")) rule.least = least->integer(1, kMost);
  if (const auto most = map.find("most")) rule.most = most->integer(rule.least, kMost);
  map.done();
  return rule;
}

EnumArray<Dim, FactorRule> read_rules(const YamlNode& yaml) {
  YamlMap map = yaml.map();
  EnumArray<Dim, FactorRule> rules;
  const auto only = map.find("only");
  const EnumArray<Dim, bool> free = only ? read_dims(*only) : FanOutAxis{}.dims;
  for (const Dim d : kDims) {
    if (!free[d]) rules[d].most = 1;
    const auto given = map.find(name(d));
    if (!given) continue;
    if (!free[d]) given->fail(fmt::format("{} is not in only, so it is fixed to 1", name(d)));
    rules[d] = read_rule(*given);
  }
  map.done();
  return rules;
}

std::vector<Dim> read_order(const YamlNode& yaml) {
  read_dims(yaml);
  std::vector<Dim> order;
  for (const YamlNode& dim : yaml.list()) order.push_back(read_dim(dim));
  return order;
}

void read_keeping(const YamlNode& yaml, bool keep, LevelConstraint& constraint) {
  const EnumArray<Tensor, bool> named = read_tensors(yaml);
  for (const Tensor t : kTensors) {
    if (!named[t]) continue;
    if (constraint.keep[t]) yaml.fail(fmt::format("{} is in keep and in bypass", name(t)));
    constraint.keep[t] = keep;
  }
}

void limit(const FanOutAxis& axis, EnumArray<Dim, FactorRule>& rules) {
  for (const Dim d : kDims) {
    if (!axis.dims[d] && rules[d] == FactorRule{}) rules[d].most = 1;
  }
}

}  // namespace

LevelConstraint read_constraint(const YamlNode& yaml) {
  YamlMap map = yaml.map();
  LevelConstraint constraint;
  if (const auto temporal = map.find("temporal")) constraint.temporal = read_rules(*temporal);
  if (const auto orders = map.find("orders")) {
    for (const YamlNode& order : orders->list()) constraint.orders.push_back(read_order(order));
  }
  if (const auto spatial = map.find("spatial")) {
    YamlMap axes = spatial->map();
    if (const auto x = axes.find("x")) constraint.spatial_x = read_rules(*x);
    if (const auto y = axes.find("y")) constraint.spatial_y = read_rules(*y);
    axes.done();
  }
  if (const auto keep = map.find("keep")) read_keeping(*keep, true, constraint);
  if (const auto bypass = map.find("bypass")) read_keeping(*bypass, false, constraint);
  map.done();
  return constraint;
}

void limit_to_fan_out(const FanOut& fan_out, LevelConstraint& constraint) {
  limit(fan_out.x, constraint.spatial_x);
  limit(fan_out.y, constraint.spatial_y);
}

}  // namespace tilewise
