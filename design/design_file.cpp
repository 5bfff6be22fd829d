#include "design/design_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "arch/family/fpga_engine_yaml.hpp"
#include "arch/fpga/fpga_engine_resources.hpp"
#include "arch/yaml_words.hpp"
#include "base/error.hpp"
#include "base/quote.hpp"
#include "base/yaml.hpp"
#include "mapper/search.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMostLanes = 1 << 16;
constexpr std::int64_t kMostPixels = 1 << 22;

DesignFile::Engine read_engine(const YamlNode& yaml) {
  YamlMap map = yaml.map();
  DesignFile::Engine engine;
  const auto count = [&](std::string_view key, std::int64_t most, std::int64_t& value) {
    if (const auto found = map.find(key)) value = found->integer(1, most);
  };
  engine.lanes.tm = map.at("Tm").integer(1, kMostLanes);
  engine.lanes.tn = map.at("Tn").integer(1, kMostLanes);
  count("Tp", kMostLanes, engine.lanes.tp);
  count("Tq", kMostLanes, engine.lanes.tq);
  count("tile_rows", kMostPixels, engine.tile.rows);
  count("tile_columns", kMostPixels, engine.tile.columns);
  if (const auto layers = map.find("layers")) {
    for (const YamlNode& each : layers->list()) engine.units.push_back(each.text());
  }
  map.done();
  return engine;
}

DesignFile::Stage read_stage(const YamlNode& yaml) {
  YamlMap map = yaml.map();
  DesignFile::Stage stage;
  stage.name = map.at("layer").text();
  stage.folding.pe = map.at("PE").integer(1, kMostLanes);
  stage.folding.simd = map.at("SIMD").integer(1, kMostLanes);
  map.done();
  return stage;
}

/// Board, clock, precision and the list of engines or stages.
void read_parameters(YamlMap map, DesignFile& file) {
  const YamlNode board = map.at("board");
  const std::string board_name = board.text();
  file.board = at_place_of(board, [&] { return find_board(board_name); });
  if (const auto clock = map.find("clock")) file.clock = clock->frequency();
  if (const auto precision = map.find("precision")) file.precision = read_precision(*precision);
  if (file.organisation == Organisation::Several) {
    const YamlNode engines = map.at("engines");
    for (const YamlNode& each : engines.list()) file.engines.push_back(read_engine(each));
    if (file.engines.empty()) engines.fail("expected at least one engine");
  } else {
    for (const YamlNode& each : map.at("stages").list()) file.stages.push_back(read_stage(each));
  }
  map.done();
}

/// One engine of the family that every command takes.
DesignFile single_engine(const std::filesystem::path& path) {
  const FpgaEngineParameters p = find_fpga_engine(path.string());
  DesignFile file;
  file.name = p.name;
  file.board = p.board;
  file.clock = p.clock;
  file.precision = p.precision;
  file.engines.push_back({{p.tm, p.tn, p.tp, p.tq}, {}, {}});
  file.taken = resources(p);
  return file;
}

/// Indices of the units that each engine runs. Throws InputError where one is missing, unknown or
/// there twice.
std::vector<EngineDesign> assigned(const DesignFile& file, std::span<const EngineUnit> units,
                                   std::span<const Layer> layers) {
  std::vector<bool> taken(units.size(), false);
  std::vector<EngineDesign> engines;
  for (const DesignFile::Engine& each : file.engines) {
    EngineDesign engine{each.lanes, each.tile, {}, 0.0, {}};
    for (const std::string& word : each.units) {
      bool found = false;
      for (std::size_t u = 0; u < units.size(); ++u) {
        if (layers[units[u].layer].name != word && name(units[u], layers) != word) continue;
        if (taken[u]) {
          throw InputError(fmt::format("{}: {} is on two engines; leave it out of one", file.name,
                                       name(units[u], layers)));
        }
        taken[u] = found = true;
        engine.units.push_back(u);
      }
      if (!found) {
        throw InputError(fmt::format("{}: {} is no layer of the network", file.name, word));
      }
    }
    engines.push_back(std::move(engine));
  }
  for (std::size_t e = 0; e < engines.size(); ++e) {
    if (!file.engines[e].units.empty()) continue;
    for (std::size_t u = 0; u < units.size(); ++u) {
      if (!taken[u]) engines[e].units.push_back(u);
      taken[u] = true;
    }
  }
  for (std::size_t u = 0; u < units.size(); ++u) {
    if (taken[u]) continue;
    throw InputError(
        fmt::format("{}: no engine runs {}; give it to one", file.name, name(units[u], layers)));
  }
  return engines;
}

/// One engine takes what its own buffers need, not a tile's.
void set_resources(EngineDesigns& design, const FpgaResources& taken, const DesignTarget& target) {
  design.resources = design.engines.front().resources = taken;
  design.energy = design_energy(target, taken, design.interval, design.off_chip);
}

