#include "design/network_design.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "design/several_engines.hpp"

namespace tilewise {
namespace {

/// The widest uniform words below the present ones whose design fits.
std::optional<Bits> fitting_width(const Network& network, const FpgaResources& available,
                                  Bits present, StageLibrary& library) {
  for (Bits width = present - Bits{1}; width >= Bits{1}; width = width - Bits{1}) {
    if (streaming_fits(stream_pipeline(network, width), available, library)) return width;
  }
  return std::nullopt;
}

std::optional<std::string> fitting_board(const StreamPipeline& pipeline, StageLibrary& library) {
  std::optional<FpgaBoard> best;
  for (const std::string& name : board_names()) {
    const FpgaBoard board = find_board(name);
    if (best && board.lut >= best->lut) continue;
    if (streaming_fits(pipeline, usable_device(board), library)) best = board;
  }
  if (!best) return std::nullopt;
  return best->name;
}

OrganisationDesign design_engines(const NetworkDesigns& of, const DesignTarget& target,
                                  Organisation organisation, const NetworkDesignOptions& options) {
  const bool single = organisation == Organisation::Single;
  const std::vector<EngineUnit>& units = single ? of.whole_units : of.units;
  EngineSearchResult found =
      single ? search_single_engine(units, target, {options.objective, options.pixels})
             : search_several_engines(units, target, options.objective);
  OrganisationDesign design;
  design.organisation = organisation;
  if (found.design) grow_tiles(*found.design, units, target);
  design.engines = std::move(found.design);
  design.lacks = std::move(found.lacks);
  return design;
}

OrganisationDesign design_streaming(const Network& network, const DesignTarget& target,
                                    const NetworkDesignOptions& options, NetworkDesigns& all) {
  OrganisationDesign design;
  design.organisation = Organisation::Streaming;
  if (target.precision.arithmetic == Arithmetic::Float32) {
    design.refusal = "its matrix units are of fixed point; choose --bits 8 or 16";
    return design;
  }
  try {
    all.pipeline = stream_pipeline(network);
  } catch (const InputError& error) {
    design.refusal = error.what();
    return design;
  }
  StageLibrary library;
  StreamingSearchResult found = search_streaming(*all.pipeline, target, options.objective, library);
  if (!found.design) {
    const FpgaPrecision precision = widest_precision(network);
    const Bits widest = std::max(precision.width[Tensor::Input], precision.width[Tensor::Weight]);
    design.nearest = {fitting_width(network, target.available, widest, library),
                      fitting_board(*all.pipeline, library)};
  }
  design.streaming = std::move(found.design);
  design.lacks = std::move(found.lacks);
  return design;
}

}  // namespace

double OrganisationDesign::objective_value() const {
  return engines ? engines->objective_value : streaming->objective_value;
}
Cycles OrganisationDesign::latency() const {
  return engines ? engines->latency : streaming->latency;
}
Cycles OrganisationDesign::interval() const {
  return engines ? engines->interval : streaming->interval;
}
Picojoules OrganisationDesign::energy() const {
  return engines ? engines->energy : streaming->energy;
}
const FpgaResources& OrganisationDesign::resources() const {
  return engines ? engines->resources : streaming->resources;
}
const DesignCertificate& OrganisationDesign::certificate() const {
  return engines ? engines->certificate : streaming->certificate;
}

Network with_precision(const Network& network, const FpgaPrecision& precision) {
  Network changed(network.name());
  for (std::size_t i = 0; i < network.size(); ++i) {
    Layer layer = network.layer(i);
    layer.widths.tensor = precision.width;
    changed.add(std::move(layer), network.inputs_of(i));
  }
  return changed;
}

FpgaPrecision widest_precision(const Network& network) {
  FpgaPrecision precision = fixed_point(Bits{1});
  for (std::size_t i = 0; i < network.size(); ++i) {
    const Layer& layer = network.layer(i);
    for (const Tensor t : kTensors) {
      if (!has_tensor(layer, t)) continue;
      precision.width[t] = std::max(precision.width[t], layer.widths.tensor[t]);
    }
  }
  return precision;
}

NetworkDesigns undesigned(const Network& network) {
  NetworkDesigns all;
  for (const std::size_t index : topological_order(network)) {
    all.layers.push_back(network.layer(index));
  }
  all.whole_units = engine_units(all.layers, SplitGroups::No);
  all.units = engine_units(all.layers, SplitGroups::Yes);
  return all;
}

NetworkDesigns design_network(const Network& network, const DesignTarget& target,
                              const NetworkDesignOptions& options) {
  NetworkDesigns all = undesigned(network);
  for (const Organisation organisation : options.organisations) {
    all.designs.push_back(organisation == Organisation::Streaming
                              ? design_streaming(network, target, options, all)
                              : design_engines(all, target, organisation, options));
    const OrganisationDesign& last = all.designs.back();
    if (!last.found()) continue;
    const std::size_t index = all.designs.size() - 1;
    if (!all.best || last.objective_value() < all.designs[*all.best].objective_value()) {
      all.best = index;
    }
  }
  return all;
}

}  // namespace tilewise
