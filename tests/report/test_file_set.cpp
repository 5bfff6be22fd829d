#include "report/file_set.hpp"

#include <doctest/doctest.h>

#include <array>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/sha256.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 2> kNames{"a.csv", "b.csv"};

OutputNames two_names() { return output_names(kNames, "a sweep"); }

std::size_t entries_in(const fs::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(folder)) count += entry.exists() ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("tables lose the guard of names where that is asked for, other files do not") {
  const ScratchFolder scratch("file_set");
  constexpr std::array<std::string_view, 2> kBoth{"a.csv", "run.yaml"};
  const OutputNames names = output_names(kBoth, "a sweep");
  const std::string text = "name\n'=1\n";
  write_file_set(scratch.path, names, {{"a.csv", text}, {"run.yaml", text}}, CsvGuard::Off);
  CHECK(read_file(scratch.path / "a.csv") == "name\n=1\n");
  CHECK(read_file(scratch.path / "run.yaml") == text);
  // The list knows what was written: it may be replaced.
  write_file_set(scratch.path, names, {{"a.csv", text}, {"run.yaml", text}});
  CHECK(read_file(scratch.path / "a.csv") == text);
}

TEST_CASE("files of a set appear together, and those that the new set lacks go") {
  const ScratchFolder scratch("file_set");
  const fs::path folder = scratch.path / "out";
  write_file_set(folder, two_names(), {{"a.csv", "1"}, {"b.csv", "2"}});
  CHECK(read_file(folder / "a.csv") == "1");
  CHECK(read_file(folder / "b.csv") == "2");
  write_file_set(folder, two_names(), {{"b.csv", "3"}});
  CHECK_FALSE(fs::exists(folder / "a.csv"));
  CHECK(read_file(folder / "b.csv") == "3");
  CHECK(entries_in(folder) == 2);  // b.csv and the list
  CHECK(entries_in(scratch.path) == 1);
}

TEST_CASE("a folder with files of another kind is refused by name") {
  const ScratchFolder scratch("file_set");
  write_file_set(scratch.path, two_names(), {{"a.csv", ""}});
  check_folder(scratch.path, two_names());
  check_folder(scratch.path / "new", two_names());
  write_file(scratch.path / "costs.csv", "");
  CHECK(refusal([&] { check_folder(scratch.path, two_names()); }) ==
        scratch.path.string() + ": holds costs.csv, which is not of a sweep; name another folder");
  CHECK(refusal([&] { check_folder(scratch.path / "costs.csv", two_names()); }) ==
        (scratch.path / "costs.csv").string() + ": not a folder; name another");
}

TEST_CASE("what no run wrote, and what was changed since, is refused and stays") {
  const ScratchFolder scratch("file_set");
  write_file(scratch.path / "a.csv", "mine");
  CHECK(
      refusal([&] { check_folder(scratch.path, two_names()); }) ==
      scratch.path.string() +
          ": holds a.csv, which no run of tilewise wrote, in the place of a file of a sweep; move "
          "it away, or name another folder");
  // Also where it appears after that was asked.
  CHECK(says(refusal([&] {
               write_file_set(scratch.path, two_names(), {{"a.csv", "ours"}});
             }),
             "a.csv, which no run of tilewise wrote"));
  CHECK(read_file(scratch.path / "a.csv") == "mine");
  CHECK(entries_in(scratch.path) == 1);

  const fs::path folder = scratch.path / "out";
  write_file_set(folder, two_names(), {{"a.csv", "1"}, {"b.csv", "2"}});
  write_file(folder / "a.csv", "1 and notes");
  CHECK(says(refusal([&] { check_folder(folder, two_names()); }),
             "a.csv, which was changed since it was written"));
  write_file(folder / "a.csv", "1");  // as it was
  check_folder(folder, two_names());
}

TEST_CASE("the files of another command are not replaced or removed") {
  const ScratchFolder scratch("file_set");
  constexpr std::array<std::string_view, 1> kOther{"costs.csv"};
  write_file_set(scratch.path, output_names(kOther, "a sweep"), {{"costs.csv", "1"}});
  CHECK(refusal([&] { check_folder(scratch.path, two_names()); }) ==
        scratch.path.string() + ": holds costs.csv, which is not of a sweep; name another folder");
  write_file_set(scratch.path, two_names(), {{"a.csv", "2"}});
  CHECK(read_file(scratch.path / "costs.csv") == "1");
}

TEST_CASE("a file of ours that is not written again goes only as it was written") {
  const ScratchFolder scratch("file_set");
  OutputNames any{"a run", "run.yaml", [](const std::string& file) { return file == "run.yaml"; }};
  any.besides = [](const std::string& file) { return file.starts_with("below/"); };
  write_file_set(scratch.path, any,
                 {{"below/1.yaml", "1"}, {"below/2.yaml", "2"}, {"run.yaml", "r"}});
  write_file(scratch.path / "below" / "2.yaml", "2, better");
  write_file(scratch.path / "below" / "mine.yaml", "m");
  write_file_set(scratch.path, any, {{"below/3.yaml", "3"}, {"run.yaml", "s"}});
  CHECK_FALSE(fs::exists(scratch.path / "below" / "1.yaml"));
  CHECK(read_file(scratch.path / "below" / "2.yaml") == "2, better");
  CHECK(read_file(scratch.path / "below" / "mine.yaml") == "m");
  CHECK(read_file(scratch.path / "below" / "3.yaml") == "3");
}

TEST_CASE("what a run that was killed between two files left is known as ours") {
  const ScratchFolder scratch("file_set");
  Sha256 sha256;
  sha256.add("new");
  const std::string digest = sha256.digest();
  // The list is there first, with the old and the new of a.csv; of b.csv nothing has come.
  write_file_set(scratch.path, two_names(), {{"a.csv", "old"}});
  const std::string list = read_file(scratch.path / ".tilewise-files");
  write_file(scratch.path / ".tilewise-files", list + digest + "  a.csv\n" + digest + "  b.csv\n");
  for (const char* content : {"old", "new"}) {
    write_file(scratch.path / "a.csv", content);
    check_folder(scratch.path, two_names());
  }
  fs::create_directories(scratch.path / ".files.0123456789abcdef.tilewise-part" / "below");
  check_folder(scratch.path, two_names());
  write_file_set(scratch.path, two_names(), {{"b.csv", "2"}});
  CHECK(entries_in(scratch.path) == 2);  // b.csv and the list
}

TEST_CASE("a list with names outside of the folder removes nothing there") {
  const ScratchFolder scratch("file_set");
  Sha256 digest;
  digest.add("mine");
  write_file(scratch.path / "mine.txt", "mine");
  fs::create_directory(scratch.path / "out");
  const std::string hash = digest.digest();
  write_file(scratch.path / "out" / ".tilewise-files",
             hash + "  ../mine.txt\n" + hash + "  " + (scratch.path / "mine.txt").string() + "\n");
  CHECK(written_files(scratch.path / "out").empty());
  write_file_set(scratch.path / "out", two_names(), {{"a.csv", "1"}});
  CHECK(read_file(scratch.path / "mine.txt") == "mine");
}

}  // namespace tilewise