StreamingDesign folded(const DesignFile& file, const StreamPipeline& pipeline,
                       const DesignTarget& target) {
  std::map<std::string, Folding> by_name;
  for (const DesignFile::Stage& stage : file.stages) by_name[stage.name] = stage.folding;
  std::vector<StageOption> stages;
  for (std::size_t s = 0; s < pipeline.stages.size(); ++s) {
    const auto found = by_name.find(pipeline.names[s]);
    if (found == by_name.end()) {
      throw InputError(fmt::format("{}: no stage {}; add it", file.name, pipeline.names[s]));
    }
    const StreamStage& stage = pipeline.stages[s];
    const std::vector<Folding> all = foldings(stage);
    if (std::find(all.begin(), all.end(), found->second) == all.end()) {
      throw InputError(
          fmt::format("{}: {}: PE {}, SIMD {} is no folding of its {} outputs; the most "
                      "are PE {}, SIMD {}, and each divides these",
                      file.name, pipeline.names[s], found->second.pe, found->second.simd,
                      stage.outputs, all.back().pe, all.back().simd));
    }
    stages.push_back(
        {found->second, stage_cycles(stage, found->second), stage_resources(stage, found->second)});
    by_name.erase(found);
  }
  if (!by_name.empty()) {
    throw InputError(
        fmt::format("{}: {} is no layer of the network", file.name, by_name.begin()->first));
  }
  return evaluate_streaming(std::move(stages), pipeline, target);
}

std::string precision_yaml(const FpgaPrecision& precision) {
  const auto bits = [&](Tensor t) { return precision.width[t].count(); };
  if (precision.arithmetic == Arithmetic::Float32) return "fp32";
  if (precision == fixed_point(precision.width[Tensor::Input])) {
    return fmt::format("{} bit", bits(Tensor::Input));
  }
  return fmt::format("{{input: {} bit, weight: {} bit, output: {} bit}}", bits(Tensor::Input),
                     bits(Tensor::Weight), bits(Tensor::Output));
}

/// The family of a design's file: of one engine that which every command takes, else one of designs
/// alone.
std::string family_name(Organisation organisation) {
  switch (organisation) {
    case Organisation::Single: return kTiledEngineFamily;
    case Organisation::Several: return "fpga_engines";
    case Organisation::Streaming: return "fpga_streaming";
  }
  return "";
}

std::string head_yaml(const DesignFile& file) {
  std::string text =
      fmt::format("family: {}\nname: {}\nparameters:\n  board: {}\n  clock: {} MHz\n",
                  family_name(file.organisation), yaml_quoted(file.name),
                  yaml_quoted(file.board.name), file.clock.count());
  if (file.precision) text += "  precision: " + precision_yaml(*file.precision) + "\n";
  return text;
}

std::string single_yaml(const DesignFile& file, std::span<const EngineUnit> units) {
  const DesignFile::Engine& engine = file.engines.front();
  const EngineLanes& lanes = engine.lanes;
  DesignTarget target;
  target.precision = file.precision.value_or(FpgaPrecision{});
  const FpgaEngineParameters p =
      engine_parameters({lanes, engine.tile, {}, 0.0, {}}, units, target);
  std::string text = head_yaml(file);
  text += fmt::format("  Tm: {}\n  Tn: {}\n  Tp: {}\n  Tq: {}\n", lanes.tm, lanes.tn, lanes.tp,
                      lanes.tq);
  return text +
         fmt::format("  input_buffer: {} bit\n  weight_buffer: {} bit\n  output_buffer: {} bit\n",
                     p.buffer[Tensor::Input].count(), p.buffer[Tensor::Weight].count(),
                     p.buffer[Tensor::Output].count());
}

}  // namespace

DesignFile load_design(const std::filesystem::path& path) {
  YamlMap map = YamlNode::load_file(path).map();
  std::vector<std::string> families;
  for (const Organisation each : all_of<Organisation>()) families.push_back(family_name(each));
  const auto organisation = static_cast<Organisation>(map.at("family").one_of(families));
  if (organisation == Organisation::Single) return single_engine(path);
  DesignFile file;
  file.organisation = organisation;
  file.name = map.at("name").text();
  map.find("description");
  read_parameters(map.at("parameters").map(), file);
  map.done();
  return file;
}

FpgaEngineParameters engine_parameters(const EngineDesign& engine,
                                       std::span<const EngineUnit> units,
                                       const DesignTarget& target) {
  FpgaEngineParameters p;
  p.board = target.board;
  p.clock = target.clock;
  p.precision = target.precision;
  p.tm = engine.lanes.tm;
  p.tn = engine.lanes.tn;
  p.tp = engine.lanes.tp;
  p.tq = engine.lanes.tq;
  const auto words = buffer_words(engine.lanes, largest_kernel(units), engine.tile);
  for (const Tensor t : kTensors) p.buffer[t] = p.precision.width[t] * words[t];
  return p;
}

