#include "sweep/network_list.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/file.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"

namespace tilewise {
namespace {

using Words = std::vector<std::string>;

const std::string kLayers =
    "layers: [{name: a, op: convolution, dims: {M: 4, C: 3, P: 2, Q: 3, N: 2}}]\n";

/// Two files of networks of one name, and a third.
struct ThreeFiles : ScratchFolder {
  ThreeFiles() : ScratchFolder("networks") {
    for (const char* file : {"b.yaml", "a.yaml"}) {
      write_file(path / file, "name: same\n" + kLayers);
    }
    write_file(path / "one,two.yaml", "name: other\n" + kLayers);
  }
  std::string file(const std::string& name) const { return (path / name).string(); }
};

Words names_of(const std::vector<ListedNetwork>& networks) {
  Words names;
  for (const ListedNetwork& each : networks) names.push_back(each.name);
  return names;
}

}  // namespace

TEST_CASE("words are files, patterns of files, or lists of these") {
  const ThreeFiles files;
  CHECK(expand_words(Words{"resnet18,alexnet", "vgg16"}) == Words{"resnet18", "alexnet", "vgg16"});
  CHECK(expand_words(Words{files.file("?.yaml")}) ==
        Words{files.file("a.yaml"), files.file("b.yaml")});
  CHECK(expand_words(Words{"alexnet," + files.file("[b].yaml")}) ==
        Words{"alexnet", files.file("b.yaml")});
  CHECK(expand_words(Words{files.file("one,two.yaml")}) == Words{files.file("one,two.yaml")});
}

TEST_CASE("networks of one name are called by their files") {
  const ThreeFiles files;
  CHECK(names_of(find_networks(Words{files.file("*.yaml")})) ==
        Words{files.file("a.yaml"), files.file("b.yaml"), "other"});
  CHECK(names_of(list_networks({Network("net"), Network("net"), Network("more")})) ==
        Words{"net", "net (2)", "more"});
}

TEST_CASE("the batch is that of every network") {
  const ThreeFiles files;
  const auto listed = find_networks(Words{"resnet18", files.file("a.yaml")}, {.batch = 6});
  CHECK(listed[0].network.layer(0).bounds[Dim::N] == 6);
  CHECK(listed[1].network.layer(0).bounds[Dim::N] == 6);
}

TEST_CASE("words that name no network are refused, each with its cure") {
  const ThreeFiles files;
  const auto said = [](const Words& words) { return refusal([&] { find_networks(words); }); };
  CHECK(says(said({}), "network: none is named"));
  CHECK(says(said({""}), "network: an empty name"));
  CHECK(says(said({"resnet18,,vgg16"}), "network: an empty name"));
  CHECK(says(said({files.file("*.onnx")}), "*.onnx: no file is called so; a pattern such as"));
  CHECK(says(said({"resnet81"}), "did you mean \"resnet18\"?"));
  CHECK(says(said({files.file("a.yaml"), files.file("?.yaml")}), "a.yaml: is there twice"));
}

}  // namespace tilewise
