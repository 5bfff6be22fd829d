#include "base/file.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "base/error.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

/// A folder of its own that vanishes with the test.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("tilewise_test_" + std::to_string(::getpid()));
  Folder() { fs::create_directories(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path); }
  auto files() const {
    return std::distance(fs::directory_iterator(path), fs::directory_iterator());
  }
};

TEST_SUITE("files") {
  TEST_CASE("what is written is read, and nothing else is left") {
    const Folder folder;
    const fs::path file = folder.path / "a.yaml";
    write_file(file, "one\n");
    write_file(file, "two\n");
    CHECK(read_file(file) == "two\n");
    CHECK(folder.files() == 1);
  }

  TEST_CASE("a file larger than the caller takes is refused") {
    const Folder folder;
    write_file(folder.path / "a.yaml", "four");
    CHECK(read_file(folder.path / "a.yaml", 4) == "four");
    CHECK_THROWS_AS(read_file(folder.path / "a.yaml", 3), InputError);
  }

  TEST_CASE("a failed write leaves nothing partial") {
    const Folder folder;
    CHECK_THROWS_AS(write_file(folder.path / "missing" / "a.yaml", "x"), InputError);
    // A folder of that name cannot be replaced.
    fs::create_directories(folder.path / "taken" / "inside");
    CHECK_THROWS_AS(write_file(folder.path / "taken", "x"), InputError);
    CHECK(folder.files() == 1);
  }

  TEST_CASE("a file that is not there is named") {
    const Folder folder;
    CHECK_THROWS_WITH_AS(read_file("no/such.yaml"), "no/such.yaml: no such file", InputError);
    CHECK_THROWS_WITH_AS(read_file(folder.path), (folder.path.string() + ": not a file").c_str(),
                         InputError);
  }

  TEST_CASE("a shipped config is found by name, a wrong name lists those there are") {
    CHECK(find_config("arch", "two_level").filename() == "two_level.yaml");
    CHECK(find_config("arch", "two_level.yaml").filename() == "two_level.yaml");
    std::string message;
    try {
      find_config("arch", "nothing");
    } catch (const InputError& error) {
      message = error.what();
    }
    CHECK(message.find("eyeriss") != std::string::npos);
  }

  TEST_CASE("the program has a version") { CHECK_FALSE(version().empty()); }
}

}  // namespace
}  // namespace tilewise
