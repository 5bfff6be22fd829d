#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "arch/family/families.hpp"
#include "arch/yaml_words.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/unit_table.hpp"
#include "base/yaml_slip.hpp"
#include "design/board_engine.hpp"
#include "mapper/objective.hpp"
#include "space/random_sample.hpp"
#include "study/study.hpp"
#include "study/study_build.hpp"
#include "study/study_parameter.hpp"
#include "study/study_values.hpp"
#include "study/study_workload.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMostInSample = 1'000'000;
constexpr std::int64_t kMostEvaluations = 10'000'000;
constexpr std::size_t kMostObjectives = 4;
constexpr std::int64_t kMostPruned = 10'000'000;
constexpr std::size_t kMostBases = 64;
constexpr std::size_t kMostProbes = 1000;  // of all axes, but two of each at least
constexpr std::int64_t kMostTried = 1000;
constexpr std::string_view kFits = "fits ";

StudyBase read_base(const YamlNode& yaml, const std::string& name) {
  if (name.starts_with(kBoardPrefix)) {
    yaml.fail(name +
              ": its engine depends on the layers; write one with tilewise fpga design --output "
              "FILE and name the file");
  }
  const auto path = at_place_of(yaml, [&] { return find_config("arch", beside(yaml, name)); });
  const std::string shown = name.ends_with(".yaml") ? name : name + ".yaml";
  const YamlNode document = YamlNode::load_text(read_file(path), shown);
  return {name, document, at_place_of(yaml, [&] { return family_of(document); })};
}

/// The key that lists the base architectures: beside the parameters or among them.
struct BasesKey {
  YamlNode yaml;
  std::string among_parameters;  ///< its key there; empty: it stands beside
};

BasesKey find_bases(YamlMap& study, std::optional<YamlMap>& parameters) {
  std::vector<BasesKey> found;
  for (const char* key : {"architecture", "family"}) {
    if (const auto yaml = study.find(key)) found.push_back({*yaml, ""});
    if (!parameters) continue;
    if (const auto yaml = parameters->find(key)) found.push_back({*yaml, key});
  }
  if (found.empty()) {
    refuse_slips(study, std::array<std::string_view, 1>{"architecture"});
    study.node().fail("architecture: missing; name one, such as eyeriss");
  }
  if (found.size() > 1) found[1].yaml.fail("the base architectures are there twice; leave one out");
  return found.front();
}

void read_bases(YamlMap& map, Study& study) {
  const auto given = map.find("parameters");
  std::optional<YamlMap> parameters;
  if (given) parameters = given->map();
  const BasesKey key = find_bases(map, parameters);
  const auto add = [&](const YamlNode& yaml, const std::string& name,
                       const std::optional<YamlNode>& own) {
    if (study.bases.size() == kMostBases) {
      yaml.fail(fmt::format("more than {} architectures; write more studies", kMostBases));
    }
    for (const StudyBase& base : study.bases) {
      if (base.name == name) yaml.fail(name + " is there twice; leave one out");
    }
    StudyBase base = read_base(yaml, name);
    if (given) read_axes(given->map(), base, study.parameters, key.among_parameters);
    if (own && !own->is_null()) read_axes(own->map(), base, study.parameters);
    study.bases.push_back(std::move(base));
  };
  if (key.yaml.is_map()) {
    YamlMap bases = key.yaml.map();
    for (const std::string& name : bases.keys()) {
      const YamlNode own = bases.at(name);
      add(own, name, own);
    }
  } else if (key.yaml.is_list()) {
    for (const YamlNode& name : key.yaml.list()) add(name, name.text(), std::nullopt);
  } else {
    add(key.yaml, key.yaml.text(), std::nullopt);
  }
  if (study.bases.empty()) key.yaml.fail("expected at least one architecture");
}

/// "area <= 5 mm2".
StudyLimit read_limit(const YamlNode& yaml) {
  const std::string text = yaml.text();
  const std::size_t sign = text.find("<=");
  if (sign == std::string::npos) {
    yaml.fail(
        fmt::format("expected a limit such as area <= 5 mm2, or fits zc706; found \"{}\"", text));
  }
  const std::string word = text.substr(0, text.find_last_not_of(' ', sign - 1) + 1);
  StudyLimit limit{yaml.with_text(word).word_of<StudyMetric>(), 0.0, text};
  const auto value = parse_unit_value(std::string_view(text).substr(sign + 2));
  const std::string_view own = unit(limit.metric);
  const UnitKind kind = *unit_kind(own);
  const auto factor = value ? unit_factor(kind, value->unit, own) : std::nullopt;
  if (!factor || value->number < 0.0) {
    yaml.fail(own.empty()
                  ? fmt::format("expected a count, as in {} <= 900; found \"{}\"", word, text)
                  : fmt::format("expected a value with a unit of its kind ({}), as in {} <= 5 {}; "
                                "found \"{}\"",
                                unit_names(kind), word, own, text));
  }
  limit.most = value->number * *factor;
  return limit;
}

