#include "sim/nest_file.hpp"

#include "fuzz/target.hpp"
#include "sim/access_counts.hpp"

namespace {

/// What is read is counted, as `tilewise count` does.
void read_nest(tilewise::fuzz::Bytes input) {
  const tilewise::NestFile nest = tilewise::parse_nest(
      tilewise::YamlNode::load_text(tilewise::fuzz::text_of(input), "nest.yaml"));
  tilewise::count_accesses(nest.layer, nest.mapping, nest.merges);
}

}  // namespace

TILEWISE_FUZZ_TARGET(read_nest)
