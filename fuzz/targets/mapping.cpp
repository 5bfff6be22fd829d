#include "sim/mapping_yaml.hpp"

#include "arch/architecture_yaml.hpp"
#include "fuzz/target.hpp"
#include "sim/evaluate.hpp"
#include "sim/validity.hpp"
#include "workload/layer_yaml.hpp"

namespace {

using tilewise::Architecture;
using tilewise::Layer;
using tilewise::Mapping;

/// A mapping is written and read back the same; one that fits is costed.
void read_mapping(tilewise::fuzz::Bytes input) {
  static const Architecture architecture = tilewise::find_architecture("eyeriss");
  static const Layer layer = tilewise::find_layer("alexnet_conv3");
  const auto mapping_in = [](std::string_view text) {
    return tilewise::parse_mapping(tilewise::YamlNode::load_text(text, "mapping.yaml"),
                                   architecture);
  };
  const Mapping mapping = mapping_in(tilewise::fuzz::text_of(input));
  tilewise::fuzz::require(mapping_in(tilewise::mapping_yaml(mapping, architecture)) == mapping,
                          "a mapping is not what was written of it");
  tilewise::fuzz::require(tilewise::parse_nest_line(tilewise::nest_line(mapping, architecture),
                                                    architecture) == mapping,
                          "a mapping is not the line that was written of it");
  tilewise::check_mapping(layer, mapping);
  if (!tilewise::find_misfit(architecture, layer, mapping)) {
    tilewise::evaluate(architecture, layer, mapping);
  }
}

}  // namespace

TILEWISE_FUZZ_TARGET(read_mapping)
