#include <nanobind/ndarray.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "bindings/arrays.hpp"
#include "bindings/bindings.hpp"
#include "sweep/evidence.hpp"
#include "sweep/network_layers.hpp"
#include "sweep/network_shares.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace tilewise {
namespace {

using Latencies = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

nb::tuple add_network(NetworkLayers& all, const Network& network) {
  DistinctPlaces made = all.add(network);
  return nb::make_tuple(moved_array(std::move(made.places)), made.macs, made.parameters);
}

std::vector<Layer> layers_from(const NetworkLayers& all, std::size_t first) {
  const std::span<const Layer> layers = all.distinct();
  const auto fresh = layers.subspan(std::min(first, layers.size()));
  return {fresh.begin(), fresh.end()};
}

/// A row a device and network, by device, of the five sums of a Cost.
nb::object sums_of(const NetworkSweep& sweep) {
  std::vector<double> sums;
  for (std::size_t d = 0; d < sweep.devices.size(); ++d) {
    for (std::size_t n = 0; n < sweep.networks.size(); ++n) {
      const Cost cost = shares_of(sweep, n, d).total.cost;
      for (const double sum : {cost.latency.count(), cost.energy.count(), cost.dram_bytes,
                               cost.energy_below.count(), cost.energy_above.count()}) {
        sums.push_back(sum);
      }
    }
  }
  return moved_array(std::move(sums), 5);
}

nb::object latency_ranges(const SharedDevice& device, const Latencies& latencies) {
  const DeviceEvidence evidence(device_of(*device));
  std::vector<double> ends;
  for (std::size_t i = 0; i < latencies.shape(0); ++i) {
    const auto interval = evidence.of_network(latencies(i));
    if (!interval) return nb::none();
    ends.push_back(interval->low);
    ends.push_back(interval->high);
  }
  return moved_array(std::move(ends), 2);
}

}  // namespace

void bind_many_networks(nb::module_& module) {
  nb::class_<NetworkLayers>(module, "NetworkLayers",
                            "The distinct layers of many networks, which are not kept.")
      .def(nb::init<>())
      .def("add", &add_network, "network"_a,
           nb::sig("def add(self, network: Network) -> tuple[typing.Any, int, int]"),
           "The places of its layers among the distinct ones, uint32; its MACs and parameters.")
      .def("since", &layers_from, "first"_a, "The distinct layers from a place on.")
      .def("__len__", [](const NetworkLayers& all) { return all.distinct().size(); });
  module.def("network_sums", &sums_of, "sweep"_a,
             nb::sig("def network_sums(sweep: NetworkSweep) -> typing.Any"),
             "A row a device and network, by device: latency_ms, energy_mJ, dram_bytes, and how "
             "far other published energies are below and above.");
  module.def("latency_ranges", &latency_ranges, "device"_a, "latency_ms"_a,
             nb::sig("def latency_ranges(device: Device, latency_ms: typing.Any) -> typing.Any"),
             "(low, high) of each latency of a network; None where too little was compared.");
  module.def(
      "depends_on_network",
      [](const SharedDevice& device) { return depends_on_network(device_of(*device)); }, "device"_a,
      "Whether what a layer costs there depends on the other layers of its network.");
}

}  // namespace tilewise
