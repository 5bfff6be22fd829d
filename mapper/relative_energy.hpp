#pragma once

#include <array>
#include <cstddef>

namespace tilewise {

/// Accesses of one direction of a memory whose energy relatives differ in.
inline constexpr std::size_t kMostVarying = 8;
using VaryingAccesses = std::array<double, kMostVarying>;

/// Energy without leakage and clock, for all relatives: of the one that pays the least for each
/// access, and how many accesses there are that others may pay more for (mapper/relatives.hpp).
struct RelativeEnergy {
  double pj = 0.0;
  VaryingAccesses accesses{};

  RelativeEnergy& operator+=(const RelativeEnergy& other) {
    pj += other.pj;
    for (std::size_t i = 0; i < kMostVarying; ++i) accesses[i] += other.accesses[i];
    return *this;
  }
  RelativeEnergy operator+(const RelativeEnergy& other) const {
    RelativeEnergy sum = *this;
    return sum += other;
  }
};

}  // namespace tilewise
