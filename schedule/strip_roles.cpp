#include "schedule/strip_roles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "schedule/strip_part.hpp"

namespace tilewise {
namespace {

bool agree(const std::vector<bool>& exchanged, const std::vector<std::size_t>& layers) {
  return std::all_of(layers.begin(), layers.end(),
                     [&](std::size_t l) { return exchanged[l] == exchanged[layers.front()]; });
}

NoStrips in_both(std::string_view tensor) {
  return {fmt::format("{} would have to lie in both memories of the home", tensor)};
}

}  // namespace

std::variant<std::vector<bool>, NoStrips> strip_roles(const StripGroup& group,
                                                      const StripChoice& choice, const Home& home) {
  std::vector<bool> exchanged(group.layers.size(), false);
  if (!home.exchanges()) {
    if (choice.exchanged) return NoStrips{"the home has one memory for Input and Output"};
    return exchanged;
  }
  exchanged.back() = choice.exchanged;
  for (std::size_t l = group.layers.size() - 1; l-- > 0;) {
    const StripLayer& maker = group.layers[l];
    if (!agree(exchanged, maker.readers)) return in_both(maker.layer.name);
    exchanged[l] = !exchanged[maker.readers.front()];
  }
  for (std::size_t o = 0; o < group.outer.size(); ++o) {
    std::vector<std::size_t> users;
    if (choice.outer[o] == OuterRows::Whole) users = group.outer[o].readers;
    if (choice.outer[o] == OuterRows::Kept) users = keepers_of(group, o);
    if (!agree(exchanged, users)) return in_both("an input of the group");
  }
  return exchanged;
}

}  // namespace tilewise
