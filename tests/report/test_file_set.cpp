#include "report/file_set.hpp"

#include <doctest/doctest.h>

#include <array>

#include "base/error.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 2> kNames{"a.csv", "b.csv"};

}  // namespace

TEST_CASE("files of a set appear together, and those that the new set lacks go") {
  const ScratchFolder scratch("file_set");
  const fs::path folder = scratch.path / "out";
  write_file_set(folder, kNames, {{"a.csv", "1"}, {"b.csv", "2"}});
  CHECK(read_file(folder / "a.csv") == "1");
  CHECK(read_file(folder / "b.csv") == "2");
  write_file_set(folder, kNames, {{"b.csv", "3"}});
  CHECK_FALSE(fs::exists(folder / "a.csv"));
  CHECK(read_file(folder / "b.csv") == "3");
  CHECK_FALSE(fs::exists(scratch.path / ".out.part"));
}

TEST_CASE("a folder with files of another kind is refused by name") {
  const ScratchFolder scratch("file_set");
  write_file(scratch.path / "a.csv", "");
  check_file_set_folder(scratch.path, kNames, "a sweep");
  check_file_set_folder(scratch.path / "new", kNames, "a sweep");
  write_file(scratch.path / "costs.csv", "");
  CHECK(refusal([&] { check_file_set_folder(scratch.path, kNames, "a sweep"); }) ==
        scratch.path.string() + ": holds costs.csv, which is not of a sweep; name another folder");
  CHECK(refusal([&] { check_file_set_folder(scratch.path / "costs.csv", kNames, "a sweep"); }) ==
        (scratch.path / "costs.csv").string() + ": not a folder; name another");
}

}  // namespace tilewise
