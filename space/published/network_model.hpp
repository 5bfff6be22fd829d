#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/cost.hpp"
#include "space/block_table.hpp"
#include "space/search_space.hpp"

namespace tilewise {

/// What a published model says of the candidates of one space. Functions are pure and throw
/// InputError where there is no such data set or text.
struct PublishedSpace {
  std::string space;  ///< SearchSpace::name
  /// All candidates by index; empty: the space is one of blocks.
  std::function<std::vector<Cost>(const std::string& dataset)> by_index = {};
  /// All blocks; empty: the candidates have indices.
  std::function<BlockCosts(const std::string& dataset)> by_block = {};
  std::function<Cost(const std::string& text, const std::string& dataset)> one;
};

/// A published model of whole networks: no layer has a cost of its own there.
struct NetworkModel {
  std::string name;
  std::string description;
  std::string details;  ///< every parameter with its unit, every switch: for eyes and fingerprints
  std::vector<PublishedSpace> spaces;
};

/// What the model says of a space. Throws InputError where it does not know the space, or where
/// the options leave out layers that were published.
const PublishedSpace& published(const NetworkModel& model, const SearchSpace& space,
                                const SpaceOptions& options);

}  // namespace tilewise
