#include "mapper/row_stationary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "base/text.hpp"
#include "sim/merged_dims.hpp"
#include "sim/nest.hpp"

namespace tilewise {
namespace {

constexpr std::string_view kExample = "m=64,n=4,e=13,p=16,q=3,r=2,t=2";
constexpr std::int64_t kMostParameter = std::int64_t{1} << 31;

struct Named {
  char name;
  std::int64_t RowStationary::*member;
};
constexpr std::array<Named, 8> kParameters{{{'m', &RowStationary::m},
                                            {'n', &RowStationary::n},
                                            {'e', &RowStationary::e},
                                            {'p', &RowStationary::p},
                                            {'q', &RowStationary::q},
                                            {'r', &RowStationary::r},
                                            {'t', &RowStationary::t},
                                            {'f', &RowStationary::f}}};

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
  throw InputError(fmt::format("mapping \"{}\": {}; expected such as \"{}\"", text, why, kExample));
}

/// Where the loops of the letters stand; what they leave over stands outermost.
struct Places {
  std::size_t off_chip = 0;
  std::size_t buffer = 0;
  std::size_t pass = 0;
  std::size_t pe = 0;
};

const MappingLetter* find_letter(const Architecture& architecture, char letter) {
  for (const MappingLetter& each : architecture.letters) {
    if (each.letter == letter) return &each;
  }
  return nullptr;
}

/// Empty: the architecture's mappings are not written in these letters.
std::optional<Places> places_of(const Architecture& architecture) {
  for (const Named& each : kParameters) {
    if (find_letter(architecture, each.name) == nullptr) return std::nullopt;
  }
  const auto level = [&](char letter) {
    return find_letter(architecture, letter)->places.front().level;
  };
  return Places{0, level('m'), level('e'), level('p')};
}

/// How many sets of R x e PEs stand above and beside each other.
struct Sets {
  std::int64_t down = 0;
  std::int64_t across = 0;
};
Sets sets_of(const RowStationary& rs, const Layer& layer, const FanOut& array) {
  const std::int64_t rows = layer.bounds[Dim::R] * array.rows_of(rs.e);
  return {array.y.size / rows, std::max<std::int64_t>(1, array.x.size / rs.e)};
}

void add(std::vector<Loop>& loops, Dim d, std::int64_t bound) {
  if (bound > 1) loops.push_back({d, bound});
}

/// The bounds of the loops over `d` there, multiplied.
std::int64_t product(const Mapping& mapping, const LoopPlace& place, Dim d) {
  std::int64_t bounds = 1;
  const auto take = [&](const auto& loops) {
    for (const auto& loop : loops) {
      if (loop.dim == d) bounds *= loop.bound;
    }
  };
  switch (place.kind) {
    case LoopPlace::Kind::Temporal: take(mapping.levels[place.level].temporal); break;
    case LoopPlace::Kind::Spatial: take(mapping.levels[place.level].spatial); break;
  }
  return bounds;
}

/// Where the copies stand: channels above each other if they can, as their sums travel up.
struct Layout {
  Sets filters;
  Sets channels;
};
std::optional<Layout> lay(const RowStationary& rs, const Sets& room) {
  for (std::int64_t channels = 1; channels <= room.across; ++channels) {
    if (rs.r % channels != 0) continue;
    for (std::int64_t filters = 1; filters * channels <= room.across; ++filters) {
      if (rs.t % filters != 0) continue;
      const Layout made{{rs.t / filters, filters}, {rs.r / channels, channels}};
      if (made.filters.down * made.channels.down <= room.down) return made;
    }
  }
  return std::nullopt;
}

}  // namespace

RowStationary parse_row_stationary(std::string_view text) {
  RowStationary made;
  std::string seen;
  for (std::string_view part : split(text, ',')) {
    part = trimmed(part);
    const auto known = std::find_if(kParameters.begin(), kParameters.end(), [&](const Named& each) {
      return part.size() > 2 && part[0] == each.name && part[1] == '=';
    });
    if (known == kParameters.end()) refuse(text, fmt::format("\"{}\" is no parameter", part));
    if (seen.find(known->name) != std::string::npos) {
      refuse(text, fmt::format("{} is there twice", known->name));
    }
    seen += known->name;
    const auto value = parse_integer(part.substr(2));
    if (!value || *value < 1 || *value > kMostParameter) {
      refuse(text, fmt::format("{} is no whole number above zero", part));
    }
    made.*(known->member) = *value;
  }
  return made;
}

std::string text(const RowStationary& parameters) {
  std::string made;
  for (const Named& each : kParameters) {
    if (parameters.*each.member == 0) continue;
    made += fmt::format("{}{}={}", made.empty() ? "" : ",", each.name, parameters.*each.member);
  }
  return made;
}

