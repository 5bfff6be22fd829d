#include "base/file.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>

#include "base/error.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

struct Folder : ScratchFolder {
  Folder() : ScratchFolder("file") {}
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
    CHECK(refusal([&] { read_file(folder.path / "a.yaml", 3); }) ==
          (folder.path / "a.yaml").string() + ": larger than 0 MiB");
  }

  TEST_CASE("a failed write leaves nothing partial") {
    const Folder folder;
    CHECK(refusal([&] { write_file(folder.path / "missing" / "a.yaml", "x"); }) ==
          (folder.path / "missing" / "a.yaml").string() +
              ": cannot be written: No such file or directory");
    // A folder of that name cannot be replaced.
    fs::create_directories(folder.path / "taken" / "inside");
    CHECK(refusal([&] { write_file(folder.path / "taken", "x"); }) ==
          (folder.path / "taken").string() + ": cannot be written: Is a directory");
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
    const std::string said = refusal([] { find_config("arch", "nothing"); });
    CHECK(said.starts_with(
        "nothing: no such file, and no config of that name; there are: edge_free, eyeriss,"));
    CHECK(says(said, ", two_level"));
    CHECK(refusal([] {
            find_config("workload", "resnet81");
          }).ends_with(", vgg16; did you mean \"resnet18\"?"));
  }

  TEST_CASE("the program has a version") { CHECK_FALSE(version().empty()); }
}

}  // namespace
}  // namespace tilewise
