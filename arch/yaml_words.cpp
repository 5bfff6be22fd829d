#include "arch/yaml_words.hpp"

#include <fmt/format.h>

#include <string>

#include "base/text.hpp"
#include "base/unit_table.hpp"

namespace tilewise {
namespace {

template <class E>
EnumArray<E, bool> read_set(const YamlNode& yaml) {
  EnumArray<E, bool> found;
  for (const YamlNode& item : yaml.list()) {
    const E e = item.word_of<E>();
    if (found[e]) item.fail(fmt::format("{} is there twice", name(e)));
    found[e] = true;
  }
  return found;
}

TechnologyPoint read_point(const YamlNode& yaml, const TechnologyScaling* scaling) {
  YamlMap map = yaml.map();
  TechnologyPoint point;
  point.node = map.at("node").node_size();
  const auto voltage = map.find("voltage");
  if (!voltage && scaling != nullptr) {
    point.voltage = at_place_of(yaml, [&] { return nominal_voltage(*scaling, point.node); });
  } else {
    point.voltage = map.at("voltage").voltage();
  }
  if (const auto devices = map.find("devices")) {
    point.devices = static_cast<Devices>(devices->one_of({"hp", "lp"}));
  }
  map.done();
  return point;
}

}  // namespace

Dim read_dim(const YamlNode& yaml) { return yaml.word_of<Dim>(); }
Tensor read_tensor(const YamlNode& yaml) { return yaml.word_of<Tensor>(); }
EnumArray<Dim, bool> read_dims(const YamlNode& yaml) { return read_set<Dim>(yaml); }
EnumArray<Tensor, bool> read_tensors(const YamlNode& yaml) { return read_set<Tensor>(yaml); }
EnumArray<Merge, bool> read_merges(const YamlNode& yaml) { return read_set<Merge>(yaml); }

double read_nonnegative(const YamlNode& yaml) {
  const double value = yaml.number();
  if (value < 0.0) yaml.fail("expected a number of at least 0");
  return value;
}

Cycles read_cycles(const YamlNode& yaml, Megahertz clock) {
  const auto refuse = [&] {
    yaml.fail(fmt::format("expected cycles or a time, such as 20 cycles or 100 ns, found \"{}\"",
                          yaml.is_scalar() ? yaml.text() : ""));
  };
  if (!yaml.is_scalar()) refuse();
  const std::string text = yaml.text();
  const std::size_t space = text.find(' ');
  const auto number = parse_number(text.substr(0, space));
  if (space == std::string::npos || !number || *number < 0.0) refuse();
  const std::string unit = text.substr(space + 1);
  if (unit == "cycles" || unit == "cycle") return Cycles{*number};
  const auto microseconds = unit_factor(UnitKind::Time, unit, "us");
  if (!microseconds) refuse();
  return Cycles{*number * *microseconds * clock.count()};
}

TechnologyPoint read_technology(const YamlNode& yaml) { return read_point(yaml, nullptr); }

TechnologyPoint read_technology(const YamlNode& yaml, const TechnologyScaling& scaling) {
  return read_point(yaml, &scaling);
}

}  // namespace tilewise
