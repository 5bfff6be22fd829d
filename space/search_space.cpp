#include "space/search_space.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "space/block_rules.hpp"

namespace tilewise {
const IndexedForm* indexed(const SearchSpace& space) {
  return std::get_if<IndexedForm>(&space.form);
}
const BlockForm* blocks(const SearchSpace& space) { return std::get_if<BlockForm>(&space.form); }

std::string canonical_text(const SearchSpace& space, std::string_view text) {
  if (const IndexedForm* form = indexed(space)) return form->text(form->index(text));
  const BlockForm& form = std::get<BlockForm>(space.form);
  return form.text(form.parse(text));
}

void check_options(const SearchSpace& space, const SpaceOptions& options) {
  if (options.prune_dead && !space.has_dead_layers) {
    throw InputError(fmt::format("prune_dead: {} has no dead layers; leave it out", space.name));
  }
}

std::vector<std::string> settings(const SearchSpace& space, const SpaceOptions& options) {
  if (!space.has_dead_layers) return {};
  return {fmt::format("prune_dead: {}", options.prune_dead)};
}

std::vector<std::uint8_t> sample_blocks(const BlockForm& form, std::uint64_t seed,
                                        std::int64_t count, int threads) {
  std::vector<std::uint8_t> rows(static_cast<std::size_t>(count) * form.positions);
  parallel_batches(count, threads, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) {
      form.sample(
          seed, static_cast<std::uint64_t>(i),
          std::span(rows).subspan(static_cast<std::size_t>(i) * form.positions, form.positions));
    }
  });
  return rows;
}

void check_choices(const BlockForm& form, std::span<const std::uint8_t> rows, int threads) {
  const auto count = static_cast<std::int64_t>(rows.size() / form.positions);
  parallel_batches(count, threads, [&](std::int64_t first, std::int64_t last) {
    const std::size_t begin = static_cast<std::size_t>(first) * form.positions;
    const auto batch = rows.subspan(begin, static_cast<std::size_t>(last - first) * form.positions);
    std::size_t wrong = 0;
    if (form.allowed.empty() && form.groups.empty()) {  // all may: quick
      if (*std::max_element(batch.begin(), batch.end()) < form.choices) return;
      wrong = static_cast<std::size_t>(
          std::find_if(batch.begin(), batch.end(),
                       [&](std::uint8_t choice) { return choice >= form.choices; }) -
          batch.begin());
    } else {
      std::optional<std::size_t> found;
      for (; wrong < batch.size(); wrong += form.positions) {
        found = wrong_position(form, batch.subspan(wrong, form.positions));
        if (found) break;
      }
      if (!found) return;
      wrong += *found;
    }
    const std::size_t row = wrong / form.positions * form.positions;
    const PositionGroup* group = group_of(form, (begin + wrong) % form.positions);
    if (group != nullptr && batch[wrong] < form.choices) {
      throw InputError(fmt::format("architecture {}: {}", (begin + wrong) / form.positions,
                                   group_error(form, *group, batch.subspan(row, form.positions))));
    }
    std::vector<std::string> names;
    for (std::size_t c = 0; c < form.names.size(); ++c) {
      if (may_take(form, (begin + wrong) % form.positions, c)) {
        names.push_back(fmt::format("{} {}", c, form.names[c]));
      }
    }
    const std::size_t at = begin + wrong;
    throw InputError(fmt::format("architecture {}: position {}: no such operation; there are {}",
                                 at / form.positions, at % form.positions + 1,
                                 fmt::join(names, ", ")));
  });
}

}  // namespace tilewise
