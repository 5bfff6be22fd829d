#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <functional>
#include <map>
#include <random>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "study/result_store_fixture.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// A process of its own that does `work` and ends with its answer: 0 for good, 99 after an
/// exception. It must not use what the parent opened.
class Child {
 public:
  explicit Child(const std::function<int()>& work) : id_(::fork()) {
    if (id_ != 0) return;
    int code = 99;
    try {
      code = work();
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}\n", error.what());
    }
    ::_exit(code);
  }

  void kill() const { ::kill(id_, SIGKILL); }

  /// What wait() says of its end.
  int wait() const {
    int status = 0;
    while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
  }

 private:
  pid_t id_;
};

/// Adds the layers first, first + step, ... below last, each in a transaction of its own.
int add_layers(const fs::path& folder, std::size_t first, std::size_t last, std::size_t step) {
  ResultStore store(folder);
  for (std::size_t i = first; i < last; i += step) {
    store.add(key_of("a"), numbered(i), layer_result(i));
  }
  return 0;
}

bool is_whole(const fs::path& file) {
  return database(file).text("PRAGMA integrity_check") == "ok";
}

TEST_SUITE("result store") {
  TEST_CASE("processes make one store and add to it side by side") {
    const StoreFolder folder;
    {
      std::vector<Child> children;
      children.emplace_back([&] { return add_layers(folder.path, 0, 300, 1); });
      children.emplace_back([&] { return add_layers(folder.path, 100, 400, 1); });
      children.emplace_back([&] { return add_layers(folder.path, 0, 400, 3); });
      for (const Child& child : children) CHECK(child.wait() == 0);
    }
    CHECK(is_whole(folder.file()));
    const auto layers = ResultStore(folder.path).layers_of(key_of("a"));
    REQUIRE(layers.size() == 400);
    for (std::size_t i = 0; i < 400; ++i) CHECK(layers.at(numbered(i)) == layer_result(i));
  }

  TEST_CASE("processes that open a missing store at once all succeed") {
    const StoreFolder folder;
    for (int round = 0; round < 3; ++round) {
      const fs::path store = folder.path / std::to_string(round);
      std::vector<Child> children;
      for (std::size_t i = 0; i < 6; ++i) {
        children.emplace_back([&store, i] { return add_layers(store, i, i + 1, 1); });
      }
      for (const Child& child : children) CHECK(child.wait() == 0);
      CHECK(ResultStore(store).layer_count() == 6);
    }
  }

  TEST_CASE("a process killed at any moment loses no layer that it reported") {
    const StoreFolder folder;
    std::mt19937 random(1);
    std::vector<std::size_t> reported;
    for (std::size_t round = 0; round < 10; ++round) {
      int ends[2] = {};
      REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
      const Child child([&] {
        ResultStore store(folder.path);
        for (std::size_t number = round * 100'000;; ++number) {
          store.add(key_of("a"), numbered(number), layer_result(number));
          if (::write(ends[1], &number, sizeof number) != sizeof number) return 1;
        }
      });
      ::close(ends[1]);
      // In the first rounds while it makes the store, then after some layers.
      std::size_t i = 0;
      if (round >= 3) {
        for (std::size_t left = 1 + random() % 100; left > 0; --left) {
          REQUIRE(::read(ends[0], &i, sizeof i) == sizeof i);
          reported.push_back(i);
        }
      }
      std::this_thread::sleep_for(std::chrono::microseconds(random() % (round < 3 ? 30'000 : 300)));
      child.kill();
      CHECK(WIFSIGNALED(child.wait()));
      while (::read(ends[0], &i, sizeof i) == sizeof i) reported.push_back(i);
      ::close(ends[0]);
    }
    CHECK(is_whole(folder.file()));
    const auto layers = ResultStore(folder.path).layers_of(key_of("a"));
    CHECK(reported.size() >= 7);
    CHECK(layers.size() >= reported.size());
    CHECK(layers.size() <= reported.size() + 10);  // kept, but killed before the report
    CHECK(std::all_of(reported.begin(), reported.end(), [&](std::size_t number) {
      const auto found = layers.find(numbered(number));
      return found != layers.end() && found->second == layer_result(number);
    }));
  }

  TEST_CASE("what a killed process had begun to change is undone for one that only reads") {
    const StoreFolder folder;
    add_layers(folder.path, 0, 3, 1);
    const Child child([&] {
      const Database changed = database(folder.file());
      changed.run("PRAGMA journal_mode = DELETE");
      changed.run("BEGIN IMMEDIATE");
      changed.run("CREATE TABLE half (made)");
      return ::raise(SIGKILL);
    });
    child.wait();
    REQUIRE(fs::exists(folder.path / "results.sqlite-journal"));
    CHECK(ResultStore::read_only(folder.path).layer_count() == 3);
  }

  TEST_CASE("a full disk is one clear error, the store stays whole and goes on with room") {
    const StoreFolder folder;
    ResultStore(folder.path).add(key_of("a"), numbered(0), layer_result(0));
    const Child child([&] {
      std::signal(SIGXFSZ, SIG_IGN);
      rlimit limit = {};
      ::getrlimit(RLIMIT_FSIZE, &limit);
      const rlimit little = {300'000, limit.rlim_max};
      ::setrlimit(RLIMIT_FSIZE, &little);
      ResultStore store(folder.path);
      std::size_t added = 1;
      std::string message;
      try {
        for (; added < 10'000; ++added) {
          store.add(key_of("a"), numbered(added), layer_result(added));
        }
      } catch (const InputError& error) {
        message = error.what();
      }
      const std::string start = folder.file().string() + ": cannot be read or written: ";
      if (message.rfind(start, 0) != 0 || message.find("make room") == std::string::npos) return 1;
      if (store.layer_count() != static_cast<std::int64_t>(added)) return 2;
      ::setrlimit(RLIMIT_FSIZE, &limit);
      for (; added < 1'500; ++added) {
        store.add(key_of("a"), numbered(added), layer_result(added));
      }
      ::setrlimit(RLIMIT_FSIZE, &little);
      // Too much for the room as one piece, so nothing of it is kept.
      std::map<Key, StoredLayer> many;
      for (std::size_t i = 1'500; i < 3'000; ++i) many[numbered(i)] = layer_result(i);
      try {
        store.add(key_of("a"), many);
        return 3;
      } catch (const InputError&) {
        return 0;
      }
    });
    CHECK(child.wait() == 0);
    CHECK(is_whole(folder.file()));
    const auto layers = ResultStore(folder.path).layers_of(key_of("a"));
    CHECK(layers.size() == 1'500);
    for (const std::size_t i : {std::size_t{0}, std::size_t{999}, std::size_t{1'499}}) {
      CHECK(layers.at(numbered(i)) == layer_result(i));
    }
  }

  TEST_CASE("a disk that is full from the start is one clear error") {
    const StoreFolder folder;
    const Child child([&] {
      std::signal(SIGXFSZ, SIG_IGN);
      const rlimit nothing = {0, 0};
      ::setrlimit(RLIMIT_FSIZE, &nothing);
      try {
        ResultStore store(folder.path);
      } catch (const InputError& error) {
        return std::string(error.what()).find("make room") == std::string::npos ? 1 : 0;
      }
      return 2;
    });
    CHECK(child.wait() == 0);
    CHECK(ResultStore(folder.path).layer_count() == 0);
  }

  TEST_CASE("a folder that cannot be written is refused for adding and read for reports") {
    const StoreFolder folder;
    const fs::path odd = folder.path / "50%?#";
    ResultStore(odd).add(key_of("a"), numbered(0), layer_result(0));
    fs::permissions(odd, fs::perms(0555));
    const Child child([&] {
      // Root may write everywhere: the rights must be those of somebody else.
      if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) != 0) return 4;
      std::string message;
      try {
        ResultStore store(odd);
      } catch (const InputError& error) {
        message = error.what();
      }
      if (message.find("writable, or name another") == std::string::npos) return 1;
      ResultStore store = ResultStore::read_only(odd);
      if (store.find_layer(key_of("a"), numbered(0)) != layer_result(0)) return 2;
      try {
        store.add(key_of("a"), numbered(1), layer_result(1));
        return 3;
      } catch (const InputError&) {
        return 0;
      }
    });
    CHECK(child.wait() == 0);
    fs::permissions(odd, fs::perms(0755));
    CHECK(ResultStore(odd).layer_count() == 1);
  }
}

}  // namespace
}  // namespace tilewise
