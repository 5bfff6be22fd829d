#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "refusal.hpp"
#include "space/block_rules.hpp"
#include "space/block_table.hpp"
#include "space/distinct_layers.hpp"
#include "space/fbnet_candidates.hpp"
#include "space/search_spaces.hpp"

namespace tilewise {
namespace {

/// MACs of convolutions, fully connected layers and products, and parameters: what published counts
/// have.
struct PublishedCounts {
  std::int64_t macs = 0;
  std::int64_t parameters = 0;
  bool operator==(const PublishedCounts&) const = default;
};

PublishedCounts counts_of(const std::string& space, const std::string& text,
                          const std::string& dataset) {
  const Network network = find_space(space).network(text, dataset, {});
  return {macs(network), parameters(network)};
}

/// A network of once-for-all as its code writes it: digits of the blocks that run, by stage.
std::string ofa_text(const std::vector<std::string>& kernels,
                     const std::vector<std::string>& expansions) {
  std::vector<std::string> words;
  for (std::size_t stage = 0; stage < kernels.size(); ++stage) {
    for (std::size_t i = 0; i < 4; ++i) {
      words.push_back(i < kernels[stage].size()
                          ? fmt::format("k{}_e{}", kernels[stage][i], expansions[stage][i])
                          : "none");
    }
  }
  return fmt::format("{}", fmt::join(words, ","));
}

std::string repeated(const std::string& word, int times) {
  std::string text = word;
  for (int i = 1; i < times; ++i) text += "," + word;
  return text;
}

/// The keys of a candidate's parts in the order of the network.
std::vector<std::string> keys_of(const std::string& name, const std::string& text,
                                 const std::string& dataset) {
  const SearchSpace& space = find_space(name);
  const auto layers = std::get<BlockLayers>(space.layers(dataset, {}));
  std::vector<std::string> keys;
  for (const Block& block : layers.fixed) keys.push_back(block.key);
  const auto row = blocks(space)->parse(text);
  for (std::size_t p = 0; p < row.size(); ++p) keys.push_back(layers.positions[p][row[p]].key);
  return keys;
}

bool has(const std::vector<std::string>& all, const std::string& word) {
  return std::find(all.begin(), all.end(), word) != all.end();
}

}  // namespace

TEST_SUITE("search spaces of files") {
  // FBNet by hand (space/fbnet.cpp, space/fbnet_architecture.cpp) judges the file.
  TEST_CASE("fbnet: each block, fixed part and candidate is that of the definition by hand") {
    for (const FbnetDataset dataset : all_of<FbnetDataset>()) {
      const auto layers =
          std::get<BlockLayers>(fbnet_space().layers(std::string(name(dataset)), {}));
      REQUIRE(layers.positions.size() == kFbnetPositions);
      for (std::size_t p = 0; p < kFbnetPositions; ++p) {
        for (const FbnetOp op : all_of<FbnetOp>()) {
          const Block& block = layers.positions[p][static_cast<std::size_t>(op)];
          CHECK(block.layers == fbnet_block(dataset, p, op));
          CHECK(block.name == name(op));
          CHECK(block.in_a_row);
        }
      }
      std::vector<Layer> fixed;
      for (const Block& block : layers.fixed) fixed.push_back(block.layers.at(0));
      CHECK(fixed == fbnet_fixed_layers(dataset));
      for (const FbnetArchitecture& each : fbnet_candidates(3, 30)) {
        const std::string text = to_string(each);
        const Network network = fbnet_space().network(text, std::string(name(dataset)), {});
        const Network by_hand = fbnet_network(dataset, each);
        CHECK(network.name() == by_hand.name());
        CHECK(layers_of(network) == layers_of(by_hand));
        for (std::size_t i = 1; i < network.size(); ++i) {
          CHECK(network.inputs_of(i) == by_hand.inputs_of(i));
        }
      }
    }
  }

  // Published totals: logs of mit-han-lab/proxylessnas have nets of other widths; of the default
  // space these are sums by an implementation of our own in another language.
  TEST_CASE("proxylessnas: MACs, parameters and keys") {
    const std::string all = repeated("k3_e3", 21);
    CHECK(counts_of("proxylessnas", all, "ImageNet") == PublishedCounts{257'422'208, 3'191'928});
    CHECK(counts_of("proxylessnas", repeated("k7_e6", 21), "ImageNet") ==
          PublishedCounts{606'590'720, 5'103'336});
    const std::string least = repeated("k3_e3,zero,zero,zero", 5) + ",k3_e3";
    CHECK(counts_of("proxylessnas", least, "ImageNet") == PublishedCounts{102'528'896, 2'154'984});
    // Keys of the public table, as it stands: HanCai's mobile_trim.yaml.
    const auto keys = keys_of("proxylessnas", repeated("k5_e3", 21), "ImageNet");
    for (const char* const key :
         {"Conv-input:224x224x3-output:112x112x32", "Conv_1-input:7x7x320-output:7x7x1280",
          "Logits-input:7x7x1280-output:1000",
          "expanded_conv-input:112x112x32-output:112x112x16-expand:1-kernel:3-stride:1-idskip:0",
          "expanded_conv-input:112x112x16-output:56x56x24-expand:3-kernel:5-stride:2-idskip:0",
          "expanded_conv-input:56x56x24-output:56x56x24-expand:3-kernel:5-stride:1-idskip:1",
          "expanded_conv-input:14x14x80-output:14x14x96-expand:3-kernel:5-stride:1-idskip:0"}) {
      CHECK_MESSAGE(has(keys, key), key);
    }
    CHECK(says(refusal([&] { counts_of("proxylessnas", "zero" + all.substr(5), "ImageNet"); }),
               "position 1: no zero there; it may be k3_e3, k3_e6"));
  }

  // Networks that once-for-all publishes with their configurations (README.md: parameters and MACs
  // in millions; here exact, by an implementation of our own that agrees with these).
  TEST_CASE("ofa_mobilenetv3: published networks have their MACs and parameters") {
    struct Published {
      std::string dataset;
      std::vector<std::string> kernels;
      std::vector<std::string> expansions;
      PublishedCounts counts;
    };
    const std::vector<Published> all{
        // flops@389M, 8.4M; flops@482M, 9.1M; note10_lat@30ms, 7.5M and 339M.
        {"w1.2-224",
         {"33", "553", "553", "5533", "3373"},
         {"33", "363", "443", "6444", "6663"},
         {389'487'856, 8'386'544}},
        {"w1.2-224",
         {"533", "5353", "5533", "5735", "7333"},
         {"333", "4443", "4633", "6664", "6663"},
         {482'413'168, 9'066'368}},
        {"w1.2-224",
         {"33", "533", "553", "333", "3333"},
         {"33", "434", "443", "644", "6643"},
         {339'352'816, 7'465'896}},
        // note10_lat@22ms, 5.9M and 237M; note8_lat@..., s7edge_lat@58ms, 4.6M and 145M.
        {"w1.0-224",
         {"33", "533", "755", "533", "3333"},
         {"33", "344", "444", "464", "6663"},
         {237'063'424, 5'863'056}},
        {"w1.0-192",
         {"33", "53", "7533", "333", "355"},
         {"33", "34", "4343", "443", "644"},
         {144'701'952, 4'623'312}},
        {"w1.0-160",
         {"33", "53", "75", "333", "3533"},
         {"33", "34", "44", "443", "6433"},
         {95'935'136, 4'663'872}}};
    for (const Published& each : all) {
      CHECK(counts_of("ofa_mobilenetv3", ofa_text(each.kernels, each.expansions), each.dataset) ==
            each.counts);
    }
    const auto keys = keys_of("ofa_mobilenetv3", repeated("k3_e3", 20), "w1.2-224");
    for (const char* const key :
         {"AvgPool2D-input:7x7x1152-output:1x1x1152", "Conv-input:224x224x3-output:112x112x24",
          "Conv_1-input:7x7x192-output:7x7x1152", "Conv_2-input:1x1x1152-output:1x1x1536",
          "Logits-input:1x1x1536-output:1000",
          "expanded_conv-input:112x112x24-output:112x112x24-expand:24-kernel:3-stride:1-idskip:1-"
          "se:0-hs:0"}) {
      CHECK_MESSAGE(has(keys, key), key);
    }
  }

  TEST_CASE("ofa_mobilenetv3: a stage ends once, and not before its third block") {
    const BlockForm& form = *blocks(find_space("ofa_mobilenetv3"));
    auto row = form.parse(repeated("k3_e3,k3_e3,none,none", 5));
    CHECK_FALSE(wrong_position(form, row));
    row[3] = 0;
    CHECK(wrong_position(form, row) == 3);  // after an end
    row[2] = 0;
    CHECK_FALSE(wrong_position(form, row));
    row[1] = 9;
    CHECK(wrong_position(form, row) == 1);
    // The sample has each candidate of a stage equally often: 9^2 + 9^3 + 9^4 of them.
    const std::int64_t count = 40'000;
    const auto rows = sample_blocks(form, 1, count, 2);
    CHECK_NOTHROW(check_choices(form, rows, 2));
    const std::vector<double> shares = shares_of_all(form);
    std::vector<double> seen(shares.size(), 0.0);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      seen[i % form.positions * form.choices + rows[i]] += 1.0 / static_cast<double>(count);
    }
    CHECK(shares[2 * 10 + 9] == doctest::Approx(81.0 / 7371.0));
    CHECK(shares[3 * 10 + 9] == doctest::Approx((81.0 + 729.0) / 7371.0));
    for (std::size_t i = 0; i < shares.size(); ++i) {
      CHECK(std::abs(seen[i] - shares[i]) <
            5.0 * std::sqrt(shares[i] * (1.0 - shares[i]) / static_cast<double>(count)) + 1e-12);
    }
  }

