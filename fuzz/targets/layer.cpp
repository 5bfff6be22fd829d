#include "workload/layer_yaml.hpp"

#include "fuzz/target.hpp"

namespace {

void read_layer(tilewise::fuzz::Bytes input) {
  tilewise::parse_layer(
      tilewise::YamlNode::load_text(tilewise::fuzz::text_of(input), "layer.yaml").map(),
      {.name = "layer"});
}

}  // namespace

TILEWISE_FUZZ_TARGET(read_layer)
