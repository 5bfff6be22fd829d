#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/enum_array.hpp"

namespace tilewise {

/// Who proposes the configurations of a grid that is too large to run (docs/explore.md, Spaces too
/// large for a grid). The methods themselves are in the Python package.
enum class StudyMethod {
  Nsga2,
  Evolution,
  Random,
  Tpe,
};
template <>
inline constexpr std::size_t enum_size<StudyMethod> = 4;
/// "nsga2", "evolution", "random", "tpe".
std::string_view name(StudyMethod method);

/// Which of the grid are to be run: what the method proposes.
struct StudySearch {
  StudyMethod method = StudyMethod::Nsga2;
  std::int64_t evaluations = 0;  ///< configurations, each once
  std::int64_t seed = 1;
};

}  // namespace tilewise
