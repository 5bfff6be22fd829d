#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string_view>

#include "arch/energy/memory_cost.hpp"
#include "base/enum_array.hpp"
#include "base/units.hpp"

namespace tilewise {

/// Cells and temperature of an SRAM: low standby power at 300 K, or high performance at 350 K,
/// which leaks thousands of times more.
enum class SramFlavour { Lstp300, Hp350 };
template <>
inline constexpr std::size_t enum_size<SramFlavour> = 2;

constexpr std::string_view name(SramFlavour flavour) {
  switch (flavour) {
    case SramFlavour::Lstp300: return "lstp300";
    case SramFlavour::Hp350: return "hp350";
  }
  return "";
}

/// One SRAM array.
struct Sram {
  Bits size = kibibytes(4);
  Bits width{64};  ///< of one access
  SramFlavour flavour = SramFlavour::Lstp300;
  int ports = 1;  ///< read-write ports, 1 or 2
  Nanometers node{65};
};

/// A cell of the table; size in bytes, width in bits. Nearly all are powers of two.
struct SramKey {
  SramFlavour flavour = SramFlavour::Lstp300;
  std::int64_t node = 65;
  int ports = 1;
  std::int64_t size = 4096;
  std::int64_t width = 64;
  auto operator<=>(const SramKey&) const = default;
};

struct SramCell {
  AccessEnergy energy;
  Milliwatts leakage;
  SquareMillimeters area;
};

using SramTable = std::map<SramKey, SramCell>;

/// Reads configs/energy/sram.csv. Throws InputError with file and line where a row is malformed
/// or a number is not above zero.
SramTable load_sram_table(const std::filesystem::path& path);

/// Exact at the table's points. Between them the logarithm of each value is linear in log(size)
/// and log(width) on triangles cut along constant depth, and in log(node): nothing overshoots
/// where the table is not monotonic. An access wider than 256 bit takes several equal arrays side
/// by side; below 22 nm the rule of accelergy-cacti-plug-in moves the 22 nm values (energy by
/// sqrt(ratio), area by ratio, leakage by 0.79 sqrt(ratio)). Throws InputError that names the
/// range outside 64 B..2 MiB, 8 bit, 32 words, 1..2 ports, 7..65 nm.
MemoryCost sram_cost(const SramTable& table, const Sram& sram);

}  // namespace tilewise
