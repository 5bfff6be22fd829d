// Each tensor with its own place in the nest: a level at which tiles are held at several places
// is written as several levels that are one memory, so that counts, latency and search need to know
// of it only where capacity, ports and leakage are concerned.
#include "sim/tile_places.hpp"

#include <algorithm>
#include <utility>

namespace tilewise {
namespace {

/// The levels that stand for one: the fan-out follows the last of them, and so do the rules of the
/// loops at the level.
void add_level(const Level& level, const LevelConstraint& rule, const LevelPlaces& places,
               Architecture& into) {
  for (std::size_t place = 0; place < places.size(); ++place) {
    const bool last = place + 1 == places.size();
    Level& made = into.levels.emplace_back(level);
    made.place = place;
    if (!last) made.fan_out = {};
    LevelConstraint& made_rule = into.constraints.emplace_back(last ? rule : LevelConstraint{});
    for (const Tensor t : kTensors) made_rule.keep[t] = places[place][t];
  }
}

}  // namespace

Architecture with_places(const Architecture& architecture, const std::vector<LevelPlaces>& places) {
  Architecture made = architecture;
  made.levels.clear();
  made.constraints.clear();
  for (std::size_t l = 0; l < architecture.levels.size(); ++l) {
    if (places[l].size() < 2) {
      made.levels.push_back(architecture.levels[l]);
      made.constraints.push_back(architecture.constraints[l]);
    } else {
      add_level(architecture.levels[l], architecture.constraints[l], places[l], made);
    }
  }
  return made;
}

bool has_places(const Mapping& mapping) {
  return std::any_of(mapping.levels.begin(), mapping.levels.end(),
                     [](const LevelMapping& level) { return level.place > 0; });
}

std::vector<LevelPlaces> places_of(const Mapping& mapping) {
  std::vector<LevelPlaces> places;
  for (const LevelMapping& level : mapping.levels) {
    if (level.place == 0) places.emplace_back();
    places.back().push_back(level.keep);
  }
  return places;
}

std::size_t level_of(const Mapping& mapping, std::size_t entry) {
  std::size_t level = 0;
  for (std::size_t e = 1; e <= entry && e < mapping.levels.size(); ++e) {
    if (mapping.levels[e].place == 0) ++level;
  }
  return entry < mapping.levels.size() ? level : level + 1;
}

LayerCost in_levels_of(const Mapping& mapping, LayerCost cost) {
  std::vector<std::size_t> level;  // [entry], the compute unit last
  for (std::size_t e = 0; e <= mapping.levels.size(); ++e) level.push_back(level_of(mapping, e));
  for (TransferCounts& transfer : cost.counts.transfers) {
    std::vector<std::int64_t> words;
    for (std::size_t e = transfer.parent; e < transfer.child; ++e) {
      // The fan-out of a level follows its last place.
      if (level[e + 1] == level[e]) continue;
      words.push_back(transfer.network_words[e - transfer.parent]);
    }
    transfer.network_words = std::move(words);
    transfer.parent = level[transfer.parent];
    transfer.child = level[transfer.child];
  }
  for (PortLoad& load : cost.latency.ports) load.port.level = level[load.port.level];
  std::vector<Cycles> times;
  for (std::size_t e = 0; e < mapping.levels.size(); ++e) {
    if (mapping.levels[e].place == 0) times.push_back(cost.latency.tile_time[e]);
  }
  cost.latency.tile_time = std::move(times);
  return cost;
}

}  // namespace tilewise
