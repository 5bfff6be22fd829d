#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "space/file/space_item.hpp"
#include "space/search_space.hpp"

namespace tilewise {

/// The space of a file (docs/spaces.md, A space of your own). Throws InputError with file, line,
/// path and cure.
SearchSpace file_space(const std::string& path);

// The two forms. What the space is asked keeps the file.
SearchSpace block_space(std::shared_ptr<const SpaceFile> file);
SearchSpace indexed_space(std::shared_ptr<const SpaceFile> file);

/// The data set of that name. Throws InputError that lists the names.
const SpaceDataset& find_dataset(const SpaceFile& file, std::string_view name);
/// What public code builds a network from: the text of `config`, or names as JSON.
std::string config_text(const SpaceFile& file, const SpaceDataset& dataset, PatternWords words);
/// Throws InputError where an entry of the network may be left out or names what it reads.
void check_entries_in_a_row(const SpaceFile& file);
/// Whether each layer reads the one before, the first one alone the input.
bool runs_in_a_row(const Network& network);

}  // namespace tilewise
