#include "workload/network_yaml.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/error.hpp"
#include "base/quote.hpp"
#include "refusal.hpp"

namespace tilewise {
namespace {

Network parse(const std::string& layers, const std::string& more = "") {
  const std::string text =
      "name: net\ninput: {channels: 2, height: 4, width: 4}\n" + more + "layers:\n" + layers;
  return parse_network(YamlNode::load_text(text, "net.yaml").map());
}

std::string network_error(const std::string& layers) {
  return refusal([&] { parse(layers); });
}

const std::string kFirst = "- {name: a, op: convolution, output_channels: 3, kernel: 1}\n";

}  // namespace

TEST_CASE("shapes follow the edges") {
  const Network network = parse(kFirst + R"(
- {name: pool, op: max_pool, kernel: 2, stride: 2}
- {name: dense, op: fully_connected, outputs: 5}
)");
  CHECK(network.name() == "net");
  CHECK(network.layer(0).bounds[Dim::C] == 2);
  CHECK(network.layer(1).bounds[Dim::G] == 3);
  CHECK(network.layer(2).bounds[Dim::C] == 3 * 2 * 2);  // flattened
  CHECK(network.inputs_of(0).empty());
  CHECK(network.inputs_of(2) == std::vector<std::size_t>{1});
}

TEST_CASE("a batch that is asked for replaces the file's") {
  const std::string text =
      "name: net\ninput: {channels: 2, height: 4, width: 4}\nbatch: 2\nlayers:\n" + kFirst +
      "- {name: dense, op: fully_connected, outputs: 5}\n"
      "- {name: scores, op: matrix_product, dims: {G: 6, N: 7, M: 7, C: 8}}\n";
  const auto at = [&](std::optional<std::int64_t> batch) {
    return parse_network(YamlNode::load_text(text, "net.yaml").map(), batch);
  };
  CHECK(at({}).layer(0).bounds[Dim::N] == 2);
  const Network six = at(6);
  CHECK(six.layer(0).bounds[Dim::N] == 6);
  CHECK(six.layer(1).bounds[Dim::N] == 6);
  CHECK(six.layer(2).bounds[Dim::G] == 18);  // 3 products an image
  CHECK(six.layer(2).bounds[Dim::N] == 7);
  CHECK(six.inputs_of(1) == std::vector<std::size_t>{0});
  CHECK(macs(six) == 3 * macs(at({})));
  CHECK(macs(at(1)) * 2 == macs(at({})));
  CHECK(find_network("resnet18", 4).layer(0).bounds[Dim::N] == 4);
}

TEST_CASE("a batch is refused where nothing tells the network's own") {
  const auto at = [](const std::string& text) {
    return refusal([&] { parse_network(YamlNode::load_text(text, "net.yaml").map(), 4); });
  };
  CHECK(says(at("name: rows\nlayers:\n"
                "- {name: a, op: fully_connected, dims: {N: 197, M: 8, C: 8}}\n"
                "- {name: b, op: fully_connected, dims: {N: 197, M: 8, C: 8}}\n"),
             "--batch: rows does not tell its own batch"));
  CHECK(says(at("name: odd\nlayers:\n"
                "- {name: a, op: convolution, dims: {N: 3, M: 8, C: 8}}\n"
                "- {name: b, op: fully_connected, dims: {N: 2, M: 8, C: 8}}\n"),
             "odd: b has 2 of what 3 images need"));
}

TEST_CASE("a layer may read an earlier one, the input, or several") {
  const Network network = parse(kFirst + R"(
- {name: b, op: convolution, from: input, output_channels: 3, kernel: 1}
- {name: sum, op: add, from: [a, b, a]}
- {name: joined, op: convolution, from: [sum, input], output_channels: 1, kernel: 1}
)");
  CHECK(network.layer(2).bounds[Dim::C] == 3);  // operands
  CHECK(network.inputs_of(2) == std::vector<std::size_t>{0, 1, 0});
  CHECK(network.layer(3).bounds[Dim::C] == 3 + 2);  // inputs of a convolution join as channels
  CHECK(network.inputs_of(3) == std::vector<std::size_t>{2});
}

TEST_CASE("an elementwise layer reads one layer or more, and is written as it was read") {
  const Network network = parse(kFirst + R"(
- {name: gate, op: elementwise, operations: 4}
- {name: scaled, op: elementwise, from: [a, gate]}
)");
  CHECK(network.layer(1).bounds[Dim::C] == 1);
  CHECK(network.layer(1).operations == 4);
  CHECK(network.layer(2).bounds[Dim::C] == 2);
  const Network again = parse_network(YamlNode::load_text(network_yaml(network), "net").map());
  for (std::size_t i = 0; i < network.size(); ++i) CHECK(again.layer(i) == network.layer(i));
}

TEST_CASE("an elementwise layer spreads a smaller operand, which is not counted") {
  const Network network = parse(kFirst + R"(
- {name: pool, op: average_pool, kernel: global}
- {name: excite, op: convolution, output_channels: 3, kernel: 1}
- {name: scaled, op: elementwise, from: [a, excite]}
- {name: next, op: convolution, output_channels: 2, kernel: 1}
)");
  CHECK(network.layer(3).bounds[Dim::C] == 1);
  CHECK(network.layer(3).bounds[Dim::G] == 3);
  CHECK(network.layer(3).bounds[Dim::P] == 4);
  CHECK(network.inputs_of(3) == std::vector<std::size_t>{0, 2});
  CHECK(network.layer(4).bounds[Dim::C] == 3);
  CHECK(network_error(kFirst + "- {name: b, op: convolution, output_channels: 2, kernel: global}\n"
                               "- {name: s, op: elementwise, from: [a, b]}\n") ==
        "net.yaml:6: layers[2].from: a gives 3 x 4 x 4, but b gives 2 x 1 x 1; the operands must "
        "have one shape");
}

TEST_CASE("batch and bits hold for every layer, which may say otherwise") {
  const Network network =
      parse(kFirst + "- {name: b, op: fully_connected, outputs: 1, bits: {weight: 4 bit}}\n",
            "batch: 6\nbits: 8 bit\n");
  CHECK(network.layer(0).bounds[Dim::N] == 6);
  CHECK(network.layer(1).bounds[Dim::N] == 6);
  CHECK(network.layer(0).widths.tensor[Tensor::Weight] == Bits{8});
  CHECK(network.layer(1).widths.tensor[Tensor::Weight] == Bits{4});
  CHECK(network.layer(1).widths.tensor[Tensor::Input] == Bits{8});
}

TEST_CASE("a matrix product of two layers needs operands of its size") {
  // a gives 3 x 4 x 4 = 48 words: as 3 products of 4 x 4 with 4 x 4
  const std::string product = "- {name: p, op: matrix_product, from: [a, a], batch: 3, inner: 4, ";
  CHECK(macs(parse(kFirst + product + "rows: 4, columns: 4}\n").layer(1)) == 3 * 4 * 4 * 4);
  CHECK(network_error(kFirst + product + "rows: 4, columns: 5}\n") ==
        "net.yaml:5: layers[1]: from: a gives 48 words, but batch x inner x columns are 60; change "
        "rows, columns, inner or batch");
}

TEST_CASE("shapes that do not fit are refused where they meet") {
  CHECK(network_error(kFirst + "- {name: s, op: add, from: [a, input]}\n") ==
        "net.yaml:5: layers[1].from: a gives 3 x 4 x 4, but input gives 2 x 4 x 4; the operands "
        "must have one shape");
  CHECK(network_error(
            "- {name: p, op: max_pool, kernel: 2}\n"
            "- {name: c, op: convolution, from: [p, input], output_channels: 1, kernel: 1}") ==
        "net.yaml:5: layers[1].from: p gives 2 x 3 x 3, but input gives 2 x 4 x 4; joined inputs "
        "must have one height and width");
  CHECK(network_error("- {name: c, op: max_pool, kernel: 5}\n") ==
        "net.yaml:4: layers[0].kernel: the kernel spans 5 rows, but image and padding have 4; make "
        "the kernel or the dilation smaller, or the padding larger");
  CHECK(network_error("- {name: f, op: fully_connected, inputs: 3, outputs: 1}\n") ==
        "net.yaml:4: layers[0].inputs: the layer before gives 2 x 4 x 4 = 32 values; leave "
        "`inputs` out or make them agree");
}

TEST_CASE("names must be unique and known") {
  CHECK(network_error(kFirst + kFirst) ==
        "net.yaml:5: layers[1].name: \"a\" is taken; each layer needs its own name");
  CHECK(network_error("- {name: c, op: max_pool, kernel: 1, from: d}") ==
        "net.yaml:4: layers[0].from: no layer \"d\" before this one; name an earlier layer or "
        "input");
  CHECK(network_error("- {name: s, op: add}") ==
        "net.yaml:4: layers[0]: from: an add reads at least two layers; list their names");
  CHECK(network_error("  []") == "net.yaml:4: layers: expected at least one layer");
}

TEST_CASE("keys that a network's layer cannot have are unknown") {
  CHECK(network_error("- {name: c, op: max_pool, kernel: 1, batch: 2}\n")
            .starts_with("net.yaml:4: layers[0].batch: unknown key; known here: "));
}

TEST_CASE("absurd sizes end in one error") {
  const std::string huge = "input: {channels: 2147483648, height: 2147483648, width: 4}\n";
  CHECK_THROWS_WITH_AS(
      parse_network(YamlNode::load_text(huge + "layers: [{name: a, op: max_pool, "
                                               "kernel: 1}]",
                                        "huge.yaml")
                        .map()),
      "huge.yaml:1: words of an input: more than 2^63 - 1; make the dimensions smaller",
      InputError);
}

TEST_CASE("the file of one layer is a network of one layer") {
  const Network network = find_network("pointwise_72");
  CHECK(network.name() == "pointwise_72");
  CHECK(network.size() == 1);
  CHECK(macs(network) == 72);
}

TEST_CASE("a layer that says its loop bounds is not checked against what it reads") {
  const YamlNode yaml = YamlNode::load_text(
      "layers:\n"
      "- {name: a, op: fully_connected, from: input, dims: {N: 6, M: 4, C: 5}}\n"
      "- {name: b, op: matrix_product, from: [a, a], dims: {G: 2, N: 3, M: 3, C: 4}}\n"
      "- {name: c, op: add, dims: {G: 9, C: 2}, folded_parameters: 7}\n",
      "net.yaml");
  const Network network = parse_network(yaml.map());
  CHECK(network.layer(1).bounds == EnumArray<Dim, std::int64_t>{{3, 2, 3, 4, 1, 1, 1, 1}});
  CHECK(network.inputs_of(1) == std::vector<std::size_t>{0, 0});
  CHECK(network.inputs_of(2) == std::vector<std::size_t>{1});
  CHECK(macs(network) == 6 * 4 * 5 + 2 * 3 * 3 * 4);
  CHECK(parameters(network) == 4 * 5 + 7);
}

TEST_CASE("what the layers do not stand for is read, written and said") {
  const Network network = parse(kFirst,
                                "omitted:\n"
                                "- {operator: Conv, count: 20, nodes: [c1, \"c: 2\"], reason: "
                                "its map has three axes}\n"
                                "- {operator: Loop}\n");
  REQUIRE(network.omitted().size() == 2);
  CHECK(network.omitted()[0] == Omission{"Conv", 20, {"c1", "c: 2"}, "its map has three axes"});
  CHECK(network.omitted()[1] == Omission{"Loop", 1, {}, ""});
  CHECK(omission_text(network.omitted()[0]) ==
        "partial: 20 Conv nodes (first c1) are not in it: its map has three axes");
  CHECK(omission_text(network.omitted()[1]) == "partial: 1 Loop node is not in it");
  const std::string written = network_yaml(network);
  const Network again = parse_network(YamlNode::load_text(written, "again.yaml").map());
  CHECK(again.omitted() == network.omitted());
  CHECK(network_yaml(again) == written);
  CHECK(refusal([] {
          parse(kFirst, "omitted: [{operator: Loop, count: 0}]\n");
        }).find("omitted[0].count") != std::string::npos);
  CHECK(refusal([] { parse(kFirst, "omitted: [{operator: Loop, reson: x}]\n"); }).find("reson") !=
        std::string::npos);
}

TEST_CASE("padding behind the image comes back from the file") {
  const Network network =
      parse("- {name: a, op: max_pool, kernel: 1, stride: 2, padding: [0, 0, 1, 2]}\n");
  CHECK(network.layer(0).padding_end == Plane{1, 1});
  const std::string written = network_yaml(network);
  CHECK(parse_network(YamlNode::load_text(written, "again.yaml").map()).layer(0) ==
        network.layer(0));
}

TEST_CASE("weights of another layer are no parameters, and that comes back from the file") {
  const Network network = parse(kFirst + R"(
- {name: b, op: convolution, output_channels: 3, kernel: 3, padding: 1}
- {name: c, op: convolution, output_channels: 3, kernel: 3, padding: 1, owns_weights: false}
)");
  CHECK(parameters(network) == 2 * 3 + 3 * 3 * 9);
  CHECK(macs(network.layer(2)) == macs(network.layer(1)));
  const std::string written = network_yaml(network);
  CHECK(parse_network(YamlNode::load_text(written, "again.yaml").map()).layer(2) ==
        network.layer(2));
}

TEST_CASE("a network whose names are any texts comes back from its file") {
  using namespace std::string_literals;
  for (const std::string& name :
       {"a: b"s, "x # y"s, "null"s, "*a"s,  "&a"s,    "!t"s,     "- a"s,     "true"s,
        "12"s,   ""s,      " a "s,  "{a}"s, "[a"s,    "a, b"s,   "'"s,       "\""s,
        "%a"s,   "@a"s,    "|"s,    ">"s,   "---"s,   "l\nm"s,   "\x1b[2J"s, "a\0b"s,
        "é 你"s, "=1+1"s,  "a/b"s,  "~"s,   "input"s, "input2"s, "[]"s}) {
    CAPTURE(name);
    const std::string first = yaml_quoted(name);
    const Network network = parse(
        "- {name: " + first + ", op: convolution, output_channels: 3, kernel: 1}\n- {name: b" +
        ", from: " + first + ", op: convolution, output_channels: 2, kernel: 3}\n");
    const std::string written = network_yaml(network);
    const Network again = parse_network(YamlNode::load_text(written, "again.yaml").map());
    REQUIRE(again.size() == 2);
    CHECK(again.layer(0) == network.layer(0));
    CHECK(again.layer(0).name == name);
    CHECK(again.layer(1) == network.layer(1));
    CHECK(network_yaml(again) == written);
  }
}

TEST_CASE("a layer called input hides the network's input, which is still there without a name") {
  const Network network = parse(R"(
- {name: input, op: convolution, output_channels: 4, kernel: 1}
- {name: of_layer, from: input, op: convolution, output_channels: 2, kernel: 1}
- {name: of_network, from: [], op: convolution, output_channels: 2, kernel: 1}
)");
  CHECK(network.inputs_of(1) == std::vector<std::size_t>{0});
  CHECK(network.inputs_of(2).empty());
  CHECK(network.layer(1).bounds[Dim::C] == 4);
  CHECK(network.layer(2).bounds[Dim::C] == 2);
  const Network again =
      parse_network(YamlNode::load_text(network_yaml(network), "again.yaml").map());
  CHECK(again.inputs_of(1) == network.inputs_of(1));
  CHECK(again.inputs_of(2).empty());
  CHECK(says(network_error("- {name: input, op: convolution, output_channels: 4, kernel: 1}\n"
                           "- {name: input, op: convolution, output_channels: 4, kernel: 1}\n"),
             "\"input\" is taken"));
}

}  // namespace tilewise