Mapping row_stationary_mapping(const RowStationary& rs, const Layer& layer,
                               const Architecture& architecture) {
  const std::string shown = text(rs);
  const auto places = places_of(architecture);
  if (!places) {
    refuse(shown, fmt::format("{} is not row stationary", architecture.name));
  }
  const auto& bounds = layer.bounds;
  const FanOut& array = architecture.levels[places->pass].fan_out;
  const std::int64_t together = checked_multiply(rs.p, rs.t, "p * t");
  if (rs.m % together != 0 && rs.m < bounds[Dim::M]) {
    refuse(shown, fmt::format("m is no multiple of p * t = {}", together));
  }
  if (rs.e > bounds[Dim::P]) refuse(shown, fmt::format("e is above E = {}", bounds[Dim::P]));
  if (rs.f > bounds[Dim::Q]) refuse(shown, fmt::format("f is above F = {}", bounds[Dim::Q]));
  const std::int64_t columns = rs.f == 0 ? bounds[Dim::Q] : rs.f;
  const Sets room = sets_of(rs, layer, array);
  const auto layout = lay(rs, room);
  if (!layout) {
    refuse(shown, fmt::format("r = {} and t = {} sets of {} x {} PEs do not fit {} x {}: {} above "
                              "and {} beside each other do",
                              rs.r, rs.t, bounds[Dim::R], rs.e, array.y.size, array.x.size,
                              room.down, room.across));
  }

  Mapping mapping;
  mapping.levels.resize(architecture.levels.size());
  auto& dram = mapping.levels[places->off_chip].temporal;
  add(dram, Dim::G, bounds[Dim::G]);
  add(dram, Dim::N, ceil_div(bounds[Dim::N], rs.n));
  add(dram, Dim::Q, ceil_div(bounds[Dim::Q], columns));
  add(dram, Dim::M, ceil_div(bounds[Dim::M], ceil_div(rs.m, together) * together));
  add(dram, Dim::P, ceil_div(bounds[Dim::P], rs.e));
  add(dram, Dim::C, ceil_div(bounds[Dim::C], checked_multiply(rs.q, rs.r, "q * r")));
  add(mapping.levels[places->buffer].temporal, Dim::M,
      ceil_div(std::min(rs.m, bounds[Dim::M]), together));
  add(mapping.levels[places->pass].temporal, Dim::N, rs.n);
  add(mapping.levels[places->pass].temporal, Dim::Q, columns);
  auto& spatial = mapping.levels[places->pass].spatial;
  const auto side_by_side = [&](Dim d, std::int64_t bound, Axis axis) {
    if (bound > 1) spatial.push_back({d, bound, axis});
  };
  side_by_side(Dim::M, layout->filters.down, Axis::Y);
  side_by_side(Dim::C, layout->channels.down, Axis::Y);
  side_by_side(Dim::R, bounds[Dim::R], Axis::Y);
  side_by_side(Dim::M, layout->filters.across, Axis::X);
  side_by_side(Dim::C, layout->channels.across, Axis::X);
  side_by_side(Dim::P, rs.e, Axis::X);
  auto& pe = mapping.levels[places->pe].temporal;
  add(pe, Dim::C, rs.q);
  add(pe, Dim::M, rs.p);
  add(pe, Dim::S, bounds[Dim::S]);
  for (std::size_t l = 0; l < mapping.levels.size(); ++l) {
    for (const Tensor t : kTensors) {
      mapping.levels[l].keep[t] =
          architecture.levels[l].memory_of(t) != nullptr && has_tensor(layer, t);
    }
  }
  return mapping;
}

std::optional<RowStationary> row_stationary_of(const Mapping& mapping, const Layer& layer,
                                               const Architecture& architecture) {
  const auto places = places_of(architecture);
  if (!places || mapping.levels.size() != architecture.levels.size()) return std::nullopt;
  RowStationary rs;
  for (const Named& each : kParameters) {
    const MappingLetter& letter = *find_letter(architecture, each.name);
    rs.*each.member = 1;
    for (const LoopPlace& place : letter.places) {
      rs.*each.member *= product(mapping, place, letter.dim);
    }
  }
  if (rs.f == layer.bounds[Dim::Q]) rs.f = 0;
  // Groups side by side have no parameter; nor has any loop out of its place.
  const LoopPlace side_by_side{LoopPlace::Kind::Spatial, places->pass};
  const LoopPlace in_pass{LoopPlace::Kind::Temporal, places->pass};
  if (merge_dims(layer, counted_dims(mapping, layer)).bounds != layer.bounds) return std::nullopt;
  if (product(mapping, in_pass, Dim::P) > 1) return std::nullopt;
  const LoopPlace in_pe{LoopPlace::Kind::Temporal, places->pe};
  if (product(mapping, side_by_side, Dim::G) > 1) return std::nullopt;
  if (product(mapping, side_by_side, Dim::R) != layer.bounds[Dim::R]) return std::nullopt;
  if (product(mapping, in_pe, Dim::S) != layer.bounds[Dim::S]) return std::nullopt;
  return rs;
}

}  // namespace tilewise
