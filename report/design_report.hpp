#pragma once

#include <span>
#include <string>
#include <vector>

#include "design/network_design.hpp"
#include "report/format.hpp"
#include "sweep/space_design.hpp"
#include "sweep/streaming_fits.hpp"

namespace tilewise {

/// What a report of designs is about.
struct DesignHeading {
  std::string subject;  ///< of a network or a search space
  DesignTarget target;
  DesignObjective objective = DesignObjective::Latency;
};

/// Why a design does not fit, or an organisation has none; empty: it fits.
std::string misfit(const OrganisationDesign& design);

/// All organisations side by side; of the best its engines or stages, resources against the board,
/// bound and certificate; of those that do not fit what is lacking and what would fit.
std::string design_text(const DesignHeading& heading, const NetworkDesigns& designs);
/// The same as one JSON object. docs/fpga_design.md lists the keys.
std::string design_json(const DesignHeading& heading, const NetworkDesigns& designs);

/// A search space on one board: one design for all, one for each architecture, the price between
/// them, and how many fit as streaming designs.
struct SpaceReport {
  std::int64_t architectures = 0;
  std::optional<SpaceDesigns> designs;
  std::vector<StreamingFits> fits;  ///< of each board
};
std::string space_design_text(const DesignHeading& heading, const SpaceReport& report);
std::string space_design_json(const DesignHeading& heading, const SpaceReport& report);

/// Both of the designs of a network, and CSV: an engine or a stage a row.
Report design_report(const DesignHeading& heading, const NetworkDesigns& designs);
/// Both of the designs of a space, and CSV: one row.
Report space_design_report(const DesignHeading& heading, const SpaceReport& report);

}  // namespace tilewise
