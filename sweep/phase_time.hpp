#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace tilewise {

/// How long a part of a sweep took.
struct PhaseTime {
  std::string phase;
  double seconds = 0.0;
};

/// Does `work` and notes its time.
template <class Work>
void time_phase(std::vector<PhaseTime>& phases, std::string name, const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  phases.push_back({std::move(name), took.count()});
}

}  // namespace tilewise
