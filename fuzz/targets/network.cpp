#include "workload/network_yaml.hpp"

#include "fuzz/target.hpp"

namespace {

/// What is written of a network is read to the same.
void read_network(tilewise::fuzz::Bytes input) {
  const auto network = [](std::string_view text) {
    return tilewise::parse_network(tilewise::YamlNode::load_text(text, "network.yaml").map());
  };
  const std::string written = tilewise::network_yaml(network(tilewise::fuzz::text_of(input)));
  tilewise::fuzz::require(tilewise::network_yaml(network(written)) == written,
                          "a network is not what was written of it");
}

}  // namespace

TILEWISE_FUZZ_TARGET(read_network)
