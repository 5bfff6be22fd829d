#pragma once

#include <string>
#include <vector>

namespace tilewise {

/// Throws InputError where the file `output` that `option` names is one that the command reads, by
/// whatever path. `words`: what other options were given: files, shipped names, "board:FILE" and
/// patterns, by comma. Nothing is refused where `output` is empty. Call it before any work.
void refuse_input(const char* option, const std::string& output,
                  const std::vector<std::string>& words);

}  // namespace tilewise
