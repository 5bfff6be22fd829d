#include <doctest/doctest.h>

#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"
#include "study/study.hpp"

namespace tilewise {
namespace {

/// What the study of `text` is refused with, from the line number on.
std::string study_error(const std::string& text) {
  const ScratchFolder folder("study_errors");
  const std::filesystem::path path = folder.path / "s.yaml";
  write_file(path, text);
  const std::string said = refusal([&] { load_study(path); });
  const std::string place = path.string() + ":";
  return said.starts_with(place) ? said.substr(place.size()) : "NO PLACE " + said;
}

constexpr const char* kWork = "workloads: [{layer: pointwise_72}]\n";
constexpr const char* kGoal = "objectives: [energy]\n";

std::string with_parameters(const std::string& parameters,
                            const std::string& architecture = "eyeriss") {
  return std::string(kWork) + kGoal + "architecture: " + architecture + "\nparameters:\n  " +
         parameters + "\n";
}

TEST_SUITE("study errors") {
  TEST_CASE("a parameter or value that no configuration can take is refused at its line") {
    struct Case {
      const char* parameters;
      const char* says;
    };
    const std::vector<Case> cases{
        {"parameters.pe_row: 4", "5: parameters.pe_row: unknown key; known here"},
        {"buffer: 4 KiB",
         "5: parameters.buffer: eyeriss is of family eyeriss, which has no buffer"},
        {"parameters.buffer: [4 KiB, 5]", "5: parameters.buffer: expected a size"},
        {"pe_array.X: [4, 0]", "5: parameters.pe_columns: expected a whole number from 1"},
        {"pe_array.Z: 4", "5: parameters.pe_array.Z: eyeriss is of family"},
        {"board: zc706", "5: parameters.board: eyeriss is on no board"},
        {"precision: fp32", "5: parameters.precision: expected a size"},
        {"levels[GLB].capacity: 4 KiB", "5: parameters.levels[GLB].capacity: eyeriss is of family"},
        {"name: [a, b]", "5: parameters.name: name is no parameter"},
        {"parameters..buffer: 4", "5: parameters.parameters..buffer: \"parameters..buffer\""},
        {"clock: [1 MHz, 1000 kHz]", "5: parameters.clock[1]: 1000 kHz is there twice"},
    };
    for (const Case& each : cases) {
      CAPTURE(each.parameters);
      const std::string said = study_error(with_parameters(each.parameters));
      CAPTURE(said);
      CHECK(said.starts_with(each.says));
    }
  }

  TEST_CASE("a plain file: levels, memories and fan-outs must be there") {
    CHECK(study_error(with_parameters("levels[RF].capacity: 4 KiB", "weight_stationary"))
              .find("there are: DRAM, GLB, PE") != std::string::npos);
    CHECK(
        study_error(with_parameters("levels[GLB].memories[x].capacity: 4 KiB", "weight_stationary"))
            .find("there are: buffer") != std::string::npos);
    CHECK(study_error(with_parameters("pe_array.X: 4", "two_level")).find("has no fan-out") !=
          std::string::npos);
    CHECK(study_error(with_parameters("precision: 8 bit", "two_level")).find("derive it") !=
          std::string::npos);
    CHECK(study_error(with_parameters("pe_array.X: 4", "zc706")).find("parameters.Tm") !=
          std::string::npos);
    CHECK(study_error(with_parameters("levels[GLB].colour: red", "weight_stationary"))
              .find("colour: unknown key") != std::string::npos);
  }

  TEST_CASE("two axes that set the same are refused") {
    CHECK(study_error(with_parameters("pe_array.X: 4\n  parameters.pe_columns: 8"))
              .find("sets parameters.pe_columns of eyeriss, as pe_array.X does") !=
          std::string::npos);
    CHECK(study_error(with_parameters("levels[1].memories: 4\n  levels[GLB].capacity: 4 KiB",
                                      "weight_stationary"))
              .find("leave one out") != std::string::npos);
    CHECK(study_error(with_parameters("together: [{clock: 1 MHz}, {clock: 1 MHz}]"))
              .find("there twice") != std::string::npos);
    CHECK(study_error(with_parameters("together: [{clock: 1 MHz}, {pe_array.X: 1}]"))
              .find("clock: missing") != std::string::npos);
    CHECK(study_error(with_parameters("together: []")).find("at least one map") !=
          std::string::npos);
  }

  TEST_CASE("a search needs a number of evaluations, and a grid that has as many") {
    const std::string base = std::string("architecture: eyeriss\n") + kWork + kGoal;
    const auto said = [&](const char* words) { return study_error(base + words + "\n"); };
    CHECK(said("search: {evaluations: 2}")
              .starts_with("4: search.evaluations: the grid has 1 configurations"));
    CHECK(said("search: {method: nsga2}").starts_with("4: search: evaluations: missing"));
    CHECK(said("search: {method: nsga, evaluations: 1}")
              .starts_with("4: search.method: expected one of nsga2, evolution, random, tpe"));
    CHECK(said("search: {evaluations: 1, seeds: 1}").find("unknown key") != std::string::npos);
    CHECK(said("sample: {count: 1}\nsearch: {evaluations: 1}")
              .starts_with("5: search: a search proposes its own configurations"));
  }

  TEST_CASE("bases, workloads, objectives and constraints are checked") {
    struct Case {
      std::string text;
      const char* says;
    };
    const std::string base = "architecture: eyeriss\n";
    const std::string engine = "architecture: zc706\n";
    const std::vector<Case> cases{
        {std::string(kWork) + kGoal, "architecture: missing"},
        {base + "family: zc706\n" + kWork + kGoal, "twice"},
        {base + "parameters: {family: [zc706]}\n" + kWork + kGoal, "twice"},
        {std::string("architecture: [eyeriss, eyeriss]\n") + kWork + kGoal, "there twice"},
        {std::string("architecture: []\n") + kWork + kGoal, "at least one architecture"},
        {std::string("architecture: nowhere\n") + kWork + kGoal, "nowhere"},
        {std::string("architecture: board:zc706\n") + kWork + kGoal, "tilewise fpga design"},
        {std::string("architecture: pixel_m32p32\n") + kWork + kGoal, "fixed control"},
        {base + kGoal, "workloads: missing"},
        {base + kGoal + "workloads: []\n", "at least one workload"},
        {base + kGoal + "workloads: [{network: nowhere}]\n", "nowhere"},
        {base + kGoal + "workloads: [{weight: 2}]\n", "one of network, layer and space"},
        {base + kGoal + "workloads: [{layer: pointwise_72, weight: 0}]\n", "above zero"},
        {base + kGoal + "workloads: [{layer: pointwise_72}, {layer: pointwise_72}]\n", "twice"},
        {base + kGoal + "workloads: [{layer: pointwise_72, wait: 1}]\n", "unknown key"},
        {base + kGoal + "workloads: [{space: nasbench201, dataset: mnist}]\n", "mnist"},
        {base + kGoal + "workloads: [{space: nasbench201, dataset: cifar10, seed: 1}]\n", "sample"},
        {base + kGoal + "workloads: [{space: nasbench201, dataset: cifar10, sample: 15626}]\n",
         "15625"},
        {base + kWork, "objectives: missing"},
        {base + kWork + "objectives: []\n", "1 to 4"},
        {base + kWork + "objectives: [energy, energy]\n", "twice"},
        {base + kWork + "objectives: [speed]\n", "expected one of latency"},
        {base + kWork + "objectives: [DSP]\n", "eyeriss is no FPGA engine"},
        {engine + kWork + "objectives: [area]\n", "area nobody knows"},
        {base + kWork + kGoal + "constraints: [fits zc706]\n", "eyeriss is no FPGA engine"},
        {engine + kWork + kGoal + "constraints: [fits zx80]\n", "zx80"},
        {base + kWork + kGoal + "constraints: [area < 5 mm2]\n", "expected a limit such as"},
        {base + kWork + kGoal + "constraints: [area <= 5]\n", "with a unit of its kind"},
        {base + kWork + kGoal + "constraints: [area <= 5 mW]\n", "with a unit of its kind"},
        {base + kWork + kGoal + "constraints: [size <= 5 mm2]\n", "expected one of latency"},
        {engine + kWork + kGoal + "constraints: [DSP <= 5 mm2]\n", "expected a count"},
        {base + kWork + kGoal + "mapping: {objective: pareto}\n",
         "mapping.objective: objective \"pareto\": expected one of latency, energy, edp"},
        {base + kWork + kGoal + "sample: {count: 2}\n", "the grid has 1 configurations"},
        {base + kWork + kGoal + "objective: energy\n", "unknown key"},
        {base + kWork + kGoal +
             "parameters: {pe_array.X: 1 .. 2000, pe_array.Y: 1 .. 2000, "
             "parameters.input_spad_words: 1 .. 2000, parameters.psum_spad_words: 1 .. 2000, "
             "parameters.filter_spad_words: 1 .. 2000, parameters.link_width: [1 bit .. 2000 bit, "
             "+1]}\n",
         "configurations of the study"},
    };
    for (const Case& each : cases) {
      CAPTURE(each.text);
      const std::string said = study_error(each.text);
      CAPTURE(said);
      CHECK_FALSE(said.starts_with("NO PLACE"));
      CHECK(said.find(each.says) != std::string::npos);
    }
  }

  TEST_CASE("what would take the memory of every configuration, or very many files, is refused") {
    const std::string grid =
        "levels[Buffer].capacity: [16 bit .. 1000000 bit, +1 bit]\n"
        "  compute.energy: [1 pJ .. 1000 pJ, +1]";
    const auto with = [&](const std::string& more) {
      return with_parameters(grid, "two_level") + more + "\n";
    };
    CHECK(study_error(with("prune: true"))
              .find("prune: of 999985000 configurations; expected at most "
                    "10000000") != std::string::npos);
    CHECK(study_error(with("sample: {count: 1000001}")).find("from 1 to 1000000") !=
          std::string::npos);
    const ScratchFolder folder("study_errors");
    write_file(folder.path / "a.yaml", read_file(find_config("arch", "two_level")));
    std::string name = "a.yaml";
    std::string names = name;
    for (int i = 0; i < 64; ++i) names += ", " + (name = "./" + name);
    const std::filesystem::path path = folder.path / "s.yaml";
    write_file(path, with_parameters("clock: 1 MHz", "[" + names + "]"));
    CHECK(refusal([&] { load_study(path); }).find("more than 64 architectures") !=
          std::string::npos);
  }

  TEST_CASE("a sample of a grid of 10^15 is read in little memory and time") {
    const ScratchFolder folder("study_errors");
    const std::filesystem::path path = folder.path / "s.yaml";
    write_file(path,
               with_parameters("levels[Buffer].capacity: [16 bit .. 100015 bit, +1 bit]\n"
                               "  levels[DRAM].bandwidth: [1 bit/cycle .. 100000 bit/cycle, +1]\n"
                               "  compute.energy: [1 pJ .. 100000 pJ, +1]",
                               "two_level") +
                   "sample: {count: 2, seed: 1}\n");
    const std::clock_t begun = std::clock();
    const Study study = load_study(path);
    CHECK(grid_size(study) == 1'000'000'000'000'000);
    CHECK(configuration(study, 1).architecture.has_value());
    CHECK(std::clock() - begun < 2 * CLOCKS_PER_SEC);
  }
}

}  // namespace
}  // namespace tilewise
