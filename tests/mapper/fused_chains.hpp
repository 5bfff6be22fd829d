#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "arch/architecture.hpp"
#include "base/file.hpp"

namespace tilewise::testing {

/// DRAM, a buffer of so many words and one compute unit; all words have 8 bit.
inline Architecture two_levels(std::int64_t words, double dram_pj, double buffer_pj,
                               double operation_pj) {
  Architecture made;
  made.name = "two";
  for (const char* name : {"DRAM", "GLB"}) {
    Level level;
    level.name = name;
    Memory memory;
    memory.name = name;
    memory.holds = {{true, true, true}};
    memory.word_width = Bits{8};
    memory.buffering = Buffering::Streaming;
    const bool inside = !made.levels.empty();
    if (inside) memory.capacity = Bits{8 * words};
    const Picojoules energy{inside ? buffer_pj : dram_pj};
    memory.energy = {energy, energy};
    level.memories.push_back(memory);
    made.levels.push_back(level);
  }
  made.compute.energy = Picojoules{operation_pj};
  made.constraints.resize(2);
  return made;
}

/// The machine of the reference "fused chains": every operand passes the buffer, and a word of DRAM
/// costs 1 pJ, nothing else any.
inline Architecture fused_chains_machine(std::int64_t words) {
  Architecture made = two_levels(words, 1.0, 0.0, 0.0);
  made.constraints[1].keep = {{true, true, true}};
  return made;
}

/// The lines of fused_chains.jsonl, an object each; none, and says so, where there is no reference.
inline std::vector<std::string> fused_chains() {
  const std::filesystem::path file = reference_folder() / "interlayer" / "fused_chains.jsonl";
  if (!std::filesystem::exists(file)) {
    std::cout << "skipped: reference data not found: interlayer/fused_chains.jsonl\n";
    return {};
  }
  std::ifstream in(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace tilewise::testing
