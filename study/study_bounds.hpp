#pragma once

#include <span>

#include "study/explored.hpp"
#include "study/study.hpp"
#include "study/study_layers.hpp"

namespace tilewise {

/// A study with what its bounds need of it.
struct BoundedStudy {
  const Study& study;
  StudyLayers& widths;
  std::span<const double> weights;  ///< layer_weights
};

/// A configuration under the lower bounds of its layers, or networks, before anything is mapped:
/// with the least costs that it may have, or over a limit whatever the mapping.
Explored bounded(const BoundedStudy& of, const Explored& examined, const Configuration& made);

}  // namespace tilewise
