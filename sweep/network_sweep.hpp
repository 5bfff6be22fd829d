#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "schedule/schedule.hpp"
#include "sweep/mapped_layers.hpp"
#include "sweep/network_list.hpp"
#include "sweep/phase_time.hpp"

namespace tilewise {

/// The layers that stand for one that fits a device in no way (sweep/split_layer.hpp).
struct SplitLayer {
  std::size_t layer = 0;          ///< its place in the network
  std::size_t device = 0;         ///< the place of the device
  std::vector<SweepLayer> parts;  ///< one after the other, each with the result on that device
};

/// Networks on devices: each layer under its best mapping, one after the other.
struct NetworkSweep {
  std::vector<ListedNetwork> networks;
  std::vector<Device> devices;
  MappingOptions mapping;
  /// [network] its layers in the order of the file, with a result a device; NotMapped: the layer
  /// fits in no way, and is in no total unless it is split.
  std::vector<std::vector<SweepLayer>> layers;
  std::vector<std::vector<SplitLayer>> splits;  ///< [network]
  MappingCounts counts;
  std::vector<PhaseTime> phases;
  ScheduleKind schedule = ScheduleKind::Separate;
  Orders orders = Orders::Given;  ///< that were asked for
  bool schedule_given = false;    ///< by a file, whatever `schedule` says
  std::int64_t images = 1;        ///< one after another; kStream: without an end
  /// [network][device]; empty where none was asked for. `layers` have the costs under it, unless
  /// every tensor goes off chip: then it is what could be (sweep/scheduled_networks.hpp).
  std::vector<std::vector<Schedule>> schedules;
};

/// Whether the costs of layers are those under a schedule that was asked for.
bool has_schedule(const NetworkSweep& sweep);

/// The parts that stand for a layer on a device; null: there are none.
const SplitLayer* split_of(const NetworkSweep& sweep, std::size_t network, std::size_t layer,
                           std::size_t device);

/// Maps equal layers once over all networks and devices, and what `memory` knows not at all. Throws
/// InputError where there is no network or device, Interrupted as try_layers does.
NetworkSweep sweep_networks(std::vector<ListedNetwork> networks, std::vector<Device> devices,
                            const MappingOptions& options, const MappingMemory& memory = {});

/// The devices of these names. "board:..." has one engine, found for the layers of all networks.
/// Throws InputError for a published model, which costs no layers, and where one is there twice.
std::vector<Device> find_devices(std::span<const std::string> names,
                                 std::span<const ListedNetwork> networks, Objective objective);

}  // namespace tilewise
