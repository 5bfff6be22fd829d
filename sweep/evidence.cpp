#include "sweep/evidence.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

#include "base/error.hpp"

namespace tilewise {
namespace {

const std::string& family_of(const Device& device) {
  return std::visit([](const auto& each) -> const std::string& { return each.family; }, device);
}

/// What the shipped device of that name says of itself, read once. Throws InputError where there is
/// none.
std::string shipped_description(const std::string& name) {
  static std::mutex guard;
  static std::map<std::string, std::string> known;
  const std::scoped_lock lock(guard);
  auto found = known.find(name);
  if (found == known.end()) found = known.emplace(name, describe(find_device(name))).first;
  return found->second;
}

/// Whether it is the shipped device of its name, and no other that is called so.
bool is_shipped(const Device& device) {
  return describe(device) == shipped_description(name(device));
}

/// An error as a user reads it: how far the measured one is above ours, at most.
std::string percent(double error) { return fmt::format("{:.2g} %", 100.0 * std::expm1(error)); }

std::string_view words_of(Basis basis) {
  constexpr EnumArray<Basis, const char*> kWords{
      {"calibrated on these", "of a form found on these", "nothing fitted on these"}};
  return kWords[basis];
}

/// "12 layers (eyeriss_alexnet, eyeriss_vgg16), of a form found on these: median error 3 %, largest
/// 13 %"
std::string compared_text(const Evidence& evidence) {
  return fmt::format("{} layers ({}), {}: median error {}, largest {}", evidence.layers.points,
                     fmt::join(evidence.cases, ", "), words_of(evidence.basis),
                     percent(evidence.layers.median), percent(evidence.layers.largest));
}

/// What is known of others of its family.
std::string relatives_text(const Device& device) {
  std::string text;
  for (const DesignEvidence& each : shipped_evidence()) {
    if (family_of(device).empty() || each.family != family_of(device)) continue;
    if (each.design.empty() || !each.latency) continue;
    text += fmt::format("; of its family {}: {}", each.design, compared_text(*each.latency));
  }
  return text;
}

}  // namespace

const DesignEvidence* evidence_of(const Device& device) {
  const DesignEvidence* of_family = nullptr;
  for (const DesignEvidence& each : shipped_evidence()) {
    if (!family_of(device).empty() && each.family == family_of(device) && each.design.empty()) {
      of_family = &each;
    }
    if (each.design != name(device) || each.family != family_of(device)) continue;
    try {
      if (is_shipped(device)) return &each;
    } catch (const InputError&) {
      continue;  // compared, but not shipped under that name
    }
  }
  return of_family;
}

std::optional<double> half_width_of(const Evidence& evidence, LayerKind kind) {
  const std::optional<ErrorBound>& of_kind = evidence.kinds[kind];
  return of_kind ? of_kind->half_width : evidence.layers.half_width;
}

std::optional<double> half_width_of_network(const Evidence& evidence) {
  return evidence.networks ? evidence.networks->half_width : evidence.layers.half_width;
}

std::optional<Interval> energy_interval(const Energy& energy) {
  if (energy.below + energy.above <= Picojoules{}) return std::nullopt;
  return Interval{(energy.total - energy.below).count(), (energy.total + energy.above).count()};
}

std::optional<Interval> energy_interval(const Cost& cost) {
  if (cost.energy_below + cost.energy_above <= Millijoules{}) return std::nullopt;
  return Interval{(cost.energy - cost.energy_below).count(),
                  (cost.energy + cost.energy_above).count()};
}

std::optional<Interval> DeviceEvidence::of_layer(const Layer& layer, double latency) const {
  if (latency_ == nullptr) return std::nullopt;
  return interval_about(latency, half_width_of(*latency_, kind_of(layer)));
}

std::optional<Interval> DeviceEvidence::of_network(double latency) const {
  if (latency_ == nullptr) return std::nullopt;
  return interval_about(latency, half_width_of_network(*latency_));
}

std::string not_compared_text(std::string_view name) {
  return fmt::format("no hardware was compared with {}", name);
}

DeviceEvidence::DeviceEvidence(const Device& device, bool scheduled) {
  if (scheduled) {
    text_ = not_compared_text(name(device)) + " under a schedule";
    return;
  }
  const DesignEvidence* found = evidence_of(device);
  if (found == nullptr || !found->latency) {
    text_ = not_compared_text(name(device)) + relatives_text(device);
    return;
  }
  latency_ = &*found->latency;
  text_ = "compared with hardware: ";
  if (found->design.empty()) {
    text_ += fmt::format("not {}, but {} of its family, ", name(device),
                         fmt::join(found->designs, ", "));
  }
  text_ += "latency of " + compared_text(*latency_);
  if (found->energy) text_ += "; energy of " + compared_text(*found->energy);
}

std::string evidence_text(const Target& target) {
  const auto* device = std::get_if<Device>(&target);
  return device != nullptr ? DeviceEvidence(*device).text() : not_compared_text(name(target));
}

}  // namespace tilewise
