#include "validation/compared_point.hpp"

#include <cmath>

namespace tilewise {
namespace {

/// {column: total_ms, basis: structural}
void read_column_of(const YamlNode& yaml, std::string& column, Basis& basis) {
  YamlMap map = yaml.map();
  column = map.at("column").text();
  basis = map.at("basis").word_of<Basis>();
  map.done();
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
  if (const auto latency = map.find("latency")) {
    read_column_of(*latency, key.latency, key.latency_basis);
  }
  if (const auto energy = map.find("energy")) {
    read_column_of(*energy, key.energy, key.energy_basis);
  }
  map.done();
  return key;
}

}  // namespace tilewise
