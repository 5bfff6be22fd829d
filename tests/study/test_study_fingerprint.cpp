#include "study/study_fingerprint.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>

#include "base/file.hpp"
#include "scratch_folder.hpp"
#include "study/study.hpp"
#include "study/study_layers.hpp"

namespace tilewise {
namespace {

/// A folder with a study, the architecture and the layer that it names.
class Folder {
 public:
  Folder() {
    write("study.yaml",
          "architecture: mine.yaml\n"
          "parameters:\n  levels[Buffer].capacity: [16 bit .. 4096 bit, x2]\n"
          "workloads: [{layer: small.yaml}]\nobjectives: [latency, energy]\n");
    write("mine.yaml", read_file(config_folder() / "arch" / "two_level.yaml"));
    write("small.yaml", "{op: convolution, dims: {M: 4, C: 3}}\n");
  }
  std::string read(const std::string& file) const { return read_file(folder_.path / file); }
  void write(const std::string& file, const std::string& text) const {
    write_file(folder_.path / file, text);
  }
  std::string fingerprint() const {
    const Study study = load_study(folder_.path / "study.yaml");
    StudyLayers widths(study);
    return study_fingerprint(study, widths);
  }

 private:
  ScratchFolder folder_{"fingerprint"};
};

TEST_CASE("the fingerprint of a study stays as long as no file that it reads changes") {
  const Folder folder;
  const std::string before = folder.fingerprint();
  CHECK(before.size() == 16);
  CHECK(folder.fingerprint() == before);
}

TEST_CASE("another study, architecture or layer gives another fingerprint") {
  const Folder folder;
  const std::string before = folder.fingerprint();
  const auto changed = [&](const std::string& file, const std::string& from,
                           const std::string& to) {
    const std::string old = folder.read(file);
    const std::size_t place = old.find(from);
    REQUIRE(place != std::string::npos);
    folder.write(file, std::string(old).replace(place, from.size(), to));
    const std::string after = folder.fingerprint();
    folder.write(file, old);
    return after != before;
  };
  CHECK(changed("study.yaml", "[latency, energy]", "[energy, latency]"));
  CHECK(changed("mine.yaml", "100 MHz", "101 MHz"));
  CHECK(changed("small.yaml", "M: 4", "M: 5"));
  CHECK(folder.fingerprint() == before);
}

}  // namespace
}  // namespace tilewise
