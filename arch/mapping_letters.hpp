#pragma once

#include <cstddef>
#include <vector>

#include "workload/dim.hpp"

namespace tilewise {

struct Level;

/// Loops of one level: those in time, or those along the axes of its fan-out.
struct LoopPlace {
  enum class Kind { Temporal, Spatial };
  Kind kind = Kind::Temporal;
  std::size_t level = 0;
};

/// One letter of a notation: the product of the bounds of the loops over `dim` in these places.
struct MappingLetter {
  char letter = ' ';
  Dim dim = Dim::N;
  std::vector<LoopPlace> places;  ///< outermost first
};

/// The letters in which the authors of a dataflow write its mappings, in their order.
using MappingLetters = std::vector<MappingLetter>;

/// m, n, e, p, q, r, t of row stationary (JSSC 2017, Table III) and f (columns) on three levels:
/// `buffer` keeps ifmap and partial sums, a pass runs below `pass`, whose fan-out is the array.
MappingLetters row_stationary_letters(std::size_t buffer, std::size_t pass, std::size_t pe);

/// The letters of levels that are written out one by one (docs/architectures.md, `fold`): those of
/// row stationary where there are four levels and the third folds P over its array and refills it
/// in turn; none otherwise.
MappingLetters letters_of(const std::vector<Level>& levels);

}  // namespace tilewise
