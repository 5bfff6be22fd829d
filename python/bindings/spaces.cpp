#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <span>

#include "base/error.hpp"
#include "bindings/arrays.hpp"
#include "bindings/bindings.hpp"
#include "bindings/long_call.hpp"
#include "space/fbnet_sweep.hpp"
#include "space/nasbench201.hpp"
#include "space/natsbench_size.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace tilewise {
namespace {

static_assert(sizeof(FbnetArchitecture) == kFbnetPositions);

using OpsMatrix =
    nb::ndarray<const std::uint8_t, nb::shape<-1, kFbnetPositions>, nb::c_contig, nb::device::cpu>;
using Totals = nb::ndarray<double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

std::span<const FbnetArchitecture> architectures(const OpsMatrix& ops) {
  return {reinterpret_cast<const FbnetArchitecture*>(ops.data()), ops.shape(0)};
}

/// A metric by the name of its column; `device` does not matter for MACs and parameters.
const FbnetMetric& find_metric(const FbnetSweep& space, const std::string& name,
                               std::size_t device) {
  const FbnetTable& table = space.tables.front();
  if (name == "macs") return table.macs;
  if (name == "params") return table.parameters;
  const bool known = name == "latency_ms" || name == "energy_mJ" || name == "dram_bytes";
  if (!known) {
    throw InputError(name +
                     ": no such metric; expected latency_ms, energy_mJ, dram_bytes, macs or "
                     "params");
  }
  const FbnetTable::Device& on = table.devices.at(device);
  if (name == "latency_ms") return on.latency_ms;
  return name == "energy_mJ" ? on.energy_mj : on.dram_bytes;
}

void bind_fbnet(nb::module_& module) {
  module.def(
      "fbnet_check",
      [](const OpsMatrix& ops, int threads) {
        const nb::gil_scoped_release released;
        check_fbnet_architectures(architectures(ops), checked_threads(threads));
      },
      "ops"_a.noconvert(), "threads"_a);
  module.def(
      "fbnet_fill",
      [](const FbnetSweep& space, const std::string& metric, std::size_t device,
         const OpsMatrix& ops, const Totals& totals, int threads) {
        const FbnetMetric& found = find_metric(space, metric, device);
        const nb::gil_scoped_release released;
        fill_totals(found, architectures(ops), checked_threads(threads),
                    {totals.data(), totals.shape(0)});
      },
      "space"_a, "metric"_a, "device"_a, "ops"_a.noconvert(), "totals"_a.noconvert(), "threads"_a,
      "Sums of checked `ops` into `totals` of the same length.");
  module.def(
      "fbnet_range",
      [](const FbnetSweep& space, const std::string& metric, std::size_t device) {
        const FbnetMetric& found = find_metric(space, metric, device);
        return nb::make_tuple(least_total(found), most_total(found));
      },
      "space"_a, "metric"_a, "device"_a);
  module.def(
      "fbnet_fixed_parts",
      [](const FbnetSweep& space, const std::string& metric, std::size_t device) {
        const auto& parts = find_metric(space, metric, device).fixed_parts;
        return std::vector<double>(parts.begin(), parts.end());
      },
      "space"_a, "metric"_a, "device"_a);
  module.def(
      "fbnet_sample",
      [](std::int64_t count, std::uint64_t seed, int threads) {
        if (count < 0) throw InputError("count: expected 0 or more");
        return moved_array<std::uint8_t>(sample_fbnet(seed, count, checked_threads(threads)),
                                         kFbnetPositions);
      },
      "count"_a, "seed"_a, "threads"_a);
  module.def(
      "fbnet_rows",
      [](const FbnetSweep& space, const OpsMatrix& ops, int threads) {
        const nb::gil_scoped_release released;
        const auto all = architectures(ops);
        return fbnet_rows(space, {all.begin(), all.end()}, checked_threads(threads));
      },
      "space"_a, "ops"_a.noconvert(), "threads"_a,
      "The sweep of checked `ops` on each data set of the space.");
  module.def(
      "fbnet_network",
      [](const std::string& architecture, const std::string& dataset) {
        return fbnet_network(parse_fbnet_dataset(dataset), parse_fbnet_architecture(architecture));
      },
      "architecture"_a, "dataset"_a);
}

}  // namespace

void bind_spaces(nb::module_& module) {
  bind_fbnet(module);
  module.def(
      "nasbench201_arch_str",
      [](std::int64_t index) { return to_string(nasbench201_architecture(index)); }, "index"_a);
  module.def(
      "nasbench201_index",
      [](const std::string& text) { return nasbench201_index(parse_cell_architecture(text)); },
      "arch_str"_a);
  module.def(
      "nasbench201_network",
      [](std::int64_t index, const std::string& dataset, bool prune_dead) {
        return nasbench201_network(nasbench201_architecture(index), parse_dataset(dataset),
                                   prune_dead ? PruneDead::Yes : PruneDead::No);
      },
      "index"_a, "dataset"_a, "prune_dead"_a);
  module.def(
      "natsbench_size_arch_str",
      [](std::int64_t index) { return to_string(natsbench_size_architecture(index)); }, "index"_a);
  module.def(
      "natsbench_size_index",
      [](const std::string& text) { return natsbench_size_index(parse_size_architecture(text)); },
      "arch_str"_a);
  module.def(
      "natsbench_size_network",
      [](std::int64_t index, const std::string& dataset) {
        return natsbench_size_network(natsbench_size_architecture(index), parse_dataset(dataset));
      },
      "index"_a, "dataset"_a);
  module.def(
      "classes", [](const std::string& dataset) { return classes(parse_dataset(dataset)); },
      "dataset"_a);
}

}  // namespace tilewise
