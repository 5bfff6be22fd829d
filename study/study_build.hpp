#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "study/study.hpp"

namespace tilewise {

/// Configurations of one base: the product of its axes. Throws InputError where it leaves 63 bits.
std::int64_t base_size(const StudyBase& base);
/// [axis] the choice at place `rest` below base_size, the last axis fastest.
std::vector<std::size_t> choices_of(const StudyBase& base, std::int64_t rest);
/// The file of the base with these choices put in.
YamlNode edited(const StudyBase& base, const std::vector<std::size_t>& choices);

/// What a file of the study makes.
struct BuiltArchitecture {
  std::optional<Architecture> architecture;  ///< empty: no board holds it
  std::string why_none;
  std::optional<FpgaResources> resources;
};
/// Reads no file. Throws InputError where the reader or the builder refuses.
BuiltArchitecture build(const Study& study, const YamlNode& document);

}  // namespace tilewise
