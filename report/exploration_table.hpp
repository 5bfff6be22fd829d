#pragma once

#include <span>
#include <string>

#include "study/explored.hpp"
#include "study/study.hpp"

namespace tilewise {

/// The header of all.csv, ended.
std::string exploration_header(const Study& study);
/// A row of it: what is not known is empty.
std::string exploration_row(const Study& study, const Explored& explored, bool on_front);

/// The header and rows of layers.csv: what the layers of a point of the front cost.
std::string front_layers_header();
std::string front_layers_rows(const Study& study, const Explored& explored,
                              std::span<const StoredLayer> layers);

}  // namespace tilewise
