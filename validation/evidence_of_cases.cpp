#include "validation/evidence_of_cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <utility>

#include "base/text_table.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kLeastOfKind = 9;  // fewer have no conformal quantile
constexpr std::size_t kLeastDesigns = 3;  // of two the one says too little of the other

/// A point with the case that it is of.
struct CasePoint {
  const ComparedPoint* point = nullptr;
  std::string of_case;
};
using Points = std::vector<CasePoint>;
using GroupOf = std::function<std::string(const CasePoint&)>;
using BoundsOf = std::function<Evidence(const Points&)>;

Points chosen(const Points& points, const std::function<bool(const CasePoint&)>& wanted) {
  Points some;
  std::copy_if(points.begin(), points.end(), std::back_inserter(some), wanted);
  return some;
}

ErrorBound bound_of(const Points& points) {
  std::vector<double> errors;
  for (const CasePoint& each : points) errors.push_back(each.point->error());
  return error_bound(std::move(errors));
}

std::string network_of(const CasePoint& each) {
  return each.point->design + " " + each.point->network;
}

/// The errors of sums over networks of a design.
std::vector<double> network_errors(const Points& points) {
  std::map<std::string, std::pair<double, double>> sums;
  for (const CasePoint& each : points) {
    auto& [ours, measured] = sums[network_of(each)];
    ours += each.point->ours;
    measured += each.point->measured;
  }
  std::vector<double> errors;
  for (const auto& [network, sum] : sums) {
    errors.push_back(std::abs(std::log(sum.second / sum.first)));
  }
  return errors;
}

/// Bounds alone.
Evidence bounds_of(const Points& points) {
  Evidence made;
  made.layers = bound_of(points);
  for (const LayerKind kind : all_of<LayerKind>()) {
    const ErrorBound bound =
        bound_of(chosen(points, [&](const CasePoint& each) { return each.point->kind == kind; }));
    if (bound.points >= kLeastOfKind) made.kinds[kind] = bound;
  }
  const ErrorBound networks = error_bound(network_errors(points));
  if (networks.points >= kLeastOfKind) made.networks = networks;
  return made;
}

std::string design_of_point(const CasePoint& each) { return each.point->design; }
std::string family_of_point(const CasePoint& each) { return each.point->family; }

std::map<std::string, Points> grouped(const Points& points, const GroupOf& group) {
  std::map<std::string, Points> groups;
  for (const CasePoint& each : points) groups[group(each)].push_back(each);
  return groups;
}

/// Of several designs: half widths that hold for each of them, as the next may err as much as the
/// worst so far. The rest is of all points.
Evidence family_bounds_of(const Points& points) {
  Evidence made = bounds_of(points);
  std::vector<Evidence> each;
  for (const auto& [design, of_design] : grouped(points, design_of_point)) {
    each.push_back(bounds_of(of_design));
  }
  const auto widest = [&](const auto& bound_in) {
    std::optional<double> half;
    for (const Evidence& one : each) {
      const std::optional<ErrorBound> bound = bound_in(one);
      if (bound && bound->half_width) half = std::max(half.value_or(0.0), *bound->half_width);
    }
    return half;
  };
  made.layers.half_width = widest([](const Evidence& one) { return std::optional(one.layers); });
  for (const LayerKind kind : all_of<LayerKind>()) {
    if (!made.kinds[kind]) continue;
    const auto half = widest([&](const Evidence& one) { return one.kinds[kind]; });
    if (half) made.kinds[kind]->half_width = half;
  }
  const auto networks = widest([](const Evidence& one) { return one.networks; });
  if (made.networks && networks) made.networks->half_width = networks;
  return made;
}

/// How many points of each group the bounds of the other groups cover; nothing where there is one
/// group, or where the others are too few for bounds.
std::optional<LeftOut> left_out(const Points& points, const char* what, const GroupOf& group,
                                const BoundsOf& bounds) {
  const std::map<std::string, Points> groups = grouped(points, group);
  if (groups.size() < 2) return std::nullopt;
  LeftOut made{what, 0, 0};
  for (const auto& [name, out] : groups) {
    const Evidence others =
        bounds(chosen(points, [&](const CasePoint& each) { return group(each) != name; }));
    for (const CasePoint& each : out) {
      const std::optional<double> half = half_width_of(others, each.point->kind);
      if (!half) continue;
      ++made.points;
      if (each.point->error() <= *half) ++made.covered;
    }
  }
  return made.points > 0 ? std::optional(made) : std::nullopt;
}

