#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "base/enum_array.hpp"
#include "base/units.hpp"

namespace tilewise {

/// The kind of transistors of a node. Nodes of 65 nm and more are not told apart.
enum class Devices { HighPerformance, LowPower };
template <>
inline constexpr std::size_t enum_size<Devices> = 2;

/// Where a circuit is built and run.
struct TechnologyPoint {
  Nanometers node{65};
  Volts voltage{1.0};
  Devices devices = Devices::HighPerformance;
};

/// One node of the published scaling: EF(V) = e2 V^2 + e1 V + e0, coefficients in that order.
struct ScalingNode {
  Nanometers node;
  Volts nominal;  ///< the usual supply of the node
  Volts least;    ///< the fit holds from here
  Volts most;     ///< to here
  EnumArray<Devices, std::array<double, 3>> energy;
};

/// Scaling of energy and area, 180 nm to 7 nm (Stillmaker & Baas, Integration 58, 2017).
struct TechnologyScaling {
  std::vector<ScalingNode> nodes;         ///< largest node first
  std::vector<std::vector<double>> area;  ///< [from][to], in the order of `nodes`
  std::string source;
};

/// Throws InputError where the file breaks the format of configs/energy/scaling.yaml.
TechnologyScaling load_technology_scaling(const std::filesystem::path& path);

/// EF of the point, in the publication's unit: only ratios mean something. Between two nodes it
/// is interpolated in the logarithms of node and EF, which is ours and not published. Throws
/// InputError outside the nodes and voltages of the fit.
double energy_factor(const TechnologyScaling& scaling, const TechnologyPoint& point);

/// E(to) = E(from) EF(to) / EF(from).
Picojoules scale_energy(const TechnologyScaling& scaling, Picojoules energy,
                        const TechnologyPoint& from, const TechnologyPoint& to);

/// By the published matrix; between nodes interpolated in the logarithms. Throws InputError
/// outside 7..180 nm.
SquareMillimeters scale_area(const TechnologyScaling& scaling, SquareMillimeters area,
                             Nanometers from, Nanometers to);

/// The usual supply voltage of a node, between nodes interpolated in the logarithm of the node.
Volts nominal_voltage(const TechnologyScaling& scaling, Nanometers node);

}  // namespace tilewise
