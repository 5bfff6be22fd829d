#include <doctest/doctest.h>

#include <string>

#include "base/file.hpp"
#include "space/nasbench201_counts.hpp"
#include "space/search_spaces.hpp"

// configs/space/nasbench201.yaml against the definition by hand (space/nasbench201_network.cpp,
// space/nasbench201_counts.cpp), which makes networks without dead layers.
namespace tilewise {
namespace {

const SearchSpace& cells() { return find_space("nasbench201"); }
/// The file as a user's: all that it says is made of it, networks too.
const SearchSpace& plain_file() { return find_space(find_config("space", "nasbench201").string()); }

void check_networks(const SearchSpace& space, const SpaceOptions& options, PruneDead prune) {
  for (const Dataset dataset : all_of<Dataset>()) {
    const std::string word(name(dataset));
    for (std::int64_t index = 0; index < kNasbench201Size; index += 311) {
      CAPTURE(index);
      const CellArchitecture architecture = nasbench201_architecture(index);
      const Network made = space.network(to_string(architecture), word, options);
      const Network by_hand = nasbench201_network(architecture, dataset, prune);
      CHECK(made.name() == by_hand.name());
      REQUIRE(layers_of(made) == layers_of(by_hand));
      for (std::size_t i = 0; i < made.size(); ++i) {
        REQUIRE(made.inputs_of(i) == by_hand.inputs_of(i));
      }
    }
  }
}

void check_layers(const SpaceOptions& options, PruneDead prune) {
  for (const Dataset dataset : all_of<Dataset>()) {
    const Nasbench201Layers by_hand = nasbench201_layers(dataset);
    const auto made = std::get<IndexedLayers>(cells().layers(std::string(name(dataset)), options));
    CHECK(made.layers == by_hand.layers);
    for (std::int64_t index = 0; index < kNasbench201Size; ++index) {
      REQUIRE(made.uses(index) ==
              nasbench201_layer_uses(by_hand, nasbench201_architecture(index), prune));
    }
  }
}

}  // namespace

TEST_CASE("the file of NAS-Bench-201 has the candidates at their public indices") {
  const IndexedForm& form = *indexed(cells());
  REQUIRE(form.size == kNasbench201Size);
  for (std::int64_t index = 0; index < form.size; ++index) {
    const std::string text = to_string(nasbench201_architecture(index));
    REQUIRE(form.text(index) == text);
    REQUIRE(form.index(text) == index);
  }
  CHECK(cells().public_config(form.text(10), "ImageNet16-120") ==
        R"({"name": "infer.tiny", "C": 16, "N": 5, "arch_str": ")" + form.text(10) +
            R"(", "num_classes": 120})");
}

TEST_CASE("each network of the file of NAS-Bench-201 is that of the definition by hand") {
  check_networks(plain_file(), {}, PruneDead::No);
  check_networks(cells(), {}, PruneDead::No);
  check_networks(cells(), {.prune_dead = true}, PruneDead::Yes);
}

TEST_CASE("the file of NAS-Bench-201 has its layers, their names, order and uses") {
  check_layers({}, PruneDead::No);
  check_layers({.prune_dead = true}, PruneDead::Yes);
}

}  // namespace tilewise
