#include "design/engine_design.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

#include "base/integers.hpp"

namespace tilewise {
namespace {

/// Units of one kind, counted together.
struct Job {
  EngineUnit unit;
  double uses = 0.0;
};

std::vector<Job> jobs_of(std::span<const EngineUnit> units) {
  std::vector<Job> jobs;
  for (const EngineUnit& unit : units) {
    const auto same = std::find_if(jobs.begin(), jobs.end(), [&](const Job& job) {
      return job.unit.work == unit.work && job.unit.traffic == unit.traffic;
    });
    if (same == jobs.end()) {
      jobs.push_back({unit, unit.uses});
    } else {
      same->uses += unit.uses;
    }
  }
  return jobs;
}

/// The state of one search: the best so far and what was excluded.
class SingleSearch {
 public:
  SingleSearch(std::span<const EngineUnit> units, const DesignTarget& target,
               const EngineSearchOptions& options)
      : jobs_(jobs_of(units)),
        kernel_(largest_kernel(units)),
        target_(target),
        options_(options),
        steps_(lane_steps(units, options.pixels)),
        most_lanes_(most_lanes(target)) {
    for (const EngineUnit& unit : units) {
      off_chip_ = off_chip_ + unit.uses * static_cast<double>(unit.traffic.count());
    }
  }

  void run() {
    for (const std::int64_t tn : steps_.tn) {
      for (const std::int64_t tm : steps_.tm) visit_channels(tm, tn);
    }
  }
  const std::optional<EngineLanes>& best() const { return best_; }
  DesignCertificate certificate() const { return certificate_; }

 private:
  using Rank = std::tuple<double, std::int64_t, EngineLanes>;

  /// All pixel lanes of one Tm, Tn.
  void visit_channels(std::int64_t tm, std::int64_t tn) {
    const auto pixel_choices = static_cast<std::int64_t>(steps_.tp.size() * steps_.tq.size());
    certificate_.candidates += pixel_choices;
    const EngineLanes channels{tm, tn, 1, 1};
    const std::int64_t lanes = lane_count(channels);
    if (lanes > most_lanes_) {
      certificate_.by_resources += pixel_choices;
      return;
    }
    if (best_ && pixel_choices > 1 && bound(channels, most_lanes_ / lanes) > std::get<0>(rank_)) {
      certificate_.by_bound += pixel_choices;
      return;
    }
    for (const std::int64_t tp : steps_.tp) {
      for (const std::int64_t tq : steps_.tq) visit({tm, tn, tp, tq});
    }
  }

  /// No pixel lanes, `most` of them at best, make the engine better than this.
  double bound(const EngineLanes& channels, std::int64_t most) const {
    double cycles = 0.0;
    for (const Job& job : jobs_) {
      EngineUnit one = job.unit;
      one.work.rows = ceil_div(job.unit.work.rows * job.unit.work.columns, most);
      one.work.columns = 1;
      cycles += job.uses * static_cast<double>(unit_cycles(one, channels, target_.bandwidth));
    }
    return value(cycles, engine_resources(channels, kernel_, {}, target_));
  }

  void visit(const EngineLanes& lanes) {
    const FpgaResources taken = engine_resources(lanes, kernel_, {}, target_);
    if (lane_count(lanes) > most_lanes_ || !fits(taken + controllers(target_), target_.available)) {
      ++certificate_.by_resources;
      return;
    }
    ++certificate_.evaluated;
    double cycles = 0.0;
    for (const Job& job : jobs_) {
      cycles += job.uses * static_cast<double>(unit_cycles(job.unit, lanes, target_.bandwidth));
    }
    const Rank rank{value(cycles, taken), lane_count(lanes), lanes};
    if (best_ && rank >= rank_) return;
    best_ = lanes;
    rank_ = rank;
  }

  double value(double cycles, const FpgaResources& taken) const {
    if (options_.objective != DesignObjective::Energy) return cycles;
    const auto bits = static_cast<std::int64_t>(off_chip_);
    return design_energy(target_, taken + controllers(target_), Cycles{cycles}, Bits{bits}).count();
  }

