#include "mapper/space_size.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "mapper/loop_orders.hpp"

namespace tilewise {
namespace {

using boost::multiprecision::cpp_int;

/// Loops of some dimensions times those of one more that are combined, at most: some 0.1 s.
constexpr std::size_t kMostCombinations = 150'000;

/// Factorizations of one dimension. The bounds of a factorization of D multiply to less than 2 D;
/// so there are fewer than (2 D)^2 zeta(2)^slots of them (Rankin): 2^98 for D = 2^31, 16 levels.
using WideCount = boost::multiprecision::uint128_t;

/// A place where a dimension may have a loop. The rule of a spatial one knows the fan-out.
struct Slot {
  FactorRule rule;
  bool temporal = false;
  std::size_t mark = 0;  ///< the bit that a loop here sets in a pattern; 0: none
};

/// The numbers floor(n / k) for k >= 1, zero included, by rising index: about 2 sqrt(n).
class Quotients {
 public:
  explicit Quotients(std::int64_t n) : n_(n), root_(static_cast<std::int64_t>(std::sqrt(n))) {
    size_ = root_ + 1 + n / (root_ + 1);
  }
  std::size_t size() const { return static_cast<std::size_t>(size_); }
  std::size_t index(std::int64_t value) const {
    return static_cast<std::size_t>(value <= root_ ? value : size_ - n_ / value);
  }
  std::int64_t value(std::size_t index) const {
    const auto i = static_cast<std::int64_t>(index);
    return i <= root_ ? i : n_ / (size_ - i);
  }

 private:
  std::int64_t n_;
  std::int64_t root_;
  std::int64_t size_ = 0;
};

/// Counts the factorizations of one dimension by what they leave to the loops outside and by the
/// levels where they have a temporal loop. Bounds leave ceil(rest / b), so rest - 1 is
/// floor-divided and stays among the quotients of D - 1.
class DimCounter {
 public:
  DimCounter(std::int64_t size, Factors factors)
      : factors_(factors), rests_(size - 1), counts_(rests_.size()) {
    counts_.back() = {WideCount{1}};
  }

  /// Adds a slot outside those before.
  void take(const Slot& slot) {
    if (!slot.rule.full && slot.rule.least <= 1 && slot.rule.most == 1) return;
    next_.assign(rests_.size(), {});
    for (std::size_t i = 0; i < rests_.size(); ++i) {
      if (!counts_[i].empty()) spread(slot, rests_.value(i) + 1, counts_[i]);
    }
    counts_.swap(next_);
  }

  /// The factorizations that leave nothing: the count of each pattern of marks.
  const std::vector<WideCount>& complete() const { return counts_.front(); }

 private:
  void spread(const Slot& slot, std::int64_t rest, const std::vector<WideCount>& from) {
    const FactorRule& rule = slot.rule;
    if (rule.full) {
      const bool allowed = rule.least <= rest && rest <= rule.most;
      if (allowed) add(from, 1, rest > 1 ? slot.mark : 0, 1);
      return;
    }
    const std::int64_t most = std::min(rule.most, rest);
    if (rule.least <= 1 && most >= 1) add(from, rest, 0, 1);
    const std::int64_t least = std::max<std::int64_t>(rule.least, 2);
    if (slot.temporal && factors_ == Factors::Divisors) {
      for_each_divisor(rest, [&](std::int64_t bound) {
        if (least <= bound && bound <= most) add(from, rest / bound, slot.mark, 1);
      });
      return;
    }
    for (std::int64_t bound = least, last = 0; bound <= most; bound = last + 1) {
      const std::int64_t left = (rest - 1) / bound;
      last = left == 0 ? most : std::min(most, (rest - 1) / left);
      add(from, left + 1, slot.mark, last - bound + 1);
    }
  }

  template <class Visit>
  static void for_each_divisor(std::int64_t number, const Visit& visit) {
    for (std::int64_t low = 1; low <= number / low; ++low) {
      if (number % low != 0) continue;
      visit(low);
      if (low != number / low) visit(number / low);
    }
  }

  /// `ways` bounds leave `rest`, each with a loop that sets `mark`.
  void add(const std::vector<WideCount>& from, std::int64_t rest, std::size_t mark,
           std::int64_t ways) {
    std::vector<WideCount>& to = next_[rests_.index(rest - 1)];
    to.resize(std::max(to.size(), from.size() + mark));
    for (std::size_t pattern = 0; pattern < from.size(); ++pattern) {
      to[pattern + mark] += from[pattern] * static_cast<std::uint64_t>(ways);
    }
  }

