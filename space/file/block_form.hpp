#pragma once

#include <memory>
#include <string>
#include <vector>

#include "space/file/space_item.hpp"
#include "space/search_space.hpp"
#include "workload/layer_yaml.hpp"

namespace tilewise {

/// A space of blocks but for its layers and networks: texts, samples, columns. `form` has
/// positions, choices and rules.
SearchSpace space_of_form(const std::shared_ptr<const SpaceFile>& file, BlockForm form);

/// The columns of a block; empty where it has no such number.
std::vector<std::string> shape_cells(const SpaceFile& file, const Variables& names);
/// "16 x 32 x 32".
std::string map_text(const FeatureMap& map);

/// A space of blocks whose positions are the decisions of the file, each asked at several places.
SearchSpace decision_space(std::shared_ptr<const SpaceFile> file);

}  // namespace tilewise
