#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/yaml.hpp"

namespace tilewise {

inline constexpr std::size_t kMostStudyValues = 1'000'000;  ///< of one parameter

/// Numbers from `first` in steps that add or multiply, each with the unit of the first.
struct StepRange {
  double first = 0.0;
  std::string unit;
  bool multiplies = false;
  double by = 1.0;  ///< in the unit of the first where it adds
  std::size_t size = 0;

  double operator[](std::size_t i) const;
};

/// The values of a parameter in order: as they are written, or as ranges, which take no memory for
/// each of their values.
class ParameterValues {
 public:
  void add(const YamlNode& value) { parts_.push_back({size_++, value, std::nullopt}); }
  /// Errors about its values name the place of `yaml`.
  void add(const YamlNode& yaml, StepRange range);
  std::size_t size() const { return size_; }
  YamlNode operator[](std::size_t i) const;

 private:
  struct Part {
    std::size_t begin;
    YamlNode yaml;
    std::optional<StepRange> range;
  };
  std::vector<Part> parts_;
  std::size_t size_ = 0;
};

/// What a parameter may be, in order: of a single value, a list, a range "4 .. 32" of counts, or a
/// range with a step, [32 KiB .. 512 KiB, x2] or [8 .. 32, +8], which ends at or before its end.
/// Throws InputError with the place where there is none, one twice, more than a million, or the
/// units of a range measure different things.
ParameterValues parameter_values(const YamlNode& yaml);

}  // namespace tilewise
