#include "sweep/image_summary.hpp"

#include <optional>

#include "schedule/resident_weights.hpp"
#include "schedule/schedule_yaml.hpp"
#include "sweep/network_shares.hpp"

namespace tilewise {

ImageSummary image_summary(const NetworkSweep& sweep, std::size_t network, std::size_t device) {
  const Schedule& schedule = sweep.schedules[network][device];
  ImageSummary made;
  const Network& layers = sweep.networks[network].network;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    if (has_weights(layers.layer(l).op)) ++made.layers;
    if (!schedule.resident[l]) continue;
    made.resident.push_back(l);
    made.size += weight_size(layers.layer(l));
  }
  // The table has the layers as each further image runs them.
  made.further = shares_of(sweep, network, device).total.cost;
  const auto* architecture = std::get_if<Architecture>(&sweep.devices[device]);
  if (architecture != nullptr) {
    made.load = {milliseconds(duration(Cycles{schedule.load.latency_cycles}, architecture->clock)),
                 millijoules(Picojoules{schedule.load.energy_pj}),
                 schedule.load.off_chip_bits / 8.0};
    const auto memory = schedule.home ? weight_memory(*architecture, *schedule.home) : std::nullopt;
    if (memory) {
      const Level& level = architecture->levels[schedule.home->level];
      made.memory = {memory_word(level, *memory), level.memories[*memory].capacity};
    }
  }
  made.first = made.further;
  made.first += made.load;
  return made;
}

}  // namespace tilewise
