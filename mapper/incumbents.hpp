#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "mapper/incumbent.hpp"
#include "mapper/relatives.hpp"
#include "mapper/search_context.hpp"

namespace tilewise {

/// The incumbent of an architecture that is searched alone, or of each of its relatives.
class Incumbents {
 public:
  /// `empty`: what an incumbent starts as. Relatives are searched for the least EDP.
  Incumbents(const Incumbent& empty, const SearchContext& context);

  const Incumbent& operator[](std::size_t member) const { return each_[member]; }
  RelativeSet all() const { return relatives_ ? relatives_->all() : RelativeSet::first(1); }
  /// Those without a mapping.
  RelativeSet empty() const;
  /// Whether some have one.
  bool any() const { return any_; }

  /// Which of a set may improve with what has at least that energy and latency in cycles.
  RelativeSet remaining(const RelativeEnergy& energy, double latency_cycles,
                        const RelativeSet& of) {
    if (relatives_ != nullptr) return remaining_relatives(energy, latency_cycles, of);
    const double energy_pj = energy.pj + least_static_pj_ * latency_cycles;
    return each_.front().excludes(energy_pj, latency_cycles) ? RelativeSet{} : of;
  }
  /// The same by a bound that never decides between equals.
  RelativeSet not_beaten(const RelativeEnergy& energy, double latency_cycles,
                         const RelativeSet& of) const;
  /// Offers a mapping that fits each of a set; `make` makes it where one wants it.
  template <class Make>
  void offer(const RelativeEnergy& energy, double latency_cycles, const RelativeSet& to,
             const Make& make) {
    std::shared_ptr<const Mapping> made;
    to.for_each([&](std::size_t i) {
      const double energy_pj = total_pj(i, energy, latency_cycles);
      if (!each_[i].wants(energy_pj, latency_cycles)) return;
      if (!made) made = make();
      add(i, {energy_pj, latency_cycles, made, energy});
    });
  }
  /// Of a new object: takes what is known of those that may improve with what has at least that
  /// energy and latency, and nothing of the others. Which they are.
  RelativeSet open(const Incumbents& known, const RelativeEnergy& energy, double latency_cycles);
  /// Those with as much room as one take what it has.
  void share(std::size_t from);
  /// Of an architecture that is searched alone.
  void merge(const Incumbent& known);
  void merge(const Incumbents& other);

 private:
  static constexpr double kInfinity = std::numeric_limits<double>::infinity();

  /// With leakage and clock.
  double total_pj(std::size_t i, const RelativeEnergy& energy, double latency_cycles) const {
    if (relatives_ == nullptr) return energy.pj + least_static_pj_ * latency_cycles;
    return energy.pj + relatives_->more_pj(i, energy.accesses) +
           relatives_->static_pj()[i] * latency_cycles;
  }
  void add(std::size_t i, PricedMapping priced);
  void note(std::size_t i);
  void set_most();
  RelativeSet remaining_relatives(const RelativeEnergy& energy, double latency_cycles,
                                  const RelativeSet& of) const;

  const Relatives* relatives_;
  double least_static_pj_;
  std::vector<Incumbent> each_;
  bool any_ = false;
  /// [relative] EDP that may still be of interest; as many as a set has bits.
  std::vector<double> most_of_;
  double most_ = kInfinity;  ///< ... to any of them
};

}  // namespace tilewise
