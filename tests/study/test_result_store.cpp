#include "study/result_store.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <limits>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "study/result_store_fixture.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// How opening the store is refused; the message is one line and names the file or folder.
std::string refusal_to_open(const fs::path& folder) {
  const std::string message = refusal([&] { ResultStore(folder, 20ms); });
  CHECK(says(message, folder.string()));
  CHECK_FALSE(says(message, "\n"));
  return message;
}

/// Every finite double there is may come out: denormals, both signs; SQLite's zero has none.
double any_finite(std::mt19937_64& random) {
  for (;;) {
    const double value = std::bit_cast<double>(random());
    if (std::isfinite(value) && value != 0.0) return value;
  }
}

auto bits_of(const StoredLayer& layer) {
  return std::array{
      std::bit_cast<std::uint64_t>(layer.cycles), std::bit_cast<std::uint64_t>(layer.latency_ms),
      std::bit_cast<std::uint64_t>(layer.energy_pj), std::bit_cast<std::uint64_t>(layer.dram_bytes),
      std::bit_cast<std::uint64_t>(layer.utilisation)};
}

TEST_SUITE("result store") {
  TEST_CASE("a key is the UUID of version 5 that other programs compute") {
    // Python: uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_URL, "tilewise"), text)
    CHECK(hexadecimal(key_of("")) == "0f9d000b6f09579f95f6942487f5dc7e");
    CHECK(hexadecimal(key_of("conv1")) == "88501484b475550caa6c5a83c6717bbd");
    CHECK(hexadecimal(key_of(std::string(100'000, 'x'))) == "7a25a5751ca659a28c1e55dfc0bf6c5f");
    using namespace std::string_literals;
    CHECK(key_of("a\0b"s) != key_of("a\0c"s));
  }

  TEST_CASE("what is added is found, by another store object too") {
    const StoreFolder folder;
    StoredLayer layer = layer_result(7);
    layer.mapping = "M4 C3 | \"P\" 2'\n\xc3\xa9";
    layer.factors = std::string("a\0b", 3);
    const StoredLayer none = {.evaluated = std::numeric_limits<std::int64_t>::max(),
                              .why_none = "the filter buffer is too small"};
    const StoredNetwork network = {1.5, 2.5, 3.5, true, ""};
    ResultStore first(folder.path);
    first.add(key_of("a"), key_of("conv"), layer);
    ResultStore second(folder.path);
    second.add(key_of("a"), key_of("pool"), none);
    second.add(key_of("a"), key_of("net"), network);

    CHECK(second.find_layer(key_of("a"), key_of("conv")) == layer);
    CHECK(first.find_layer(key_of("a"), key_of("pool")) == none);
    CHECK(first.find_network(key_of("a"), key_of("net")) == network);
    CHECK(first.layers_of(key_of("a")) ==
          std::map<Key, StoredLayer>{{key_of("conv"), layer}, {key_of("pool"), none}});
    CHECK(first.networks_of(key_of("a")).at(key_of("net")) == network);
    CHECK_FALSE(first.find_layer(key_of("a"), key_of("net")));
    CHECK_FALSE(first.find_layer(key_of("b"), key_of("conv")));
    CHECK_FALSE(first.find_network(key_of("b"), key_of("net")));
    CHECK(first.layers_of(key_of("b")).empty());
    CHECK(first.layer_count() == 2);
    CHECK(first.network_count() == 1);
  }

  TEST_CASE("any finite double comes back bit for bit") {
    const StoreFolder folder;
    ResultStore store(folder.path);
    using Limits = std::numeric_limits<double>;
    std::vector<double> values = {0.0, 1.0, -1.0, 1e15, 9007199254740993.0, 0.1};
    values.insert(values.end(), {Limits::denorm_min(), -Limits::denorm_min(), Limits::min(),
                                 Limits::max(), Limits::lowest(), 0x1p63, -0x1p63, 0x1p47});
    std::mt19937_64 random(1);
    while (values.size() < 2000) values.push_back(any_finite(random));
    std::map<Key, StoredLayer> results;
    for (std::size_t i = 0; i + 5 <= values.size(); i += 5) {
      results[numbered(i)] = {values[i], values[i + 1], values[i + 2], values[i + 3],
                              values[i + 4]};
    }
    store.add(key_of("a"), results);
    const auto stored = ResultStore(folder.path).layers_of(key_of("a"));
    REQUIRE(stored.size() == results.size());
    for (const auto& [key, result] : results) {
      CHECK(bits_of(stored.at(key)) == bits_of(result));
      CHECK(bits_of(*store.find_layer(key_of("a"), key)) == bits_of(result));
    }
  }

  TEST_CASE("a number that is none or infinite is refused, and nothing of its map is kept") {
    const StoreFolder folder;
    ResultStore store(folder.path);
    for (const double wrong : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
      StoredLayer layer = layer_result(1);
      layer.utilisation = wrong;
      CHECK_THROWS_AS(store.add(key_of("a"), key_of("l"), layer), std::logic_error);
      const std::map<Key, StoredLayer> both = {{numbered(0), layer_result(0)},
                                               {numbered(1), layer}};
      CHECK_THROWS_AS(store.add(key_of("a"), both), std::logic_error);
      CHECK_THROWS_AS(store.add(key_of("a"), key_of("n"), StoredNetwork{.energy_mj = wrong}),
                      std::logic_error);
    }
    CHECK(store.layer_count() == 0);
    CHECK(store.network_count() == 0);
    store.add(key_of("a"), key_of("l"), layer_result(1));
    CHECK(store.layer_count() == 1);
  }

  TEST_CASE("the first result of a layer stays") {
    const StoreFolder folder;
    ResultStore store(folder.path);
    store.add(key_of("a"), numbered(1), layer_result(1));
    store.add(key_of("a"), numbered(1), layer_result(2));
    store.add(key_of("a"), {{numbered(1), layer_result(3)}, {numbered(2), layer_result(4)}});
    CHECK(store.find_layer(key_of("a"), numbered(1)) == layer_result(1));
    CHECK(store.find_layer(key_of("a"), numbered(2)) == layer_result(4));
    store.add(key_of("a"), key_of("n"), StoredNetwork{.latency_ms = 1});
    store.add(key_of("a"), key_of("n"), StoredNetwork{.latency_ms = 2});
    CHECK(store.find_network(key_of("a"), key_of("n"))->latency_ms == 1);
  }

  TEST_CASE("threads share one store") {
    const StoreFolder folder;
    ResultStore made(folder.path);
    ResultStore store = std::move(made);
    std::vector<std::thread> threads;
    for (std::size_t thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&store, thread] {
        for (std::size_t i = 0; i < 100; ++i) {
          const std::size_t n = thread * 50 + i;
          store.add(key_of("a"), numbered(n), layer_result(n));
          if (store.find_layer(key_of("a"), numbered(n)) != layer_result(n)) std::abort();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(store.layer_count() == 250);
  }

  TEST_CASE("a folder of any name holds a store, a missing one is made") {
    const StoreFolder folder;
    for (const char* name : {"what? a#b 50%25", "file:x", "\"q' \xc3\xa9"}) {
      CAPTURE(name);
      ResultStore(folder.path / name).add(key_of("a"), key_of("l"), layer_result(1));
      CHECK(fs::is_regular_file(folder.path / name / "results.sqlite"));
      CHECK(ResultStore::read_only(folder.path / name).layer_count() == 1);
    }
  }

  TEST_CASE("what cannot be a folder is refused") {
    const StoreFolder folder;
    write_file(folder.path / "file", "text");
    CHECK(says(refusal_to_open(folder.path / "file"), "not a folder; name another"));
    CHECK(says(refusal_to_open(folder.path / "missing" / "deeper"), "make the folder"));
    CHECK(says(refusal_to_open(folder.path / "file" / "deeper"), "make the folder"));
    fs::create_directories(folder.path / "taken" / "results.sqlite");
    CHECK(says(refusal_to_open(folder.path / "taken"), "cannot be opened"));
    CHECK(says(refusal([&] { ResultStore::read_only(folder.path); }), "no such file"));
  }

  TEST_CASE("a file that is not a store is refused and left as it is") {
    const StoreFolder folder;
    std::mt19937_64 random(1);
    // SQLite takes a file of 0 or 1 byte for an empty one.
    for (const std::size_t size : {2, 15, 16, 100, 511, 512, 513, 4096, 20'000}) {
      CAPTURE(size);
      std::string garbage(size, ' ');
      for (char& c : garbage) c = static_cast<char>(random());
      write_file(folder.file(), garbage);
      CHECK(says(refusal_to_open(folder.path), "not a result store"));
      CHECK(says(refusal([&] { ResultStore::read_only(folder.path); }), "not a result store"));
      CHECK(read_file(folder.file()) == garbage);
    }
    fs::remove(folder.file());
    database(folder.file()).run("CREATE TABLE bookmarks (url TEXT); PRAGMA application_id = 7");
    CHECK(says(refusal_to_open(folder.path), "another program"));
    CHECK(database(folder.file()).number("SELECT count(*) FROM sqlite_schema") == 1);
  }

  TEST_CASE("a store that lost its end is refused") {
    const StoreFolder folder;
    std::map<Key, StoredLayer> results;
    for (std::size_t i = 0; i < 200; ++i) results[numbered(i)] = layer_result(i);
    ResultStore(folder.path).add(key_of("a"), results);
    const std::string whole = read_file(folder.file());
    REQUIRE(whole.size() > 20'000);
    // SQLite fills a page that is cut up with zeros; its rows are then damaged
    // (test_store_rows.cpp).
    const std::size_t last_page = whole.size() - 4096;
    for (std::size_t size = 2; size <= last_page; size += 1 + size / 3) {
      CAPTURE(size);
      write_file(folder.file(), whole.substr(0, size));
      for (const std::string& message :
           {refusal_to_open(folder.path), refusal([&] { ResultStore::read_only(folder.path); })}) {
        CHECK(says(message, folder.path.string()));
        CHECK(says(message, "; "));
      }
    }
    write_file(folder.file(), whole);
    CHECK(ResultStore(folder.path).layer_count() == 200);
  }

  TEST_CASE("a store of other tables is refused with both versions and the cure") {
    const StoreFolder folder;
    ResultStore(folder.path).add(key_of("a"), key_of("l"), layer_result(1));
    database(folder.file()).run("PRAGMA user_version = 12");
    for (const std::string& message :
         {refusal_to_open(folder.path), refusal([&] { ResultStore::read_only(folder.path); })}) {
      CHECK(says(message, "tables of version 12, this program has version 2"));
      CHECK(says(message, "name another folder"));
    }
    CHECK(database(folder.file()).number("SELECT count(*) FROM layer") == 1);
  }

  TEST_CASE("a writer that does not let go is named after the patience, readers go on") {
    const StoreFolder folder;
    ResultStore store(folder.path, 30ms);
    store.add(key_of("a"), key_of("l"), layer_result(1));
    const Database other = database(folder.file());
    other.run("BEGIN IMMEDIATE");
    const auto start = std::chrono::steady_clock::now();
    const std::string message =
        refusal([&] { store.add(key_of("a"), key_of("m"), layer_result(2)); });
    CHECK(std::chrono::steady_clock::now() - start >= 30ms);  // on a slow machine, too
    CHECK(says(message, "another process has kept it locked for 0.03 s; wait"));
    CHECK(store.layer_count() == 1);
    CHECK(ResultStore(folder.path, 30ms).layer_count() == 1);
    other.run("COMMIT");
    store.add(key_of("a"), key_of("m"), layer_result(2));
    CHECK(store.layer_count() == 2);
  }

  TEST_CASE("a store opened for reading sees what a writer adds, and adds nothing") {
    const StoreFolder folder;
    ResultStore writer(folder.path);
    ResultStore reader = ResultStore::read_only(folder.path);
    writer.add(key_of("a"), key_of("l"), layer_result(1));
    CHECK(reader.layer_count() == 1);
    const std::string message =
        refusal([&] { reader.add(key_of("a"), key_of("m"), layer_result(2)); });
    CHECK(says(message, "read-only"));
    CHECK(writer.layer_count() == 1);
  }
}

}  // namespace
}  // namespace tilewise
