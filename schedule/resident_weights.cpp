#include "schedule/resident_weights.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "schedule/fetch_cost.hpp"

namespace tilewise {
namespace {

std::string why_not_resident(const Layer& layer, bool any_apart, bool home_holds) {
  if (!has_weights(layer.op)) return "it has no weights";
  if (!layer.owns_weights) return "they are computed, or those of another layer";
  if (!home_holds) return "the home does not hold weights";
  if (any_apart) return "a layer runs in parts, which have the home for themselves";
  return "";
}

}  // namespace

std::int64_t parse_images(const std::string& word, std::string_view what) {
  if (word == "stream") return kStream;
  constexpr std::int64_t kMostImages = 1'000'000'000;
  const auto count = parse_integer(word);
  if (count && *count >= 1 && *count <= kMostImages) return *count;
  throw InputError(
      fmt::format("{} \"{}\": expected a number from 1 to {}, or stream for images without an end",
                  what, word, kMostImages));
}

double share_of_one(std::int64_t images) {
  return images == kStream ? 0.0 : 1.0 / static_cast<double>(images);
}

Bits weight_size(const Layer& layer) {
  return stored_words(layer, Tensor::Weight) * layer.widths.tensor[Tensor::Weight];
}

Bits ResidentWeights::all() const {
  Bits sum;
  for (const ResidentLayer& each : layers) {
    if (each.why_not.empty()) sum += each.size;
  }
  return sum;
}

ResidentWeights resident_weights(const Network& network, const Architecture& architecture,
                                 const Home& home, const std::vector<bool>& apart,
                                 std::int64_t images) {
  ResidentWeights made{{}, weight_memory(architecture, home), share_of_one(images)};
  const bool any_apart = std::find(apart.begin(), apart.end(), true) != apart.end();
  const std::vector<Bits> room = home_room(architecture, home);
  for (std::size_t l = 0; l < network.size(); ++l) {
    const Layer& layer = network.layer(l);
    ResidentLayer& own = made.layers.emplace_back();
    own.why_not = why_not_resident(layer, any_apart, made.memory.has_value());
    if (!own.why_not.empty()) continue;
    own.size = weight_size(layer);
    if (own.size > room[*made.memory]) {
      own.why_not = "they are larger than the home";
      continue;
    }
    own.load = total_of(fetch_cost(architecture, layer, Tensor::Weight,
                                   stored_words(layer, Tensor::Weight), home.level));
  }
  return made;
}

std::optional<StripJoint> staying(const StripJoint& joint, const ResidentWeights& weights,
                                  const Network& network, const Architecture& architecture,
                                  const Home& home) {
  StripJoint made = joint;
  made.loads.clear();
  made.load_cost = {};
  for (const StripLoad& load : joint.loads) {
    const std::size_t layer = joint.layers[load.layer];
    if (load.tensor != Tensor::Weight) {
      made.loads.push_back(load);
      made.load_cost += static_cast<double>(load.times) *
                        total_of(load_cost(network.layer(layer), load, architecture, home));
      continue;
    }
    if (!weights.may_stay(layer)) return std::nullopt;
    made.stay += weights.layers[layer].size;
    made.load_cost += weights.share * weights.layers[layer].load;
  }
  if (made.stay == Bits{0}) return std::nullopt;
  for (StripRun& run : made.runs) {
    Bits& taken = run.use.taken[*weights.memory];
    taken = taken - made.stay;
  }
  return made;
}

}  // namespace tilewise
