#pragma once

#include <string>
#include <vector>

namespace tilewise {

/// A command of the program, for completion: its words after "tilewise", its own commands and
/// options, and what its first positional argument may be.
struct CompletedCommand {
  struct Option {
    std::string name;  ///< "--device"
    bool takes_value = false;
    std::string description;
    std::vector<std::string> values;  ///< that are known; a file may be another
  };
  std::string words;  ///< "fpga design"; empty: the program itself
  std::string description;
  std::vector<std::string> commands;
  std::vector<Option> options;
  std::vector<std::string> arguments;
};

/// Each command by its words, of which a script of a shell is made.
std::string bash_completion(const std::vector<CompletedCommand>& commands);
/// The same through the bash completion that zsh has.
std::string zsh_completion(const std::vector<CompletedCommand>& commands);
std::string fish_completion(const std::vector<CompletedCommand>& commands);

}  // namespace tilewise
