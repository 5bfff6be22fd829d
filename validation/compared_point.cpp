#include "validation/compared_point.hpp"

#include <cmath>

namespace tilewise {
namespace {

/// {column: total_ms, basis: structural}
EvidenceColumn read_evidence_column(const YamlNode& yaml) {
  YamlMap map = yaml.map();
  EvidenceColumn column{map.at("column").text(), map.at("basis").word_of<Basis>()};
  map.done();
  return column;
}

}  // namespace

ComparedDesign compared_design(const Device& device) {
  return {std::visit([](const auto& each) { return each.family; }, device), name(device), {}};
}

double ComparedPoint::error() const { return std::abs(std::log(measured / ours)); }

EvidenceKey read_evidence_key(const YamlNode& yaml) {
  YamlMap map = yaml.map();
  EvidenceKey key;
  key.network = map.at("network").text();
  if (const auto latency = map.find("latency")) key.latency = read_evidence_column(*latency);
  if (const auto energy = map.find("energy")) key.energy = read_evidence_column(*energy);
  map.done();
  return key;
}

}  // namespace tilewise
