#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
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

inline const std::map<Key, StoredLayer>& forty_layers() {
  static const std::map<Key, StoredLayer> layers = [] {
    std::map<Key, StoredLayer> made;
    for (std::size_t i = 0; i < 40; ++i) made[numbered(i)] = layer_result(i);
    return made;
  }();
  return layers;
}

inline const StoredNetwork& one_network() {
  static const StoredNetwork network{1.5, 2.5, 3.5, true, ""};
  return network;
}

/// A store of forty layers and one network, closed.
inline void fill(const StoreFolder& folder) {
  ResultStore store(folder.path);
  store.add(key_of("a"), forty_layers());
  store.add(key_of("a"), key_of("net"), one_network());
}

/// Whether all that the store gives is what was put in; it may have lost some of it.
inline bool gives_no_other_number(const StoreFolder& folder) {
  ResultStore store(folder.path, std::chrono::milliseconds(20));
  for (const auto& [key, found] : store.layers_of(key_of("a"))) {
    const auto put = forty_layers().find(key);
    if (put == forty_layers().end() || found != put->second) return false;
  }
  for (const auto& [key, put] : forty_layers()) {
    const auto found = store.find_layer(key_of("a"), key);
    if (found && *found != put) return false;
  }
  const auto network = store.find_network(key_of("a"), key_of("net"));
  return !network || *network == one_network();
}

/// The file as a database, past the store.
inline Database database(const std::filesystem::path& file) {
  return {file, Database::Access::Write, std::chrono::seconds(5)};
}

}  // namespace tilewise
