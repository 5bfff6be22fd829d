#include "base/file_writer.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/file.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> names_of_all(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.insert(entry.path().filename().string());
  }
  return {names.begin(), names.end()};
}

/// A file of another process that was killed: nobody has it locked.
void leave_part(const fs::path& path) { std::ofstream(path) << "half"; }

}  // namespace

TEST_SUITE("file writer") {
  TEST_CASE("the file on the way has a name that differs each time, and is locked") {
    const ScratchFolder folder("file_writer");
    std::set<std::string> seen;
    for (int run = 0; run < 8; ++run) {
      FileWriter file(folder.path / "a.csv");
      const auto names = names_of_all(folder.path);
      REQUIRE(names.size() == 1);
      CHECK(is_part(names[0], "a.csv"));
      seen.insert(names[0]);
      const FileDescriptor other(::open((folder.path / names[0]).c_str(), O_WRONLY | O_CLOEXEC));
      CHECK(::flock(other.number(), LOCK_EX | LOCK_NB) == -1);
    }
    CHECK(seen.size() == 8);
    CHECK(names_of_all(folder.path).empty());
  }

  TEST_CASE("what a killed run left of the same file goes, and nothing else does") {
    const ScratchFolder folder("file_writer");
    leave_part(folder.path / ".a.csv.0123456789abcdef.tilewise-part");
    leave_part(folder.path / ".b.csv.0123456789abcdef.tilewise-part");  // of another file
    leave_part(folder.path / ".a.csv.mine.tilewise-part");              // a user's
    FileWriter running(folder.path / "a.csv");                          // of a run that goes on
    write_file(folder.path / "a.csv", "whole");
    running.write("later");
    CHECK(names_of_all(folder.path).size() == 4);
    running.finish();
    CHECK(names_of_all(folder.path) ==
          std::vector<std::string>{".a.csv.mine.tilewise-part",
                                   ".b.csv.0123456789abcdef.tilewise-part", "a.csv"});
    CHECK(read_file(folder.path / "a.csv") == "later");
  }

  TEST_CASE("a name as long as names may be is written") {
    const ScratchFolder folder("file_writer");
    const std::string longest(255, 'n');
    write_file(folder.path / longest, "x");
    CHECK(read_file(folder.path / longest) == "x");
  }

  TEST_CASE("a symbolic link stays, and what it leads to is replaced") {
    const ScratchFolder folder("file_writer");
    fs::create_directory(folder.path / "below");
    write_file(folder.path / "below" / "real.csv", "old");
    fs::create_symlink("below/real.csv", folder.path / "inner");
    fs::create_symlink("inner", folder.path / "outer");
    write_file(folder.path / "outer", "new");
    CHECK(fs::is_symlink(folder.path / "outer"));
    CHECK(fs::is_symlink(folder.path / "inner"));
    CHECK(read_file(folder.path / "below" / "real.csv") == "new");
    // One that leads to nothing stands for that file, as it does for a shell.
    fs::create_symlink("below/none.csv", folder.path / "dangling");
    write_file(folder.path / "dangling", "made");
    CHECK(read_file(folder.path / "below" / "none.csv") == "made");
    fs::create_symlink("circle", folder.path / "circle");
    CHECK(says(refusal([&] { write_file(folder.path / "circle", "x"); }),
               "Too many levels of symbolic links"));
    CHECK(fs::is_symlink(folder.path / "circle"));
  }

  TEST_CASE("a FIFO is written into and stays") {
    const ScratchFolder folder("file_writer");
    const fs::path fifo = folder.path / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    std::string read;
    std::thread reader([&] {
      std::ifstream in(fifo);
      std::getline(in, read);
    });
    write_file(fifo, "through\n");
    reader.join();
    CHECK(read == "through");
    CHECK(fs::is_fifo(fifo));
    CHECK(names_of_all(folder.path).size() == 1);
  }

  TEST_CASE("an open file of the process is written on where it stands") {
    const ScratchFolder folder("file_writer");
    const fs::path path = folder.path / "log";
    const FileDescriptor log(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    REQUIRE(::write(log.number(), "first ", 6) == 6);
    write_file("/dev/fd/" + std::to_string(log.number()), "second ");
    REQUIRE(::write(log.number(), "third", 5) == 5);
    CHECK(read_file(path) == "first second third");
  }

  TEST_CASE("the permissions of a file stay") {
    const ScratchFolder folder("file_writer");
    const fs::path path = folder.path / "private";
    write_file(path, "old");
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
    write_file(path, "new");
    CHECK(fs::status(path).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  }
}

}  // namespace tilewise
