#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <random>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "study/result_store_fixture.hpp"

namespace tilewise {
namespace {

using namespace std::chrono_literals;

/// So many bits of a file are flipped, one at a time; TILEWISE_FLIPS asks for more.
int flips() {
  const char* asked = std::getenv("TILEWISE_FLIPS");
  return asked == nullptr ? 600 : std::atoi(asked);
}

/// The files of a store, and what has become of it when a bit of one of them is another.
struct FlippedStore {
  StoreFolder folder;
  std::string file;
  std::string log;  ///< the write-ahead log; empty: there is none
  int refused = 0;
  int lost = 0;

  void put(const std::string& bytes, const std::string& log_bytes) const {
    std::filesystem::remove(folder.path / "results.sqlite-shm");
    std::filesystem::remove(folder.path / "results.sqlite-wal");
    std::ofstream(folder.file(), std::ios::binary) << bytes;
    if (log.empty()) return;
    std::ofstream(folder.path / "results.sqlite-wal", std::ios::binary) << log_bytes;
  }

  /// What reads does so in both ways: rows one by one, and all of them.
  void read(const std::function<void()>& put_again) {
    try {
      const bool same = gives_no_other_number(folder);
      CHECK(same);
      put_again();
      const ResultStore store = ResultStore::read_only(folder.path, 20ms);
      bool all_same = true;
      const StoreCheck found =
          store.each_layer([&](const Key&, const Key& key, const StoredLayer& layer) {
            const auto known = forty_layers().find(key);
            all_same = all_same && known != forty_layers().end() && known->second == layer;
          });
      CHECK(all_same);
      lost += found.results < 40 ? 1 : 0;
      store.check();
    } catch (const InputError& error) {
      CHECK(says(error.what(), folder.path.string()));
      CHECK(std::string(error.what()).find('\n') == std::string::npos);
      ++refused;
    }
  }

  /// Flips bits of `flipped`, one of the two.
  void flip(std::string& flipped) {
    std::mt19937_64 random(1);
    for (int i = 0; i < flips(); ++i) {
      const std::size_t at = random() % flipped.size();
      const char was = flipped[at];
      flipped[at] = static_cast<char>(was ^ 1 << random() % 8);
      CAPTURE(at);
      put(file, log);
      read([&] { put(file, log); });
      flipped[at] = was;
    }
  }
};

TEST_SUITE("flipped bits of a result store") {
  TEST_CASE("one of the file gives the numbers that were put in, fewer, or one error") {
    FlippedStore store;
    fill(store.folder);
    store.file = read_file(store.folder.file());
    store.flip(store.file);
    // Both happen: the file's own structure is hit, and rows.
    CHECK(store.refused > 0);
    CHECK(store.lost > 0);
  }

  TEST_CASE("one of the log gives the numbers that were put in, or fewer") {
    FlippedStore store;
    {
      // The tables are in the file, the rows in the log of a process that has not ended.
      ResultStore(store.folder.path).layer_count();
      ResultStore writer(store.folder.path);
      writer.add(key_of("a"), forty_layers());
      writer.add(key_of("a"), key_of("net"), one_network());
      store.file = read_file(store.folder.file());
      store.log = read_file(store.folder.path / "results.sqlite-wal");
    }
    store.put(store.file, store.log);
    REQUIRE(ResultStore(store.folder.path).layers_of(key_of("a")).size() == 40);
    store.flip(store.log);
    CHECK(store.refused == 0);
    CHECK(store.lost > 0);
  }
}

}  // namespace
}  // namespace tilewise
