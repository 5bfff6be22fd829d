#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "space/published/hwnasbench_eyeriss.hpp"
#include "space/published/hwnasbench_fpga.hpp"
#include "space/published/network_model.hpp"

namespace tilewise {

/// The devices of HW-NAS-Bench behind the interface of all published models.
NetworkModel hwnasbench_model(const HwnasbenchFpga& fpga);
NetworkModel hwnasbench_model(const HwnasbenchEyeriss& eyeriss);

/// The presets: "hwnasbench-eyeriss", "hwnasbench-zc706".
std::vector<std::string_view> hwnasbench_names();
/// The preset of that name with switches changed as in "no_ceilings=off"; empty if there is no such
/// preset. Throws InputError that quotes a change that cannot be made and lists the switches.
std::optional<NetworkModel> find_hwnasbench_model(std::string_view name,
                                                  std::span<const std::string> changes = {});

}  // namespace tilewise