  TEST_CASE("least and most of a space with ended stages are those of all candidates of a stage") {
    const BlockForm& form = *blocks(find_space("ofa_mobilenetv3"));
    BlockMetric metric;
    metric.choices = form.choices;
    metric.blocks.assign(form.positions * form.choices, 0.0);
    std::uint64_t state = 5;
    for (std::size_t i = 0; i < 4 * form.choices; ++i) {  // the first stage alone has a cost
      state = state * 6364136223846793005U + 1442695040888963407U;
      metric.blocks[i] = static_cast<double>(state >> 40U);
    }
    std::vector<std::uint8_t> row = form.parse(repeated("k3_e3", 20));
    double least = 1e300;
    double most = 0.0;
    for (int way = 0; way < 10'000; ++way) {
      for (int p = 0, rest = way; p < 4; ++p, rest /= 10) {
        row[static_cast<std::size_t>(p)] = static_cast<std::uint8_t>(rest % 10);
      }
      if (wrong_position(form, row)) continue;
      least = std::min(least, total(metric, row));
      most = std::max(most, total(metric, row));
    }
    CHECK(least_total(metric, form) == least);
    CHECK(most_total(metric, form) == most);
  }

  // tensorflow/tpu, mnasnet: A1 3.9M and 312M; torchvision's mnasnet1_0, which is B1, 4,383,312
  // parameters and 0.31 G; exact MACs by an implementation of our own in another language.
  TEST_CASE("mnasnet: A1 and B1") {
    CHECK(
        counts_of("mnasnet",
                  "sep_k3_n1,mb6_k3_n2,mb3_k5_se_n3,mb6_k3_n4,mb6_k3_se_n2,mb6_k5_se_n3,mb6_k3_n1",
                  "ImageNet-a1") == PublishedCounts{311'579'072, 3'887'038});
    CHECK(counts_of("mnasnet",
                    "sep_k3_n1,mb3_k3_n3,mb3_k5_n3,mb6_k5_n3,mb6_k3_n2,mb6_k5_n4,mb6_k3_n1",
                    "ImageNet-b1") == PublishedCounts{314'415'872, 4'383'312});
  }

