#include "base/child_process.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

#include "base/error.hpp"

namespace tilewise {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
/// A file without a name: no pipe that may be full, nothing to remove.
using Scratch = std::unique_ptr<std::FILE, CloseFile>;

[[noreturn]] void fail(const std::string& program, int error) {
  throw InputError(fmt::format("{}: cannot be run: {}", program, std::strerror(error)));
}

Scratch scratch_file(const std::string& program) {
  Scratch file(std::tmpfile());
  if (!file) fail(program, errno);
  return file;
}

std::string content(std::FILE* file) {
  std::string text;
  std::rewind(file);
  char part[65536];
  for (std::size_t read = 0; (read = std::fread(part, 1, sizeof part, file)) > 0;) {
    text.append(part, read);
  }
  return text;
}

/// The child's streams; freed whatever happens.
class Streams {
 public:
  Streams() { posix_spawn_file_actions_init(&actions_); }
  ~Streams() { posix_spawn_file_actions_destroy(&actions_); }
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;

  void connect(std::FILE* file, int stream) {
    posix_spawn_file_actions_adddup2(&actions_, fileno(file), stream);
  }
  const posix_spawn_file_actions_t* actions() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// Empty: the time is up.
std::optional<int> wait_for(pid_t child, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  int status = 0;
  for (;;) {
    if (waitpid(child, &status, WNOHANG) == child) {
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    if (std::chrono::steady_clock::now() >= end) break;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  return std::nullopt;
}

}  // namespace

bool program_found(std::string_view name) {
  const char* set = std::getenv("PATH");
  std::string_view path = set == nullptr ? "/bin:/usr/bin" : set;
  for (;;) {
    const std::size_t end = path.find(':');
    const std::filesystem::path folder = path.substr(0, end);
    if (::access((folder.empty() ? "." / std::filesystem::path(name) : folder / name).c_str(),
                 X_OK) == 0) {
      return true;
    }
    if (end == std::string_view::npos) return false;
    path.remove_prefix(end + 1);
  }
}

std::optional<ProgramResult> run_program(std::span<const std::string> command,
                                         std::string_view input, std::chrono::milliseconds limit) {
  assert(!command.empty());
  const std::string& program = command.front();
  const Scratch in = scratch_file(program);
  const Scratch out = scratch_file(program);
  const Scratch err = scratch_file(program);
  const bool written = std::fwrite(input.data(), 1, input.size(), in.get()) == input.size();
  if (!written || std::fflush(in.get()) != 0) fail(program, errno);
  std::rewind(in.get());

  Streams streams;
  streams.connect(in.get(), STDIN_FILENO);
  streams.connect(out.get(), STDOUT_FILENO);
  streams.connect(err.get(), STDERR_FILENO);
  std::vector<std::string> words(command.begin(), command.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int error =
      posix_spawnp(&child, program.c_str(), streams.actions(), nullptr, arguments.data(), environ);
  if (error == ENOENT) return std::nullopt;
  if (error != 0) fail(program, error);

  const std::optional<int> code = wait_for(child, limit);
  if (!code) {
    throw InputError(fmt::format("{}: not ready after {} s, ended", program,
                                 std::chrono::duration<double>(limit).count()));
  }
  return ProgramResult{*code, content(out.get()), content(err.get())};
}

}  // namespace tilewise
