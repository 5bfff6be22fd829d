#pragma once

#include <optional>
#include <string>

#include "arch/architecture.hpp"
#include "mapper/search.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// A text that two searches share only if they have the same answer: every number and constraint,
/// exactly, without names, descriptions and sources. Strides and dilations along an axis where they
/// move nothing are left out. A cost names places: evaluate a mapping found elsewhere anew.
std::string problem_key(const Layer& layer, const Architecture& architecture, Objective objective,
                        std::optional<Factors> factors);
/// The part of problem_key that a layer and what is asked of it decide.
std::string layer_search_key(const Layer& layer, Objective objective,
                             std::optional<Factors> factors, FrontPart part = FrontPart::Whole);
/// The part that the architecture decides.
std::string architecture_key(const Architecture& architecture);

}  // namespace tilewise
