#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "study/result_store.hpp"
#include "study/study.hpp"

namespace tilewise {

/// Configurations whose layers share searches (mapper/relatives.hpp).
struct StudyFamily {
  std::vector<std::int64_t> positions;  ///< rising
  /// Of their architectures. Of mappings of equal cost a search names another one where it has
  /// other members: so they are part of the key of what a store keeps.
  Key members{};

  bool together() const { return positions.size() > 1; }
};

/// A key of a store for a member.
Key key_in(const StudyFamily& family, const Key& key);

/// Which configurations of a study share searches. Depends on the study alone, so that what is
/// found depends neither on waves, nor on what a store knows. Any thread may ask.
class StudyFamilies {
 public:
  /// Relatives are looked for in blocks of so many neighbours.
  static constexpr std::int64_t kBlock = 4096;

  /// `study` outlives it. `threads`: of its own work, 0: one a core.
  StudyFamilies(const Study& study, int threads);

  /// The family of a configuration. Alone: where a search proposes or bounds leave out what is
  /// mapped, and where no searches can be shared.
  std::shared_ptr<const StudyFamily> of(std::int64_t position);

 private:
  using Block = std::vector<std::shared_ptr<const StudyFamily>>;  ///< by position
  std::shared_ptr<const Block> block(std::int64_t index);
  Block make_block(std::int64_t first, std::int64_t count) const;

  const Study& study_;
  int threads_;
  std::size_t most_;
  std::mutex mutex_;
  std::map<std::int64_t, std::shared_ptr<const Block>> blocks_;  ///< by index; few
};

}  // namespace tilewise