  // By hand from the definition in microsoft/Cream: linear layers 197 (4 D q + 2 D h) a block, both
  // products of the attention and both of the relative positions 197^2 q each; parameters as its
  // code counts them.
  TEST_CASE("autoformer_tiny: MACs and parameters of the closed form") {
    const auto closed = [](std::int64_t width, std::int64_t blocks, std::int64_t heads,
                           std::int64_t halves) {
      const std::int64_t q = 64 * heads;
      const std::int64_t h = halves * width / 2;
      return PublishedCounts{
          196 * 768 * width + 1'000 * width +
              blocks * (197 * (4 * width * q + 2 * width * h) + 4 * 197 * 197 * q),
          768 * width + width + 198 * width + 2 * width + 1'000 * width + 1'000 +
              blocks * (3 * width * q + 3 * q + q * width + width + 2 * width * h + h + width +
                        4 * width + 7'680)};
    };
    const std::string small = repeated("h3_m3.5", 12) + ",none,none";
    CHECK(counts_of("autoformer_tiny", small, "ImageNet-192") == closed(192, 12, 3, 7));
    CHECK(counts_of("autoformer_tiny", small, "ImageNet-192") ==
          PublishedCounts{1'345'368'576, 5'366'056});
    CHECK(counts_of("autoformer_tiny", repeated("h4_m4", 14), "ImageNet-240") ==
          closed(240, 14, 4, 8));
    CHECK(counts_of("autoformer_tiny", repeated("h3_m4", 13) + ",none", "ImageNet-216") ==
          closed(216, 13, 3, 8));
    // The published AutoFormer-T, 5.87 M here, 5.8 M in its README.
    const std::string published =
        "h3_m3.5,h3_m3.5,h3_m3,h3_m3.5,h3_m3,h3_m3,h3_m4,h3_m4,h3_m3.5,h3_m4,h4_m3.5,h3_m4,"
        "h3_m3.5,none";
    CHECK(counts_of("autoformer_tiny", published, "ImageNet-192") ==
          PublishedCounts{1'481'938'432, 5'867'944});
  }

  // Parameters of the whole model in Thiswycf/zcp-test, tests/test_reference_topologies.py, less
  // the head of 47 classes (512 x 47 + 47); MACs by an implementation of our own in another
  // language.
  TEST_CASE("transnas_micro: counts of published cells") {
    CHECK(indexed(find_space("transnas_micro"))->size == 4'096);
    CHECK(counts_of("transnas_micro", "64-41414-3_33_333", "image256") ==
          PublishedCounts{8'469'872'640, 41'435'727 - 512 * 47 - 47});
    CHECK(counts_of("transnas_micro", "64-41414-1_02_333", "image224") ==
          PublishedCounts{3'511'115'776, 22'520'608});
    CHECK(counts_of("transnas_micro", "64-41414-2_22_222", "jigsaw64") ==
          PublishedCounts{63'799'296, 4'645'920});
    CHECK(counts_of("transnas_micro", "64-41414-1_11_111", "image224") ==
          PublishedCounts{126'443'520, 540'960});
    CHECK(counts_of("transnas_micro", "64-41414-0_00_000", "image224") ==
          PublishedCounts{68'640'768, 19'488});
  }

  TEST_CASE("transnas_macro: 3,256 rows of modules") {
    const IndexedForm& form = *indexed(find_space("transnas_macro"));
    // Published; by hand: 14 x 15 of four modules, 25 x 30 of five, 41 x 56 of six.
    CHECK(form.size == 3'256);
    std::map<std::size_t, int> by_length;
    for (std::int64_t i = 0; i < form.size; ++i) {
      const std::string text = form.text(i);
      ++by_length[text.size() - std::string("64--basic").size()];
      CHECK(form.index(text) == i);
    }
    CHECK(by_length == std::map<std::size_t, int>{{4, 210}, {5, 750}, {6, 2'296}});
    CHECK(counts_of("transnas_macro", "64-1234-basic", "image224") ==
          PublishedCounts{3'061'538'816, 3'400'224});
    CHECK(counts_of("transnas_macro", "64-422333-basic", "image224") ==
          PublishedCounts{11'232'043'008, 40'151'840});
    CHECK(counts_of("transnas_macro", "64-3334-basic", "image224") ==
          PublishedCounts{232'976'384, 1'001'632});
    CHECK(says(refusal([&] { form.index("64-1112-basic"); }),
               "\"64-1112-basic\": no candidate of transnas_macro, none begins with \"64-1112-\"; "
               "one reads 64-1234-basic"));
  }

  // By hand from rtu715/NAS-Bench-360, precompute; cifar100 is NAS-Bench-201.
  TEST_CASE("nasbench360: cells on other images, at the index of NAS-Bench-201") {
    const SearchSpace& space = find_space("nasbench360");
    const SearchSpace& cells = find_space("nasbench201");
    for (std::int64_t index = 0; index < 15'625; index += 311) {
      const std::string text = indexed(space)->text(index);
      CHECK(text == indexed(cells)->text(index));
      const Network expected = cells.network(text, "cifar100", {});
      CHECK(counts_of("nasbench360", text, "cifar100") ==
            PublishedCounts{macs(expected), parameters(expected)});
    }
    const auto all = [](const std::string& op) {
      return fmt::format("|{0}~0|+|{0}~0|{0}~1|+|{0}~0|{0}~1|{0}~2|", op);
    };
    CHECK(counts_of("nasbench360", all("none"), "ninapro") == PublishedCounts{6'084'736, 73'538});
    CHECK(counts_of("nasbench360", all("nor_conv_3x3"), "ninapro") ==
          PublishedCounts{178'608'256, 1'531'778});
    CHECK(counts_of("nasbench360", indexed(space)->text(0), "ninapro") ==
          PublishedCounts{12'474'496, 129'538});
    CHECK(counts_of("nasbench360", all("none"), "darcy85") == PublishedCounts{3'583'600, 657});
    CHECK(counts_of("nasbench360", all("skip_connect"), "darcy85") ==
          PublishedCounts{59'071'600, 8'913});
    CHECK(counts_of("nasbench360", all("avg_pool_3x3"), "darcy85") ==
          PublishedCounts{59'071'600, 8'913});
    CHECK(counts_of("nasbench360", all("nor_conv_3x3"), "darcy85") ==
          PublishedCounts{11'988'991'600, 1'667'409});
    CHECK(counts_of("nasbench360", indexed(space)->text(0), "darcy85") ==
          PublishedCounts{447'487'600, 64'913});
  }

  TEST_CASE("what a candidate of a file runs is what its network has") {
    for (const SearchSpace* space : search_spaces()) {
      const IndexedForm* form = indexed(*space);
      if (form == nullptr) continue;
      CAPTURE(space->name);
      const std::string& dataset = space->datasets.front();
      const auto layers = std::get<IndexedLayers>(space->layers(dataset, {}));
      for (std::int64_t index = 0; index < form->size; index += form->size / 23) {
        std::vector<std::int64_t> times(layers.layers.size(), 0);
        LayerCollection distinct;
        for (const Layer& layer : layers.layers) distinct.index_of(layer);
        for (const Layer& layer : layers_of(space->network(form->text(index), dataset, {}))) {
          ++times.at(distinct.index_of(layer));
        }
        std::vector<LayerUse> uses;
        for (std::size_t l = 0; l < times.size(); ++l) {
          if (times[l] > 0) uses.push_back({l, times[l]});
        }
        CHECK(layers.uses(index) == uses);
      }
    }
  }
}

}  // namespace tilewise
