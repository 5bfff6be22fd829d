#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/completed_words.hpp"
#include "base/quote.hpp"

namespace tilewise {
namespace {

std::vector<std::string> option_words(const CompletedCommand& command) {
  std::vector<std::string> words;
  for (const CompletedCommand::Option& option : command.options) words.push_back(option.name);
  return words;
}

/// The branches of a `case` over "COMMAND OPTION", by the words that they offer.
std::string value_branches(const std::vector<CompletedCommand>& commands) {
  std::string text;
  for (const CompletedCommand& command : commands) {
    for (const CompletedCommand::Option& option : command.options) {
      if (!option.takes_value) continue;
      text += fmt::format("    {}) words={}; value=1 ;;\n",
                          shell_quoted(command.words + " " + option.name),
                          shell_quoted(fmt::format("{}", fmt::join(option.values, " "))));
    }
  }
  return text;
}

/// The branches over "COMMAND" for what is no option's value.
std::string word_branches(const std::vector<CompletedCommand>& commands) {
  std::string text;
  for (const CompletedCommand& command : commands) {
    std::vector<std::string> words = command.commands;
    words.insert(words.end(), command.arguments.begin(), command.arguments.end());
    text += fmt::format("    {}) words={}; options={} ;;\n", shell_quoted(command.words),
                        shell_quoted(fmt::format("{}", fmt::join(words, " "))),
                        shell_quoted(fmt::format("{}", fmt::join(option_words(command), " "))));
  }
  return text;
}

/// The branches that tell whether a word goes on with a command: "COMMAND WORD".
std::string command_branches(const std::vector<CompletedCommand>& commands) {
  std::string text;
  for (const CompletedCommand& command : commands) {
    if (command.words.empty()) continue;
    text += fmt::format("{}{}", text.empty() ? "" : "|", shell_quoted(command.words));
  }
  return text;
}

// What the shell splits at colons and commas is put together again: "board:zc706,eyeriss".
constexpr const char* kBash = R"sh(_tilewise() {{
  local i word command='' next words='' options='' value='' current before end
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="${{COMP_WORDS[i]}}"
    next="${{command:+$command }}$word"
    case "$next" in
    {}) command="$next" ;;
    esac
  done
  current="${{COMP_LINE:0:$COMP_POINT}}"
  current="${{current##*[[:space:]]}}"
  end=$((COMP_POINT - ${{#current}}))
  before="${{COMP_LINE:0:$end}}"
  before="${{before%"${{before##*[![:space:]]}}"}}"
  before="${{before##*[[:space:]]}}"
  case "$command" in
{}  esac
  case "$command $before" in
{}  esac
  if [[ -z $value && $current == -* ]]; then words="$options"; fi
  # Of a list by comma the last item is completed.
  local items='' last="$current" broken="$current"
  case "$last" in
    *,*) items="${{last%,*}},"; last="${{last##*,}}" ;;
  esac
  COMPREPLY=()
  for word in $words; do
    [[ $word == "$last"* ]] && COMPREPLY+=("$items$word")
  done
  # The shell replaces only what stands behind the last character at which it splits words.
  if [[ $COMP_WORDBREAKS == *:* && $broken == *:* ]]; then
    broken="${{broken%:*}}:"
    for i in "${{!COMPREPLY[@]}}"; do COMPREPLY[i]="${{COMPREPLY[i]#"$broken"}}"; done
  fi
}}
complete -o default -F _tilewise tilewise
)sh";

constexpr const char* kZsh = R"sh(#compdef tilewise
autoload -U +X compinit && compinit
autoload -U +X bashcompinit && bashcompinit
)sh";

constexpr const char* kFish = R"sh(function __tilewise_at
  # Whether the words before the cursor name this command and none below it.
  set -l command ''
  for word in (commandline -opc)[2..-1]
    set -l next (string trim "$command $word")
    if contains -- $next {}
      set command $next
    end
  end
  test "$command" = "$argv[1]"
end
complete -c tilewise -e
)sh";

}  // namespace

std::string bash_completion(const std::vector<CompletedCommand>& commands) {
  return fmt::format(fmt::runtime(kBash), command_branches(commands), word_branches(commands),
                     value_branches(commands));
}

std::string zsh_completion(const std::vector<CompletedCommand>& commands) {
  return kZsh + bash_completion(commands);
}

std::string fish_completion(const std::vector<CompletedCommand>& commands) {
  std::vector<std::string> names;
  for (const CompletedCommand& command : commands) {
    if (!command.words.empty()) names.push_back(shell_quoted(command.words));
  }
  std::string text = fmt::format(fmt::runtime(kFish), fmt::join(names, " "));
  for (const CompletedCommand& command : commands) {
    const std::string at = shell_quoted(fmt::format("__tilewise_at \"{}\"", command.words));
    for (const std::string& word : command.commands) {
      text += fmt::format("complete -c tilewise -n {} -f -a {}\n", at, shell_quoted(word));
    }
    if (!command.arguments.empty()) {
      text += fmt::format("complete -c tilewise -n {} -a {}\n", at,
                          shell_quoted(fmt::format("{}", fmt::join(command.arguments, " "))));
    }
    for (const CompletedCommand::Option& option : command.options) {
      text +=
          fmt::format("complete -c tilewise -n {} -l {}{}{} -d {}\n", at, option.name.substr(2),
                      option.takes_value ? " -r" : "",
                      option.values.empty()
                          ? ""
                          : " -a " + shell_quoted(fmt::format("{}", fmt::join(option.values, " "))),
                      shell_quoted(option.description));
    }
  }
  return text;
}

}  // namespace tilewise