namespace {

/// Throws Interrupted rather than give an answer that may have ended early.
SearchResult remembered_search(const Architecture& architecture, const Layer& layer,
                               const SearchOptions& options, const MappingMemory& memory) {
  if (memory.find) {
    if (auto known = memory.find(layer, architecture)) return *std::move(known);
  }
  const RunOptions& run = options.mapping.run;
  if (run.stopped()) throw Interrupted();
  SearchResult found = search(architecture, layer, options);
  if (run.stopped()) throw Interrupted();
  if (memory.keep) memory.keep(layer, architecture, found);
  return found;
}

}  // namespace

std::optional<Cycles> mapped_latency(const EngineDesigns& design, std::span<const Layer> layers,
                                     std::span<const EngineUnit> units, const DesignTarget& target,
                                     const RunOptions& run, const MappingMemory& memory) {
  const Architecture architecture =
      build_fpga_engine(engine_parameters(design.engines.front(), units, target));
  SearchOptions options;
  options.mapping.objective = Objective::Latency;
  options.mapping.run = run;
  options.mapping.run.progress = {};
  std::map<std::string, Cycles> known;
  Cycles sum{0.0};
  double done = 0.0;
  for (const Layer& layer : layers) {
    const std::string key = canonical_key(layer);
    if (!known.contains(key)) {
      const SearchResult found = remembered_search(architecture, layer, options, memory);
      if (!best_mapping(found)) return std::nullopt;
      known[key] = (*cost(found)).latency.total;
    }
    sum += known[key];
    run.show("map layers", ++done / static_cast<double>(layers.size()));
  }
  return sum;
}

DesignFile design_file(const NetworkDesigns& designs, const OrganisationDesign& design,
                       const DesignTarget& target, const NetworkDesignOptions& options) {
  DesignFile file;
  file.name = fmt::format("{} {}", target.board.name, name(design.organisation));
  file.organisation = design.organisation;
  file.board = target.board;
  file.clock = target.clock;
  file.precision = options.precision;
  if (design.engines) {
    const bool several = design.organisation == Organisation::Several;
    if (!several) file.precision = target.precision;  // an engine has one, whatever the layers have
    for (const EngineDesign& engine : design.engines->engines) {
      DesignFile::Engine& made = file.engines.emplace_back();
      made.lanes = engine.lanes;
      made.tile = engine.tile;
      if (!several) continue;
      for (const std::size_t u : engine.units) {
        made.units.push_back(name(designs.units[u], designs.layers));
      }
    }
    return file;
  }
  for (std::size_t s = 0; s < design.streaming->stages.size(); ++s) {
    file.stages.push_back({designs.pipeline->names[s], design.streaming->stages[s].folding});
  }
  return file;
}

std::string design_yaml(const DesignFile& file, std::span<const EngineUnit> units) {
  if (file.organisation == Organisation::Single) return single_yaml(file, units);
  if (file.organisation == Organisation::Streaming) {
    std::string text = head_yaml(file) + "  stages:\n";
    for (const DesignFile::Stage& stage : file.stages) {
      text += fmt::format("    - {{layer: {}, PE: {}, SIMD: {}}}\n", yaml_quoted(stage.name),
                          stage.folding.pe, stage.folding.simd);
    }
    return text;
  }
  std::string text = head_yaml(file) + "  engines:\n";
  for (const DesignFile::Engine& engine : file.engines) {
    std::string layers;
    for (const std::string& unit : engine.units) {
      layers += (layers.empty() ? "" : ", ") + yaml_quoted(unit);
    }
    text += fmt::format(
        "    - {{Tm: {}, Tn: {}, Tp: {}, Tq: {}, tile_rows: {}, tile_columns: {}, layers: [{}]}}\n",
        engine.lanes.tm, engine.lanes.tn, engine.lanes.tp, engine.lanes.tq, engine.tile.rows,
        engine.tile.columns, layers);
  }
  return text;
}

NetworkDesigns evaluate_design(const DesignFile& file, const Network& network,
                               const DesignTarget& target) {
  NetworkDesigns all = undesigned(network);
  OrganisationDesign design;
  design.organisation = file.organisation;
  if (file.organisation == Organisation::Streaming) {
    all.pipeline = stream_pipeline(network);
    design.streaming = folded(file, *all.pipeline, target);
  } else {
    const auto& units = file.organisation == Organisation::Single ? all.whole_units : all.units;
    design.engines = evaluate_engines(assigned(file, units, all.layers), units, target);
    if (file.taken) set_resources(*design.engines, *file.taken, target);
  }
  design.lacks = excesses(design.resources(), target.available);
  all.designs.push_back(std::move(design));
  all.best = 0;
  return all;
}

}  // namespace tilewise
