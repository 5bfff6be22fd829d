#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

#include "mapper/incumbents.hpp"
#include "mapper/problem.hpp"
#include "mapper/search.hpp"
#include "mapper/search_context.hpp"
#include "mapper/search_tuning.hpp"
#include "mapper/subtree.hpp"

namespace tilewise {

/// What stops a search before its end.
struct SearchLimits {
  std::function<bool()> stop;  ///< time is up, or the user interrupts
  std::int64_t most_work = 0;  ///< tiles and orders looked at; 0: no limit
};

/// The search of one space: subtrees in rounds, by rising bound. docs/mapper.md, "The search".
class SpaceSearch {
 public:
  SpaceSearch(const Problem& problem, const SearchOptions& options, SearchLimits limits);

  /// Mappings known beforehand.
  void start_from(const Incumbent& known) { best_.merge(known); }
  /// All of the space, or until a limit.
  void run();

  bool stopped() const { return stopped_; }
  const Incumbents& best() const { return best_; }
  /// No mapping that is not priced costs less.
  double lower_bound() const;
  std::int64_t work() const { return work_; }
  const Certificate& certificate() const { return certificate_; }

 private:
  /// Subtrees that may take that much work before they wait for another turn, by rising bound.
  struct Turn {
    std::int64_t most_work = 0;
    std::deque<Subtree> waiting;
    std::size_t round = kFirstRound;  ///< subtrees of the next one
  };

  double least(const Subtree& subtree) const;
  bool asked_to_stop() const;
  void leave_open_from(double steps);
  double band_least(double steps) const;
  bool band_excluded(double steps);
  void search_band(double above, double most, double& more);
  void work_on(std::vector<Subtree>& subtrees);
  void probe(const std::vector<Subtree>& subtrees);
  void probe_for(const RelativeSet& of, const std::vector<Subtree>& subtrees);
  void search(const std::vector<Subtree>& subtrees);
  bool exceeds_limit(double all_over_done, const Turn& second) const;
  std::size_t search_round(Turn& turn, Turn& next);
  void leave_open(const Subtree& subtree);

  const Problem& problem_;
  const SearchOptions& options_;
  SearchLimits limits_;
  SearchContext context_;
  int threads_;
  std::vector<std::unique_ptr<SubtreeSearch>> workers_;
  Incumbents best_;
  Certificate certificate_;
  double open_least_ = std::numeric_limits<double>::infinity();
  std::int64_t work_ = 0;
  bool sure_to_exceed_ = false;  ///< the limit of work will be used up before the end
  bool stopped_ = false;
};

}  // namespace tilewise
