#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace tilewise {

/// A convolution of a square map, or a matrix product, as Gemmini's run program has it: one image,
/// words of 8 bit.
struct GemminiLayer {
  std::int64_t channels = 1;
  std::int64_t outputs = 1;
  std::int64_t columns = 1;  ///< of the output; of a product its rows
  std::int64_t kernel = 1;   ///< rows and columns
  std::int64_t stride = 1;
  bool product = false;
};

/// Dimensions of a mapping: output columns P and rows Q, kernel columns R and rows S.
enum class GemminiDim { N, C, R, S, K, P, Q };
inline constexpr std::size_t kGemminiDims = 7;

/// How the program cuts a layer: the sizes of a tile, and its loops over tiles, outermost first.
struct GemminiTiling {
  std::array<std::int64_t, kGemminiDims> size{};
  std::array<GemminiDim, kGemminiDims> order{};
};

/// Of a mapping as DOSA's data set writes it: "L3[WIO] K48 - L2[WI] N1 K16X - L1[O] C48 P16 C16X -
/// L0[W] P8", bounds behind letters, X where they are spatial. A tile is what lies in the
/// accumulator and below. Throws InputError with the cure.
GemminiTiling parse_gemmini_mapping(const std::string& text);

/// From `first` on so many.
struct GemminiSpan {
  std::int64_t first = 0;
  std::int64_t count = 0;
  bool operator==(const GemminiSpan&) const = default;
};

/// One hardware loop: it loads its input and its weights, whatever was there before. Of a product
/// spans are blocks of 16: rows of the output in `rows`, the sum in `channels`, columns in
/// `outputs`.
struct GemminiTile {
  GemminiSpan rows;     ///< of the output
  GemminiSpan columns;  ///< of the output
  GemminiSpan outputs;
  GemminiSpan kernel_rows;
  GemminiSpan kernel_columns;
  GemminiSpan channels;
  bool begins = false;  ///< its sums begin at zero
  bool ends = false;    ///< its sums go off chip
};

/// The tiles in the order in which the program issues them. What the bounds leave over are smaller
/// tiles. Source: gemmini-rocc-tests, branch dosa.
std::vector<GemminiTile> gemmini_tiles(const GemminiLayer& layer, const GemminiTiling& tiling);

}  // namespace tilewise
