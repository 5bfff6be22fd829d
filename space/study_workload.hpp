#pragma once

#include "base/yaml.hpp"
#include "space/study.hpp"

namespace tilewise {

/// A list of {network: NAME}, {layer: NAME} or {space: NAME, dataset: NAME}, each with a `weight`:
/// fills the layers and workloads of `study`. A space counts as the mean over its architectures, or
/// over a `sample` of them with a `seed`; `distinct: true` counts each distinct layer once. Throws
/// InputError with the place.
void read_workloads(const YamlNode& yaml, Study& study);

}  // namespace tilewise
