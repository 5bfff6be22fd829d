#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>

#include "scratch_folder.hpp"
#include "study/result_store.hpp"
#include "study/sqlite.hpp"

namespace tilewise {

/// A folder with a store of results.
struct StoreFolder : ScratchFolder {
  StoreFolder() : ScratchFolder("store") {}
  std::filesystem::path file() const { return path / "results.sqlite"; }
};

inline Key numbered(std::size_t number) { return key_of("layer " + std::to_string(number)); }

/// A result in which everything depends on `number`.
inline StoredLayer layer_result(std::size_t number) {
  const auto value = static_cast<double>(number) + 0.1;
  return {.cycles = value,
          .latency_ms = value / 3,
          .energy_pj = value * 1e9,
          .dram_bytes = value + 1,
          .utilisation = 1 / value,
          .mapping = "DRAM: M" + std::to_string(number) + " | GLB: C3 P7 | RF: R3 S3",
          .factors = "x" + std::to_string(number),
          .evaluated = static_cast<std::int64_t>(number),
          .proven = number % 2 == 0};
}

/// The file as a database, past the store.
inline Database database(const std::filesystem::path& file) {
  return {file, Database::Access::Write, std::chrono::seconds(5)};
}

}  // namespace tilewise