/// The weakest of what the points were used for.
Basis basis_of(const Points& points) {
  Basis basis = Basis::None;
  for (const CasePoint& each : points) basis = std::min(basis, each.point->basis);
  return basis;
}

/// Of one design its networks are left out, of several a design.
std::optional<Evidence> evidence_at(const Points& points, bool family) {
  if (points.empty()) return std::nullopt;
  Evidence made = family ? family_bounds_of(points) : bounds_of(points);
  made.basis = basis_of(points);
  const auto of_case = [](const CasePoint& each) { return each.of_case; };
  for (const auto& [name, of_one] : grouped(points, of_case)) made.cases.push_back(name);
  const auto network = [](const CasePoint& each) { return each.point->network; };
  const auto without = family ? left_out(points, "design", design_of_point, family_bounds_of)
                              : left_out(points, "network", network, bounds_of);
  if (without) made.left_out.push_back(*without);
  return made;
}

DesignEvidence entry_of(const Points& points, const std::string& family,
                        const std::string& design) {
  DesignEvidence made{family, design, {}, {}, {}};
  for (const auto& [name, of_design] : grouped(points, design_of_point))
    made.designs.push_back(name);
  const auto of = [&](ComparedQuantity quantity) {
    return chosen(points, [&](const CasePoint& each) { return each.point->quantity == quantity; });
  };
  made.latency = evidence_at(of(ComparedQuantity::Latency), design.empty());
  made.energy = evidence_at(of(ComparedQuantity::Energy), design.empty());
  return made;
}

std::string share(double error) { return fmt::format("{:.2f}", 100.0 * std::expm1(error)); }

void add_rows(const DesignEvidence& entry, const char* quantity,
              const std::optional<Evidence>& evidence,
              std::vector<std::vector<std::string>>& rows) {
  if (!evidence) return;
  const std::string design = entry.design.empty() ? "any other " + entry.family : entry.design;
  const auto add = [&](std::string_view kind, const ErrorBound& bound, const std::string& covered) {
    rows.push_back({design, quantity, std::string(kind), fmt::format("{}", bound.points),
                    share(bound.median), share(bound.largest),
                    bound.half_width ? share(*bound.half_width) : "-",
                    std::string(name(evidence->basis)), covered});
  };
  std::string covered;
  for (const LeftOut& each : evidence->left_out) {
    covered += fmt::format(
        "{}{:.1f} % by {}", covered.empty() ? "" : ", ",
        100.0 * static_cast<double>(each.covered) / static_cast<double>(each.points), each.what);
  }
  add("layers", evidence->layers, covered.empty() ? "-" : covered);
  for (const LayerKind kind : all_of<LayerKind>()) {
    if (evidence->kinds[kind]) add(name(kind), *evidence->kinds[kind], "");
  }
  if (evidence->networks) add("networks", *evidence->networks, "");
}

}  // namespace

std::vector<DesignEvidence> evidence_of_cases(const std::vector<ValidationResult>& results) {
  Points points;
  for (const ValidationResult& result : results) {
    for (const ComparedPoint& point : result.points) points.push_back({&point, result.name});
  }
  std::vector<DesignEvidence> all;
  for (const auto& [family, of_family] : grouped(points, family_of_point)) {
    const std::map<std::string, Points> designs = grouped(of_family, design_of_point);
    for (const auto& [design, of_design] : designs) {
      all.push_back(entry_of(of_design, family, design));
    }
    if (designs.size() >= kLeastDesigns && !family.empty()) {
      all.push_back(entry_of(of_family, family, ""));
    }
  }
  return all;
}

std::string evidence_table(const std::vector<DesignEvidence>& all) {
  std::vector<std::vector<std::string>> rows{{"design", "quantity", "of", "points",
                                              "median error [%]", "largest [%]", "90 % within [%]",
                                              "fitted", "covered when left out"}};
  for (const DesignEvidence& entry : all) {
    add_rows(entry, "latency", entry.latency, rows);
    add_rows(entry, "energy", entry.energy, rows);
  }
  return text_table(rows);
}

}  // namespace tilewise
