#include "report/design_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

#include "base/csv.hpp"
#include "base/units.hpp"

namespace tilewise {
namespace {

using Cells = std::vector<std::string>;

const char* yes(bool is) { return is ? "yes" : "no"; }

void add(Cells& cells, const Cells& more) { cells.insert(cells.end(), more.begin(), more.end()); }

template <class... Value>
Cells cells_of(const Value&... values) {
  return {fmt::format("{}", values)...};
}

Cells resource_columns() {
  Cells columns;
  for (const FpgaResource each : all_of<FpgaResource>()) columns.emplace_back(name(each));
  return columns;
}

Cells resource_cells(const FpgaResources& resources) {
  Cells cells;
  for (const FpgaResource each : all_of<FpgaResource>())
    add(cells, cells_of(resources.amount(each)));
  return cells;
}

Cells design_columns() {
  Cells columns{"organisation", "best", "fits", "latency_ms", "interval_ms", "energy_mJ"};
  add(columns, {"engine", "stage", "kind", "Tm", "Tn", "Tp", "Tq", "tile_rows", "tile_columns",
                "PE", "SIMD", "cycles"});
  add(columns, resource_columns());
  add(columns, {"layers", "why"});
  return columns;
}

/// What all rows of an organisation share, up to energy_mJ.
Cells shared_cells(const OrganisationDesign& design, bool best, Megahertz clock) {
  Cells cells =
      cells_of(name(design.organisation), yes(best), yes(design.found() && design.lacks.empty()));
  if (!design.found()) {
    cells.resize(cells.size() + 3);
    return cells;
  }
  add(cells, cells_of(nearest_milliseconds(duration(design.latency(), clock)).count(),
                      nearest_milliseconds(duration(design.interval(), clock)).count(),
                      nearest_millijoules(design.energy()).count()));
  return cells;
}

/// From `engine` to `layers`.
Cells engine_cells(std::size_t number, const EngineDesign& engine,
                   const std::vector<EngineUnit>& units, const std::vector<Layer>& layers) {
  const EngineLanes& lanes = engine.lanes;
  Cells cells = cells_of(number, "", "", lanes.tm, lanes.tn, lanes.tp, lanes.tq, engine.tile.rows,
                         engine.tile.columns, "", "", engine.cycles);
  add(cells, resource_cells(engine.resources));
  Cells names;
  for (const std::size_t u : engine.units) names.push_back(name(units[u], layers));
  cells.push_back(fmt::format("{}", fmt::join(names, ";")));
  return cells;
}

Cells stage_cells(const StreamPipeline& pipeline, std::size_t s, const StageOption& stage) {
  Cells cells = cells_of("", pipeline.names[s], name(pipeline.stages[s].kind), "", "", "", "", "",
                         "", stage.folding.pe, stage.folding.simd, stage.cycles);
  add(cells, resource_cells(stage.resources));
  cells.emplace_back();
  return cells;
}

/// The engines or stages of a design, from `engine` to `layers`; one empty row where there is none.
std::vector<Cells> part_rows(const OrganisationDesign& design, const NetworkDesigns& all) {
  std::vector<Cells> rows;
  if (design.engines) {
    const bool several = design.organisation == Organisation::Several;
    const auto& engines = design.engines->engines;
    for (std::size_t e = 0; e < engines.size(); ++e) {
      rows.push_back(
          engine_cells(e + 1, engines[e], several ? all.units : all.whole_units, all.layers));
    }
  } else if (design.streaming) {
    for (std::size_t s = 0; s < design.streaming->stages.size(); ++s) {
      rows.push_back(stage_cells(*all.pipeline, s, design.streaming->stages[s]));
    }
  } else {
    rows.emplace_back(13 + enum_size<FpgaResource>);
  }
  return rows;
}

std::string design_csv(const DesignHeading& heading, const NetworkDesigns& designs) {
  std::vector<Cells> rows{design_columns()};
  for (std::size_t d = 0; d < designs.designs.size(); ++d) {
    const OrganisationDesign& design = designs.designs[d];
    const Cells shared = shared_cells(design, designs.best == d, heading.target.clock);
    for (const Cells& part : part_rows(design, designs)) {
      Cells row = shared;
      add(row, part);
      row.push_back(misfit(design));
      rows.push_back(std::move(row));
    }
  }
  return csv_table(rows);
}

void add_price(Cells& columns, Cells& cells, const std::string& what, std::string_view unit,
               const GeneralityPrice* price) {
  for (const char* mean : {"mean_general", "mean_own"}) {
    columns.push_back(fmt::format("{}_{}_{}", what, mean, unit));
  }
  for (const char* of : {"mean_ratio", "most_ratio", "most_index"}) {
    columns.push_back(fmt::format("{}_{}", what, of));
  }
  add(cells, price ? cells_of(price->mean_general, price->mean_own, price->mean_ratio,
                              price->most_ratio, price->most_index)
                   : Cells(5));
}

std::string space_design_csv(const DesignHeading& heading, const SpaceReport& report) {
  const SpaceDesigns* designs = report.designs ? &*report.designs : nullptr;
  const std::string_view value_unit = unit(heading.objective);
  Cells columns{"architectures", "Tm", "Tn", "Tp", "Tq"};
  Cells cells = cells_of(report.architectures);
  add(columns, resource_columns());
  if (designs) {
    const EngineLanes& lanes = designs->one_engine.engines.front().lanes;
    add(cells, cells_of(lanes.tm, lanes.tn, lanes.tp, lanes.tq));
    add(cells, resource_cells(designs->one_engine.resources));
  }
  cells.resize(columns.size());
  columns.emplace_back("distinct_own_engines");
  cells.push_back(designs ? fmt::format("{}", designs->distinct_engines) : "");
  add_price(columns, cells, "engine_price", value_unit, designs ? &designs->engine_price : nullptr);
  add_price(columns, cells, "any_price", value_unit, designs ? &designs->any_price : nullptr);
  add(columns, {"streaming_fit", "streaming_better", "one_streaming_fits"});
  if (designs) {
    add(cells, cells_of(designs->streaming_fit, designs->streaming_better,
                        yes(designs->union_lacks.empty())));
  }
  cells.resize(columns.size());
  for (const StreamingFits& each : report.fits) {
    columns.push_back(each.board + "_streaming_fit");
    cells.push_back(fmt::format("{}", each.fit));
  }
  return csv_table({columns, cells});
}

}  // namespace

Report design_report(const DesignHeading& heading, const NetworkDesigns& designs) {
  return {[&] { return design_text(heading, designs); },
          [&] { return design_json(heading, designs); },
          [&] { return design_csv(heading, designs); }};
}

Report space_design_report(const DesignHeading& heading, const SpaceReport& report) {
  return {[&] { return space_design_text(heading, report); },
          [&] { return space_design_json(heading, report); },
          [&] { return space_design_csv(heading, report); }};
}

}  // namespace tilewise
