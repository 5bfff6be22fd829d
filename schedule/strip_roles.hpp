#pragma once

#include <variant>
#include <vector>

#include "arch/home.hpp"
#include "schedule/strips.hpp"

namespace tilewise {

/// [layer] whether the memories of the home exchange their roles while it runs: what a layer writes
/// to one memory its readers take from there. Refused: a tensor, or rows that layers keep of an
/// outer input, would have to lie in both memories; roles to exchange where there is one memory.
std::variant<std::vector<bool>, NoStrips> strip_roles(const StripGroup& group,
                                                      const StripChoice& choice, const Home& home);

}  // namespace tilewise
