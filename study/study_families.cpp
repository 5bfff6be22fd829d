#include "study/study_families.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "base/integers.hpp"
#include "base/parallel.hpp"
#include "study/explored.hpp"
#include "study/layer_tasks.hpp"
#include "study/stored_layers.hpp"

namespace tilewise {
namespace {

/// Blocks that are kept: rows are asked for in order.
constexpr std::size_t kKeptBlocks = 4;

void append(std::string& text, const Key& key) { text.append(key.bytes.begin(), key.bytes.end()); }

/// A configuration that is costed: what it may share searches by, and what they depend on.
struct Member {
  std::int64_t position = 0;
  Key shared;
  Key architecture;
};

std::optional<Member> member_at(const Study& study, std::int64_t position) {
  const Configuration made = configuration(study, position);
  if (examine(study, made).outcome != Outcome::Costed) return std::nullopt;
  return Member{position, shared_key(*made.architecture, made.precision),
                architecture_store_key(*made.architecture)};
}

std::shared_ptr<const StudyFamily> family_of(std::span<const Member> members) {
  StudyFamily family;
  std::string text = "members";
  for (const Member& each : members) {
    family.positions.push_back(each.position);
    append(text, each.architecture);
  }
  family.members = key_of(text);
  return std::make_shared<const StudyFamily>(std::move(family));
}

std::shared_ptr<const StudyFamily> alone(std::int64_t position) {
  return std::make_shared<const StudyFamily>(StudyFamily{{position}, {}});
}

}  // namespace

Key key_in(const StudyFamily& family, const Key& key) {
  if (!family.together()) return key;
  std::string text = "in a family";
  append(text, key);
  append(text, family.members);
  return key_of(text);
}

StudyFamilies::StudyFamilies(const Study& study, int threads)
    : study_(study),
      threads_(threads),
      most_(study.prune || study.search ? 1 : most_in_search(study)) {}

std::shared_ptr<const StudyFamily> StudyFamilies::of(std::int64_t position) {
  if (most_ == 1) return alone(position);
  const auto of_block = block(position / kBlock);
  auto family = (*of_block)[static_cast<std::size_t>(position % kBlock)];
  return family ? family : alone(position);
}

std::shared_ptr<const StudyFamilies::Block> StudyFamilies::block(std::int64_t index) {
  const std::scoped_lock lock(mutex_);
  auto& known = blocks_[index];
  if (known) return known;
  const std::int64_t first = index * kBlock;
  const auto made = std::make_shared<const Block>(
      make_block(first, std::min(kBlock, configuration_count(study_) - first)));
  known = made;
  if (blocks_.size() > kKeptBlocks) {
    const auto lowest = blocks_.begin();
    blocks_.erase(lowest->first == index ? std::next(lowest) : lowest);
  }
  return made;
}

/// Relatives of a block in parts of at most `most_`, of about the same size. Null: not costed.
StudyFamilies::Block StudyFamilies::make_block(std::int64_t first, std::int64_t count) const {
  std::vector<std::optional<Member>> found(static_cast<std::size_t>(count));
  parallel_for(count, threads_, [&](std::int64_t i) {
    found[static_cast<std::size_t>(i)] = member_at(study_, first + i);
  });
  std::map<Key, std::vector<Member>> relatives;
  for (const auto& each : found) {
    if (each) relatives[each->shared].push_back(*each);
  }
  Block made(found.size());
  for (const auto& [key, all] : relatives) {
    const auto size = static_cast<std::int64_t>(all.size());
    const std::int64_t parts = ceil_div(size, static_cast<std::int64_t>(most_));
    for (std::int64_t part = 0; part < parts; ++part) {
      const auto begin = static_cast<std::size_t>(part * size / parts);
      const auto end = static_cast<std::size_t>((part + 1) * size / parts);
      const auto family = family_of(std::span(all).subspan(begin, end - begin));
      for (const std::int64_t position : family->positions) {
        made[static_cast<std::size_t>(position - first)] = family;
      }
    }
  }
  return made;
}

}  // namespace tilewise
