#include "study/study.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "arch/architecture_yaml.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "mapper/problem_key.hpp"
#include "scratch_folder.hpp"
#include "space/nasbench201_counts.hpp"

namespace tilewise {
namespace {

const char* const kRest =
    "workloads: [{layer: pointwise_72}]\n"
    "objectives: [latency, energy]\n";

/// The study of `text`, followed by a workload and objectives.
Study study_of(const std::string& text, const std::string& rest = kRest) {
  const ScratchFolder folder("study");
  write_file(folder.path / "study.yaml", text + "\n" + rest);
  return load_study(folder.path / "study.yaml");
}

Study shipped(const std::string& name) {
  return load_study(config_folder() / "study" / (name + ".yaml"));
}

std::string key(const Architecture& architecture) {
  return problem_key(Layer{}, architecture, Objective::Edp, Factors::Divisors);
}

TEST_SUITE("study") {
  TEST_CASE("the grid has the product of its axes, all different, the last axis fastest") {
    const Study study = shipped("eyeriss_buffers");
    REQUIRE(configuration_count(study) == 24);  // 4 buffers x 1 x 3 widths x 2 scratchpads
    CHECK(parameter_names(study) == std::vector<std::string>{"parameters.buffer",
                                                             "parameters.pe_rows", "pe_array.X",
                                                             "parameters.filter_spad_words"});
    using Values = std::vector<std::string>;
    CHECK(configuration(study, 0).values == Values{"32 KiB", "12", "8", "112"});
    CHECK(configuration(study, 1).values == Values{"32 KiB", "12", "8", "224"});
    CHECK(configuration(study, 2).values == Values{"32 KiB", "12", "14", "112"});
    CHECK(configuration(study, 23).values == Values{"256 KiB", "12", "28", "224"});
    std::set<std::string> keys;
    for (std::int64_t i = 0; i < 24; ++i) {
      const Configuration each = configuration(study, i);
      REQUIRE(each.architecture);
      CHECK(each.index == i);
      keys.insert(key(*each.architecture));
    }
    CHECK(keys.size() == 24);
    CHECK_THROWS_WITH_AS(configuration(study, 24), "configuration 24: the study has 24",
                         InputError);
  }

  TEST_CASE("the shipped grid has 10,000 configurations, on each distinct layer once") {
    const Study study = shipped("eyeriss_grid");
    CHECK(configuration_count(study) == 10'000);  // 5 x 8 x 5 x 5 x 10
    std::set<std::vector<std::string>> values;
    for (std::int64_t i = 0; i < 10'000; i += 8) values.insert(configuration(study, i).values);
    CHECK(values.size() == 1250);
    REQUIRE(study.workloads.size() == 1);
    CHECK(study.workloads[0].uses.size() == study.layers.size());
    CHECK(study.layers == nasbench201_layers(Dataset::Cifar10).layers);
    for (const StudyUse& use : study.workloads[0].uses) CHECK(use.times == 1.0);
  }

  TEST_CASE("the shipped grid of a free design has 1,000 configurations on MobileNetV2") {
    const Study study = shipped("edge_grid");
    CHECK(configuration_count(study) == 1'000);  // 5 x 4 x 10 x 5
    REQUIRE(study.workloads.size() == 1);
    CHECK(study.layers.size() == 37);
    CHECK(study.workloads[0].uses.size() == study.layers.size());
  }

  TEST_CASE("the file of a configuration loads to the same problem") {
    for (const char* name :
         {"eyeriss_buffers", "eyeriss_grid", "edge_grid", "two_dataflows", "gemmini_sizes"}) {
      const Study study = shipped(name);
      const std::int64_t count = configuration_count(study);
      for (std::int64_t i = 0; i < count; i += std::max<std::int64_t>(1, count / 12)) {
        const Configuration each = configuration(study, i);
        REQUIRE(each.architecture);
        const Architecture loaded =
            read_architecture(YamlNode::load_text(configuration_file(study, i), "f.yaml"));
        CHECK(key(loaded) == key(*each.architecture));
        CHECK(loaded.name == each.architecture->name);
        CHECK(loaded.description == each.architecture->description);
      }
    }
  }

  TEST_CASE("values that the base has already change nothing") {
    const Study eyeriss = study_of(
        "architecture: eyeriss\nparameters: {pe_array.X: 14, pe_array.Y: 12, clock: 200 MHz, "
        "precision: 16 bit}");
    CHECK(key(*configuration(eyeriss, 0).architecture) == key(find_architecture("eyeriss")));
    const Study plain = study_of(
        "architecture: weight_stationary\nparameters:\n  pe_array.X: 16\n  pe_array.Y: 16\n"
        "  clock: 500 MHz\n  precision: 16 bit\n  levels[GLB].capacity: 128 KiB");
    CHECK(key(*configuration(plain, 0).architecture) ==
          key(find_architecture("weight_stationary")));
  }

  TEST_CASE("an alias sets what it means in each family") {
    const Study study = study_of(
        "architecture: [eyeriss, output_stationary]\n"
        "parameters: {pe_array.X: [7, 9], pe_array.Y: 5, precision: 8 bit, clock: 100 MHz}");
    REQUIRE(configuration_count(study) == 4);
    const Configuration eyeriss = configuration(study, 1);
    CHECK(eyeriss.base == "eyeriss");
    CHECK(eyeriss.architecture->levels[2].fan_out.x.size == 9);
    CHECK(eyeriss.architecture->levels[2].fan_out.y.size == 5);
    CHECK(eyeriss.architecture->compute.operand_width == Bits{8});
    CHECK(eyeriss.architecture->clock == Megahertz{100.0});
    CHECK(eyeriss.precision == Bits{8});
    const Configuration plain = configuration(study, 2);
    CHECK(plain.base == "output_stationary");
    CHECK(plain.architecture->levels[1].fan_out.x.size == 7);
    CHECK(plain.architecture->levels[1].fan_out.y.size == 5);
    CHECK(plain.architecture->compute.operand_width == Bits{8});
    CHECK(plain.architecture->compute.energy <
          find_architecture("output_stationary").compute.energy);
    CHECK(plain.architecture->clock == Megahertz{100.0});
  }

  TEST_CASE("parameters of one base are empty in the others; keys at their default can be set") {
    const Study study = study_of(
        "architecture:\n  eyeriss: {parameters.bank: [2 KiB, 4 KiB], parameters.input_bus: 32 "
        "bit/cycle}\n  two_level:\n    levels[Buffer].buffering: [single, double]\n"
        "parameters: {clock: [100 MHz, 200 MHz]}");
    REQUIRE(configuration_count(study) == 8);
    using Values = std::vector<std::string>;
    CHECK(parameter_names(study) ==
          Values{"clock", "parameters.bank", "parameters.input_bus", "levels[Buffer].buffering"});
    CHECK(configuration(study, 3).values == Values{"200 MHz", "4 KiB", "32 bit/cycle", ""});
    CHECK(configuration(study, 4).values == Values{"100 MHz", "", "", "single"});
    CHECK(configuration(study, 5).architecture->levels[1].memories[0].buffering ==
          Buffering::Double);
    CHECK(
        configuration(study, 0).architecture->levels[2].fan_out.networks[Tensor::Input].bandwidth ==
        BitsPerCycle{32.0});
  }

  TEST_CASE("parameters that move together are one axis") {
    const Study study = study_of(
        "architecture: eyeriss\nparameters:\n  together:\n"
        "    - [{pe_array.X: 8, pe_array.Y: 8}, {pe_array.X: 16, pe_array.Y: 16}]\n"
        "    - [{parameters.dram: eyeriss_jssc, clock: 100 MHz}]\n"
        "  parameters.buffer: [64 KiB, 128 KiB]");
    REQUIRE(configuration_count(study) == 4);
    using Values = std::vector<std::string>;
    CHECK(configuration(study, 1).values == Values{"8", "8", "eyeriss_jssc", "100 MHz", "128 KiB"});
    CHECK(configuration(study, 2).values ==
          Values{"16", "16", "eyeriss_jssc", "100 MHz", "64 KiB"});
  }

  TEST_CASE("a combination that cannot be built is an answer, none that can a mistake") {
    const Study study =
        study_of("architecture: eyeriss\nparameters: {parameters.filter_spad_words: [8, 224]}");
    const Configuration none = configuration(study, 0);
    CHECK_FALSE(none.architecture);
    CHECK(none.why_none.starts_with("eyeriss.yaml:"));  // no path of this machine
    CHECK(configuration(study, 1).architecture);
    CHECK_THROWS_WITH_AS(
        study_of("architecture: eyeriss\nparameters: {parameters.filter_spad_words: [4, 8]}"),
        doctest::Contains("study.yaml:1: none of the 2 configurations can be built; the first: "
                          "eyeriss.yaml:5: parameters: SRAM of 8 B x 16 bit: "),
        InputError);
  }

  TEST_CASE("an engine brings its resources, also where its board cannot hold it") {
    const Study study = study_of(
        "architecture: zc706\nparameters: {board: [zc706, zcu102, pynq_z1], parameters.Tm: [8, "
        "16], precision: [8 bit, 16 bit]}",
        "workloads: [{layer: alexnet_conv3}]\nconstraints: [DSP <= 900, fits zc706]\n"
        "objectives: [latency, DSP]\n");
    REQUIRE(configuration_count(study) == 12);
    const Configuration fits = configuration(study, 3);  // zc706, Tm 16, 16 bit
    REQUIRE(fits.resources);
    CHECK(fits.resources->dsp == 768);  // 16 x 3 x 4 x 4
    CHECK(lacks_text(study, *fits.resources).empty());
    CHECK(configuration(study, 2).resources->dsp == 384);  // two products of 8 bit a DSP
    const Configuration none = configuration(study, 11);   // pynq_z1: 220 DSP
    CHECK_FALSE(none.architecture);
    CHECK(none.why_none.find("pynq_z1 cannot hold it: needs 768 DSP, has 220") !=
          std::string::npos);
    REQUIRE(none.resources);
    FpgaResources much;
    much.dsp = 811;
    CHECK(lacks_text(study, much) == "zc706: needs 811 DSP, has 810 (1 too few)");  // 0.9 x 900
  }

  TEST_CASE("a sample is drawn from the grid without repetition") {
    const std::string grid =
        "architecture: eyeriss\nparameters: {pe_array.X: 1 .. 300, "
        "pe_array.Y: 1 .. 300, parameters.input_spad_words: 1 .. 300, "
        "parameters.psum_spad_words: 1 .. 300}\n";
    const Study study = study_of(grid + "sample: {count: 50, seed: 3}");
    CHECK(grid_size(study) == 8'100'000'000);  // 300^4
    REQUIRE(configuration_count(study) == 50);
    std::int64_t last = -1;
    for (std::int64_t i = 0; i < 50; ++i) {
      const std::int64_t index = configuration(study, i).index;
      CHECK(index > last);
      last = index;
    }
    CHECK(study.sample == study_of(grid + "sample: {count: 50, seed: 3}").sample);
    CHECK(study.sample != study_of(grid + "sample: {count: 50, seed: 4}").sample);
  }

  TEST_CASE("limits and objectives are read in their own units") {
    const Study study = study_of("architecture: eyeriss",
                                 "workloads: [{layer: pointwise_72}]\n"
                                 "constraints: [area <= 500000 um2, power <= 0.3 W, latency <= 10 "
                                 "us, energy <= 3 uJ, edp <= 2 mJ ms]\n"
                                 "objectives: [edp, area]\nprune: true\n"
                                 "mapping: {objective: latency, factors: auto}\n");
    REQUIRE(study.limits.size() == 5);
    CHECK(study.limits[0].most == doctest::Approx(0.5));
    CHECK(study.limits[1].most == doctest::Approx(300.0));
    CHECK(study.limits[2].most == doctest::Approx(0.01));
    CHECK(study.limits[3].most == doctest::Approx(0.003));
    CHECK(study.limits[4].most == doctest::Approx(2.0));
    CHECK(study.limits[1].text == "power <= 0.3 W");
    CHECK(study.objectives == std::vector{StudyMetric::Edp, StudyMetric::Area});
    CHECK(column(StudyMetric::Edp) == "edp_mJ_ms");
    CHECK(column(StudyMetric::Dsp) == "DSP");
    CHECK(study.prune);
    CHECK(study.mapping == Objective::Latency);
    CHECK_FALSE(study.factors);
  }
}

}  // namespace
}  // namespace tilewise
