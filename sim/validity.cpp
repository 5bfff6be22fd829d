#include "sim/validity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/cost_terms.hpp"
#include "sim/merged_dims.hpp"
#include "sim/tile_places.hpp"
#include "workload/coordinates.hpp"

namespace tilewise {
namespace {

std::string place_of(const Level& level, const Memory& memory) {
  return memory.name == level.name ? level.name : level.name + "." + memory.name;
}

std::optional<Misfit> fan_out_misfit(const Level& level, const LevelMapping& mapping) {
  std::int64_t rows = 1;  // of Y, taken by each place along X
  for (const Axis axis : {Axis::X, Axis::Y}) {
    const FanOutAxis& room = axis == Axis::X ? level.fan_out.x : level.fan_out.y;
    const std::string place =
        fmt::format("fan-out {} below {}", axis == Axis::X ? 'X' : 'Y', level.name);
    std::int64_t used = axis == Axis::X ? 1 : rows;
    std::int64_t folded = 1;
    for (const SpatialLoop& loop : mapping.spatial) {
      if (loop.axis != axis || loop.bound == 1) continue;
      if (!room.dims[loop.dim]) {
        return Misfit{place, fmt::format("dimension {} may not be laid along it", name(loop.dim))};
      }
      used *= loop.bound;
      if (axis == Axis::X && loop.dim == level.fan_out.fold) folded *= loop.bound;
    }
    if (axis == Axis::X && folded > room.size && used == folded) {
      rows = level.fan_out.rows_of(folded);
      continue;
    }
    if (used > room.size) {
      return Misfit{place, fmt::format("{} instances wanted, {} there", used, room.size)};
    }
  }
  return std::nullopt;
}

/// Whether a temporal loop outside `level` changes the tile of `t`.
bool is_refilled(const Layer& layer, const std::vector<Extents>& extents, Tensor t,
                 const Mapping& mapping, std::size_t level) {
  for (std::size_t outer = 0; outer < level; ++outer) {
    for (const Loop& loop : mapping.levels[outer].temporal) {
      if (loop.bound > 1 && is_relevant(loop.dim, t) &&
          extents[level][loop.dim] < layer.bounds[loop.dim]) {
        return true;
      }
    }
  }
  return false;
}

/// What the tiles of a level take of one of its memories: bits, and in words.
struct Taken {
  std::int64_t bits = 0;
  std::string text;
};

/// Of the level at entry `l` with its further places.
Taken taken_of(const Memory& memory, const Architecture& architecture, const Layer& layer,
               const Mapping& mapping, const std::vector<Extents>& extents, std::size_t l) {
  Taken taken;
  do {
    for (const Tensor t : kTensors) {
      if (!mapping.levels[l].keep[t] || !memory.holds[t] || !has_tensor(layer, t)) continue;
      if (architecture.levels[l].whole[t]) continue;
      const bool refilled = is_refilled(layer, extents, t, mapping, l);
      const double part = architecture.levels[l].part[t];
      taken.bits += std::llround(
          part * static_cast<double>(tile_bits(memory, layer, t, extents[l], refilled)));
      taken.text += fmt::format("{}{} {} words{}", taken.text.empty() ? "" : ", ", name(t),
                                tile_words(layer, t, extents[l]),
                                refilled && memory.buffering == Buffering::Double ? " twice" : "");
    }
  } while (++l < mapping.levels.size() && architecture.levels[l].place > 0);
  return taken;
}

std::optional<Misfit> capacity_misfit(const Architecture& architecture, const Layer& layer,
                                      const Mapping& mapping) {
  const std::vector<Extents> extents = tile_extents(mapping);
  for (std::size_t l = 0; l < mapping.levels.size(); ++l) {
    if (architecture.levels[l].place > 0) continue;
    for (const Memory& memory : architecture.levels[l].memories) {
      if (!memory.capacity) continue;
      const Taken needed = taken_of(memory, architecture, layer, mapping, extents, l);
      if (needed.bits <= memory.capacity->count()) continue;
      const std::int64_t over = needed.bits - memory.capacity->count();
      return Misfit{
          place_of(architecture.levels[l], memory),
          fmt::format("{} take {} bit of {} bit: {} bit ({} words of 16 bit) too many", needed.text,
                      needed.bits, memory.capacity->count(), over, (over + 15) / 16)};
    }
  }
  return std::nullopt;
}

/// Places of a level in the nest: each has tensors, of which none has two, and there is a loop
/// between one and the next; without one they are the same.
std::optional<Misfit> places_misfit(const Architecture& architecture, const Layer& layer,
                                    const Mapping& mapping) {
  EnumArray<Tensor, bool> placed{};
  for (std::size_t l = 0; l < mapping.levels.size(); ++l) {
    const LevelMapping& at = mapping.levels[l];
    if (architecture.levels[l].place == 0) placed = {};
    const bool several = architecture.levels[l].place > 0 ||
                         (l + 1 < mapping.levels.size() && architecture.levels[l + 1].place > 0);
    if (!several) continue;
    const std::string& level = architecture.levels[l].name;
    if (std::none_of(kTensors.begin(), kTensors.end(),
                     [&](Tensor t) { return at.keep[t] && has_tensor(layer, t); })) {
      return Misfit{level, "one of its places in the nest keeps no tensor; leave that place out"};
    }
    for (const Tensor t : kTensors) {
      if (!has_tensor(layer, t)) continue;
      if (at.keep[t] && placed[t]) {
        return Misfit{level,
                      fmt::format("{} has two places in it; let it bypass one of them", name(t))};
      }
      placed[t] = placed[t] || at.keep[t];
    }
    if (architecture.levels[l].place == 0) continue;
    const auto& between = mapping.levels[l - 1].temporal;
    if (std::none_of(between.begin(), between.end(),
                     [](const Loop& loop) { return loop.bound > 1; })) {
      return Misfit{level, "two of its places have no loop between them; make them one"};
    }
  }
  return std::nullopt;
}

/// Operands of which some lie at home are in one tile there.
std::optional<Misfit> operands_misfit(const Architecture& architecture, const Mapping& mapping) {
  bool loops = false;  // over the operands, outside the level
  for (std::size_t l = 0; l < mapping.levels.size(); ++l) {
    if (architecture.levels[l].part[Tensor::Input] < 1.0 && loops) {
      return Misfit{architecture.levels[l].name,
                    "some operands lie here as a whole; no loop over C may stand outside"};
    }
    for (const Loop& loop : mapping.levels[l].temporal)
      loops |= loop.dim == Dim::C && loop.bound > 1;
  }
  return std::nullopt;
}

std::optional<Misfit> misfit_of(const Architecture& architecture, const Layer& layer,
                                const Mapping& mapping) {
  if (has_places(mapping) && places_of(mapping).size() == architecture.levels.size()) {
    return misfit_of(with_places(architecture, places_of(mapping)), layer, mapping);
  }
  if (mapping.levels.size() != architecture.levels.size()) {
    return Misfit{"mapping", fmt::format("{} levels, the architecture has {}",
                                         mapping.levels.size(), architecture.levels.size())};
  }
  for (std::size_t l = 0; l < mapping.levels.size(); ++l) {
    const Level& level = architecture.levels[l];
    for (const Tensor t : kTensors) {
      if (mapping.levels[l].keep[t] && level.memory_of(t) == nullptr) {
        return Misfit{level.name, fmt::format("it has no memory for {}; let it bypass", name(t))};
      }
      if (level.whole[t] && !mapping.levels[l].keep[t]) {
        return Misfit{level.name, fmt::format("{} lies here as a whole; keep it", name(t))};
      }
    }
    if (auto misfit = fan_out_misfit(level, mapping.levels[l])) return misfit;
  }
  if (auto misfit = places_misfit(architecture, layer, mapping)) return misfit;
  if (auto misfit = operands_misfit(architecture, mapping)) return misfit;
  return capacity_misfit(architecture, layer, mapping);
}

}  // namespace

std::int64_t tile_words(const Layer& layer, Tensor t, const Extents& extents) {
  const auto extent = [&](Dim d) { return std::min(extents[d], layer.bounds[d]); };
  switch (t) {
    case Tensor::Input:
      return extent(Dim::N) * extent(Dim::G) * extent(Dim::C) *
             distinct_coordinates(extent(Dim::P), extent(Dim::R), layer.stride.vertical,
                                  layer.dilation.vertical) *
             distinct_coordinates(extent(Dim::Q), extent(Dim::S), layer.stride.horizontal,
                                  layer.dilation.horizontal);
    case Tensor::Weight:
      return extent(Dim::G) * extent(Dim::M) * extent(Dim::C) * extent(Dim::R) * extent(Dim::S);
    case Tensor::Output:
      return extent(Dim::N) * extent(Dim::G) * extent(Dim::M) * extent(Dim::P) * extent(Dim::Q);
  }
  return 0;
}

double held_bits(const Memory& memory, const Layer& layer, Tensor t, double words) {
  const bool summed = layer.bounds[Dim::C] * layer.bounds[Dim::R] * layer.bounds[Dim::S] > 1;
  const Bits width =
      t == Tensor::Output && summed ? sum_width(memory, layer) : layer.widths.tensor[t];
  const double bits = words * static_cast<double>(width.count());
  if (t == Tensor::Output || !memory.coded[t]) return bits;
  // A whole number of bits may come out above itself by rounding.
  return std::ceil(bits * coded_share(memory, layer, t) * (1.0 - 1e-12));
}

std::int64_t tile_bits(const Memory& memory, const Layer& layer, Tensor t, const Extents& extents,
                       bool refilled) {
  const std::int64_t copies = memory.buffering == Buffering::Double && refilled ? 2 : 1;
  const auto words = static_cast<double>(tile_words(layer, t, extents));
  return copies * static_cast<std::int64_t>(held_bits(memory, layer, t, words));
}

std::optional<Misfit> find_misfit(const Architecture& architecture, const Layer& layer,
                                  const Mapping& mapping) {
  const MergedDims into = counted_dims(mapping, layer);
  return into == own_dims()
             ? misfit_of(architecture, layer, mapping)
             : misfit_of(merge_dims(architecture, into), merge_dims(layer, into), mapping);
}

std::vector<std::optional<Bits>> free_bits(const Architecture& architecture, const Layer& of,
                                           const Mapping& mapping, std::size_t level) {
  const Layer layer = merge_dims(of, counted_dims(mapping, of));
  const std::vector<Extents> extents = tile_extents(mapping);
  std::vector<std::optional<Bits>> free;
  for (const Memory& memory : architecture.levels[level].memories) {
    free.emplace_back();
    if (!memory.capacity) continue;
    const Taken taken = taken_of(memory, architecture, layer, mapping, extents, level);
    free.back() = *memory.capacity - Bits{taken.bits};
  }
  return free;
}

}  // namespace tilewise
