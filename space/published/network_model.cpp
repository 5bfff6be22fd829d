#include "space/published/network_model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"

namespace tilewise {

const PublishedSpace& published(const NetworkModel& model, const SearchSpace& space,
                                const SpaceOptions& options) {
  std::vector<std::string> known;
  for (const PublishedSpace& each : model.spaces) {
    known.push_back(each.space);
    if (each.space != space.name) continue;
    if (options.prune_dead) {
      throw InputError(
          fmt::format("--device {}: published with all edges; leave --prune-dead out", model.name));
    }
    return each;
  }
  throw InputError(fmt::format("--device {}: this model knows {}, not {}", model.name,
                               fmt::join(known, " and "), space.name));
}

}  // namespace tilewise
