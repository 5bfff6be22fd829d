#pragma once

#include <string>
#include <vector>

#include "space/search_space.hpp"

namespace tilewise {

/// A search space and the word for it on the command line: its name, or its file.
struct NamedSpace {
  std::string word;
  const SearchSpace* space = nullptr;
};

/// The spaces that `tilewise COMMAND SPACE ...` is to know, where the words are those after
/// `tilewise`: the one that is named, else all shipped ones; none where another command is asked
/// for, as a space takes time to read. Throws InputError where there is no such space, or its file
/// is wrong.
std::vector<NamedSpace> asked_spaces(const std::string& command,
                                     const std::vector<std::string>& words);

}  // namespace tilewise
