#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "api/tilewise.hpp"
#include "base/enum_words.hpp"
#include "bindings/bindings.hpp"
#include "bindings/long_call.hpp"
#include "report/network_sweep_files.hpp"
#include "report/network_sweep_json.hpp"
#include "report/network_sweep_text.hpp"
#include "report/schedule/corners_text.hpp"
#include "report/schedule/schedule_json.hpp"
#include "report/schedule/schedule_text.hpp"
#include "schedule/schedule_yaml.hpp"
#include "sweep/evidence.hpp"
#include "sweep/network_shares.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace tilewise {
namespace {

using NamedNetworks = std::vector<std::pair<std::string, Network>>;

NamedNetworks named(std::vector<ListedNetwork> listed) {
  NamedNetworks networks;
  for (ListedNetwork& each : listed) {
    for (const std::string& warning : each.warnings) {
      if (PyErr_WarnEx(PyExc_UserWarning, warning.c_str(), 1) != 0) throw nb::python_error();
    }
    networks.emplace_back(std::move(each.name), std::move(each.network));
  }
  return networks;
}

NetworkSweep cost_named(NamedNetworks networks, const std::vector<SharedDevice>& devices,
                        const std::string& objective, const std::string& factors, int threads,
                        const std::string& store, const std::string& schedule,
                        const std::string& orders, const std::string& images, double budget_seconds,
                        nb::handle progress) {
  LongCall call;
  std::vector<ListedNetwork> listed;
  for (auto& [name, network] : networks) listed.push_back({name, std::move(network)});
  std::vector<Device> on;
  for (const SharedDevice& device : devices) on.push_back(device_of(*device));
  CostRequest how;
  how.mapping = long_call_options(call, objective, factors, threads, progress);
  how.store = store;
  if (schedule.ends_with(".yaml")) {
    how.schedule.file = schedule;
  } else {
    how.schedule.kind = parse_enum<ScheduleKind>(schedule, "schedule");
  }
  how.schedule.orders = parse_enum<Orders>(orders, "orders");
  how.schedule.images = parse_images(images, "images");
  how.schedule.budget_seconds = budget_seconds;
  check_cost_request(how);
  return call.run([&] { return cost_networks(std::move(listed), std::move(on), how); });
}

/// The interval of the latency, None where there is none, and of the energy.
void add_ranges(const Cost& total, const DeviceEvidence& evidence, nb::dict& entry) {
  const auto interval = evidence.of_network(total.latency.count());
  entry["latency_ms_low"] = low_of(interval);
  entry["latency_ms_high"] = high_of(interval);
  const auto energy = energy_interval(total);
  entry["energy_mJ_low"] = low_of(energy);
  entry["energy_mJ_high"] = high_of(energy);
  entry["evidence"] = evidence.text();
}

/// A dictionary a network and device: its sums, and what is not in them.
nb::list totals(const NetworkSweep& sweep) {
  std::vector<DeviceEvidence> evidence;
  for (const Device& device : sweep.devices) evidence.emplace_back(device, has_schedule(sweep));
  nb::list all;
  for (std::size_t n = 0; n < sweep.networks.size(); ++n) {
    for (std::size_t d = 0; d < sweep.devices.size(); ++d) {
      const NetworkShares shares = shares_of(sweep, n, d);
      nb::list unfit;
      for (const UnfitLayer& layer : shares.unfit) {
        nb::dict entry;
        entry["layer"] = layer.name;
        entry["why"] = layer.why;
        unfit.append(entry);
      }
      nb::list split;
      for (const CostShare& layer : shares.layers) {
        if (layer.parts.empty()) continue;
        nb::dict entry;
        entry["layer"] = layer.name;
        entry["parts"] = nb::cast(layer.parts);
        split.append(entry);
      }
      nb::dict entry;
      entry["network"] = sweep.networks[n].name;
      entry["device"] = name(sweep.devices[d]);
      entry["latency_ms"] = shares.total.cost.latency.count();
      entry["energy_mJ"] = shares.total.cost.energy.count();
      entry["dram_bytes"] = shares.total.cost.dram_bytes;
      add_ranges(shares.total.cost, evidence[d], entry);
      entry["unfit"] = unfit;
      entry["split"] = split;
      nb::list omitted;
      for (const Omission& omission : shares.omitted) {
        nb::dict each;
        each["operator"] = omission.op;
        each["count"] = omission.count;
        each["why"] = omission_text(omission);
        omitted.append(each);
      }
      entry["omitted"] = omitted;
      all.append(entry);
    }
  }
  return all;
}

/// A dictionary a network and device: its schedule in every form.
nb::list schedules(const NetworkSweep& sweep) {
  nb::list all;
  for (std::size_t n = 0; n < sweep.schedules.size(); ++n) {
    const ListedNetwork& listed = sweep.networks[n];
    for (std::size_t d = 0; d < sweep.devices.size(); ++d) {
      const Schedule& schedule = sweep.schedules[n][d];
      nb::dict entry;
      entry["network"] = listed.name;
      entry["device"] = name(sweep.devices[d]);
      entry["details"] = schedule_json(sweep, n, d);
      entry["picture"] = schedule_text(sweep, n, d, kLineWidth) + corners_text(sweep, n, d);
      entry["yaml"] = schedule.home ? schedule_yaml(schedule, listed.network,
                                                    std::get<Architecture>(sweep.devices[d]))
                                    : "";
      all.append(entry);
    }
  }
  return all;
}

}  // namespace

void bind_network_costs(nb::module_& module) {
  nb::class_<NetworkSweep>(module, "NetworkSweep")
      .def("layers_csv", &network_layers_csv)
      .def("json",
           [](const NetworkSweep& sweep) { return network_sweep_json(sweep, CostRows::Layer); })
      .def("totals", &totals, nb::sig("def totals(self) -> list[dict[str, typing.Any]]"))
      .def("schedules", &schedules, nb::sig("def schedules(self) -> list[dict[str, str]]"))
      .def_prop_ro("mapped", [](const NetworkSweep& sweep) { return sweep.counts.mapped; })
      .def_prop_ro("known", [](const NetworkSweep& sweep) { return sweep.counts.known; });
  module.def(
      "find_networks",
      [](const std::vector<std::string>& words, std::optional<std::int64_t> batch,
         const std::map<std::string, std::int64_t>& dims, bool unfused) {
        return named(find_networks(words, {.batch = batch, .dims = dims, .unfused = unfused}));
      },
      "words"_a, "batch"_a.none(), "dims"_a, "unfused"_a,
      "Names and networks of words: names, files, patterns of files, by comma.");
  module.def(
      "list_networks",
      [](std::vector<Network> networks) { return named(list_networks(std::move(networks))); },
      "networks"_a, "Networks with names of which none is there twice.");
  module.def(
      "network_of",
      [](const std::vector<Layer>& layers) {
        Network network("layers");
        for (const Layer& layer : layers) network.add(layer, {});
        return network;
      },
      "layers"_a, "Layers as a network without edges.");
  module.def("cost_networks", &cost_named, "networks"_a, "devices"_a, "objective"_a, "factors"_a,
             "threads"_a, "store"_a, "schedule"_a, "orders"_a, "images"_a, "budget_seconds"_a,
             "progress"_a.none());
}

}  // namespace tilewise
