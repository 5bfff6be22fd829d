#pragma once

#include <string_view>
#include <vector>

#include "space/search_space.hpp"

namespace tilewise {

/// The names of the shipped search spaces, in the order in which help lists them: those of
/// configs/space, and those that no file can say.
std::vector<std::string_view> space_names();
/// The spaces of these names. Each is made when it is first asked for.
std::vector<const SearchSpace*> search_spaces();

/// The shipped space of that name, or that of a file, which then is its name; it is read once and
/// stays for good. Throws InputError that lists the names, tells what is wrong with the file, or
/// that it has changed.
const SearchSpace& find_space(std::string_view name);

/// Whether a word means the file of a space: a name of a shipped one does not.
bool is_space_file(std::string_view word);

}  // namespace tilewise
