#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/file.hpp"
#include "base/quote.hpp"
#include "base/yaml.hpp"
#include "sweep/evidence.hpp"

namespace tilewise {
namespace {

double read_error(const YamlNode& yaml) {
  const double error = yaml.number();
  if (!(error >= 0.0)) yaml.fail("expected an error of zero or more");
  return error;
}

constexpr std::int64_t kMostPoints = 1'000'000'000;

/// {points: 12, median: 0.03, largest: 0.1, half_width: 0.09}
ErrorBound read_bound(const YamlNode& yaml) {
  YamlMap map = yaml.map();
  ErrorBound bound;
  bound.points = map.at("points").integer(0, kMostPoints);
  bound.median = read_error(map.at("median"));
  bound.largest = read_error(map.at("largest"));
  if (const auto half = map.find("half_width")) bound.half_width = read_error(*half);
  map.done();
  return bound;
}

LeftOut read_left_out(const YamlNode& yaml) {
  YamlMap map = yaml.map();
  LeftOut made{map.at("what").text(), map.at("points").integer(1, kMostPoints), 0};
  made.covered = map.at("covered").integer(0, made.points);
  map.done();
  return made;
}

Evidence read_evidence(const YamlNode& yaml) {
  YamlMap map = yaml.map();
  Evidence made;
  made.cases = map.at("cases").texts();
  made.basis = map.at("basis").word_of<Basis>();
  made.layers = read_bound(map.at("layers"));
  if (const auto kinds = map.find("kinds")) {
    YamlMap by_kind = kinds->map();
    for (const LayerKind kind : all_of<LayerKind>()) {
      if (const auto bound = by_kind.find(name(kind))) made.kinds[kind] = read_bound(*bound);
    }
    by_kind.done();
  }
  if (const auto networks = map.find("networks")) made.networks = read_bound(*networks);
  if (const auto left_out = map.find("left_out")) {
    for (const YamlNode& each : left_out->list()) made.left_out.push_back(read_left_out(each));
  }
  map.done();
  return made;
}

std::string bound_text(const ErrorBound& bound) {
  std::string text = fmt::format("{{points: {}, median: {:.5f}, largest: {:.5f}", bound.points,
                                 bound.median, bound.largest);
  if (bound.half_width) text += fmt::format(", half_width: {:.5f}", *bound.half_width);
  return text + "}";
}

std::string evidence_block(const char* quantity, const Evidence& evidence) {
  std::string text = fmt::format("    {}:\n      cases: [{}]\n      basis: {}\n      layers: {}\n",
                                 quantity, fmt::join(evidence.cases, ", "), name(evidence.basis),
                                 bound_text(evidence.layers));
  std::string kinds;
  for (const LayerKind kind : all_of<LayerKind>()) {
    if (!evidence.kinds[kind]) continue;
    kinds += fmt::format("        {}: {}\n", name(kind), bound_text(*evidence.kinds[kind]));
  }
  if (!kinds.empty()) text += "      kinds:\n" + kinds;
  if (evidence.networks) {
    text += fmt::format("      networks: {}\n", bound_text(*evidence.networks));
  }
  if (!evidence.left_out.empty()) text += "      left_out:\n";
  for (const LeftOut& each : evidence.left_out) {
    text += fmt::format("        - {{what: {}, points: {}, covered: {}}}\n", each.what, each.points,
                        each.covered);
  }
  return text;
}

}  // namespace

std::vector<DesignEvidence> load_evidence(const std::filesystem::path& path) {
  YamlMap root = YamlNode::load_file(path).map();
  std::vector<DesignEvidence> all;
  for (const YamlNode& entry : root.at("evidence").list()) {
    YamlMap map = entry.map();
    DesignEvidence& made = all.emplace_back();
    made.family = map.at("family").text();
    if (const auto design = map.find("design")) made.design = design->text();
    made.designs = map.at("designs").texts();
    if (const auto latency = map.find("latency")) made.latency = read_evidence(*latency);
    if (const auto energy = map.find("energy")) made.energy = read_evidence(*energy);
    map.done();
  }
  root.done();
  return all;
}

const std::vector<DesignEvidence>& shipped_evidence() {
  static const std::vector<DesignEvidence> kShipped =
      load_evidence(config_folder() / "evidence" / "evidence.yaml");
  return kShipped;
}

std::string evidence_yaml(std::span<const DesignEvidence> all) {
  std::string text =
      "# Which hardware our numbers were compared with, and how far they were: |log(measured / "
      "ours)|\n"
      "# of layers and of whole networks. Written by tilewise validate --evidence FILE; a test "
      "holds it\n"
      "# against the cases. How it is made and used: docs/validation.md.\n"
      "evidence:\n";
  for (const DesignEvidence& each : all) {
    text += fmt::format("  - family: {}\n", yaml_quoted(each.family));
    if (!each.design.empty()) text += fmt::format("    design: {}\n", each.design);
    text += fmt::format("    designs: [{}]\n", fmt::join(each.designs, ", "));
    if (each.latency) text += evidence_block("latency", *each.latency);
    if (each.energy) text += evidence_block("energy", *each.energy);
  }
  return text;
}

}  // namespace tilewise
