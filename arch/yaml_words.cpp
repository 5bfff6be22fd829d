#include "arch/yaml_words.hpp"

#include <fmt/format.h>

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

double read_nonnegative(const YamlNode& yaml) {
  const double value = yaml.number();
  if (value < 0.0) yaml.fail("expected a number of at least 0");
  return value;
}

TechnologyPoint read_technology(const YamlNode& yaml) { return read_point(yaml, nullptr); }

TechnologyPoint read_technology(const YamlNode& yaml, const TechnologyScaling& scaling) {
  return read_point(yaml, &scaling);
}

}  // namespace tilewise
