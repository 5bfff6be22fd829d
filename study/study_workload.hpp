#pragma once

#include <string>

#include "base/yaml.hpp"
#include "study/study.hpp"

namespace tilewise {

/// The path of a file named `name` beside the file that `yaml` is of, if it is there; else `name`.
std::string beside(const YamlNode& yaml, const std::string& name);

/// A list of {network: NAME}, {layer: NAME} or {space: NAME, dataset: NAME}, each with a `weight`:
/// fills the layers and workloads of `study`. A space counts as the mean over its architectures, or
/// over a `sample` of them with a `seed`; `distinct: true` counts each distinct layer once. Throws
/// InputError with the place.
void read_workloads(const YamlNode& yaml, Study& study);

}  // namespace tilewise
