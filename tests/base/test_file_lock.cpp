#include <doctest/doctest.h>
#include <sys/wait.h>

#include <csignal>
#include <optional>
#include <string>

#include "base/file.hpp"
#include "base/folder_lock.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"

namespace tilewise {

namespace fs = std::filesystem;

TEST_SUITE("folder lock") {
  TEST_CASE("a second run is refused by name until the first ends") {
    const ScratchFolder scratch("folder_lock");
    const fs::path folder = scratch.path / "above" / "out";
    {
      const FolderLock first(folder);
      const std::string said = refusal([&] { const FolderLock second(folder); });
      CHECK(said == folder.string() + ": another run (process " + std::to_string(::getpid()) +
                        ") writes there; wait until it ends, or name another folder");
      CHECK(fs::exists(folder / kLockFile));
    }
    // Nothing was written: what the lock made is gone.
    CHECK_FALSE(fs::exists(scratch.path / "above"));
    const FolderLock again(folder);
  }

  TEST_CASE("a folder with something in it stays, without the lock's file") {
    const ScratchFolder scratch("folder_lock");
    {
      const FolderLock lock(scratch.path / "out");
      write_file(scratch.path / "out" / "a.csv", "x");
    }
    CHECK(fs::exists(scratch.path / "out" / "a.csv"));
    CHECK_FALSE(fs::exists(scratch.path / "out" / kLockFile));
  }

  TEST_CASE("the lock of a killed process is none") {
    const ScratchFolder scratch("folder_lock");
    int ready[2] = {};
    REQUIRE(::pipe(ready) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const FolderLock held(scratch.path);
      if (::write(ready[1], "x", 1) == 1) ::pause();
      ::_exit(0);
    }
    char told = 0;
    REQUIRE(::read(ready[0], &told, 1) == 1);
    CHECK(says(refusal([&] { const FolderLock second(scratch.path); }),
               "(process " + std::to_string(child) + ")"));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    CHECK(fs::exists(scratch.path / kLockFile));
    const FolderLock next(scratch.path);
    ::close(ready[0]);
    ::close(ready[1]);
  }

  TEST_CASE("a file is no folder") {
    const ScratchFolder scratch("folder_lock");
    write_file(scratch.path / "a.csv", "x");
    CHECK(refusal([&] { const FolderLock lock(scratch.path / "a.csv"); }) ==
          (scratch.path / "a.csv").string() + ": not a folder; name another");
  }
}

}  // namespace tilewise
