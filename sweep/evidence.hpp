#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_array.hpp"
#include "sim/cost.hpp"
#include "sim/energy.hpp"
#include "sweep/device.hpp"
#include "sweep/error_bound.hpp"
#include "sweep/layer_kind.hpp"
#include "sweep/target.hpp"

namespace tilewise {

/// What of a model came from the points that it is compared with.
enum class Basis {
  Calibrated,  ///< real constants, fitted on these points
  Structural,  ///< its form, or whole numbers, found on these points
  None,        ///< nothing
};
template <>
inline constexpr std::size_t enum_size<Basis> = 3;
constexpr std::string_view name(Basis basis) {
  constexpr EnumArray<Basis, const char*> kWords{{"calibrated", "structural", "none"}};
  return kWords[basis];
}

/// How many of the points that were left out lay in the interval made of the others.
struct LeftOut {
  std::string what;  ///< "network" or "design"
  std::int64_t points = 0;
  std::int64_t covered = 0;
};

/// What hardware says of one quantity of a design.
struct Evidence {
  std::vector<std::string> cases;  ///< validation cases
  Basis basis = Basis::None;
  ErrorBound layers;
  EnumArray<LayerKind, std::optional<ErrorBound>> kinds{};  ///< those with nine points or more
  std::optional<ErrorBound> networks;  ///< of whole networks; where nine or more were measured
  std::vector<LeftOut> left_out;
};

/// What speaks for a design, or for all of a family.
struct DesignEvidence {
  std::string family;
  std::string design;                ///< a shipped name; empty: any other of the family
  std::vector<std::string> designs;  ///< that were compared
  std::optional<Evidence> latency;
  std::optional<Evidence> energy;
};

/// The list of configs/evidence/evidence.yaml, which `tilewise validate --evidence` writes. Throws
/// InputError with the place.
std::vector<DesignEvidence> load_evidence(const std::filesystem::path& path);
const std::vector<DesignEvidence>& shipped_evidence();
std::string evidence_yaml(std::span<const DesignEvidence> all);

/// What speaks for a device: that of its own design, if it is as shipped; that of its family, if
/// several of its designs were compared; else null.
const DesignEvidence* evidence_of(const Device& device);

/// The half width that holds for a layer of that kind; empty: too few points.
std::optional<double> half_width_of(const Evidence& evidence, LayerKind kind);
/// The same for the sum of a network: that of networks, or, as if all of its layers erred alike,
/// that of layers.
std::optional<double> half_width_of_network(const Evidence& evidence);

/// What other published energies of the components make of an energy, in pJ and mJ: all of them
/// low, and all high. Empty: nothing else is published.
std::optional<Interval> energy_interval(const Energy& energy);
std::optional<Interval> energy_interval(const Cost& cost);

/// What speaks for a device, found once.
class DeviceEvidence {
 public:
  /// `scheduled`: tensors stay on chip between layers, layers merge or run in strips, as on no
  /// hardware that was compared; then nothing speaks for it. Throws InputError where the shipped
  /// evidence is broken.
  explicit DeviceEvidence(const Device& device, bool scheduled = false);

  /// The interval of a latency in its unit; empty: nothing speaks for it, or too little.
  std::optional<Interval> of_layer(const Layer& layer, double latency) const;
  /// The same of the sum over a network.
  std::optional<Interval> of_network(double latency) const;
  /// One line: what was compared and how far it was, or "no hardware was compared" with what is
  /// known of others of the family.
  const std::string& text() const { return text_; }

 private:
  const Evidence* latency_ = nullptr;
  std::string text_;
};

/// Where nothing was compared: "no hardware was compared with NAME".
std::string not_compared_text(std::string_view name);
/// DeviceEvidence::text of a target; published models were compared with no hardware.
std::string evidence_text(const Target& target);

}  // namespace tilewise
