#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "space/search_space.hpp"

namespace tilewise {

/// Whether a text is a genotype and no row of choices.
bool is_genotype(const BlockForm& form, std::string_view text);

/// The choices of a genotype as DARTS prints it: "Genotype(normal=[('sep_conv_3x3', 1), ...],
/// normal_concat=range(2, 6), reduce=[...], reduce_concat=range(2, 6))". The
/// first half of the groups are the nodes of the normal cell. Each has as many pairs as it has
/// positions that are there: the choice, and the place in the group, from 0. A cell gives the
/// concatenation of all its nodes, which count from 2. Throws InputError.
std::vector<std::uint8_t> parse_genotype(const BlockForm& form, std::string_view text);

}  // namespace tilewise
