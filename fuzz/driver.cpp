// Runs the fuzz targets without libFuzzer: each on the files of its corpus, then all in turn on new
// inputs that are made of these. Where one ends the program, its input is left in a file.
//
// Usage: tilewise_fuzz [--seconds S] [--seed N] [--only TARGET]... CORPUS

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "fuzz/all_targets.hpp"
#include "fuzz/mutator.hpp"
#include "study/model_fingerprint.hpp"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace tilewise::fuzz {
namespace {

constexpr std::size_t kMostBytes = 10'000;
/// A reader takes a second at most; sanitizers make it some four times slower.
constexpr double kMostSeconds = 4.0;
constexpr double kMostSecondsComparing = 60.0;
constexpr std::int64_t kMostKibibytes = 500 * 1024;

struct Arguments {
  double seconds = 0.0;
  std::uint64_t seed = 0;
  std::vector<std::string> only;
  std::string corpus;
};

/// What runs now, for who is called when the process dies.
struct Current {
  std::string target;
  std::string input;
};
Current current;  // NOLINT(*-non-const-global-variables): a handler of signals has no arguments

void leave_input() {
  const std::string path = fmt::format("fuzz-{}-{}.input", current.target, ::getpid());
  std::ofstream(path, std::ios::binary) << current.input;
  fmt::print(stderr, "fuzz: {}: the input of {} bytes is in {}\n", current.target,
             current.input.size(), path);
}

double cpu_seconds(const rusage& usage) {
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

rusage usage_now() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage;
}

void run(const Target& target, std::string input) {
  current = {target.name, std::move(input)};
  const rusage before = usage_now();
  target.run(reinterpret_cast<const std::uint8_t*>(current.input.data()),  // NOLINT(*-cast)
             current.input.size());
  const rusage after = usage_now();
  const double seconds = cpu_seconds(after) - cpu_seconds(before);
  const std::int64_t grown = after.ru_maxrss - before.ru_maxrss;
  const double most = target.compares ? kMostSecondsComparing : kMostSeconds;
  if (seconds <= most && grown <= kMostKibibytes) return;
  fmt::print(stderr, "fuzz: {}: took {:.1f} s and {} MiB\n", target.name, seconds, grown / 1024);
  std::abort();
}

std::vector<std::string> seeds_in(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;  // by name: in the same order everywhere
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    files[entry.path().filename().string()] = text.str();
  }
  std::vector<std::string> seeds;
  for (auto& [name, text] : files) seeds.push_back(std::move(text));
  if (seeds.empty()) throw std::runtime_error(folder.string() + ": no seeds");
  return seeds;
}

/// The inputs are others once the model is another: the sources choose them.
std::uint64_t seed_of_sources() {
  return std::strtoull(std::string(model_fingerprint()).c_str(), nullptr, 16);
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  arguments.seed = seed_of_sources();
  const std::vector<std::string> words(argv + 1, argv + argc);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool last = i + 1 == words.size();
    if (words[i] == "--seconds" && !last) {
      arguments.seconds = std::stod(words[++i]);
    } else if (words[i] == "--seed" && !last) {
      arguments.seed = std::stoull(words[++i]);
    } else if (words[i] == "--only" && !last) {
      arguments.only.push_back(words[++i]);
    } else if (last && !words[i].starts_with("-")) {
      arguments.corpus = words[i];
    } else {
      throw std::runtime_error(words[i] + ": unknown argument");
    }
  }
  if (arguments.corpus.empty()) throw std::runtime_error("name the folder of the corpora");
  return arguments;
}

std::vector<Target> chosen(const std::vector<std::string>& only) {
  std::vector<Target> targets = all_targets();
  if (only.empty()) return targets;
  std::erase_if(targets, [&](const Target& target) {
    return std::find(only.begin(), only.end(), target.name) == only.end();
  });
  if (targets.size() != only.size()) throw std::runtime_error("--only: no target of that name");
  return targets;
}

void run_all(const Arguments& arguments) {
  using Clock = std::chrono::steady_clock;
  const std::vector<Target> targets = chosen(arguments.only);
  std::vector<std::vector<std::string>> seeds;
  std::vector<Mutator> mutators;
  seeds.reserve(targets.size());
  std::size_t files = 0;
  for (const Target& target : targets) {
    const auto& own =
        seeds.emplace_back(seeds_in(std::filesystem::path(arguments.corpus) / target.name));
    for (const std::string& seed : own) run(target, seed);
    files += own.size();
    mutators.emplace_back(own, arguments.seed, kMostBytes);
  }
  fmt::print("{} targets, {} files of the corpus\n", targets.size(), files);
  // As much time for each, a slice after the other.
  std::vector<std::int64_t> made(targets.size(), 0);
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const std::chrono::duration<double> slice(arguments.seconds /
                                              static_cast<double>(targets.size()));
    for (const auto start = Clock::now(); Clock::now() - start < slice; ++made[t]) {
      run(targets[t], mutators[t].next());
    }
    if (made[t] > 0) fmt::print("{:>12} {:>8} new inputs\n", targets[t].name, made[t]);
  }
  fmt::print("seed {}\n", arguments.seed);
}

}  // namespace
}  // namespace tilewise::fuzz

int main(int argc, char** argv) {
  std::signal(SIGABRT, [](int) { tilewise::fuzz::leave_input(); });
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_set_death_callback(tilewise::fuzz::leave_input);
#endif
  try {
    tilewise::fuzz::run_all(tilewise::fuzz::parse(argc, argv));
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "tilewise_fuzz: {}\n", error.what());
    if (!tilewise::fuzz::current.target.empty()) tilewise::fuzz::leave_input();
    return 1;
  }
}