  Factors factors_;
  Quotients rests_;
  std::vector<std::vector<WideCount>> counts_;  ///< [rest][pattern]; empty: not reached
  std::vector<std::vector<WideCount>> next_;
};

/// The temporal loops of all levels, as far as the number of orders depends on them: a byte a
/// level, the number of loops where all orders are allowed, else the set of dimensions.
using Loops = std::string;

void add_loop(char& at_level, Dim d, bool all_orders) {
  at_level = static_cast<char>(at_level + (all_orders ? 1 : 1 << static_cast<int>(d)));
}

/// What one dimension adds to the loops, with the number of factorizations that do so.
struct DimLoops {
  std::vector<std::size_t> levels;
  WideCount count;
};

std::vector<DimLoops> loops_of(const Architecture& architecture, Dim d, std::int64_t size,
                               Factors factors) {
  DimCounter counter(size, factors);
  std::vector<std::size_t> marked;
  for (std::size_t level = architecture.levels.size(); level-- > 0;) {
    const FanOut& fan_out = architecture.levels[level].fan_out;
    const LevelConstraint& constraint = architecture.constraints[level];
    const auto spatial = [&](std::int64_t room, FactorRule rule) {
      rule.most = std::min(rule.most, room);
      counter.take({rule, false, 0});
    };
    spatial(fan_out.most_along_x(d), constraint.spatial_x[d]);
    spatial(fan_out.most_along_y(d), constraint.spatial_y[d]);
    Slot temporal{constraint.temporal[d], true, 0};
    if (level == 0) temporal.rule.full = true;
    const bool may_loop = size > 1 && temporal.rule.most > 1;
    if (may_loop && constraint.orders.size() != 1) {
      temporal.mark = std::size_t{1} << marked.size();
      marked.push_back(level);
    }
    counter.take(temporal);
  }
  std::vector<DimLoops> found;
  for (std::size_t pattern = 0; pattern < counter.complete().size(); ++pattern) {
    if (counter.complete()[pattern] == 0) continue;
    found.push_back({{}, counter.complete()[pattern]});
    for (std::size_t bit = 0; bit < marked.size(); ++bit) {
      if ((pattern >> bit & 1U) != 0) found.back().levels.push_back(marked[bit]);
    }
  }
  return found;
}

/// The number of orders of the loops at one level.
class OrderCounter {
 public:
  explicit OrderCounter(const std::vector<std::vector<Dim>>& allowed) : allowed_(allowed) {}

  std::uint64_t orders(char loops) {
    if (allowed_.size() == 1) return 1;
    const auto [found, is_new] = known_.try_emplace(loops, 1);
    if (is_new) found->second = allowed_.empty() ? factorial(loops) : listed(loops);
    return found->second;
  }

 private:
  static std::uint64_t factorial(char number) {
    std::uint64_t product = 1;
    for (std::uint64_t i = 2; i <= static_cast<unsigned char>(number); ++i) product *= i;
    return product;
  }

  std::uint64_t listed(char set) const {
    std::vector<Dim> dims;
    for (const Dim d : kDims) {
      if ((static_cast<unsigned char>(set) >> static_cast<unsigned>(d) & 1U) != 0) {
        dims.push_back(d);
      }
    }
    return listed_orders(allowed_, dims).size();
  }

  const std::vector<std::vector<Dim>>& allowed_;
  std::map<char, std::uint64_t> known_;
};

/// The sets of tensors that the memories and the constraints allow the levels to keep.
cpp_int keep_choices(const Architecture& architecture, const Layer& layer) {
  cpp_int choices = 1;
  for (std::size_t level = 1; level < architecture.levels.size(); ++level) {
    for (const Tensor t : kTensors) {
      const bool has_memory = architecture.levels[level].memory_of(t) != nullptr;
      const bool is_free = !architecture.constraints[level].keep[t].has_value();
      if (has_memory && is_free && has_tensor(layer, t)) choices *= 2;
    }
  }
  return choices;
}

/// Not by str() of the number, which groups digits as a locale does that a host of the library has
/// set.
std::string digits_of(cpp_int size) {
  std::string digits;
  do {
    digits += static_cast<char>('0' + static_cast<int>(size % 10));
    size /= 10;
  } while (size != 0);
  return {digits.rbegin(), digits.rend()};
}

/// A decimal number as m * 10^power, 1 <= m < 10.
std::pair<double, std::size_t> scientific(const std::string& digits) {
  const std::string first = digits.substr(0, 17);
  // std::stod would take the decimal point of a locale that a host of the library has set.
  const auto mantissa = parse_number(first.substr(0, 1) + "." + first.substr(1));
  return {mantissa.value(), digits.size() - 1};
}

SpaceSize counted(const cpp_int& size) {
  SpaceSize result{digits_of(size), 0.0};
  const auto [mantissa, power] = scientific(result.digits);
  if (size > 1) result.log10 = std::log10(mantissa) + static_cast<double>(power);
  return result;
}

}  // namespace

SpaceSize operator+(const SpaceSize& a, const SpaceSize& b) {
  if (a.digits.empty() || b.digits.empty()) return {"", 0.0};
  return counted(cpp_int(a.digits) + cpp_int(b.digits));
}

std::string text(const SpaceSize& size) {
  if (size.digits.empty()) return "not counted";
  if (size.digits.size() <= 7) return size.digits;
  auto [mantissa, power] = scientific(size.digits);
  std::string shown = fmt::format("{:.2f}", mantissa);
  if (shown == "10.00") {
    shown = "1.00";
    ++power;
  }
  return fmt::format("{}e+{:02}", shown, power);
}

SpaceSize space_size(const Architecture& architecture, const Layer& layer, Factors factors) {
  std::unordered_map<Loops, cpp_int> joint{{Loops(architecture.levels.size(), '\0'), 1}};
  std::size_t combined = 0;
  for (const Dim d : kDims) {
    const auto own = loops_of(architecture, d, layer.bounds[d], factors);
    combined += joint.size() * own.size();
    if (combined > kMostCombinations) return {"", 0.0};
    std::unordered_map<Loops, cpp_int> longer;
    for (const auto& [loops, count] : joint) {
      for (const DimLoops& added : own) {
        Loops next = loops;
        for (const std::size_t level : added.levels) {
          add_loop(next[level], d, architecture.constraints[level].orders.empty());
        }
        longer[next] += count * added.count;
      }
    }
    joint = std::move(longer);
  }
  std::vector<OrderCounter> counters;
  for (const LevelConstraint& rule : architecture.constraints) counters.emplace_back(rule.orders);
  cpp_int size = 0;
  for (const auto& [loops, count] : joint) {
    cpp_int ordered = count;
    for (std::size_t level = 0; level < counters.size(); ++level) {
      ordered *= counters[level].orders(loops[level]);
    }
    size += ordered;
  }
  return counted(size * keep_choices(architecture, layer));
}

}  // namespace tilewise
