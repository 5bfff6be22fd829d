#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "mapper/relative_energy.hpp"
#include "mapper/search.hpp"
#include "sim/mapping.hpp"

namespace tilewise {

/// A mapping with what it costs.
struct PricedMapping {
  double energy_pj = 0.0;  ///< leakage and clock included
  double latency_cycles = 0.0;
  std::shared_ptr<const Mapping> mapping;
  RelativeEnergy dynamic;  ///< without these
  double edp() const { return energy_pj * latency_cycles; }
};

/// The best mappings met so far: one, the Pareto front of energy and latency, or the corners of its
/// convex hull. Equal costs: the smaller mapping.
class Incumbent {
 public:
  /// What is above the best by more than this share is surely worse.
  static constexpr double kWorse = 1e-8;

  /// With `gap` above zero, what is less than that share below the best is excluded too. Pareto:
  /// energy and latency may each be a factor sqrt(1 + gap) better, so that their product keeps it.
  explicit Incumbent(Objective objective, double gap = 0.0, FrontPart part = FrontPart::Whole);

  bool empty() const { return found_.empty(); }
  /// Pareto: by rising latency. Else the one best mapping.
  const std::vector<PricedMapping>& found() const { return found_; }
  /// The objective of the best; Pareto: the least EDP. Infinite while empty.
  double value() const { return value_; }
  /// The most that the objective of a bound may be and be of interest; not of a front.
  double most_of_interest() const;
  /// The least objective that the gap alone excluded.
  double floor() const { return floor_; }
  /// Whether the gap excluded nothing that might be better.
  bool exact() const;

  /// Whether nothing with at least that energy and latency can improve on what is known.
  bool excludes(double energy_pj, double latency_cycles);
  /// Whether everything with at least that energy and latency costs more than what is known, by
  /// more than rounding: nothing of equal cost is excluded.
  bool beats(double energy_pj, double latency_cycles) const;
  /// Whether a mapping of that cost belongs here; `add` then takes it.
  bool wants(double energy_pj, double latency_cycles) const;
  void add(PricedMapping priced);
  void merge(const Incumbent& other);

  static double cost(Objective objective, double energy_pj, double latency_cycles);

 private:
  bool dominated(double energy_pj, double latency_cycles, double factor) const;
  bool above_hull(double energy_pj, double latency_cycles) const;
  void keep_corners();

  Objective objective_;
  FrontPart part_;
  double slack_;
  double value_ = std::numeric_limits<double>::infinity();
  double floor_ = std::numeric_limits<double>::infinity();
  std::vector<PricedMapping> found_;
};

}  // namespace tilewise
