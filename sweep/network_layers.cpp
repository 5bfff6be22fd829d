#include "sweep/network_layers.hpp"

#include <functional>
#include <utility>

#include "base/integers.hpp"

namespace tilewise {
namespace {

constexpr std::size_t kSeenAtMost = 100'000;

}  // namespace

std::size_t NetworkLayers::HashOfShape::operator()(const Layer& layer) const {
  std::uint64_t hash = std::hash<std::string>{}(layer.name);
  for (const std::int64_t bound : layer.bounds) {
    hash = (hash ^ static_cast<std::uint64_t>(bound)) * 0x100000001b3;  // FNV-1a, by words
  }
  return hash;
}

const NetworkLayers::Known& NetworkLayers::known(const std::shared_ptr<const Layer>& layer) {
  if (layer.use_count() == 1) return known(*layer);  // its network has it alone
  if (const auto found = shared_.find(layer); found != shared_.end()) return found->second;
  if (shared_.size() >= kSeenAtMost) shared_.clear();
  return shared_.emplace(layer, known(*layer)).first->second;
}

const NetworkLayers::Known& NetworkLayers::known(const Layer& layer) {
  if (const auto found = seen_.find(layer); found != seen_.end()) return found->second;
  const auto next = static_cast<std::uint32_t>(distinct_.size());
  const Known made{place_of_.try_emplace(canonical_key(layer), next).first->second, macs(layer),
                   parameters(layer)};
  if (made.place == next) distinct_.push_back(layer);
  if (seen_.size() >= kSeenAtMost) seen_.clear();
  return seen_.emplace(layer, made).first->second;
}

DistinctPlaces NetworkLayers::add(const Network& network) {
  DistinctPlaces made;
  made.places.reserve(network.size());
  for (std::size_t i = 0; i < network.size(); ++i) {
    const Known& layer = known(network.shared_layer(i));
    made.places.push_back(layer.place);
    made.macs = checked_add(made.macs, layer.macs, "MACs of the network");
    made.parameters = checked_add(made.parameters, layer.parameters, "parameters of the network");
  }
  return made;
}

}  // namespace tilewise
