#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "space/search_space.hpp"

namespace tilewise {

/// Which distinct layers of a data set the candidates of a space run. Many candidates run the same
/// ones: each such list, a way, is kept once.
class LayerUses {
 public:
  /// Asks once for the layers of each of the `candidates`.
  LayerUses(std::int64_t candidates,
            const std::function<std::vector<LayerUse>(std::int64_t index)>& uses);

  std::size_t ways() const { return first_.size() - 1; }
  std::size_t way_of(std::int64_t index) const { return way_of_[static_cast<std::size_t>(index)]; }
  /// How many candidates have it.
  std::int64_t candidates_of(std::size_t way) const { return candidates_[way]; }
  /// By rising layer.
  std::span<const LayerUse> uses(std::size_t way) const {
    return std::span(uses_).subspan(first_[way], first_[way + 1] - first_[way]);
  }

  /// [way] the sum of a metric of the layers.
  std::vector<double> sums_of(std::span<const double> of_layers) const;

 private:
  std::vector<std::uint32_t> way_of_;     ///< [index]
  std::vector<std::int64_t> candidates_;  ///< [way]
  std::vector<std::size_t> first_{0};     ///< [way] where its uses begin
  std::vector<LayerUse> uses_;            ///< of all ways
};

}  // namespace tilewise
