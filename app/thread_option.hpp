#pragma once

namespace CLI {
class App;
}

namespace tilewise {

/// Adds `--threads`: 0 (one a core) to kMostThreads.
void add_threads(CLI::App& command, int& threads);

}  // namespace tilewise
