#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "arch/architecture.hpp"
#include "sim/mapping.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// A row-stationary mapping as its authors write it (Chen et al., JSSC 2017, Table III).
struct RowStationary {
  std::int64_t m = 1;  ///< output channels whose partial sums the buffer holds
  std::int64_t n = 1;  ///< images in the buffer, one after the other with the same filters
  std::int64_t e = 1;  ///< output rows of a strip: columns of the logical set
  std::int64_t p = 1;  ///< filters interleaved in a PE
  std::int64_t q = 1;  ///< channels interleaved in a PE
  std::int64_t r = 1;  ///< sets that take different channels and chain their partial sums
  std::int64_t t = 1;  ///< sets that take different filters and share the ifmap
  /// Output columns of a piece of each row, the F of a pass; 0: whole rows. Not in Table III:
  /// pieces go through the buffer like maps of their own.
  std::int64_t f = 0;
  bool operator==(const RowStationary&) const = default;
};

/// Reads "m=64,n=4,e=13,p=16,q=3,r=2,t=2", in any order; one left out is 1, f left out means whole
/// rows. Throws InputError.
RowStationary parse_row_stationary(std::string_view text);
/// The same notation.
std::string text(const RowStationary& parameters);

/// The loops of these parameters on an architecture whose `letters` say where each stands. Throws
/// InputError where it has no such letters, or the copies do not fit the array.
Mapping row_stationary_mapping(const RowStationary& parameters, const Layer& layer,
                               const Architecture& architecture);
/// The parameters of `mapping`; none where the architecture has no such letters, or a loop none.
std::optional<RowStationary> row_stationary_of(const Mapping& mapping, const Layer& layer,
                                               const Architecture& architecture);

}  // namespace tilewise
