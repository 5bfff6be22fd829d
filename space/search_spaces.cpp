#include "space/search_spaces.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "base/error.hpp"
#include "base/words.hpp"
#include "space/fbnet_space.hpp"
#include "space/nasbench201_space.hpp"
#include "space/natsbench_size.hpp"

namespace tilewise {

std::span<const SearchSpace> search_spaces() {
  static const std::vector<SearchSpace> kSpaces{
      nasbench201_space(),
      fbnet_space(),
      natsbench_size_space(),
  };
  return kSpaces;
}

const SearchSpace& find_space(std::string_view name) {
  std::vector<std::string_view> names;
  for (const SearchSpace& space : search_spaces()) {
    if (space.name == name) return space;
    names.push_back(space.name);
  }
  throw InputError(fmt::format("{}: no such search space; there are: {}{}", name,
                               fmt::join(names, ", "), did_you_mean(name, names)));
}

}  // namespace tilewise
