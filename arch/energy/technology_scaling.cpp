#include "arch/energy/technology_scaling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/yaml.hpp"

namespace tilewise {
namespace {

/// A node as a weighted mean of two neighbours of the table: `weight` belongs to `below`.
struct Neighbours {
  std::size_t above = 0;
  std::size_t below = 0;
  double weight = 0.0;
};

Neighbours neighbours_of(const TechnologyScaling& scaling, Nanometers node) {
  const auto& nodes = scaling.nodes;
  if (node > nodes.front().node || node < nodes.back().node) {
    throw InputError(fmt::format("{} nm: {} scales between {} and {} nm", node.count(),
                                 scaling.source, nodes.back().node.count(),
                                 nodes.front().node.count()));
  }
  const auto below = std::find_if(nodes.begin(), nodes.end(),
                                  [&](const ScalingNode& known) { return known.node <= node; });
  const auto at = static_cast<std::size_t>(below - nodes.begin());
  if (below->node == node) return {at, at, 1.0};
  return {at - 1, at,
          std::log(nodes[at - 1].node / node) / std::log(nodes[at - 1].node / nodes[at].node)};
}

/// Mean of the logarithms; exact where the weight is 0 or 1.
double log_mean(double above, double below, double weight) {
  if (weight == 0.0) return above;
  if (weight == 1.0) return below;
  return std::exp((1.0 - weight) * std::log(above) + weight * std::log(below));
}

double factor_at(const ScalingNode& node, const TechnologyPoint& point) {
  const double volts = point.voltage.count();
  if (point.voltage < node.least || point.voltage > node.most) {
    throw InputError(fmt::format("{} V: the energy fit of {} nm holds from {} to {} V", volts,
                                 node.node.count(), node.least.count(), node.most.count()));
  }
  const auto& [e2, e1, e0] = node.energy[point.devices];
  return (e2 * volts + e1) * volts + e0;
}

std::array<double, 3> read_coefficients(const YamlNode& yaml) {
  const auto list = yaml.list();
  if (list.size() != 3) yaml.fail("expected three coefficients, of V^2 first");
  return {list[0].number(), list[1].number(), list[2].number()};
}

ScalingNode read_node(const YamlNode& yaml) {
  YamlMap map = yaml.map();
  const auto voltages = map.at("voltages").list();
  if (voltages.size() != 2) yaml.fail("voltages: expected the least and the most");
  ScalingNode node{map.at("node").node_size(),
                   map.at("nominal").voltage(),
                   voltages[0].voltage(),
                   voltages[1].voltage(),
                   {{read_coefficients(map.at("hp")), read_coefficients(map.at("lp"))}}};
  map.done();
  for (const Devices devices : all_of<Devices>()) {
    for (const Volts voltage : {node.least, node.most, node.nominal}) {
      if (factor_at(node, {node.node, voltage, devices}) <= 0.0) {
        yaml.fail("expected energies above zero at all voltages");
      }
    }
  }
  return node;
}

}  // namespace

TechnologyScaling load_technology_scaling(const std::filesystem::path& path) {
  const YamlNode root = YamlNode::load_file(path);
  YamlMap map = root.map();
  TechnologyScaling scaling;
  scaling.source = map.at("source").text();
  map.find("transcribed_from");
  for (const YamlNode& node : map.at("energy").list()) scaling.nodes.push_back(read_node(node));
  for (const YamlNode& row : map.at("area").list()) {
    auto& factors = scaling.area.emplace_back();
    for (const YamlNode& factor : row.list()) {
      factors.push_back(factor.number());
      if (factors.back() <= 0.0) factor.fail("expected an area ratio above zero");
    }
    if (factors.size() != scaling.nodes.size()) row.fail("expected one factor a node");
  }
  map.done();
  const bool falling = std::is_sorted(scaling.nodes.begin(), scaling.nodes.end(),
                                      [](const auto& a, const auto& b) { return a.node > b.node; });
  if (scaling.nodes.empty() || !falling || scaling.area.size() != scaling.nodes.size()) {
    root.fail("expected nodes, largest first, and one row of area factors each");
  }
  return scaling;
}

double energy_factor(const TechnologyScaling& scaling, const TechnologyPoint& point) {
  const auto [above, below, weight] = neighbours_of(scaling, point.node);
  return log_mean(factor_at(scaling.nodes[above], point), factor_at(scaling.nodes[below], point),
                  weight);
}

Picojoules scale_energy(const TechnologyScaling& scaling, Picojoules energy,
                        const TechnologyPoint& from, const TechnologyPoint& to) {
  return energy * (energy_factor(scaling, to) / energy_factor(scaling, from));
}

SquareMillimeters scale_area(const TechnologyScaling& scaling, SquareMillimeters area,
                             Nanometers from, Nanometers to) {
  if (from == to) return area;
  const Neighbours row = neighbours_of(scaling, from);
  const Neighbours column = neighbours_of(scaling, to);
  const auto in_row = [&](std::size_t at) {
    return log_mean(scaling.area[at][column.above], scaling.area[at][column.below], column.weight);
  };
  return area * log_mean(in_row(row.above), in_row(row.below), row.weight);
}

Volts nominal_voltage(const TechnologyScaling& scaling, Nanometers node) {
  const auto [above, below, weight] = neighbours_of(scaling, node);
  return scaling.nodes[above].nominal * (1.0 - weight) + scaling.nodes[below].nominal * weight;
}

}  // namespace tilewise
