#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace tilewise {

/// What a command line is refused for, on one line: the first command or option that there is not,
/// with the nearest one there is, else what the parser missed, and which --help tells more. `words`
/// are those that `app` has parsed.
std::string parse_refusal(const CLI::App& app, const std::vector<std::string>& words,
                          const CLI::ParseError& error);

}  // namespace tilewise
