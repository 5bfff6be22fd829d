#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arch/family/family.hpp"

namespace tilewise {

/// A value as a file writes it; empty where there is none.
std::optional<std::string> value_text(std::int64_t value);
std::optional<std::string> value_text(Bits size);
std::optional<std::string> value_text(Megahertz frequency);
std::optional<std::string> value_text(BitsPerCycle bandwidth);
std::optional<std::string> value_text(Microseconds time);
std::optional<std::string> value_text(const TechnologyPoint& point);
template <class T>
std::optional<std::string> value_text(const std::optional<T>& value) {
  return value ? value_text(*value) : std::nullopt;
}
/// "1 to 65536".
std::string count_type(std::int64_t least, std::int64_t most);

inline constexpr const char* kSizeType = "size (bit, B, KiB, MiB, GiB)";
inline constexpr const char* kFrequencyType = "frequency (kHz, MHz, GHz)";
inline constexpr const char* kBandwidthType = "bandwidth (bit/cycle, B/cycle, MB/s, GB/s)";
inline constexpr const char* kEnergyType = "energy (fJ, pJ, nJ)";
inline constexpr const char* kTimeType = "time (ns, us, ms, s)";
inline constexpr const char* kTechnologyType = "{node: nm, voltage: V, devices: hp or lp}";
inline constexpr const char* kBoardType = "of configs/board, or a path";
inline constexpr const char* kDramType = "of configs/energy/dram.yaml";

/// The parameters of a family as `P` has them: one list that is read and shown. A parameter that
/// a file leaves out keeps the value that `P{}` has. `At` is a member of P, or a function from P&
/// to the value.
template <class P>
class ParameterTable {
 public:
  using Read = std::function<void(const YamlNode& yaml, const FamilyContext& context, P& p)>;

  /// A parameter of a type of its own.
  void add(FamilyParameter parameter, Read read) {
    rows_.push_back({std::move(parameter), std::move(read), false});
  }
  template <class At>
  void count(std::string name, At at, std::int64_t least, std::int64_t most, std::string meaning) {
    add({std::move(name), count_type(least, most), default_of(at), "", std::move(meaning)},
        [=](const YamlNode& yaml, const FamilyContext&, P& p) {
          std::invoke(at, p) = yaml.integer(least, most);
        });
  }
  template <class At>
  void size(std::string name, At at, std::string meaning) {
    add({std::move(name), kSizeType, default_of(at), "", std::move(meaning)},
        [=](const YamlNode& yaml, const FamilyContext&, P& p) {
          const Bits value = yaml.size();
          if (value < Bits{1}) yaml.fail("expected a size above zero");
          std::invoke(at, p) = value;
        });
  }
  template <class At>
  void frequency(std::string name, At at, std::string meaning) {
    add({std::move(name), kFrequencyType, default_of(at), "", std::move(meaning)},
        [=](const YamlNode& yaml, const FamilyContext&, P& p) {
          std::invoke(at, p) = yaml.frequency();
        });
  }
  /// A cycle is one of P::clock, which is read before.
  template <class At>
  void bandwidth(std::string name, At at, std::string meaning) {
    add({std::move(name), kBandwidthType, default_of(at), "", std::move(meaning)},
        [=](const YamlNode& yaml, const FamilyContext&, P& p) {
          std::invoke(at, p) = yaml.bandwidth(p.clock);
        });
  }
  /// The parameter added last has no default: `otherwise` says what holds without it.
  void otherwise(std::string text) {
    rows_.back().parameter.value.reset();
    rows_.back().parameter.otherwise = std::move(text);
  }
  /// The parameter added last must be there.
  void required() {
    otherwise("required");
    rows_.back().required = true;
  }

  /// The parameters of a map; `p` is what holds where it says nothing. Throws InputError with the
  /// place, also for a key that is none.
  P read(YamlMap map, const FamilyContext& context, P p = {}) const {
    for (const Row& row : rows_) {
      const std::string& name = row.parameter.name;
      const auto yaml = row.required ? std::optional(map.at(name)) : map.find(name);
      if (yaml) row.read(*yaml, context, p);
    }
    map.done();
    return p;
  }
  std::vector<FamilyParameter> parameters() const {
    std::vector<FamilyParameter> all;
    for (const Row& row : rows_) all.push_back(row.parameter);
    return all;
  }

 private:
  struct Row {
    FamilyParameter parameter;
    Read read;
    bool required = false;
  };

  template <class At>
  static std::optional<std::string> default_of(At at) {
    P p;
    return value_text(std::invoke(at, p));
  }

  std::vector<Row> rows_;
};

}  // namespace tilewise
