#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.hpp"
#include "sweep/network_sweep.hpp"

namespace tilewise {

/// The word for the schedule of a sweep: "separate", "kept", ..., or "given" of one from a file.
std::string_view schedule_word(const NetworkSweep& sweep);

/// A memory of the home.
struct HomeMemory {
  std::string name;              ///< "GLB", or "buffers.input" where its level has several
  std::optional<Bits> capacity;  ///< empty: unbounded
};

/// The output of a layer that stays in the home until its last reader has run.
struct KeptTensor {
  std::size_t maker = 0;   ///< the step that makes it
  std::size_t last = 0;    ///< the last step that reads it
  std::size_t memory = 0;  ///< of KeptSummary::memories
  Bits size;
};

/// An operator that runs in the drain of a layer.
struct MergedOperator {
  std::size_t layer = 0;
  std::size_t into = 0;  ///< the layer
};

/// Layers in a row that run in strips.
struct StripsOfLayers {
  std::size_t first = 0;   ///< the step of the first of them
  std::size_t layers = 0;  ///< how many
  StripChoice choice;
  std::int64_t strips = 0;  ///< how often the last of them runs
};

/// What lies in a memory of the home while a layer runs.
struct HomeFill {
  Bits kept;                  ///< tensors that stay there
  std::optional<Bits> tiles;  ///< tiles of what else the layer has there; empty: it runs in parts,
                              ///< or not at all
};

/// Tensors that one thing keeps off chip.
struct NotKept {
  std::string why;  ///< of Activation; empty: they could lie in the home
  std::size_t tensors = 0;
};

/// What the schedule of a network keeps on a device, and what that is worth.
struct KeptSummary {
  std::vector<std::size_t> order;      ///< [step] the layer that runs
  std::vector<MergedOperator> merged;  ///< operators that run in the drain of one, as they run
  std::vector<StripsOfLayers> strips;  ///< groups that run in strips
  std::vector<HomeMemory> memories;    ///< of the home, that of Input first; none: there is no home
  std::size_t tensors = 0;             ///< outputs of layers that later ones read
  std::vector<KeptTensor> kept;        ///< by maker
  std::vector<NotKept> not_kept;       ///< the others, by falling number
  std::vector<std::vector<HomeFill>> fill;  ///< [step][memory]
  double off_chip_bits = 0.0;               ///< that cross the boundary of off-chip memory

  /// What all takes over what it takes with every tensor off chip, less 1: -0.1 is 10 % less.
  double objective_change = 0.0;
  double energy_change = 0.0;
  double latency_change = 0.0;
  double off_chip_change = 0.0;
  double gap = 0.0;  ///< how much less the objective may be at best, 0 to 1; 0 where it is proven

  /// The group that runs in strips at a step; null: a layer runs by itself.
  const StripsOfLayers* strips_at(std::size_t step) const;
};
/// Of a sweep that has schedules.
KeptSummary kept_summary(const NetworkSweep& sweep, std::size_t network, std::size_t device);

}  // namespace tilewise
