#include <doctest/doctest.h>

#include <map>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "study/model_fingerprint.hpp"
#include "study/result_store_fixture.hpp"

namespace tilewise {
namespace {

using namespace std::chrono_literals;

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
    const StoreCheck besides =
        ResultStore::read_only(folder.path)
            .each_layer([&](const Key& configuration, const Key& key, const StoredLayer& layer) {
              REQUIRE(next != left.end());
              CHECK(configuration == key_of("a"));
              CHECK(key == next->first);
              CHECK(layer == next->second);
              ++next;
            });
    CHECK(next == left.end());
    CHECK(besides.results == 39);
    CHECK(besides.damaged == 1);
  }
}

}  // namespace
}  // namespace tilewise
