#include "schedule/ways.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "schedule/agenda.hpp"

namespace tilewise {

Ways::Ways(const Network& network, const Architecture& architecture, const Home& home,
           const std::vector<LayerAlone>& alone, const ScheduleOptions& options, HomeCosts& costs)
    : network_(network),
      architecture_(architecture),
      home_(home),
      options_(options),
      costs_(costs),
      any_order_(options.orders == Orders::All && network.size() <= kMostOrdered) {
  list_layers(alone);
  list_resident();
  list_merged();
  list_strips();
}

KeptPlan Ways::plan(const Activations& kept) {
  return plan_of(network_, kept, layers_, merged_, places_of_strips(), resident_);
}

const MergedLayers* Ways::merged_of(std::size_t joint) const {
  return joint < merged_.size() ? &merged_[joint].merged : nullptr;
}

const StripJoint* Ways::strips_of(std::size_t joint) const {
  if (joint == kNever || joint < merged_.size()) return nullptr;
  return &strips_[joint - merged_.size()];
}

bool Ways::stays_as_given(std::size_t layer) const {
  return !options_.given.resident.empty() && options_.given.resident[layer];
}

void Ways::check_merged(std::size_t layer) const {
  if (!options_.given.merged[layer]) return;
  const bool there = std::any_of(merged_.begin(), merged_.end(), [&](const MergedPlace& each) {
    return each.merged.layers.back() == layer;
  });
  if (there) return;
  throw InputError(fmt::format(
      "{} cannot run in the drain of the layer before it on {}: docs/schedule.md says what can",
      network_.layer(layer).name, architecture_.name));
}

/// Equal layers are one to the home.
void Ways::list_layers(const std::vector<LayerAlone>& alone) {
  for (std::size_t l = 0; l < network_.size(); ++l) {
    layers_.push_back(kNever);
    apart_.push_back(!alone.empty() && alone[l].mapping == nullptr);
    if (apart_.back()) continue;
    layers_.back() = place_of(network_.layer(l), alone.empty() ? nullptr : alone[l].mapping);
  }
}
std::size_t Ways::place_of(const Layer& layer, const Mapping* alone) {
  const auto [at, fresh] = known_.try_emplace(canonical_key(layer));
  if (fresh) at->second = costs_.add_layer(layer, alone);
  return at->second;
}

/// What may run as one; in the given order only what follows one another there.
void Ways::list_merged() {
  if (!options_.allowed.merge) return;
  for (MergedLayers& each : merged_layers(network_, architecture_.merges, apart_)) {
    if (!any_order_ && !in_a_row(each)) continue;
    const std::size_t place = place_of(each.layer, nullptr);
    merged_.push_back({std::move(each), place});
  }
}

/// Weights that may stay: where there is more than one image, or a file says so.
void Ways::list_resident() {
  const auto& given = options_.given.resident;
  const bool any = std::find(given.begin(), given.end(), true) != given.end();
  if (options_.images == 1 && !any) return;
  resident_ = resident_weights(network_, architecture_, home_, apart_, options_.images);
  for (std::size_t l = 0; l < network_.size(); ++l) {
    if (!stays_as_given(l) || resident_.may_stay(l)) continue;
    throw InputError(fmt::format("the weights of {} cannot stay on chip: {}",
                                 network_.layer(l).name, resident_.layers[l].why_not));
  }
}
Bits Ways::most_resident() const {
  if (!resident_.memory) return Bits{0};
  return std::min(resident_.all(), home_room(architecture_, home_)[*resident_.memory]);
}
Bits Ways::given_resident() const {
  Bits sum;
  for (std::size_t l = 0; l < network_.size(); ++l) {
    if (stays_as_given(l)) sum += resident_.layers[l].size;
  }
  return sum;
}

void Ways::list_strips() {
  if (!options_.allowed.strips) return;
  const StripGroups groups{apart_, options_.factors.value_or(Factors::Divisors),
                           home_room(architecture_, home_)};
  if (options_.given.places.empty()) {
    StripJoints found = strip_joints(network_, architecture_, home_, groups);
    strips_ = std::move(found.all);
    strip_layers_ = found.most_layers;
    add_staying();
    return;
  }
  for (const GivenStrips& each : options_.given_strips) {
    strips_.push_back(
        given_strips(network_, architecture_, home_, groups, each.layers, each.choice));
    let_stay(each, strips_.back());
  }
}

/// Beside each way with resident weights the one in which they stay.
void Ways::add_staying() {
  if (!resident_.memory) return;
  const std::size_t size = strips_.size();
  for (std::size_t j = 0; j < size; ++j) {
    auto made = staying(strips_[j], resident_, network_, architecture_, home_);
    if (made) strips_.push_back(*std::move(made));
  }
}

/// As a file says: of a group all resident weights stay over the images, or none.
void Ways::let_stay(const GivenStrips& given, StripJoint& joint) const {
  const auto stays = [&](std::size_t l) { return stays_as_given(l); };
  if (std::none_of(given.layers.begin(), given.layers.end(), stays)) return;
  for (std::size_t i = 0; i < given.layers.size(); ++i) {
    if (stays(given.layers[i]) == given.choice.resident[i]) continue;
    throw InputError(fmt::format(
        "{} runs in strips: of its group the weights that are resident stay over all images "
        "together, or none does; name them all under resident, of the schedule and of the group",
        network_.layer(given.layers[i]).name));
  }
  joint = *staying(joint, resident_, network_, architecture_, home_);
}

std::vector<StripsPlace> Ways::places_of_strips() {
  std::vector<StripsPlace> made;
  for (const StripJoint& each : strips_) {
    StripsPlace& place =
        made.emplace_back(StripsPlace{each.layers, {}, {}, each.load_cost, each.stay});
    for (const std::size_t l : each.layers) {
      for (const std::size_t from : network_.inputs_of(l)) {
        if (from < each.layers.front()) place.reads.push_back(from);
      }
    }
    for (const StripRun& run : each.runs) {
      place.runs.push_back(
          {place_of(run.part, nullptr), run.use, run.times, run.layer + 1 == each.layers.size()});
    }
  }
  return made;
}

}  // namespace tilewise
