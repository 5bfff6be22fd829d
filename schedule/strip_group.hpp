#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/units.hpp"
#include "schedule/activations.hpp"
#include "workload/layer.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// A layer of a group. Its Input is one tensor, or of a sum of equal maps one an operand.
struct StripLayer {
  Layer layer;
  std::vector<std::size_t> inner;    ///< layers of the group whose outputs it reads, one an operand
  std::vector<std::size_t> outer;    ///< outer inputs of the group that it reads, one an operand
  std::vector<std::size_t> readers;  ///< layers of the group that read its output, each once
  std::int64_t operands = 0;         ///< of a sum, each in a place of its own; 0: it is none
};

/// A tensor that layers of a group read and none of them makes.
struct OuterInput {
  std::size_t maker = kNever;        ///< layer of the network; kNever: none, or several of them
  std::vector<std::size_t> readers;  ///< layers of the group, by rising index, each once
  std::int64_t rows = 0;             ///< of its image
  std::int64_t row_words = 0;        ///< words of one of them, all channels and maps of the batch
  Bits width;
  bool alike = true;  ///< all readers see the same rows of the same words: it can lie in one place
};

/// Consecutive layers of a network that can run side by side in strips of rows: what the others
/// make only they read, and the last one makes what is read outside.
struct StripGroup {
  std::vector<StripLayer> layers;  ///< in the order of the network, in which each strip runs them
  std::vector<OuterInput> outer;
};

/// Layers are no such group, or a choice is not possible.
struct NoStrips {
  std::string why;  ///< ends a sentence: "conv1 is read outside the group"
};

/// The `count` layers from `first` on; both are in the network. Refused: what is read outside, a
/// concatenation, an activation that is read as weights, in another width or in other rows than it
/// was made (a fully connected layer over several rows).
std::variant<StripGroup, NoStrips> strip_group(const Network& network, std::size_t first,
                                               std::size_t count);

/// Words of a row of the output, all channels and maps of the batch.
std::int64_t output_row_words(const Layer& layer);

}  // namespace tilewise