/// Throws where a base has no such metric: nothing tells the area of an FPGA engine, nor the
/// resources of a chip.
void check_known(const Study& study, StudyMetric metric, const YamlNode& yaml) {
  for (const StudyBase& base : study.bases) {
    const bool engine = base.family != nullptr && base.family->fpga_demand != nullptr;
    if (resource(metric) && !engine) {
      yaml.fail(fmt::format("{} is no FPGA engine and takes no {}; leave one of them out",
                            base.name, name(metric)));
    }
    if (metric == StudyMetric::Area && engine) {
      yaml.fail(fmt::format("{} is an FPGA engine, whose area nobody knows; take LUT, DSP, BRAM18",
                            base.name));
    }
  }
}

void read_constraints(const YamlNode& yaml, Study& study) {
  for (const YamlNode& item : yaml.list()) {
    const std::string text = item.text();
    if (!text.starts_with(kFits)) {
      study.limits.push_back(read_limit(item));
      check_known(study, study.limits.back().metric, item);
      continue;
    }
    study.must_fit.push_back(
        at_place_of(item, [&] { return find_board(text.substr(kFits.size())); }));
    check_known(study, StudyMetric::Dsp, item);
  }
}

void read_objectives(const YamlNode& yaml, Study& study) {
  for (const YamlNode& item : yaml.list()) {
    const StudyMetric metric = item.word_of<StudyMetric>();
    check_known(study, metric, item);
    if (std::find(study.objectives.begin(), study.objectives.end(), metric) !=
        study.objectives.end()) {
      item.fail(fmt::format("{} is there twice; leave one out", name(metric)));
    }
    study.objectives.push_back(metric);
  }
  if (study.objectives.empty() || study.objectives.size() > kMostObjectives) {
    yaml.fail(fmt::format("expected 1 to {} objectives, found {}", kMostObjectives,
                          study.objectives.size()));
  }
}

void read_mapping(const YamlNode& yaml, Study& study) {
  YamlMap map = yaml.map();
  if (const auto objective = map.find("objective")) {
    study.mapping =
        at_place_of(*objective, [&] { return parse_single_objective(objective->text()); });
  }
  if (const auto factors = map.find("factors")) {
    study.factors = at_place_of(*factors, [&] { return parse_factors_or_auto(factors->text()); });
  }
  map.done();
}

void read_sample(const YamlNode& yaml, Study& study) {
  YamlMap map = yaml.map();
  const YamlNode count = map.at("count");
  const auto seed = map.find("seed");
  map.done();
  const std::int64_t size = grid_size(study);
  const std::int64_t drawn = count.integer(1, kMostInSample);
  if (drawn > size) {
    count.fail(
        fmt::format("the grid has {} configurations; take fewer, or leave sample out", size));
  }
  study.sample = random_sample(size, drawn,
                               static_cast<std::uint64_t>(seed ? seed->integer(0, kMostSeed) : 1));
}

void read_search(const YamlNode& yaml, Study& study) {
  if (study.sample) yaml.fail("a search proposes its own configurations; leave sample out");
  YamlMap map = yaml.map();
  StudySearch search;
  if (const auto method = map.find("method")) search.method = method->word_of<StudyMethod>();
  const YamlNode evaluations = map.at("evaluations");
  if (const auto seed = map.find("seed")) search.seed = seed->integer(0, kMostSeed);
  map.done();
  search.evaluations = evaluations.integer(1, kMostEvaluations);
  if (const std::int64_t size = grid_size(study); search.evaluations > size) {
    evaluations.fail(
        fmt::format("the grid has {} configurations; take fewer, or leave search out", size));
  }
  study.search = search;
}

void add_board(const YamlNode& yaml, Study& study) {
  const std::string name = yaml.text();
  if (study.boards.contains(name)) return;
  study.boards.emplace(name, at_place_of(yaml, [&] { return find_board(name); }));
}

