// A pixel of a pointwise layer is a row of a matrix product: what the loops over it are called
// must not matter. Here such dimensions become one, so that a search never meets the others.
#include "sim/merged_dims.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <vector>

#include "base/integers.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

/// Whether no two pairs of an output and a tap along the axis meet at one word, and all words are
/// real: an axis of one output or one tap, or windows that lie apart.
bool stands_still(const Layer& layer, Dim outputs, Dim taps) {
  const auto pick = [&](const Plane& p) { return outputs == Dim::P ? p.vertical : p.horizontal; };
  const std::int64_t p = layer.bounds[outputs];
  const std::int64_t r = layer.bounds[taps];
  const std::int64_t last = (p - 1) * pick(layer.stride) + (r - 1) * pick(layer.dilation);
  const std::int64_t common = std::gcd(pick(layer.stride), pick(layer.dilation));
  const bool apart = p <= pick(layer.dilation) / common || r <= pick(layer.stride) / common;
  return apart && pick(layer.padding) == 0 && last < pick(layer.image);
}

/// Counts all of `dims` as the first of them, unless there is nothing to count.
void merge(const std::vector<Dim>& dims, const Layer& layer, MergedDims& into) {
  const bool any =
      std::any_of(dims.begin(), dims.end(), [&](Dim d) { return layer.bounds[d] > 1; });
  if (!any) return;
  for (const Dim d : dims) into[d] = dims.front();
}

std::vector<Dim> members(const MergedDims& into, Dim of) {
  std::vector<Dim> dims;
  for (const Dim d : kDims) {
    if (into[d] == of) dims.push_back(d);
  }
  return dims;
}

std::int64_t saturating(std::int64_t a, std::int64_t b) { return a > kMost / b ? kMost : a * b; }

/// The rule of a dimension that is counted as another: it has no loops, and says nothing.
constexpr FactorRule kNoLoops{1, 1, true};

/// What loops of the merged dimensions may be together. One of them that may have any bound frees
/// the product, whatever part of it the others must take in full.
FactorRule product(const EnumArray<Dim, FactorRule>& rules, const std::vector<Dim>& dims,
                   const EnumArray<Dim, bool>& allowed) {
  FactorRule made{1, 1, true};
  for (const Dim d : dims) {
    FactorRule rule = rules[d];
    if (!allowed[d]) rule = {1, 1, rule.full && rule.most == 1};
    made.least = saturating(made.least, rule.least);
    made.most = saturating(made.most, std::max<std::int64_t>(1, rule.most));
    made.full = made.full && rule.full;
  }
  made.most = std::max(made.most, made.least);
  return made;
}

void merge(const MergedDims& into, const EnumArray<Dim, bool>& allowed,
           EnumArray<Dim, FactorRule>& rules) {
  const auto before = rules;
  for (const Dim d : kDims) {
    const std::vector<Dim> dims = members(into, d);
    if (dims.empty()) rules[d] = kNoLoops;
    if (dims.size() > 1) rules[d] = product(before, dims, allowed);
  }
}

/// The order with each merged dimension in the place of one of its own: all ways.
void spread(const std::vector<Dim>& order, const MergedDims& into,
            std::vector<std::vector<Dim>>& made) {
  std::vector<std::vector<Dim>> ways{{}};
  for (std::size_t at = 0; at < order.size(); ++at) {
    const Dim d = into[order[at]];
    const bool last = std::none_of(order.begin() + static_cast<std::ptrdiff_t>(at) + 1, order.end(),
                                   [&](Dim e) { return into[e] == d; });
    std::vector<std::vector<Dim>> longer;
    for (const auto& way : ways) {
      const bool there = std::find(way.begin(), way.end(), d) != way.end();
      if (there || !last) longer.push_back(way);
      if (there) continue;
      longer.push_back(way);
      longer.back().push_back(d);
    }
    ways = std::move(longer);
  }
  for (auto& way : ways) {
    if (std::find(made.begin(), made.end(), way) == made.end()) made.push_back(std::move(way));
  }
}

