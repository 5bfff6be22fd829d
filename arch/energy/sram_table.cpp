#include "arch/energy/sram_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "arch/size_text.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/integers.hpp"
#include "base/units.hpp"

namespace tilewise {
namespace {

constexpr std::string_view kHeader =
    "flavour,node_nm,size_B,width_bit,ports,read_pJ,write_pJ,leakage_mW,area_mm2";
constexpr std::int64_t kWidest = 256;      // bits of one array's port in the table
constexpr std::int64_t kFewestWords = 32;  // CACTI finds no shorter array
constexpr std::array<std::int64_t, 4> kNodes{65, 45, 32, 22};

/// A share of one cell in an interpolated value; the shares add up to one.
struct CornerShare {
  SramKey key;
  double weight = 0.0;
};

double parse_positive(const std::string& field, const std::string& place) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc{} || end != field.data() + field.size() || !(value > 0.0) ||
      value > 1e15) {
    throw InputError(
        fmt::format("{}: expected a number above zero, at most 1e15, found \"{}\"", place, field));
  }
  return value;
}

std::pair<SramKey, SramCell> parse_row(const std::string& row, const std::string& place) {
  std::vector<std::string> fields;
  std::istringstream in(row);
  for (std::string field; std::getline(in, field, ',');) fields.push_back(field);
  if (fields.size() != 9 || (fields[0] != "lstp300" && fields[0] != "hp350")) {
    throw InputError(fmt::format("{}: expected the columns {}", place, kHeader));
  }
  const auto number = [&](std::size_t i) { return parse_positive(fields[i], place); };
  const auto whole = [&](std::size_t i) { return std::llround(number(i)); };
  const SramKey key{fields[0] == "hp350" ? SramFlavour::Hp350 : SramFlavour::Lstp300, whole(1),
                    static_cast<int>(whole(4)), whole(2), whole(3)};
  const SramCell cell{{Picojoules{number(5)}, Picojoules{number(6)}},
                      Milliwatts{number(7)},
                      SquareMillimeters{number(8)}};
  return {key, cell};
}

/// The arrays that stand side by side to make one access as wide as asked for.
Sram one_array(const Sram& sram, std::int64_t arrays) {
  Sram one = sram;
  one.size = Bits{ceil_div(sram.size.count(), arrays)};
  one.width = Bits{ceil_div(sram.width.count(), arrays)};
  return one;
}

void check_range(const Sram& sram, const Sram& whole) {
  if (sram.node.count() < 7 || sram.node.count() > kNodes.front()) {
    throw InputError(fmt::format("SRAM at {} nm: the table holds 22 to 65 nm and is scaled to 7 nm",
                                 sram.node.count()));
  }
  if (sram.ports < 1 || sram.ports > 2) {
    throw InputError(fmt::format("SRAM of {} ports: the table holds 1 and 2", sram.ports));
  }
  const bool fits = sram.size >= bytes(64) && sram.size <= kibibytes(2048) &&
                    sram.width >= Bits{8} && sram.size.count() >= kFewestWords * sram.width.count();
  if (fits) return;
  throw InputError(fmt::format(
      "SRAM of {} x {} bit: the table holds 64 B to 2 MiB, 8 bit and wider, at least {} words; "
      "take registers for less, several banks for more",
      size_text(whole.size), whole.width.count(), kFewestWords));
}

/// The corners of the triangle around a size and width, cut along constant depth so that the
/// shortest arrays are the edge of the table.
std::vector<CornerShare> corners(const Sram& sram, SramKey key, double weight) {
  const double x = std::log2(in_bytes(sram.size));
  const double y = std::log2(static_cast<double>(sram.width.count()));
  const double u = x - std::floor(x);
  const double v = y - std::floor(y);
  const std::int64_t size = std::int64_t{1} << static_cast<int>(x);
  const std::int64_t width = std::int64_t{1} << static_cast<int>(y);
  const auto at = [&](std::int64_t bytes_there, std::int64_t width_there, double share) {
    key.size = bytes_there;
    key.width = width_there;
    return CornerShare{key, weight * share};
  };
  if (v <= u) {
    return {at(size, width, 1.0 - u), at(2 * size, width, u - v), at(2 * size, 2 * width, v)};
  }
  return {at(size, width, 1.0 - v), at(size, 2 * width, v - u), at(2 * size, 2 * width, u)};
}

