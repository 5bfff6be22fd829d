#pragma once

#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>

#include "space/result_store.hpp"
#include "space/sqlite.hpp"

namespace tilewise {

/// A folder of its own that vanishes with the test.
struct StoreFolder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("tilewise_store_" + std::to_string(::getpid()));
  StoreFolder() { std::filesystem::create_directories(path); }
  StoreFolder(const StoreFolder&) = delete;
  StoreFolder& operator=(const StoreFolder&) = delete;
  ~StoreFolder() { std::filesystem::remove_all(path); }
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