std::int64_t covered(const Mapping& mapping, Dim d) {
  std::int64_t product = 1;
  for (const LevelMapping& level : mapping.levels) {
    for (const Loop& loop : level.temporal) {
      if (loop.dim == d) product = saturating(product, std::max<std::int64_t>(1, loop.bound));
    }
    for (const SpatialLoop& loop : level.spatial) {
      if (loop.dim == d) product = saturating(product, std::max<std::int64_t>(1, loop.bound));
    }
  }
  return product;
}

}  // namespace

MergedDims own_dims() {
  MergedDims into;
  for (const Dim d : kDims) into[d] = d;
  return into;
}

MergedDims merged_dims(const Layer& layer) {
  const bool rows = stands_still(layer, Dim::P, Dim::R);
  const bool columns = stands_still(layer, Dim::Q, Dim::S);
  std::vector<Dim> pixels{Dim::N};
  std::vector<Dim> sums{Dim::C};
  if (rows) pixels.push_back(Dim::P);
  if (columns) pixels.push_back(Dim::Q);
  if (!has_weights(layer.op)) pixels.push_back(Dim::G);
  if (rows) sums.push_back(Dim::R);
  if (columns) sums.push_back(Dim::S);
  MergedDims into = own_dims();
  merge(pixels, layer, into);
  merge(sums, layer, into);
  return into;
}

Layer merge_dims(const Layer& layer, const MergedDims& into) {
  Layer made = layer;
  made.bounds = {{1, 1, 1, 1, 1, 1, 1, 1}};
  for (const Dim d : kDims) made.bounds[into[d]] *= layer.bounds[d];
  const auto flatten = [&](std::int64_t Plane::*axis, Dim outputs) {
    made.stride.*axis = made.dilation.*axis = 1;
    made.padding.*axis = 0;
    made.image.*axis = made.bounds[outputs];
  };
  if (members(into, Dim::P).size() != 1 || into[Dim::R] != Dim::R) {
    flatten(&Plane::vertical, Dim::P);
  }
  if (members(into, Dim::Q).size() != 1 || into[Dim::S] != Dim::S) {
    flatten(&Plane::horizontal, Dim::Q);
  }
  return made;
}

EnumArray<Dim, bool> merge_dims(const EnumArray<Dim, bool>& dims, const MergedDims& into) {
  EnumArray<Dim, bool> made{};
  for (const Dim d : kDims) made[into[d]] = made[into[d]] || dims[d];
  return made;
}

Architecture merge_dims(const Architecture& architecture, const MergedDims& into) {
  Architecture made = architecture;
  constexpr EnumArray<Dim, bool> kEvery = FanOutAxis{}.dims;
  for (std::size_t l = 0; l < made.levels.size(); ++l) {
    FanOut& fan_out = made.levels[l].fan_out;
    if (l < made.constraints.size()) {
      LevelConstraint& rule = made.constraints[l];
      merge(into, kEvery, rule.temporal);
      merge(into, fan_out.x.dims, rule.spatial_x);
      merge(into, fan_out.y.dims, rule.spatial_y);
      std::vector<std::vector<Dim>> orders;
      for (const auto& order : rule.orders) spread(order, into, orders);
      rule.orders = std::move(orders);
    }
    fan_out.x.dims = merge_dims(fan_out.x.dims, into);
    fan_out.y.dims = merge_dims(fan_out.y.dims, into);
    if (fan_out.fold) fan_out.fold = into[*fan_out.fold];
  }
  made.compute.block.along = merge_dims(made.compute.block.along, into);
  return made;
}

MergedDims counted_dims(const Mapping& mapping, const Layer& layer) {
  MergedDims into = merged_dims(layer);
  for (const Dim d : kDims) {
    const std::vector<Dim> dims = members(into, d);
    if (dims.size() < 2) continue;
    std::int64_t size = 1;
    for (const Dim each : dims) {
      size = saturating(size, layer.bounds[each]);
      if (each != d && covered(mapping, each) > 1) return own_dims();
    }
    if (covered(mapping, d) < size) return own_dims();
  }
  return into;
}

}  // namespace tilewise