std::vector<CornerShare> shares(const SramTable& table, const Sram& sram) {
  const SramKey exact{sram.flavour, sram.node.count(), sram.ports, sram.size.count() / 8,
                      sram.width.count()};
  if (sram.size == bytes(exact.size) && table.contains(exact)) return {{exact, 1.0}};
  const std::int64_t node = std::max(sram.node.count(), kNodes.back());
  const auto below =
      std::find_if(kNodes.begin(), kNodes.end(), [&](std::int64_t known) { return known <= node; });
  SramKey key{sram.flavour, *below, sram.ports, 0, 0};
  if (*below == node) return corners(sram, key, 1.0);
  const auto above = static_cast<double>(*(below - 1));
  const double weight =
      std::log(above / static_cast<double>(node)) / std::log(above / static_cast<double>(*below));
  std::vector<CornerShare> all = corners(sram, key, weight);
  key.node = *(below - 1);
  for (const CornerShare& share : corners(sram, key, 1.0 - weight)) all.push_back(share);
  return all;
}

/// The weighted mean of the logarithms of one value of the cells.
template <class Value>
double log_mean(const SramTable& table, const std::vector<CornerShare>& parts, Value value) {
  double sum = 0.0;
  for (const CornerShare& part : parts) {
    if (part.weight == 0.0) continue;
    const auto cell = table.find(part.key);
    if (cell == table.end()) {
      throw InputError(fmt::format("SRAM table: no row for {}, {} nm, {} B x {} bit, {} ports",
                                   name(part.key.flavour), part.key.node, part.key.size,
                                   part.key.width, part.key.ports));
    }
    if (part.weight == 1.0) return value(cell->second);
    sum += part.weight * std::log(value(cell->second));
  }
  return std::exp(sum);
}

std::string source_of(const Sram& sram, std::int64_t arrays, bool interpolated) {
  std::string text = fmt::format("CACTI 7.0, {}, {} nm, {} x {} bit", name(sram.flavour),
                                 sram.node.count(), size_text(sram.size), sram.width.count());
  if (arrays > 1) text = fmt::format("{}, {} side by side", text, arrays);
  if (sram.ports == 2) text += ", 2 ports";
  if (interpolated) text += ", interpolated";
  if (sram.node.count() < kNodes.back()) text += ", scaled from 22 nm";
  return text;
}

}  // namespace

SramTable load_sram_table(const std::filesystem::path& path) {
  std::istringstream in(read_file(path));
  std::string row;
  std::getline(in, row);
  if (row != kHeader) {
    throw InputError(fmt::format("{}:1: expected the header {}", path.string(), kHeader));
  }
  SramTable table;
  for (int line = 2; std::getline(in, row); ++line) {
    table.insert(parse_row(row, fmt::format("{}:{}", path.string(), line)));
  }
  return table;
}

MemoryCost sram_cost(const SramTable& table, const Sram& sram) {
  const std::int64_t arrays = std::max<std::int64_t>(1, ceil_div(sram.width.count(), kWidest));
  const Sram one = one_array(sram, arrays);
  check_range(one, sram);
  const std::vector<CornerShare> parts = shares(table, one);
  const auto mean = [&](auto value) { return log_mean(table, parts, value); };

  const double shrink =
      std::min(1.0, static_cast<double>(one.node.count()) / static_cast<double>(kNodes.back()));
  const double energy_ratio = static_cast<double>(arrays) * std::sqrt(shrink);
  const double leakage_ratio = energy_ratio * (shrink < 1.0 ? 0.79 : 1.0);
  const double area_ratio = static_cast<double>(arrays) * shrink;

  MemoryCost cost;
  cost.energy.read =
      Picojoules{energy_ratio * mean([](const SramCell& c) { return c.energy.read.count(); })};
  cost.energy.write =
      Picojoules{energy_ratio * mean([](const SramCell& c) { return c.energy.write.count(); })};
  cost.leakage =
      Milliwatts{leakage_ratio * mean([](const SramCell& c) { return c.leakage.count(); })};
  cost.area =
      SquareMillimeters{area_ratio * mean([](const SramCell& c) { return c.area.count(); })};
  const bool exact = std::any_of(parts.begin(), parts.end(),
                                 [](const CornerShare& share) { return share.weight == 1.0; });
  cost.source = source_of(one, arrays, !exact);
  return cost;
}

}  // namespace tilewise
