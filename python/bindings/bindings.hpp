#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <optional>
#include <string>

#include "mapper/search.hpp"
#include "sim/evaluate.hpp"
#include "sim/mapping.hpp"
#include "sweep/target.hpp"
#include "workload/layer.hpp"

namespace tilewise {

// One function a file: adds its classes and functions to the module.
void bind_workload(nanobind::module_& module);
void bind_devices(nanobind::module_& module);
void bind_costs(nanobind::module_& module);
void bind_network_costs(nanobind::module_& module);
void bind_many_networks(nanobind::module_& module);
void bind_sweeps(nanobind::module_& module);
void bind_spaces(nanobind::module_& module);
void bind_exploration(nanobind::module_& module);

/// A device that the objects made of it share.
using SharedDevice = std::shared_ptr<const Target>;

/// A mapping with the architecture whose levels it names.
struct NamedMapping {
  Mapping mapping;
  SharedDevice device;  ///< an Architecture
  const Architecture& architecture() const { return std::get<Architecture>(device_of(*device)); }
};

/// The columns as a pandas.DataFrame.
nanobind::object data_frame(const nanobind::dict& columns);

}  // namespace tilewise
