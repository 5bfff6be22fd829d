#include "study/study_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "base/unit_table.hpp"

namespace tilewise {
namespace {

constexpr double kRoundingOfRange = 1e-9;  // of the last value of a range, relative; below its step

/// Whole numbers without an exponent, as readers of counts want them.
std::string text_of(double number, std::string_view unit) {
  const bool whole = number == std::floor(number) && std::abs(number) < 1e15;
  const std::string digits =
      whole ? fmt::format("{}", static_cast<std::int64_t>(number)) : fmt::format("{:.12g}", number);
  return unit.empty() ? digits : digits + " " + std::string(unit);
}

struct ValueRange {
  UnitValue first;
  double last = 0.0;  ///< in the unit of the first
};

UnitKind kind_of(const YamlNode& yaml, const UnitValue& value) {
  if (const auto kind = unit_kind(value.unit)) return *kind;
  yaml.fail(
      fmt::format("\"{}\" is no known unit; write a range as in 32 KiB .. 512 KiB, or list "
                  "the values",
                  value.unit));
}

/// Value `b` in the unit of `a`.
double in_unit_of(const YamlNode& yaml, const UnitValue& a, const UnitValue& b) {
  const UnitKind to = kind_of(yaml, a);
  const UnitKind from = kind_of(yaml, b);
  const auto factor = unit_factor(to, b.unit, a.unit);
  if (!factor) {
    yaml.fail(fmt::format("{} is a {} and {} a {}; give both the unit of one kind",
                          text_of(a.number, a.unit), name(to), text_of(b.number, b.unit),
                          name(from)));
  }
  return b.number * *factor;
}

/// Empty: the value is no range.
std::optional<ValueRange> parse_range(const YamlNode& yaml) {
  if (!yaml.is_scalar()) return std::nullopt;
  const std::string text = yaml.text();
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) return std::nullopt;
  const auto first = parse_unit_value(std::string_view(text).substr(0, dots));
  const auto last = parse_unit_value(std::string_view(text).substr(dots + 2));
  if (!first && !last) return std::nullopt;
  if (!first || !last) {
    yaml.fail(
        fmt::format("expected a range such as 4 .. 32 or 32 KiB .. 512 KiB, found \"{}\"", text));
  }
  ValueRange range{*first, in_unit_of(yaml, *first, *last)};
  if (range.last < range.first.number) {
    yaml.fail(fmt::format("the range {} is empty; write the smaller end first", text));
  }
  return range;
}

struct RangeStep {
  bool multiplies = false;
  double by = 1.0;  ///< in the unit of the first end where it adds
};

RangeStep parse_step(const YamlNode& yaml, const ValueRange& range) {
  const std::string text = yaml.text();
  const auto value = parse_unit_value(std::string_view(text).substr(1));
  if (!value) yaml.fail(fmt::format("expected a step such as +8 or x2, found \"{}\"", text));
  if (text.front() == 'x') {
    if (!value->unit.empty() || value->number <= 1.0) {
      yaml.fail(fmt::format("expected a factor above 1 such as x2, found \"{}\"", text));
    }
    if (range.first.number <= 0.0) yaml.fail("a factor needs a range that begins above zero");
    return {true, value->number};
  }
  const double by = value->unit.empty() ? value->number : in_unit_of(yaml, range.first, *value);
  if (by <= 0.0)
    yaml.fail(fmt::format("expected a step above zero such as +8, found \"{}\"", text));
  return {false, by};
}

/// Of the values of a range all digits that are told apart differ.
constexpr double kLeastStep = 1e-11;

void add_range(const YamlNode& yaml, const ValueRange& range, const RangeStep& step,
               ParameterValues& values) {
  const double first = range.first.number;
  const double least_step = step.multiplies ? step.by - 1.0 : step.by / std::abs(range.last);
  const double end = range.last + std::min(kRoundingOfRange, least_step / 4) * std::abs(range.last);
  const double steps =
      step.multiplies ? std::log(end / first) / std::log(step.by) : (end - first) / step.by;
  if (!(steps < static_cast<double>(kMostStudyValues))) {
    yaml.fail("more than a million values; take a larger step");
  }
  const double largest = std::max(std::abs(first), std::abs(range.last));
  if (steps >= 1.0 && (step.multiplies ? step.by - 1.0 : step.by / largest) < kLeastStep) {
    yaml.fail("values that agree in their first 11 digits; take a larger step");
  }
  StepRange all{first, range.first.unit, step.multiplies, step.by,
                static_cast<std::size_t>(steps) + 1};
  while (all.size > 1 && all[all.size - 1] > end) --all.size;
  while (all[all.size] <= end) ++all.size;
  values.add(yaml, std::move(all));
}

bool is_step(const YamlNode& yaml) {
  if (!yaml.is_scalar() || yaml.text().size() < 2) return false;
  const std::string text = yaml.text();
  return (text[0] == 'x' || text[0] == '+') && text.find_first_of("0123456789.") == 1;
}

/// A value as it stands, or a range of counts.
void add_value(const YamlNode& yaml, ParameterValues& values) {
  const auto range = parse_range(yaml);
  if (!range) {
    values.add(yaml);
    return;
  }
  if (!range->first.unit.empty() || range->first.number != std::floor(range->first.number)) {
    yaml.fail("only a range of counts has step 1; write the step, as in [32 KiB .. 512 KiB, x2]");
  }
  add_range(yaml, *range, {}, values);
}

/// The only range of a list with its step; empty: the list is none such.
std::optional<ParameterValues> stepped_range(const std::vector<YamlNode>& items) {
  if (items.size() != 2 || !is_step(items[1])) return std::nullopt;
  const auto range = parse_range(items[0]);
  if (!range) items[1].fail("a step follows a range, as in [32 KiB .. 512 KiB, x2]");
  ParameterValues values;
  add_range(items[1], *range, parse_step(items[1], *range), values);
  return values;
}

/// Equal for two ways to write the same.
std::string sameness(const YamlNode& yaml) {
  const std::string text = yaml.one_line();
  const auto value = yaml.is_scalar() ? parse_unit_value(text) : std::nullopt;
  const auto kind = value ? unit_kind(value->unit) : std::nullopt;
  if (!kind) return text;
  const double factor = *unit_factor(*kind, value->unit, smallest_unit(*kind));
  return fmt::format("{} {:.12g}", name(*kind), value->number * factor);
}

/// What a list has so far. Ranges in lists are of counts, which their ends tell.
class SeenValues {
 public:
  /// Throws InputError at the first of the values of `item` that is there.
  void add(const YamlNode& item, const ParameterValues& values) {
    const auto first = count_of(values[0]);
    if (!first) {
      if (!words_.insert(sameness(item)).second) fail(item, item.one_line());
      return;
    }
    const std::int64_t last = *first + static_cast<std::int64_t>(values.size()) - 1;
    const auto after = counts_.upper_bound(*first);
    if (after != counts_.begin() && std::prev(after)->second >= *first) {
      fail(item, std::to_string(*first));
    }
    if (after != counts_.end() && after->first <= last) fail(item, std::to_string(after->first));
    counts_.emplace(*first, last);
  }

