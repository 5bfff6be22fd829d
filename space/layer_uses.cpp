#include "space/layer_uses.hpp"

#include <algorithm>
#include <unordered_map>

#include "base/hash.hpp"

namespace tilewise {
namespace {

std::uint64_t hash_of_uses(std::span<const LayerUse> uses) {
  std::uint64_t hash = kFnvBasis;
  for (const LayerUse& use : uses) {
    hash = fnv_add(fnv_add(hash, use.layer), static_cast<std::uint64_t>(use.times));
  }
  return hash;
}

}  // namespace

LayerUses::LayerUses(std::int64_t candidates,
                     const std::function<std::vector<LayerUse>(std::int64_t index)>& uses) {
  std::unordered_multimap<std::uint64_t, std::uint32_t> ways_of;  // by their hash
  way_of_.reserve(static_cast<std::size_t>(candidates));
  for (std::int64_t index = 0; index < candidates; ++index) {
    const std::vector<LayerUse> found = uses(index);
    const std::uint64_t hash = hash_of_uses(found);
    const auto [begin, end] = ways_of.equal_range(hash);
    const auto same = std::find_if(begin, end, [&](const auto& known) {
      return std::ranges::equal(this->uses(known.second), found);
    });
    auto way = static_cast<std::uint32_t>(ways());
    if (same != end) {
      way = same->second;
    } else {
      ways_of.emplace(hash, way);
      uses_.insert(uses_.end(), found.begin(), found.end());
      first_.push_back(uses_.size());
      candidates_.push_back(0);
    }
    ++candidates_[way];
    way_of_.push_back(way);
  }
}

std::vector<double> LayerUses::sums_of(std::span<const double> of_layers) const {
  std::vector<double> sums;
  sums.reserve(ways());
  for (std::size_t way = 0; way < ways(); ++way) {
    double sum = 0.0;
    for (const LayerUse& use : uses(way)) {
      sum += static_cast<double>(use.times) * of_layers[use.layer];
    }
    sums.push_back(sum);
  }
  return sums;
}

}  // namespace tilewise