  std::vector<Job> jobs_;
  Plane kernel_;
  const DesignTarget& target_;
  EngineSearchOptions options_;
  LaneSteps steps_;
  std::int64_t most_lanes_;
  double off_chip_ = 0.0;
  std::optional<EngineLanes> best_;
  Rank rank_;
  DesignCertificate certificate_;
};

std::vector<EngineUnit> units_of(const EngineDesign& engine, std::span<const EngineUnit> units) {
  std::vector<EngineUnit> own;
  for (const std::size_t u : engine.units) own.push_back(units[u]);
  return own;
}

}  // namespace

FpgaResources controllers(const DesignTarget& target) {
  if (target.precision.arithmetic == Arithmetic::Float32) return {};
  return soft_controllers(target.board.soft_controllers);
}

EngineDesigns evaluate_engines(std::vector<EngineDesign> engines, std::span<const EngineUnit> units,
                               const DesignTarget& target) {
  EngineDesigns design;
  double bits = 0.0;
  double slowest = 0.0;
  double sum = 0.0;
  for (EngineDesign& engine : engines) {
    const std::vector<EngineUnit> own = units_of(engine, units);
    engine.cycles = 0.0;
    for (const EngineUnit& unit : own) {
      engine.cycles +=
          unit.uses * static_cast<double>(unit_cycles(unit, engine.lanes, target.bandwidth));
      bits += unit.uses * static_cast<double>(unit.traffic.count());
    }
    engine.resources = engine_resources(engine.lanes, largest_kernel(own), engine.tile, target);
    design.resources += engine.resources;
    slowest = std::max(slowest, engine.cycles);
    sum += engine.cycles;
  }
  const double port = std::ceil(transfer_cycles(bits, target.bandwidth).count());
  design.engines = std::move(engines);
  design.resources += controllers(target);
  design.latency = Cycles{sum};
  design.interval = Cycles{std::max(slowest, port)};
  design.off_chip = Bits{static_cast<std::int64_t>(std::llround(bits))};
  design.energy = design_energy(target, design.resources, design.interval, design.off_chip);
  return design;
}

void grow_tiles(EngineDesigns& design, std::span<const EngineUnit> units,
                const DesignTarget& target) {
  std::int64_t largest = 1;
  for (const EngineUnit& unit : units) {
    largest = std::max({largest, unit.work.rows, unit.work.columns});
  }
  const DesignCertificate certificate = design.certificate;
  const double value = design.objective_value;
  for (std::int64_t edge = 2; edge <= largest; ++edge) {
    std::vector<EngineDesign> engines = design.engines;
    for (EngineDesign& engine : engines) engine.tile = {edge, edge};
    EngineDesigns grown = evaluate_engines(std::move(engines), units, target);
    if (fits(grown.resources, target.available)) design = std::move(grown);
  }
  design.certificate = certificate;
  design.objective_value = value;
}

EngineSearchResult search_single_engine(std::span<const EngineUnit> units,
                                        const DesignTarget& target,
                                        const EngineSearchOptions& options) {
  SingleSearch search(units, target, options);
  search.run();
  EngineSearchResult result;
  if (!search.best()) {
    const FpgaResources least = engine_resources({}, largest_kernel(units), {}, target);
    result.lacks = excesses(least + controllers(target), target.available);
    return result;
  }
  EngineDesign engine;
  engine.lanes = *search.best();
  engine.units.resize(units.size());
  std::iota(engine.units.begin(), engine.units.end(), std::size_t{0});
  EngineDesigns design = evaluate_engines({engine}, units, target);
  design.objective_value =
      options.objective == DesignObjective::Energy ? design.energy.count() : design.latency.count();
  design.certificate = search.certificate();
  design.certificate.space = options.pixels == PixelLanes::Yes
                                 ? "one engine, all Tm, Tn, Tp, Tq"
                                 : "one engine, all Tm, Tn; Tp = Tq = 1";
  set_gap(design.certificate, design.objective_value, design.objective_value);
  result.design = std::move(design);
  return result;
}

}  // namespace tilewise
