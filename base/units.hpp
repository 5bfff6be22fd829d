#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <type_traits>

namespace tilewise {

/// What a quantity held as `Rep` may be multiplied by.
template <class Scalar, class Rep>
concept ScalarFor = std::is_arithmetic_v<Scalar> &&
    (std::integral<Scalar> || std::floating_point<Rep>);

/// A number with a unit. Values of one unit add, compare and scale; values of
/// two units do not mix. `Unit` is only a tag: the type costs nothing at run time.
template <class Unit, class Rep>
class Quantity {
 public:
  constexpr Quantity() = default;
  constexpr explicit Quantity(Rep count) : count_(count) {}

  /// The bare number, for printing and for the few formulas that leave the unit.
  constexpr Rep count() const { return count_; }

  friend constexpr auto operator<=>(Quantity, Quantity) = default;

  constexpr Quantity& operator+=(Quantity other) {
    count_ += other.count_;
    return *this;
  }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return a += b; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) {
    return Quantity(a.count_ - b.count_);
  }

  /// Scaling. An integer quantity scales by integers only, so nothing rounds unseen.
  template <ScalarFor<Rep> Scalar>
  friend constexpr Quantity operator*(Quantity q, Scalar k) {
    return Quantity(q.count_ * static_cast<Rep>(k));
  }
  template <ScalarFor<Rep> Scalar>
  friend constexpr Quantity operator*(Scalar k, Quantity q) {
    return q * k;
  }

  /// The ratio of two like quantities is a bare number.
  friend constexpr double operator/(Quantity a, Quantity b) {
    return static_cast<double>(a.count_) / static_cast<double>(b.count_);
  }

 private:
  Rep count_{};
};

/// Cycles are real numbers: the mean time of a tile need not be whole.
using Cycles = Quantity<struct CyclesUnit, double>;
using Bits = Quantity<struct BitsUnit, std::int64_t>;
/// Real: a 60 MHz link of 64 bit gives a 200 MHz core 19.2 bit a cycle. Infinite: never a bound.
using BitsPerCycle = Quantity<struct BitsPerCycleUnit, double>;
using Picojoules = Quantity<struct PicojoulesUnit, double>;
using Microjoules = Quantity<struct MicrojoulesUnit, double>;
using Millijoules = Quantity<struct MillijoulesUnit, double>;
using Megahertz = Quantity<struct MegahertzUnit, double>;
using Nanoseconds = Quantity<struct NanosecondsUnit, double>;
using Microseconds = Quantity<struct MicrosecondsUnit, double>;
using Milliseconds = Quantity<struct MillisecondsUnit, double>;
using Milliwatts = Quantity<struct MilliwattsUnit, double>;
using Watts = Quantity<struct WattsUnit, double>;
using SquareMillimeters = Quantity<struct SquareMillimetersUnit, double>;
using Volts = Quantity<struct VoltsUnit, double>;
using Nanometers = Quantity<struct NanometersUnit, std::int64_t>;

/// Sizes are held in bits; these name the multiples people write.
constexpr Bits bytes(std::int64_t n) { return Bits{8 * n}; }
constexpr Bits kibibytes(std::int64_t n) { return bytes(1024 * n); }
/// A size in the unit it is printed in, fractions kept.
constexpr double in_bytes(Bits size) { return static_cast<double>(size.count()) / 8.0; }
constexpr double in_kibibytes(Bits size) { return static_cast<double>(size.count()) / 8192.0; }

/// Cycles to move `data` over a link, fractions kept (Eq. 6 of docs/model.md).
constexpr Cycles transfer_cycles(double data_bits, BitsPerCycle bandwidth) {
  return Cycles{data_bits / bandwidth.count()};
}

constexpr Microseconds duration(Cycles cycles, Megahertz clock) {
  return Microseconds{cycles.count() / clock.count()};
}

constexpr Nanoseconds nanoseconds(Microseconds t) { return Nanoseconds{t.count() * 1e3}; }
constexpr Microseconds microseconds(Nanoseconds t) { return Microseconds{t.count() / 1e3}; }

/// The units in which networks are summed, stored and compared. 1e-3 and 1e-9 are no doubles, so
/// the last bit may be off: `nearest_...` gives the double nearest to the value, for layers'
/// tables.
constexpr Milliseconds milliseconds(Microseconds t) { return Milliseconds{t.count() * 1e-3}; }
constexpr Millijoules millijoules(Picojoules e) { return Millijoules{e.count() * 1e-9}; }
constexpr Milliseconds nearest_milliseconds(Microseconds t) {
  return Milliseconds{t.count() / 1e3};
}
constexpr Millijoules nearest_millijoules(Picojoules e) { return Millijoules{e.count() / 1e9}; }
constexpr Microjoules microjoules(Picojoules e) { return Microjoules{e.count() / 1e6}; }
constexpr Watts watts(Milliwatts p) { return Watts{p.count() / 1e3}; }

/// How often a second something happens that happens each `interval`.
constexpr double per_second(Microseconds interval) { return 1e6 / interval.count(); }

/// Mean power: 1 mJ in 1 ms is 1 W.
constexpr Milliwatts power(Millijoules energy, Milliseconds time) {
  return Milliwatts{1e3 * energy.count() / time.count()};
}
/// Power of an energy each cycle: 1 pJ at 1 MHz is 1 uW.
constexpr Milliwatts power(Picojoules each_cycle, Megahertz clock) {
  return Milliwatts{each_cycle.count() * clock.count() * 1e-3};
}

/// Power times time: 1 mW * 1 us = 1 nJ.
constexpr Picojoules energy(Milliwatts power, Microseconds time) {
  return Picojoules{power.count() * time.count() * 1e3};
}

}  // namespace tilewise