/// The boards that a configuration may name, so that building one reads no file.
void load_boards(Study& study) {
  for (const StudyBase& base : study.bases) {
    if (base.family == nullptr || find_parameter(*base.family, kBoardParameter) == nullptr)
      continue;
    const std::string path = fmt::format("parameters.{}", kBoardParameter);
    if (const auto board = base.document.find_path(path)) add_board(*board, study);
    for (const StudyAxis& axis : base.axes) {
      for (std::size_t p = 0; p < axis.paths.size(); ++p) {
        if (axis.paths[p].front() != path) continue;
        for (std::size_t c = 0; c < axis.choices(); ++c) add_board(axis.values[p][c], study);
      }
    }
  }
}

void check_precisions(const Study& study) {
  for (const StudyBase& base : study.bases) {
    for (const StudyAxis& axis : base.axes) {
      for (std::size_t p = 0; p < axis.columns.size(); ++p) {
        if (study.parameters[axis.columns[p]] != kPrecisionParameter) continue;
        for (std::size_t c = 0; c < axis.choices(); ++c) {
          const YamlNode value = axis.values[p][c];
          const Bits width = value.size();
          if (width < Bits{1} || width > Bits{1024}) value.fail("expected 1 to 1024 bit");
        }
      }
    }
  }
}

/// To prune is to remember of each configuration whether it is excluded.
void check_prunable(const Study& study, const YamlNode& yaml) {
  const std::int64_t count = configuration_count(study);
  if (!study.prune || study.search || count <= kMostPruned) return;
  yaml.fail(
      fmt::format("prune: of {} configurations; expected at most {}: take a sample or larger "
                  "steps, or leave prune out",
                  count, kMostPruned));
}

/// Whether this can be built. An error that names the study's own file is about a value, whatever
/// the others are: it is thrown on.
bool can_build(const Study& study, const StudyBase& base, const std::vector<std::size_t>& choices) {
  try {
    return build(study, edited(base, choices)).architecture.has_value();
  } catch (const InputError& error) {
    if (std::string_view(error.what()).starts_with(study.file + ":")) throw;
    return false;
  }
}

/// The values of each axis, the other axes at their first; where there are more than `most`, so
/// many from the first to the last. Returns whether one can be built.
bool probe(const Study& study, const StudyBase& base, std::size_t most) {
  bool any = can_build(study, base, std::vector<std::size_t>(base.axes.size(), 0));
  for (std::size_t a = 0; a < base.axes.size(); ++a) {
    const std::size_t size = base.axes[a].choices();
    const std::size_t probes = std::min(size, most);
    for (std::size_t i = 1; i < probes; ++i) {
      std::vector<std::size_t> choices(base.axes.size(), 0);
      choices[a] = i * (size - 1) / (probes - 1);
      any = can_build(study, base, choices) || any;
    }
  }
  return any;
}

void check_buildable(const Study& study, const YamlNode& yaml) {
  bool any = false;
  std::size_t axes = 1;
  for (const StudyBase& base : study.bases) axes += base.axes.size();
  const std::size_t most = std::max<std::size_t>(2, kMostProbes / axes);
  for (const StudyBase& base : study.bases) any = probe(study, base, most) || any;
  const std::int64_t count = configuration_count(study);
  if (any || count > kMostTried) return;
  for (std::int64_t i = 0; i < count; ++i) {
    if (configuration(study, i).architecture) return;
  }
  yaml.fail(fmt::format("none of the {} configurations can be built; the first: {}", count,
                        configuration(study, 0).why_none));
}

}  // namespace

Study load_study(const std::filesystem::path& path) {
  Study study;
  study.file = path.string();
  study.text = read_file(path);
  const YamlNode yaml = YamlNode::load_text(study.text, study.file);
  YamlMap map = yaml.map();
  const auto name = map.find("name");
  study.name = name ? name->text() : path.stem().string();
  if (const auto description = map.find("description")) study.description = description->text();
  study.tables = load_energy_tables();
  read_bases(map, study);
  load_boards(study);
  check_precisions(study);
  read_workloads(map.at("workloads"), study);
  if (const auto constraints = map.find("constraints")) read_constraints(*constraints, study);
  read_objectives(map.at("objectives"), study);
  if (const auto mapping = map.find("mapping")) read_mapping(*mapping, study);
  if (const auto kind = map.find("schedule")) study.schedule = kind->word_of<ScheduleKind>();
  if (const auto orders = map.find("orders")) study.orders = orders->word_of<Orders>();
  if (const auto prune = map.find("prune")) study.prune = prune->boolean();
  const auto sample = map.find("sample");
  const auto search = map.find("search");
  map.done();
  at_place_of(yaml, [&] { return grid_size(study); });
  if (sample) read_sample(*sample, study);
  if (search) read_search(*search, study);
  check_prunable(study, yaml);
  check_schedulable(study);
  check_buildable(study, yaml);
  return study;
}

}  // namespace tilewise
