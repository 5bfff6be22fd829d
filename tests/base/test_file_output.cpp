#include <doctest/doctest.h>

#include <array>
#include <string>

#include "base/file.hpp"
#include "base/output_place.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"

namespace tilewise {

namespace fs = std::filesystem;

TEST_SUITE("output places") {
  TEST_CASE("an output that is an input is refused, by whatever path it is named") {
    const ScratchFolder folder("file_output");
    const std::string input = (folder.path / "in.yaml").string();
    write_file(input, "x");
    fs::create_symlink("in.yaml", folder.path / "link.yaml");
    fs::create_hard_link(input, folder.path / "hard.yaml");
    const std::array inputs{std::string("a_shipped_name"), input};
    for (const char* name : {"in.yaml", "./in.yaml", "link.yaml", "hard.yaml", "x/../in.yaml"}) {
      CAPTURE(name);
      if (std::string_view(name).starts_with("x/")) fs::create_directory(folder.path / "x");
      const std::string said =
          refusal([&] { check_output("--output", folder.path / name, inputs); });
      CHECK(says(said, "--output " + (folder.path / name).string() + ": that file is read"));
      CHECK(says(said, "name another"));
    }
    check_output("--output", folder.path / "new.yaml", inputs);
    write_file(folder.path / "other.yaml", "x");  // the same content is not the same file
    check_output("--output", folder.path / "other.yaml", inputs);
    check_output("--output", "", inputs);
  }

  TEST_CASE("what cannot be an output is refused by name") {
    const ScratchFolder folder("file_output");
    CHECK(refusal([&] { output_place(folder.path); }) ==
          folder.path.string() + ": cannot be written: Is a directory");
    CHECK(output_place("/dev/null").kind == OutputPlace::Kind::Stream);
    CHECK(output_place("/dev/stdout").kind == OutputPlace::Kind::Descriptor);
    CHECK(output_place(folder.path / "new").kind == OutputPlace::Kind::File);
  }
}

}  // namespace tilewise
