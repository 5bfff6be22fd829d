#include "mapper/map_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/integers.hpp"

namespace tilewise {
namespace {

/// A place where a dimension may have a loop.
struct Slot {
  std::size_t level = 0;
  std::int64_t LevelFactors::*bound = nullptr;
  FactorRule rule;
  bool spatial = false;
};

/// The slots of a dimension, innermost first.
std::vector<Slot> slots_of(const Architecture& architecture, Dim d) {
  std::vector<Slot> slots;
  for (std::size_t level = architecture.levels.size(); level-- > 0;) {
    const FanOut& fan_out = architecture.levels[level].fan_out;
    const LevelConstraint& constraint = architecture.constraints[level];
    const auto spatial = [&](const FanOutAxis& axis, FactorRule rule,
                             std::int64_t LevelFactors::*bound) {
      rule.most = axis.dims[d] ? std::min(rule.most, axis.size) : 1;
      slots.push_back({level, bound, rule, true});
    };
    spatial(fan_out.x, constraint.spatial_x[d], &LevelFactors::x);
    spatial(fan_out.y, constraint.spatial_y[d], &LevelFactors::y);
    slots.push_back({level, &LevelFactors::temporal, constraint.temporal[d], false});
  }
  return slots;
}

/// Fills the slots of one dimension, innermost first, in every allowed way.
class Factorizer {
 public:
  Factorizer(std::vector<Slot> slots, std::size_t levels, Factors factors)
      : slots_(std::move(slots)), factors_(factors), current_(levels) {}

  std::vector<Factorization> all(std::int64_t size) {
    fill(0, size);
    std::sort(found_.begin(), found_.end());
    return std::move(found_);
  }

 private:
  void fill(std::size_t at, std::int64_t rest) {
    if (at == slots_.size()) {
      if (rest == 1) found_.push_back(current_);
      return;
    }
    const Slot& slot = slots_[at];
    const auto take = [&](std::int64_t bound) {
      current_[slot.level].*slot.bound = bound;
      fill(at + 1, ceil_div(rest, bound));
      current_[slot.level].*slot.bound = 1;
    };
    const std::int64_t most = std::min(slot.rule.most, rest);
    const bool last = at + 1 == slots_.size();
    if (slot.rule.full || last) {
      if (rest >= slot.rule.least && rest <= slot.rule.most) take(rest);
      return;
    }
    for (std::int64_t bound = slot.rule.least; bound <= most; ++bound) {
      if (slot.spatial || factors_ == Factors::All || rest % bound == 0) take(bound);
    }
  }

  std::vector<Slot> slots_;
  Factors factors_;
  Factorization current_;
  std::vector<Factorization> found_;
};

std::vector<EnumArray<Tensor, bool>> keeps_of(const Level& level, const LevelConstraint& rule,
                                              const Layer& layer, bool outermost) {
  std::vector<EnumArray<Tensor, bool>> keeps{{}};
  for (const Tensor t : kTensors) {
    const bool has_memory = level.memory_of(t) != nullptr;
    std::vector<bool> choices{true, false};
    if (outermost || !has_tensor(layer, t)) {
      choices = {has_memory};
    } else if (!has_memory) {
      choices = {false};
    } else if (rule.keep[t]) {
      choices = {*rule.keep[t]};
    }
    std::vector<EnumArray<Tensor, bool>> longer;
    for (const auto& keep : keeps) {
      for (const bool choice : choices) {
        longer.push_back(keep);
        longer.back()[t] = choice;
      }
    }
    keeps = std::move(longer);
  }
  return keeps;
}

}  // namespace

MapSpace map_space(const Architecture& architecture, const Layer& layer, Factors factors) {
  MapSpace space;
  const std::size_t levels = architecture.levels.size();
  for (const Dim d : kDims) {
    const std::vector<Slot> slots = slots_of(architecture, d);
    space.factorizations[d] = Factorizer(slots, levels, factors).all(layer.bounds[d]);
    if (space.factorizations[d].empty() && space.why_empty.empty()) {
      space.why_empty = fmt::format(
          "the constraints of {} allow no loops that cover {} = {} (fan-outs too small for a "
          "dimension that must be laid out in full?)",
          architecture.name, name(d), layer.bounds[d]);
    }
  }
  for (std::size_t level = 0; level < levels; ++level) {
    const LevelConstraint& rule = architecture.constraints[level];
    space.keeps.push_back(keeps_of(architecture.levels[level], rule, layer, level == 0));
    space.orders.push_back(rule.orders);
  }
  return space;
}

std::vector<std::vector<Dim>> distinct_orders(const std::vector<std::vector<Dim>>& allowed,
                                              const std::vector<Dim>& dims) {
  std::set<std::vector<Dim>> orders;
  for (const std::vector<Dim>& order : allowed) {
    std::vector<Dim> kept;
    for (const Dim d : order) {
      if (std::find(dims.begin(), dims.end(), d) != dims.end()) kept.push_back(d);
    }
    if (kept.size() == dims.size()) orders.insert(std::move(kept));
  }
  if (allowed.empty()) {
    std::vector<Dim> order = dims;
    std::sort(order.begin(), order.end());
    do {
      orders.insert(order);
    } while (std::next_permutation(order.begin(), order.end()));
  }
  return {orders.begin(), orders.end()};
}

namespace {

/// What the number of orders of one level depends on: nothing where one order is given, the number
/// of loops where all are allowed, the loops themselves otherwise.
void add_loop(std::vector<Dim>& pattern, const std::vector<std::vector<Dim>>& allowed, Dim d) {
  if (allowed.size() == 1) return;
  pattern.push_back(allowed.empty() ? Dim::N : d);
}

double order_count(const std::vector<Dim>& pattern, const std::vector<std::vector<Dim>>& allowed) {
  if (allowed.size() == 1) return 1.0;
  if (!allowed.empty()) return static_cast<double>(distinct_orders(allowed, pattern).size());
  double factorial = 1.0;
  for (std::size_t i = 2; i <= pattern.size(); ++i) factorial *= static_cast<double>(i);
  return factorial;
}

}  // namespace

double space_size(const MapSpace& space) {
  using Pattern = std::vector<std::vector<Dim>>;
  const std::size_t levels = space.orders.size();
  std::map<Pattern, double> patterns{{Pattern(levels), 1.0}};
  for (const Dim d : kDims) {
    std::map<std::vector<bool>, double> own;
    for (const Factorization& factors : space.factorizations[d]) {
      std::vector<bool> loops;
      for (const LevelFactors& level : factors) loops.push_back(level.temporal > 1);
      own[loops] += 1.0;
    }
    std::map<Pattern, double> longer;
    for (const auto& [pattern, count] : patterns) {
      for (const auto& [loops, ways] : own) {
        Pattern next = pattern;
        for (std::size_t level = 0; level < levels; ++level) {
          if (loops[level]) add_loop(next[level], space.orders[level], d);
        }
        longer[next] += count * ways;
      }
    }
    patterns = std::move(longer);
  }
  double size = 0.0;
  for (const auto& [pattern, count] : patterns) {
    double orders = 1.0;
    for (std::size_t level = 0; level < levels; ++level) {
      orders *= order_count(pattern[level], space.orders[level]);
    }
    size += count * orders;
  }
  for (const auto& keeps : space.keeps) size *= static_cast<double>(keeps.size());
  return size;
}

}  // namespace tilewise
