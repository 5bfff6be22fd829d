#include "arch/architecture_yaml.hpp"

#include "arch/describe.hpp"
#include "fuzz/target.hpp"

namespace {

void read_architecture_file(tilewise::fuzz::Bytes input) {
  tilewise::read_hardware(
      tilewise::YamlNode::load_text(tilewise::fuzz::text_of(input), "architecture.yaml"));
}

}  // namespace

TILEWISE_FUZZ_TARGET(read_architecture_file)
