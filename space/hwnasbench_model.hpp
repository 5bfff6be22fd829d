#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "space/fbnet.hpp"
#include "space/hwnasbench.hpp"
#include "space/hwnasbench_eyeriss.hpp"
#include "space/hwnasbench_fpga.hpp"
#include "space/nasbench201.hpp"

namespace tilewise {

/// A published model of whole networks behind one interface: layers do not add up on every device.
struct HwnasbenchModel {
  std::string name;
  std::string description;
  std::string details;  ///< every parameter with its unit, every switch: for eyes and fingerprints
  /// All 15,625 networks, each at its public index. Pure; may throw InputError.
  std::function<std::vector<HwnasbenchCost>(Dataset)> nasbench201;
  std::function<FbnetCostTable(FbnetDataset)> fbnet;  ///< the same of FBNet's blocks
};
HwnasbenchModel hwnasbench_model(const HwnasbenchFpga& fpga);
HwnasbenchModel hwnasbench_model(const HwnasbenchEyeriss& eyeriss);

inline constexpr std::string_view kHwnasbenchFpga = "hwnasbench-zc706";
inline constexpr std::string_view kHwnasbenchEyeriss = "hwnasbench-eyeriss";

/// The preset of that name with switches changed as in "no_ceilings=off"; empty if there is no such
/// preset. Throws InputError that quotes a change that cannot be made and lists the switches.
std::optional<HwnasbenchModel> find_hwnasbench_model(std::string_view name,
                                                     std::span<const std::string> changes = {});

}  // namespace tilewise
