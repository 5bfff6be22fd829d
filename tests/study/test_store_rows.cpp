#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "study/model_fingerprint.hpp"
#include "study/result_store_fixture.hpp"

namespace tilewise {
namespace {

using namespace std::chrono_literals;

const std::map<Key, StoredLayer>& forty_layers() {
  static const std::map<Key, StoredLayer> layers = [] {
    std::map<Key, StoredLayer> made;
    for (std::size_t i = 0; i < 40; ++i) made[numbered(i)] = layer_result(i);
    return made;
  }();
  return layers;
}

/// A store of forty layers and one network, closed.
void fill(const StoreFolder& folder) {
  ResultStore store(folder.path);
  store.add(key_of("a"), forty_layers());
  store.add(key_of("a"), key_of("net"), StoredNetwork{1.5, 2.5, 3.5, true, ""});
}

/// Whether all that the store gives is what was put in; it may have lost some of it.
bool gives_no_other_number(const StoreFolder& folder) {
  ResultStore store(folder.path, 20ms);
  for (const auto& [key, found] : store.layers_of(key_of("a"))) {
    const auto put = forty_layers().find(key);
    if (put == forty_layers().end() || found != put->second) return false;
  }
  for (const auto& [key, put] : forty_layers()) {
    const auto found = store.find_layer(key_of("a"), key);
    if (found && *found != put) return false;
  }
  const auto network = store.find_network(key_of("a"), key_of("net"));
  return !network || *network == StoredNetwork{1.5, 2.5, 3.5, true, ""};
}

TEST_SUITE("rows of a result store") {
  TEST_CASE("the model is named by a hash of its sources") {
    CHECK(model_fingerprint().size() == 16);
    CHECK(model_fingerprint().find_first_not_of("0123456789abcdef") == std::string_view::npos);
  }

  TEST_CASE("results of another model are not found, and both models keep their own") {
    const StoreFolder folder;
    ResultStore other(folder.path, 1s, "doubled energies");
    ResultStore ours(folder.path);
    other.add(key_of("a"), numbered(1), layer_result(2));
    CHECK_FALSE(ours.find_layer(key_of("a"), numbered(1)));
    CHECK(ours.layers_of(key_of("a")).empty());
    ours.add(key_of("a"), numbered(1), layer_result(1));
    CHECK(ours.find_layer(key_of("a"), numbered(1)) == layer_result(1));
    CHECK(other.find_layer(key_of("a"), numbered(1)) == layer_result(2));
    const StoreCheck check = ours.check();
    CHECK(check.results == 1);
    CHECK(check.other_models == 1);
    CHECK(check.damaged == 0);
    CHECK(ours.vacuum().other_models == 1);
    CHECK(ours.check().other_models == 0);
    CHECK(ours.find_layer(key_of("a"), numbered(1)) == layer_result(1));
    CHECK_FALSE(other.find_layer(key_of("a"), numbered(1)));
  }

  TEST_CASE("an edited row is not there, and its result can be added anew") {
    for (const char* edit :
         {"cycles = cycles * 2", "latency_ms = 0", "energy_pj = -energy_pj",
          "dram_bytes = dram_bytes + 1", "utilisation = 1.0", "mapping = ''", "factors = 'any'",
          "evaluated = evaluated + 1", "proven = 1 - proven", "why_none = 'no room'",
          "layer = x'00112233445566778899aabbccddeeff'", "layer = x'00'", "model = 'another'",
          "configuration = x'00112233445566778899aabbccddeeff'", "checksum = checksum + 1"}) {
      CAPTURE(edit);
      const StoreFolder folder;
      fill(folder);
      const std::string one = " WHERE evaluated = 7";
      database(folder.file()).run("UPDATE layer SET " + std::string(edit) + one);
      CHECK(gives_no_other_number(folder));
      ResultStore store(folder.path);
      CHECK(store.check().damaged == 1);
      CHECK(store.check().results == 40);
      CHECK_FALSE(store.find_layer(key_of("a"), numbered(7)));
      store.add(key_of("a"), numbered(7), layer_result(7));
      CHECK(store.find_layer(key_of("a"), numbered(7)) == layer_result(7));
      store.vacuum();
      CHECK(store.check().damaged == 0);
      CHECK(store.layer_count() == 40);
    }
  }

  TEST_CASE("an edited row of a network is not there") {
    const StoreFolder folder;
    fill(folder);
    database(folder.file()).run("UPDATE network SET energy_mj = 2.25");
    ResultStore store(folder.path);
    CHECK_FALSE(store.find_network(key_of("a"), key_of("net")));
    CHECK(store.networks_of(key_of("a")).empty());
    CHECK(store.check().damaged == 1);
  }

  TEST_CASE("no flipped bit of the file gives another number") {
    const StoreFolder folder;
    fill(folder);
    const std::string whole = read_file(folder.file());
    std::mt19937_64 random(1);
    int refused = 0;
    int lost = 0;
    for (int i = 0; i < 1200; ++i) {
      const std::size_t at = random() % whole.size();
      std::string flipped = whole;
      flipped[at] = static_cast<char>(flipped[at] ^ 1 << random() % 8);
      if (flipped[at] == '\0' && whole[at] == '\0') continue;
      std::filesystem::remove(folder.path / "results.sqlite-wal");
      std::filesystem::remove(folder.path / "results.sqlite-shm");
      write_file(folder.file(), flipped);
      CAPTURE(at);
      try {
        const bool same = gives_no_other_number(folder);
        CHECK(same);
        lost += ResultStore(folder.path, 20ms).layers_of(key_of("a")).size() < 40 ? 1 : 0;
      } catch (const InputError& error) {
        CHECK(says(error.what(), folder.path.string()));
        ++refused;
      }
    }
    // Both happen: the file's own structure is hit, and rows.
    CHECK(refused > 0);
    CHECK(lost > 0);
  }

  TEST_CASE("rows in the end of a page that was cut off are lost or refused, none is another") {
    const StoreFolder folder;
    fill(folder);
    const std::string whole = read_file(folder.file());
    for (const std::size_t cut : {1, 100, 1000, 4000}) {
      write_file(folder.file(), whole.substr(0, whole.size() - cut));
      bool same = true;
      try {
        same = gives_no_other_number(folder);
      } catch (const InputError& error) {
        CHECK(says(error.what(), "damaged"));
      }
      CHECK(same);
    }
  }

  TEST_CASE("the layers are visited in the order of their keys, those that are intact") {
    const StoreFolder folder;
    fill(folder);
    database(folder.file()).run("UPDATE layer SET cycles = 1 WHERE evaluated = 7");
    auto left = forty_layers();
    left.erase(numbered(7));
    auto next = left.begin();
    ResultStore::read_only(folder.path)
        .each_layer([&](const Key& configuration, const Key& key, const StoredLayer& layer) {
          REQUIRE(next != left.end());
          CHECK(configuration == key_of("a"));
          CHECK(key == next->first);
          CHECK(layer == next->second);
          ++next;
        });
    CHECK(next == left.end());
  }
}

}  // namespace
}  // namespace tilewise
