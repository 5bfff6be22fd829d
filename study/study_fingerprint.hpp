#pragma once

#include <string>

#include "study/study.hpp"
#include "study/study_layers.hpp"

namespace tilewise {

/// 16 hexadecimal digits that two machines share only if they read the same study: of the model
/// (model_fingerprint), the text of the study's file, and the architectures and layers that it and
/// the files it names give (of up to 64 configurations, spread over all). `widths` is of `study`.
/// Throws InputError where the file can no longer be read.
std::string study_fingerprint(const Study& study, StudyLayers& widths);

}  // namespace tilewise
