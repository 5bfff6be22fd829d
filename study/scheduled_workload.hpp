#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "arch/architecture.hpp"
#include "schedule/cost_hull.hpp"
#include "study/result_store.hpp"
#include "study/study.hpp"
#include "workload/network.hpp"

namespace tilewise {

// What networks of a study cost on a configuration under their best schedules (docs/schedule.md).

/// All that the schedules on an architecture depend on: its costs, and what it keeps and merges.
Key scheduled_store_key(const Architecture& architecture);
/// What a schedule of the network depends on, but for its mappings.
std::string schedule_text(const Study& study, const Network& network);

/// A network on a configuration, both under any names.
struct NetworkOn {
  const Architecture& architecture;
  const Network& network;
};

/// What the network costs under its best schedule. `alone`: [layer] its best mapping, which each
/// has. What layers cost at home is looked up in the store and kept there. Runs on this thread.
/// Empty: `stopped` ended it.
std::optional<StoredNetwork> scheduled_network(const Study& study, const NetworkOn& on,
                                               std::span<const StoredLayer> alone,
                                               ResultStore& store,
                                               const std::function<bool()>& stopped);

/// Totals that no schedule of the network is below, in energy or in latency; empty: none is known.
/// Maps nothing.
std::optional<TotalCost> scheduled_bound(const Study& study, const NetworkOn& on);

}  // namespace tilewise
