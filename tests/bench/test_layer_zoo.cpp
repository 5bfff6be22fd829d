#include "bench/layer_zoo.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "base/error.hpp"
#include "space/fbnet.hpp"
#include "space/nasbench201_counts.hpp"

namespace tilewise {
namespace {

std::set<std::string> keys(const std::vector<Layer>& layers) {
  std::set<std::string> found;
  for (const Layer& layer : layers) found.insert(canonical_key(layer));
  return found;
}

}  // namespace

TEST_CASE("the zoo has every layer of NAS-Bench-201") {
  std::set<std::string> expected;
  for (const Dataset dataset : all_of<Dataset>()) {
    expected.merge(keys(nasbench201_layers(dataset).layers));
  }
  CHECK(keys(layer_set("nasbench201").layers) == expected);
}

TEST_CASE("the zoo has every layer of FBNet") {
  std::set<std::string> expected;
  for (const FbnetDataset dataset : all_of<FbnetDataset>()) {
    expected.merge(keys(fbnet_distinct_layers(dataset)));
  }
  CHECK(keys(layer_set("fbnet").layers) == expected);
}

TEST_CASE("equal layers of a network are in the zoo once") {
  // 13 convolutions, of which conv3_3, conv4_3, conv5_2 and conv5_3 repeat the one before; 5 pools;
  // 3 fully connected layers.
  CHECK(layer_set("vgg16").layers.size() == 9 + 5 + 3);
}

TEST_CASE("every set of the zoo has sound layers, each under its own name") {
  for (const std::string& name : layer_set_names()) {
    CAPTURE(name);
    const LayerSet set = layer_set(name);
    CHECK(set.name == name);
    std::set<std::string> names;
    for (const Layer& layer : set.layers) {
      check_layer(layer);
      names.insert(layer.name);
    }
    CHECK(names.size() == set.layers.size());
  }
}

TEST_CASE("an unknown set is refused with those there are") {
  CHECK_THROWS_WITH_AS(layer_set("lenet"),
                       "\"lenet\": no such set of layers; there are nasbench201, fbnet, alexnet, "
                       "vgg16, resnet50, mobilenetv2",
                       InputError);
}

TEST_CASE("a limit leaves layers that are evenly spread") {
  std::vector<Layer> layers(7);
  for (std::size_t i = 0; i < layers.size(); ++i) layers[i].name = std::to_string(i);
  const auto names = [&](std::size_t most) {
    std::string text;
    for (const Layer& layer : spread(layers, most)) text += layer.name;
    return text;
  };
  CHECK(names(0) == "0123456");
  CHECK(names(9) == "0123456");
  CHECK(names(3) == "024");  // 0 * 7 / 3, 1 * 7 / 3, 2 * 7 / 3
  CHECK(names(1) == "0");
}

}  // namespace tilewise
