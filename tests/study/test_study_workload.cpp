#include "study/study_workload.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "bench/onnx_writer.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"
#include "space/fbnet_candidates.hpp"
#include "space/nasbench201.hpp"
#include "study/study.hpp"
#include "workload/network_yaml.hpp"
#include "workload/onnx/onnx_file.hpp"

namespace tilewise {
namespace {

Study with_workloads(const std::string& text) {
  Study study;
  read_workloads(YamlNode::load_text(text, "w.yaml"), study);
  return study;
}

double total_macs(const Study& study) {
  const std::vector<double> weights = layer_weights(study);
  double sum = 0.0;
  for (std::size_t l = 0; l < weights.size(); ++l) {
    sum += weights[l] * static_cast<double>(macs(study.layers[l]));
  }
  return sum;
}

TEST_SUITE("study workloads") {
  TEST_CASE("a network counts its layers, a weight multiplies them") {
    const auto once = static_cast<double>(macs(find_network("resnet18")));
    CHECK(total_macs(with_workloads("[{network: resnet18}]")) == once);
    const Study study =
        with_workloads("[{network: resnet18, weight: 2}, {layer: pointwise_72, weight: 0.5}]");
    CHECK(total_macs(study) == 2 * once + 36);
    CHECK(study.layers.size() < find_network("resnet18").size());  // equal ones are one
    CHECK(with_workloads("[{network: resnet18, distinct: true}]").workloads[0].uses[0].times == 1);
  }

  TEST_CASE("an ONNX model is a network, and what of it no layer stands for is told") {
    const Network resnet = find_network("resnet18");
    const OnnxFile file(onnx_model(resnet), "study_onnx");
    const Study study = with_workloads("[{network: " + file.path.string() + "}]");
    CHECK(total_macs(study) == static_cast<double>(macs(resnet)));
    CHECK(study.workloads[0].warnings.empty());
    OnnxWriter model;
    model.input("x", {"1", "8", "4", "4"});
    model.weight("w", {8, 8, 1, 1});
    model.node("Conv", {"x", "w"}, "y");
    model.node("GlobalLpPool", {"y"}, "z");
    const OnnxFile other(model.bytes(), "study_onnx_warns");
    const Study partial = with_workloads("[{network: " + other.path.string() + "}]");
    CHECK(total_macs(partial) == 8 * 8 * 16);
    REQUIRE(partial.workloads[0].warnings.size() == 1);
    CHECK(says(partial.workloads[0].warnings[0], "GlobalLpPool: 1 node, first node 1 \"z\""));
  }

  TEST_CASE("the file of a space may stand beside the study") {
    const ScratchFolder folder("study_space");
    write_file(folder.path / "mine.yaml",
               "datasets: {small: {height: 4, width: 4}}\n"
               "blocks:\n  conv: [{name: c, op: convolution, output_channels: 3, kernel: k}]\n"
               "choices:\n  what: [{name: one, block: conv, k: 1}, {name: none}]\n"
               "network: [{choose: what, repeat: 2}]\n");
    Study study;
    read_workloads(YamlNode::load_text("[{space: mine.yaml, dataset: small}]",
                                       (folder.path / "study.yaml").string()),
                   study);
    // In half of the candidates at each of two positions: 3 x 3 x 16 MACs.
    CHECK(total_macs(study) == 3 * 3 * 16);
    CHECK(says(refusal([] { with_workloads("[{space: nasbench210, dataset: cifar10}]"); }),
               "w.yaml:1: [0].space: nasbench210: no such search space; there are: nasbench201"));
  }

  TEST_CASE("a space counts as the mean of its architectures") {
    // Every edge has each operation in one of five architectures, so edge by edge the mean is that
    // of the five whose edges are all alike, but for the adds, which multiply nothing.
    double all_alike = 0.0;
    for (const Nasbench201Op op : all_of<Nasbench201Op>()) {
      CellArchitecture cell;
      cell.ops.fill(op);
      all_alike += static_cast<double>(macs(nasbench201_network(cell, Dataset::Cifar10))) / 5.0;
    }
    CHECK(total_macs(with_workloads("[{space: nasbench201, dataset: cifar10}]")) ==
          doctest::Approx(all_alike).epsilon(1e-12));
    double blocks_alike = 0.0;
    for (const FbnetOp op : all_of<FbnetOp>()) {
      FbnetArchitecture architecture;
      architecture.ops.fill(op);
      blocks_alike +=
          static_cast<double>(macs(fbnet_network(FbnetDataset::Cifar100, architecture))) / 9.0;
    }
    CHECK(total_macs(with_workloads("[{space: fbnet, dataset: cifar100}]")) ==
          doctest::Approx(blocks_alike).epsilon(1e-12));
  }

  TEST_CASE("a sample is near the mean of its space and the same for the same seed") {
    for (const std::string space :
         {"nasbench201, dataset: cifar10", "natsbench_size, dataset: cifar100",
          "fbnet, dataset: ImageNet"}) {
      const double mean = total_macs(with_workloads("[{space: " + space + "}]"));
      const std::string sample = "[{space: " + space + ", sample: 3000, seed: 5}]";
      const double drawn = total_macs(with_workloads(sample));
      CHECK(drawn == doctest::Approx(mean).epsilon(0.05));
      CHECK(drawn != mean);
      CHECK(drawn == total_macs(with_workloads(sample)));
    }
    const double all = total_macs(with_workloads("[{space: natsbench_size, dataset: cifar10}]"));
    CHECK(all == total_macs(with_workloads(
                     "[{space: natsbench_size, dataset: cifar10, sample: 32768, seed: 9}]")));
  }

  TEST_CASE("precision sets the width of all words; partial sums keep their rule") {
    Study study = with_workloads("[{layer: pointwise_72}]");
    REQUIRE(study.layers.size() == 1);
    CHECK(layers_at(study, std::nullopt) == study.layers);
    const WordWidths narrow = layers_at(study, Bits{8})[0].widths;
    CHECK(narrow.tensor[Tensor::Weight] == Bits{8});
    CHECK(narrow.partial_sum == Bits{8});
    study.layers[0].widths.partial_sum = Bits{32};
    CHECK(layers_at(study, Bits{8})[0].widths.partial_sum == Bits{32});
    CHECK(layers_at(study, Bits{64})[0].widths.partial_sum == Bits{64});
  }
}

}  // namespace
}  // namespace tilewise