 private:
  [[noreturn]] static void fail(const YamlNode& item, const std::string& value) {
    item.fail(fmt::format("{} is there twice; leave one out", value));
  }

  /// A whole number without a unit.
  static std::optional<std::int64_t> count_of(const YamlNode& value) {
    const auto parsed = value.is_scalar() ? parse_unit_value(value.text()) : std::nullopt;
    if (!parsed || !parsed->unit.empty() || parsed->number != std::floor(parsed->number) ||
        std::abs(parsed->number) >= kLargestCount) {
      return std::nullopt;
    }
    return static_cast<std::int64_t>(parsed->number);
  }

  static constexpr double kLargestCount = 1e15;
  std::map<std::int64_t, std::int64_t> counts_;  ///< the last of each range by its first
  std::set<std::string> words_;
};

ParameterValues listed_values(const YamlNode& yaml) {
  const std::vector<YamlNode> items = yaml.list();
  if (auto range = stepped_range(items)) return *std::move(range);
  ParameterValues values;
  SeenValues seen;
  for (const YamlNode& item : items) {
    if (is_step(item)) {
      item.fail("a step follows one range and nothing else, as in [32 KiB .. 512 KiB, x2]");
    }
    ParameterValues own;
    add_value(item, own);
    seen.add(item, own);
    add_value(item, values);
    if (values.size() > kMostStudyValues) yaml.fail("more than a million values; take fewer");
  }
  return values;
}

}  // namespace

double StepRange::operator[](std::size_t i) const {
  const auto steps = static_cast<double>(i);
  return multiplies ? first * std::pow(by, steps) : first + steps * by;
}

void ParameterValues::add(const YamlNode& yaml, StepRange range) {
  const std::size_t begin = size_;
  size_ += range.size;
  parts_.push_back({begin, yaml, std::move(range)});
}

YamlNode ParameterValues::operator[](std::size_t i) const {
  const auto after = std::upper_bound(parts_.begin(), parts_.end(), i,
                                      [](std::size_t at, const Part& p) { return at < p.begin; });
  const Part& part = *std::prev(after);
  if (!part.range) return part.yaml;
  return part.yaml.with_text(text_of((*part.range)[i - part.begin], part.range->unit));
}

ParameterValues parameter_values(const YamlNode& yaml) {
  if (yaml.is_null()) yaml.fail("expected a value, a list of values or a range");
  ParameterValues values;
  if (yaml.is_list()) {
    values = listed_values(yaml);
  } else {
    add_value(yaml, values);
  }
  if (values.size() == 0) yaml.fail("expected at least one value");
  return values;
}

}  // namespace tilewise
