#include <nlohmann/json.hpp>

#include "base/units.hpp"
#include "report/design_report.hpp"

namespace tilewise {
namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json resources_json(const FpgaResources& resources) {
  Json json;
  for (const FpgaResource each : all_of<FpgaResource>()) {
    json[std::string(name(each))] = resources.amount(each);
  }
  return json;
}

Json lacks_json(const std::vector<FpgaExcess>& lacks) {
  Json json = Json::array();
  for (const FpgaExcess& each : lacks) {
    json.push_back({{"resource", name(each.resource)},
                    {"needed", each.need},
                    {"available", each.have},
                    {"excess", each.excess}});
  }
  return json;
}

Json heading_json(const DesignHeading& heading) {
  return {{"subject", heading.subject},
          {"board", heading.target.board.name},
          {"precision", text(heading.target.precision)},
          {"clock_MHz", heading.target.clock.count()},
          {"objective", name(heading.objective)},
          {"available", resources_json(heading.target.available)},
          {"device", resources_json(whole_device(heading.target.board))}};
}

Json certificate_json(const DesignCertificate& certificate) {
  return {{"space", certificate.space},
          {"lower_bound", certificate.lower_bound},
          {"gap", certificate.gap},
          {"proven", certificate.gap == 0.0},
          {"candidates", certificate.candidates},
          {"by_resources", certificate.by_resources},
          {"by_bound", certificate.by_bound},
          {"evaluated", certificate.evaluated}};
}

Json engines_json(const EngineDesigns& design, const std::vector<EngineUnit>& units,
                  const std::vector<Layer>& layers) {
  Json engines = Json::array();
  for (const EngineDesign& engine : design.engines) {
    Json names = Json::array();
    for (const std::size_t u : engine.units) names.push_back(name(units[u], layers));
    engines.push_back({{"Tm", engine.lanes.tm},
                       {"Tn", engine.lanes.tn},
                       {"Tp", engine.lanes.tp},
                       {"Tq", engine.lanes.tq},
                       {"tile", {engine.tile.rows, engine.tile.columns}},
                       {"cycles", engine.cycles},
                       {"resources", resources_json(engine.resources)},
                       {"layers", names}});
  }
  return engines;
}

Json stages_json(const StreamingDesign& design, const StreamPipeline& pipeline) {
  Json stages = Json::array();
  for (std::size_t s = 0; s < design.stages.size(); ++s) {
    stages.push_back({{"name", pipeline.names[s]},
                      {"kind", name(pipeline.stages[s].kind)},
                      {"PE", design.stages[s].folding.pe},
                      {"SIMD", design.stages[s].folding.simd},
                      {"cycles", design.stages[s].cycles},
                      {"resources", resources_json(design.stages[s].resources)}});
  }
  return stages;
}

Json nearest_json(const NearestStreaming& nearest) {
  return {{"bits", nearest.width ? Json(nearest.width->count()) : Json(nullptr)},
          {"board", nearest.board ? Json(*nearest.board) : Json(nullptr)}};
}

Json organisation_json(const OrganisationDesign& design, const NetworkDesigns& all,
                       Megahertz clock) {
  Json json{{"organisation", name(design.organisation)},
            {"fits", design.found() && design.lacks.empty()}};
  if (!design.found()) {
    json["lacks"] = lacks_json(design.lacks);
    if (!design.refusal.empty()) json["refusal"] = design.refusal;
    if (design.organisation == Organisation::Streaming) {
      json["nearest"] = nearest_json(design.nearest);
    }
    return json;
  }
  if (!design.lacks.empty()) json["lacks"] = lacks_json(design.lacks);
  json["objective_value"] = design.objective_value();
  json["latency_cycles"] = design.latency().count();
  if (design.mapped) json["mapped_latency_cycles"] = design.mapped->count();
  json["latency_ms"] = nearest_milliseconds(duration(design.latency(), clock)).count();
  json["interval_cycles"] = design.interval().count();
  json["interval_ms"] = nearest_milliseconds(duration(design.interval(), clock)).count();
  json["energy_mJ"] = nearest_millijoules(design.energy()).count();
  json["resources"] = resources_json(design.resources());
  const bool several = design.organisation == Organisation::Several;
  if (design.engines) {
    json["engines"] =
        engines_json(*design.engines, several ? all.units : all.whole_units, all.layers);
  } else {
    json["stages"] = stages_json(*design.streaming, *all.pipeline);
  }
  if (!design.certificate().space.empty()) {
    json["certificate"] = certificate_json(design.certificate());
  }
  return json;
}

Json price_json(const GeneralityPrice& price) {
  return {{"mean_general", price.mean_general},
          {"mean_own", price.mean_own},
          {"mean_ratio", price.mean_ratio},
          {"most_ratio", price.most_ratio},
          {"most_index", price.most_index}};
}

Json space_json(const SpaceDesigns& designs) {
  const EngineLanes& lanes = designs.one_engine.engines.front().lanes;
  return {{"one_engine",
           {{"Tm", lanes.tm},
            {"Tn", lanes.tn},
            {"Tp", lanes.tp},
            {"Tq", lanes.tq},
            {"resources", resources_json(designs.one_engine.resources)},
            {"certificate", certificate_json(designs.one_engine.certificate)}}},
          {"distinct_own_engines", designs.distinct_engines},
          {"engine_price", price_json(designs.engine_price)},
          {"any_price", price_json(designs.any_price)},
          {"streaming_fit", designs.streaming_fit},
          {"streaming_better", designs.streaming_better},
          {"one_streaming",
           {{"fits", designs.union_lacks.empty()},
            {"least", resources_json(designs.union_least)},
            {"lacks", lacks_json(designs.union_lacks)}}}};
}

}  // namespace

std::string design_json(const DesignHeading& heading, const NetworkDesigns& designs) {
  Json json = heading_json(heading);
  Json list = Json::array();
  for (const OrganisationDesign& each : designs.designs) {
    list.push_back(organisation_json(each, designs, heading.target.clock));
  }
  json["best"] =
      designs.best ? Json(name(designs.designs[*designs.best].organisation)) : Json(nullptr);
  json["designs"] = list;
  return dumped(json);
}

std::string space_design_json(const DesignHeading& heading, const SpaceReport& report) {
  Json json = heading_json(heading);
  json["architectures"] = report.architectures;
  json["designs"] = report.designs ? space_json(*report.designs) : Json(nullptr);
  Json fits = Json::array();
  for (const StreamingFits& each : report.fits) {
    fits.push_back({{"board", each.board}, {"fit", each.fit}, {"lacks", each.lacks}});
  }
  json["streaming_fits"] = fits;
  return dumped(json);
}

}  // namespace tilewise
