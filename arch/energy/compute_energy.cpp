#include "arch/energy/compute_energy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "arch/yaml_words.hpp"
#include "base/error.hpp"
#include "base/yaml.hpp"

namespace tilewise {
namespace {

/// A published value over what it grows with: the width, or the square of the width.
using Points = std::vector<std::pair<double, double>>;

/// Linear between the points; below the first and above the last proportional.
double between(const Points& points, double x) {
  const auto above = std::find_if(points.begin(), points.end(),
                                  [&](const auto& point) { return point.first >= x; });
  if (above == points.begin()) return above->second * (x / above->first);
  const auto& [x0, y0] = *(above - 1);
  if (above == points.end()) return y0 * (x / x0);
  const auto& [x1, y1] = *above;
  return x == x1 ? y1 : y0 + (y1 - y0) * (x - x0) / (x1 - x0);
}

enum class Growth { Linear, Quadratic };

double grown(Bits width, Growth growth) {
  const auto bits = static_cast<double>(width.count());
  return growth == Growth::Linear ? bits : bits * bits;
}

Picojoules energy_of(const std::vector<Operation>& operations, Bits width, Growth growth) {
  Points points;
  for (const Operation& known : operations) {
    points.emplace_back(grown(known.width, growth), known.energy.count());
  }
  return Picojoules{between(points, grown(width, growth))};
}

SquareMillimeters area_of(const std::vector<Operation>& operations, Bits width, Growth growth) {
  Points points;
  for (const Operation& known : operations) {
    if (known.area) points.emplace_back(grown(known.width, growth), known.area->count());
  }
  return SquareMillimeters{between(points, grown(width, growth))};
}

/// "16 bit" for a published width, "16 bit (estimated)" else.
std::string width_text(const std::vector<Operation>& operations, Bits width) {
  const bool published =
      std::any_of(operations.begin(), operations.end(),
                  [&](const Operation& known) { return known.width == width && !known.estimated; });
  return fmt::format("{} bit{}", width.count(), published ? "" : " (estimated)");
}

std::vector<Operation> read_operations(const YamlNode& yaml) {
  std::vector<Operation> operations;
  bool has_area = false;
  for (const YamlNode& item : yaml.list()) {
    YamlMap map = item.map();
    Operation operation{map.at("width").size(), map.at("energy").energy(), {}, false};
    if (const auto area = map.find("area")) operation.area = area->area();
    if (const auto estimated = map.find("estimated")) operation.estimated = estimated->boolean();
    map.done();
    const Bits before = operations.empty() ? Bits{0} : operations.back().width;
    if (operation.width <= before) item.fail("expected widths above zero that rise");
    has_area = has_area || operation.area.has_value();
    operations.push_back(operation);
  }
  if (!has_area) yaml.fail("expected operations, at least one with its area");
  return operations;
}

}  // namespace

ComputeTable load_compute_table(const std::filesystem::path& path) {
  YamlMap map = YamlNode::load_file(path).map();
  ComputeTable table;
  table.source = map.at("source").text();
  table.technology = read_technology(map.at("technology"));
  table.adders = read_operations(map.at("adders"));
  table.multipliers = read_operations(map.at("multipliers"));
  table.gated_share = read_nonnegative(map.at("gated_share"));
  table.gated_source = map.at("gated_source").text();
  map.done();
  return table;
}

ComputeCost multiply_add_cost(const ComputeTable& table, const TechnologyScaling& scaling,
                              Bits operand, Bits accumulator, const TechnologyPoint& at) {
  for (const Bits width : {operand, accumulator}) {
    if (width < Bits{1} || width > kWidestOperand) {
      throw InputError(fmt::format("arithmetic of {} bit: expected 1 to 128 bit", width.count()));
    }
  }
  const auto moved = [&](Picojoules energy) {
    return scale_energy(scaling, energy, table.technology, at);
  };
  ComputeCost cost;
  cost.add = moved(energy_of(table.adders, accumulator, Growth::Linear));
  cost.multiply_add = moved(energy_of(table.multipliers, operand, Growth::Quadratic)) + cost.add;
  cost.gated = cost.multiply_add * table.gated_share;
  cost.spread = table.spread;
  cost.area = scale_area(scaling,
                         area_of(table.multipliers, operand, Growth::Quadratic) +
                             area_of(table.adders, accumulator, Growth::Linear),
                         table.technology.node, at.node);
  cost.source = fmt::format("{}: multiplier {} + adder {}, {} nm, scaled to {} nm, {:g} V ({})",
                            table.source, width_text(table.multipliers, operand),
                            width_text(table.adders, accumulator), table.technology.node.count(),
                            at.node.count(), at.voltage.count(), scaling.source);
  return cost;
}

}  // namespace tilewise
