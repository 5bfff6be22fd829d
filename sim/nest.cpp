#include "sim/nest.hpp"

namespace tilewise {

std::vector<NestLoop> flatten(const Mapping& mapping) {
  std::vector<NestLoop> nest;
  for (std::size_t level = 0; level < mapping.levels.size(); ++level) {
    for (const Loop& loop : mapping.levels[level].temporal) {
      if (loop.bound > 1) nest.push_back({loop.dim, loop.bound, 1, level, false});
    }
    for (const SpatialLoop& loop : mapping.levels[level].spatial) {
      if (loop.bound > 1) nest.push_back({loop.dim, loop.bound, 1, level, true});
    }
  }
  Extents inside{{1, 1, 1, 1, 1, 1, 1, 1}};
  for (auto loop = nest.rbegin(); loop != nest.rend(); ++loop) {
    loop->step = inside[loop->dim];
    inside[loop->dim] *= loop->bound;
  }
  return nest;
}

std::vector<Extents> tile_extents(const Mapping& mapping) {
  std::vector<Extents> tiles(mapping.levels.size() + 1);
  tiles.back() = Extents{{1, 1, 1, 1, 1, 1, 1, 1}};
  for (std::size_t level = mapping.levels.size(); level-- > 0;) {
    tiles[level] = tiles[level + 1];
    for (const Loop& loop : mapping.levels[level].temporal) tiles[level][loop.dim] *= loop.bound;
    for (const SpatialLoop& loop : mapping.levels[level].spatial) {
      tiles[level][loop.dim] *= loop.bound;
    }
  }
  return tiles;
}

KeeperChains keeper_chains(const Mapping& mapping) {
  KeeperChains chains;
  for (const Tensor t : kTensors) {
    for (std::size_t level = 0; level < mapping.levels.size(); ++level) {
      if (mapping.levels[level].keep[t]) chains[t].push_back(level);
    }
    chains[t].push_back(mapping.levels.size());
  }
  return chains;
}

}  // namespace tilewise
