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
#include "sim/nest.hpp"

namespace tilewise {
namespace {

constexpr std::string_view kExample = "m=64,n=4,e=13,p=16,q=3,r=2,t=2";
constexpr std::int64_t kMostParameter = std::int64_t{1} << 31;

/// The levels that build_eyeriss makes for row stationary.
enum Place : std::size_t { kDram, kBuffer, kPass, kPe, kLevels };

struct Named {
  char name;
  std::int64_t RowStationary::*member;
};
constexpr std::array<Named, 7> kParameters{{{'m', &RowStationary::m},
                                            {'n', &RowStationary::n},
                                            {'e', &RowStationary::e},
                                            {'p', &RowStationary::p},
                                            {'q', &RowStationary::q},
                                            {'r', &RowStationary::r},
                                            {'t', &RowStationary::t}}};

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
  throw InputError(fmt::format("mapping \"{}\": {}; expected such as \"{}\"", text, why, kExample));
}

/// The array is the fan-out of the pass, and its X folds rows of outputs.
bool is_row_stationary(const Architecture& architecture) {
  return architecture.levels.size() == kLevels &&
         architecture.levels[kPass].fan_out.fold == Dim::P &&
         architecture.levels[kPass].fan_out.refill == Refill::InTurn;
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
    made += fmt::format("{}{}={}", made.empty() ? "" : ",", each.name, parameters.*each.member);
  }
  return made;
}

Mapping row_stationary_mapping(const RowStationary& rs, const Layer& layer,
                               const Architecture& architecture) {
  const std::string shown = text(rs);
  if (!is_row_stationary(architecture)) {
    refuse(shown, fmt::format("{} is not row stationary", architecture.name));
  }
  const auto& bounds = layer.bounds;
  const FanOut& array = architecture.levels[kPass].fan_out;
  const std::int64_t together = checked_multiply(rs.p, rs.t, "p * t");
  if (rs.m % together != 0 && rs.m < bounds[Dim::M]) {
    refuse(shown, fmt::format("m is no multiple of p * t = {}", together));
  }
  if (rs.e > bounds[Dim::P]) refuse(shown, fmt::format("e is above E = {}", bounds[Dim::P]));
  const Sets room = sets_of(rs, layer, array);
  const auto layout = lay(rs, room);
  if (!layout) {
    refuse(shown, fmt::format("r = {} and t = {} sets of {} x {} PEs do not fit {} x {}: {} above "
                              "and {} beside each other do",
                              rs.r, rs.t, bounds[Dim::R], rs.e, array.y.size, array.x.size,
                              room.down, room.across));
  }

  Mapping mapping;
  mapping.levels.resize(kLevels);
  auto& dram = mapping.levels[kDram].temporal;
  add(dram, Dim::G, bounds[Dim::G]);
  add(dram, Dim::N, ceil_div(bounds[Dim::N], rs.n));
  add(dram, Dim::M, ceil_div(bounds[Dim::M], ceil_div(rs.m, together) * together));
  add(dram, Dim::P, ceil_div(bounds[Dim::P], rs.e));
  add(dram, Dim::C, ceil_div(bounds[Dim::C], checked_multiply(rs.q, rs.r, "q * r")));
  add(mapping.levels[kBuffer].temporal, Dim::M, ceil_div(std::min(rs.m, bounds[Dim::M]), together));
  add(mapping.levels[kPass].temporal, Dim::N, rs.n);
  add(mapping.levels[kPass].temporal, Dim::Q, bounds[Dim::Q]);
  auto& spatial = mapping.levels[kPass].spatial;
  const auto side_by_side = [&](Dim d, std::int64_t bound, Axis axis) {
    if (bound > 1) spatial.push_back({d, bound, axis});
  };
  side_by_side(Dim::M, layout->filters.down, Axis::Y);
  side_by_side(Dim::C, layout->channels.down, Axis::Y);
  side_by_side(Dim::R, bounds[Dim::R], Axis::Y);
  side_by_side(Dim::M, layout->filters.across, Axis::X);
  side_by_side(Dim::C, layout->channels.across, Axis::X);
  side_by_side(Dim::P, rs.e, Axis::X);
  auto& pe = mapping.levels[kPe].temporal;
  add(pe, Dim::C, rs.q);
  add(pe, Dim::M, rs.p);
  add(pe, Dim::S, bounds[Dim::S]);
  for (std::size_t l = 0; l < kLevels; ++l) {
    for (const Tensor t : kTensors) {
      mapping.levels[l].keep[t] =
          architecture.levels[l].memory_of(t) != nullptr && has_tensor(layer, t);
    }
  }
  return mapping;
}

std::optional<RowStationary> row_stationary_of(const Mapping& mapping, const Layer& layer,
                                               const Architecture& architecture) {
  if (!is_row_stationary(architecture) || mapping.levels.size() != kLevels) return std::nullopt;
  const auto temporal = [&](std::size_t level, Dim d) {
    std::int64_t product = 1;
    for (const Loop& loop : mapping.levels[level].temporal) {
      if (loop.dim == d) product *= loop.bound;
    }
    return product;
  };
  const auto spatial = [&](Dim d) {
    std::int64_t product = 1;
    for (const SpatialLoop& loop : mapping.levels[kPass].spatial) {
      if (loop.dim == d) product *= loop.bound;
    }
    return product;
  };
  RowStationary rs;
  rs.n = temporal(kPass, Dim::N);
  rs.e = spatial(Dim::P);
  rs.p = temporal(kPe, Dim::M);
  rs.q = temporal(kPe, Dim::C);
  rs.r = spatial(Dim::C);
  rs.t = spatial(Dim::M);
  rs.m = temporal(kBuffer, Dim::M) * rs.p * rs.t;
  // Groups side by side have no parameter; nor has any loop out of its place.
  if (spatial(Dim::G) > 1 || spatial(Dim::R) != layer.bounds[Dim::R]) return std::nullopt;
  if (temporal(kPe, Dim::S) != layer.bounds[Dim::S]) return std::nullopt;
  return rs;
}

}  // namespace tilewise
