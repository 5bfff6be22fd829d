#include "study/study_values.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <set>
#include <utility>

#include "base/unit_table.hpp"

namespace tilewise {
namespace {

constexpr double kRounding = 1e-9;  // of the last value of a range, relative

/// Whole numbers without an exponent, as readers of counts want them.
std::string text_of(double number, std::string_view unit) {
  const bool whole = number == std::floor(number) && std::abs(number) < 1e15;
  const std::string digits =
      whole ? fmt::format("{}", static_cast<std::int64_t>(number)) : fmt::format("{:.12g}", number);
  return unit.empty() ? digits : digits + " " + std::string(unit);
}

struct Range {
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
std::optional<Range> parse_range(const YamlNode& yaml) {
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
  Range range{*first, in_unit_of(yaml, *first, *last)};
  if (range.last < range.first.number) {
    yaml.fail(fmt::format("the range {} is empty; write the smaller end first", text));
  }
  return range;
}

struct RangeStep {
  bool multiplies = false;
  double by = 1.0;  ///< in the unit of the first end where it adds
};

RangeStep parse_step(const YamlNode& yaml, const Range& range) {
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

void expand(const YamlNode& yaml, const Range& range, const RangeStep& step,
            std::vector<YamlNode>& values) {
  const double first = range.first.number;
  const double end = range.last + kRounding * std::abs(range.last);
  const double steps =
      step.multiplies ? std::log(end / first) / std::log(step.by) : (end - first) / step.by;
  if (steps >= static_cast<double>(kMostStudyValues)) {
    yaml.fail("more than a million values; take a larger step");
  }
  double number = first;
  for (std::size_t i = 1; number <= end; ++i) {
    values.push_back(yaml.with_text(text_of(number, range.first.unit)));
    number = step.multiplies ? number * step.by : first + static_cast<double>(i) * step.by;
  }
}

bool is_step(const YamlNode& yaml) {
  if (!yaml.is_scalar() || yaml.text().size() < 2) return false;
  const std::string text = yaml.text();
  return (text[0] == 'x' || text[0] == '+') && text.find_first_of("0123456789.") == 1;
}

/// A value as it stands, or a range of counts.
void add_value(const YamlNode& yaml, std::vector<YamlNode>& values) {
  const auto range = parse_range(yaml);
  if (!range) {
    values.push_back(yaml);
    return;
  }
  if (!range->first.unit.empty() || range->first.number != std::floor(range->first.number)) {
    yaml.fail("only a range of counts has step 1; write the step, as in [32 KiB .. 512 KiB, x2]");
  }
  expand(yaml, *range, {}, values);
}

std::vector<YamlNode> listed_values(const YamlNode& yaml) {
  const std::vector<YamlNode> items = yaml.list();
  std::vector<YamlNode> values;
  if (items.size() == 2 && is_step(items[1])) {
    const auto range = parse_range(items[0]);
    if (!range) items[1].fail("a step follows a range, as in [32 KiB .. 512 KiB, x2]");
    expand(yaml, *range, parse_step(items[1], *range), values);
    return values;
  }
  for (const YamlNode& item : items) {
    if (is_step(item)) {
      item.fail("a step follows one range and nothing else, as in [32 KiB .. 512 KiB, x2]");
    }
    add_value(item, values);
    if (values.size() > kMostStudyValues) yaml.fail("more than a million values; take fewer");
  }
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

}  // namespace

std::vector<YamlNode> parameter_values(const YamlNode& yaml) {
  std::vector<YamlNode> values;
  if (yaml.is_null()) yaml.fail("expected a value, a list of values or a range");
  if (yaml.is_list()) {
    values = listed_values(yaml);
  } else {
    add_value(yaml, values);
  }
  if (values.empty()) yaml.fail("expected at least one value");
  std::set<std::string> seen;
  for (const YamlNode& value : values) {
    if (!seen.insert(sameness(value)).second) {
      value.fail(fmt::format("{} is there twice; leave one out", value.one_line()));
    }
  }
  return values;
}

}  // namespace tilewise
