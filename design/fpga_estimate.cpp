#include "design/fpga_estimate.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "base/integers.hpp"
#include "sim/evaluate.hpp"

namespace tilewise {
namespace {

/// Iterations between two additions to one output that no adder is deep enough to wait for: what
/// holds before a mapping says how many there are.
constexpr std::int64_t kFarApart = 1 << 20;

/// The engine as built: without dataflow load, compute and store take turns on one copy (H6), which
/// for each tensor is the latency of a single-buffered memory (H7).
FpgaEngineParameters built(const HlsEngine& design) {
  FpgaEngineParameters p = design.engine;
  if (design.dataflow == Overlap::Off) p.double_buffered = {{false, false, false}};
  return p;
}

/// The words of a layer as wide as the engine's operands; sums lie in its output buffer.
Layer with_widths(Layer layer, const FpgaPrecision& precision) {
  layer.widths.tensor = precision.width;
  layer.widths.partial_sum = precision.width[Tensor::Output];
  return layer;
}

/// Bounds of the on-chip loops by dimension.
EnumArray<Dim, std::int64_t> pass_bounds(const Mapping& mapping) {
  EnumArray<Dim, std::int64_t> bounds{{1, 1, 1, 1, 1, 1, 1, 1}};
  for (const Loop& loop : mapping.levels.back().temporal) bounds[loop.dim] *= loop.bound;
  return bounds;
}

/// Iterations between two additions to one output: all loops over outputs lie innermost.
std::int64_t reuse_distance(const Mapping& mapping) {
  const auto bounds = pass_bounds(mapping);
  return checked_product(
      {bounds[Dim::N], bounds[Dim::G], bounds[Dim::M], bounds[Dim::P], bounds[Dim::Q]}, "distance");
}

/// The nest of a pass: the innermost loop is the first of Q, P, M, C, S, R that has more than one
/// iteration; all others lie around it. Pixels that count as one dimension run as rows.
HlsNest pass_nest(const HlsEngine& design, const Mapping& mapping, std::int64_t interval) {
  using enum Dim;
  const auto bounds = pass_bounds(mapping);
  HlsNest nest;
  for (const Dim d : {Q, P, N, M, C, S, R}) {
    if (nest.trips == 1) {
      nest.trips = bounds[d];
    } else {
      nest.entries = checked_multiply(nest.entries, bounds[d], "entries of a loop");
    }
  }
  nest.interval = interval;
  nest.depth = std::max(body_depth(design), interval);
  nest.pipelining = design.pipelining;
  nest.flattening = design.flattening;
  return nest;
}

/// The interval of H2 for all that the engine's parameters and a reuse distance say.
InitiationInterval interval_of(const HlsEngine& design, std::int64_t distance) {
  InitiationInterval ports = port_interval(design.engine);
  if (design.engine.interval && *design.engine.interval >= ports.cycles) {
    ports = {*design.engine.interval, IntervalBound::None, "as set"};
  }
  const Recurrence accumulation{add_latency(design), distance};
  const InitiationInterval recurrence = initiation_interval({}, accumulation);
  return recurrence.cycles > ports.cycles ? recurrence : ports;
}

/// Sets what a step and a pass take.
void set_rate(const NestRate& rate, Architecture& architecture) {
  architecture.compute.interval = rate.interval;
  architecture.compute.pass_overhead = rate.overhead;
}

/// The rate that every mapping has alike: a flattened nest, no recurrence.
NestRate common_rate(const HlsEngine& design) {
  HlsNest nest;
  nest.interval = port_interval(design.engine).cycles;
  if (design.engine.interval) nest.interval = std::max(nest.interval, *design.engine.interval);
  nest.depth = std::max(body_depth(design), nest.interval);
  nest.pipelining = design.pipelining;
  return nest_rate(nest);
}

}  // namespace

std::int64_t add_latency(const HlsEngine& design) {
  const bool floating = design.engine.precision.arithmetic == Arithmetic::Float32;
  return design.add_latency.value_or(floating ? kFloat32AddLatency : kFixedAddLatency);
}

std::int64_t body_depth(const HlsEngine& design) {
  if (design.depth) return *design.depth;
  const FpgaEngineParameters& p = design.engine;
  const auto products = static_cast<std::uint64_t>(p.tn * p.window * p.window);
  const auto tree = static_cast<std::int64_t>(std::bit_width(products - 1));
  return add_latency(design) * (2 + tree);
}

FpgaEstimate estimate(const HlsEngine& design, const Layer& layer, const EnergyTables& tables,
                      const SearchOptions& options) {
  const FpgaEngineParameters p = built(design);
  FpgaEstimate made;
  made.use = engine_use(p);
  made.lacks = excesses(made.use.total, whole_device(p.board));
  Architecture architecture = unbounded_fpga_engine(p, tables);
  set_rate(common_rate(design), architecture);
  const Layer words = with_widths(layer, p.precision);
  SearchOptions search_options = options;
  search_options.mapping.objective = Objective::Latency;
  const SearchResult found = search(architecture, words, search_options);
  made.interval = interval_of(design, kFarApart);
  made.why_none = why_none(found);
  if (!best_mapping(found)) return made;
  made.interval = interval_of(design, reuse_distance(*best_mapping(found)));
  made.nest = pass_nest(design, *best_mapping(found), made.interval.cycles);
  set_rate(nest_rate(made.nest), architecture);
  const LayerCost cost = evaluate(architecture, words, *best_mapping(found));
  made.latency = cost.latency.total;
  made.time = cost.time;
  made.energy = cost.energy.total;
  made.bound = cost.bound;
  made.proven = found.proven;
  return made;
}

}  // namespace tilewise
