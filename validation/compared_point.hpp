#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/yaml.hpp"
#include "sweep/device.hpp"
#include "sweep/evidence.hpp"

namespace tilewise {

/// What a table of a case is about: the device, and of each row what kind of layer it is.
struct ComparedDesign {
  std::string family;
  std::string design;
  std::vector<LayerKind> kinds;
};
ComparedDesign compared_design(const Device& device);

enum class ComparedQuantity { Latency, Energy };

/// A layer whose latency or energy was measured on hardware.
struct ComparedPoint {
  std::string family;
  std::string design;
  std::string network;
  LayerKind kind = LayerKind::Other;
  ComparedQuantity quantity = ComparedQuantity::Latency;
  Basis basis = Basis::None;
  double ours = 0.0;
  double measured = 0.0;  ///< in the same unit

  /// |log(measured / ours)|
  double error() const;
};

/// A column of a case that was measured on hardware.
struct EvidenceColumn {
  std::string name;
  Basis basis = Basis::None;
};

/// The key `evidence` of a case: which of its columns hardware was measured for.
struct EvidenceKey {
  std::string network;
  std::optional<EvidenceColumn> latency;
  std::optional<EvidenceColumn> energy;
};
/// {network: AlexNet, latency: {column: total_ms, basis: structural}, energy: {...}}. Throws
/// InputError with the place.
EvidenceKey read_evidence_key(const YamlNode& yaml);

}  // namespace tilewise
