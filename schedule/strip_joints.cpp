#include "schedule/strip_joints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>
#include <variant>

#include "base/error.hpp"

namespace tilewise {
namespace {

/// One strip is no strips: layers that hand on whole tensors are kept.
bool is_one_strip(const StripGroup& group, const StripChoice& choice) {
  return choice.height >= group.layers.back().layer.bounds[Dim::P];
}

/// A way to run a group in strips, or why it is none.
std::variant<StripJoint, NoStrips> joint_of(const StripGroup& group,
                                            const std::vector<std::size_t>& layers,
                                            const StripChoice& choice,
                                            const Architecture& architecture, const Home& home,
                                            const StripGroups& groups) {
  auto made = strip_plan(group, choice, architecture, home);
  if (auto* none = std::get_if<NoStrips>(&made)) return std::move(*none);
  auto& plan = std::get<StripPlan>(made);
  if (!has_room(plan, groups.room)) {
    return NoStrips{fmt::format("{} has no room for what stays while they run",
                                architecture.levels[home.level].name)};
  }
  StripJoint joint{layers, choice, std::move(plan.runs), std::move(plan.loads), {}, {}};
  for (const StripLoad& load : joint.loads) {
    joint.load_cost +=
        static_cast<double>(load.times) *
        total_of(load_cost(group.layers[load.layer].layer, load, architecture, home));
  }
  return joint;
}

void add_ways(const StripGroup& group, const std::vector<std::size_t>& layers,
              const Architecture& architecture, const Home& home, const StripGroups& groups,
              std::vector<StripJoint>& all) {
  for (const StripChoice& choice : strip_choices(group, architecture, home, groups.heights)) {
    if (is_one_strip(group, choice)) continue;
    auto joint = joint_of(group, layers, choice, architecture, home, groups);
    if (auto* made = std::get_if<StripJoint>(&joint)) all.push_back(std::move(*made));
  }
}

/// Adds every way to run groups of `size` layers; `runs` counts those of all ways so far. False,
/// and none of this size is added: there are too many.
bool add_groups(const Network& network, const Architecture& architecture, const Home& home,
                const StripGroups& groups, std::size_t size, std::size_t& runs,
                std::vector<StripJoint>& all) {
  std::vector<StripJoint> more;
  std::vector<std::size_t> layers(size);
  for (std::size_t first = 0; first + size <= network.size(); ++first) {
    std::iota(layers.begin(), layers.end(), first);
    const auto is_apart = [&](std::size_t layer) { return groups.apart[layer]; };
    if (std::any_of(layers.begin(), layers.end(), is_apart)) continue;
    const auto group = strip_group(network, first, size);
    const auto* found = std::get_if<StripGroup>(&group);
    if (found == nullptr) continue;
    const std::size_t before = more.size();
    add_ways(*found, layers, architecture, home, groups, more);
    for (std::size_t j = before; j < more.size(); ++j) runs += more[j].runs.size();
    if (runs > kMostStripRuns) return false;
  }
  std::move(more.begin(), more.end(), std::back_inserter(all));
  return true;
}

}  // namespace

StripJoint given_strips(const Network& network, const Architecture& architecture, const Home& home,
                        const StripGroups& groups, const std::vector<std::size_t>& layers,
                        const StripChoice& choice) {
  const auto refuse = [&](const std::string& why) {
    throw InputError(fmt::format("{} to {} cannot run in strips so: {}",
                                 network.layer(layers.front()).name,
                                 network.layer(layers.back()).name, why));
  };
  for (const std::size_t l : layers) {
    if (groups.apart[l]) refuse(network.layer(l).name + " does not run as one layer");
  }
  const auto group = strip_group(network, layers.front(), layers.size());
  if (const auto* none = std::get_if<NoStrips>(&group)) refuse(none->why);
  const auto& found = std::get<StripGroup>(group);
  if (choice.outer.size() != found.outer.size()) {
    refuse(fmt::format("they read {} tensors from outside, not {}", found.outer.size(),
                       choice.outer.size()));
  }
  auto joint = joint_of(found, layers, choice, architecture, home, groups);
  if (const auto* none = std::get_if<NoStrips>(&joint)) refuse(none->why);
  return std::get<StripJoint>(std::move(joint));
}

StripJoints strip_joints(const Network& network, const Architecture& architecture, const Home& home,
                         const StripGroups& groups) {
  StripJoints made;
  std::size_t runs = 0;
  for (std::size_t size = 2; size <= kMostStripLayers; ++size) {
    if (!add_groups(network, architecture, home, groups, size, runs, made.all)) break;
    made.most_layers = size;
  }
  // Of one first layer those of fewer layers stay before the others.
  std::stable_sort(made.all.begin(), made.all.end(), [](const StripJoint& a, const StripJoint& b) {
    return a.layers.front() < b.layers.front();
  });
  return made;
}

}  // namespace tilewise
