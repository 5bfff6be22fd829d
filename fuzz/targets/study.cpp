#include "study/study.hpp"

#include "fuzz/target.hpp"

namespace {

/// What is read has a first configuration and a last one.
void read_study(tilewise::fuzz::Bytes input) {
  const tilewise::fuzz::MemoryFile file(input);
  const tilewise::Study study = tilewise::load_study(file.path());
  tilewise::configuration(study, 0);
  tilewise::configuration(study, tilewise::configuration_count(study) - 1);
}

}  // namespace

TILEWISE_FUZZ_TARGET(read_study)
