#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <new>
#include <sstream>
#include <string>

#include "app/commands.hpp"
#include "app/interrupt.hpp"
#include "app/output.hpp"
#include "app/parse_refusal.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/quote.hpp"

namespace tilewise {
namespace {

/// A standard stream that is closed would be the next file that is opened, and what is written to
/// it would end there. Instead it is one that cannot be written.
void keep_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) != -1) continue;
    // The lowest number that is free is this one.
    static_cast<void>(::open("/dev/null", O_RDONLY));
  }
}

CommandLine command_line(int argc, char** argv) {
  CommandLine line{{argv + 1, argv + argc}, "tilewise"};
  for (const std::string& word : line.words) line.text += " " + shell_quoted(word);
  return line;
}

int run(int argc, char** argv) {
  CLI::App app("Latency and energy of neural networks on accelerators that nobody has built",
               "tilewise");
  app.set_version_flag("--version", "tilewise " + version());
  app.require_subcommand(1);
  app.footer(
      "Example:\n"
      "  tilewise arch show eyeriss\n"
      "  tilewise map --arch eyeriss --layer alexnet_conv3\n"
      "tilewise COMMAND --help shows the options of a command.");
  const CommandLine line = command_line(argc, argv);
  Action action;
  add_arch(app, action);
  add_device(app, action);
  add_network(app, action);
  add_import(app, action);
  add_count(app, action);
  add_evaluate(app, action);
  add_map(app, action);
  add_cost(app, line.text, action);
  add_space(app, line, action);
  add_sweep(app, line, action);
  add_explore(app, line.text, action);
  add_store(app, action);
  add_report(app, action);
  add_analyze(app, action);
  add_validate(app, action);
  add_fpga(app, action);
  add_python_commands(app, action);
  add_completion(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) return refuse(parse_refusal(app, line.words, error));
    std::ostringstream answer;  // to --help and --version
    app.exit(error, answer, answer);
    print(answer.str());
    return 0;
  }
  return action();
}

}  // namespace
}  // namespace tilewise

int main(int argc, char** argv) {
  // A file that may not grow is an error of the write, which says which file.
  std::signal(SIGXFSZ, SIG_IGN);
  tilewise::keep_streams();
  tilewise::say_interrupts();
  try {
    return tilewise::run(argc, argv);
  } catch (const std::bad_alloc&) {
    return tilewise::refuse("out of memory; make the layer or the search smaller");
  } catch (const std::exception& error) {
    return tilewise::refuse(error.what());
  }
}
