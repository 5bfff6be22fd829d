#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/units.hpp"
#include "base/yaml.hpp"

namespace tilewise {

/// Parameters that keep their default where the file is silent.
class ParameterReader {
 public:
  explicit ParameterReader(YamlMap map) : map_(std::move(map)) {}

  void count(std::string_view key, std::int64_t most, std::int64_t& value) {
    if (const auto yaml = map_.find(key)) value = yaml->integer(1, most);
  }
  void size(std::string_view key, Bits& value) {
    const auto yaml = map_.find(key);
    if (!yaml) return;
    value = yaml->size();
    if (value < Bits{1}) yaml->fail("expected a size above zero");
  }
  void frequency(std::string_view key, Megahertz& value) {
    if (const auto yaml = map_.find(key)) value = yaml->frequency();
  }
  void bandwidth(std::string_view key, Megahertz clock, BitsPerCycle& value) {
    if (const auto yaml = map_.find(key)) value = yaml->bandwidth(clock);
  }
  void text(std::string_view key, std::string& value) {
    if (const auto yaml = map_.find(key)) value = yaml->text();
  }
  YamlMap& map() { return map_; }

 private:
  YamlMap map_;
};

}  // namespace tilewise
