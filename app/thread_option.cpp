#include "app/thread_option.hpp"

#include <CLI/CLI.hpp>

#include "base/parallel.hpp"

namespace tilewise {

void add_threads(CLI::App& command, int& threads) {
  command.add_option("--threads", threads, "threads; 0: one a core")
      ->check(CLI::Range(0, kMostThreads))
      ->capture_default_str();
}

}  // namespace tilewise
