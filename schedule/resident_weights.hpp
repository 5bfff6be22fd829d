#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/home.hpp"
#include "base/units.hpp"
#include "schedule/cost_hull.hpp"
#include "schedule/strip_joints.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// Images without an end.
inline constexpr std::int64_t kStream = 0;

/// "100", or "stream". Throws InputError that begins with `what`.
std::int64_t parse_images(const std::string& word, std::string_view what);
/// The share of what is paid once that each of `images` pays; of kStream none.
double share_of_one(std::int64_t images);

/// What the weights of a layer take where they lie as a whole.
Bits weight_size(const Layer& layer);

/// The weights of a layer, as what may stay in the home while images come one after another.
struct ResidentLayer {
  Bits size;
  TotalCost load;       ///< of fetching them once, while nothing else runs
  std::string why_not;  ///< they cannot stay: "the home does not hold weights"
};

/// The weights of a network that may stay in the home over all images.
struct ResidentWeights {
  std::vector<ResidentLayer> layers;  ///< [layer]; none: no weights may stay
  std::optional<std::size_t> memory;  ///< of the home
  double share = 1.0;                 ///< of a load that an image pays

  bool may_stay(std::size_t layer) const {
    return !layers.empty() && layers[layer].why_not.empty();
  }
  /// What all of them take together.
  Bits all() const;
};

/// Of a network of which the layers `apart` do not run as one. Such a layer has the home for
/// itself, so beside it no weights stay.
ResidentWeights resident_weights(const Network& network, const Architecture& architecture,
                                 const Home& home, const std::vector<bool>& apart,
                                 std::int64_t images);

/// A way to run layers in strips whose resident weights stay over all images: its runs take no room
/// for them, and its loads are of the rest. None: it has no resident weights, or some of them may
/// not stay.
std::optional<StripJoint> staying(const StripJoint& joint, const ResidentWeights& weights,
                                  const Network& network, const Architecture& architecture,
                                  const Home& home);

}  // namespace tilewise
