#include "report/schedule/schedule_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "mapper/factors.hpp"
#include "report/schedule/schedule_picture.hpp"
#include "schedule/strip_joints.hpp"
#include "sweep/image_summary.hpp"
#include "sweep/kept_summary.hpp"

namespace tilewise {
namespace {

using Cells = std::vector<std::string>;

constexpr std::size_t kNamedReasons = 4;
constexpr double kNoGap = 1e-9;        // sums in another order
constexpr double kMostWritten = 1e15;  // larger counts in powers of ten

std::string changed(double share) {
  const double percent = 100.0 * share;
  return fmt::format("{:+.1f} %", std::abs(percent) < 0.05 ? 0.0 : percent);
}

/// "24,576".
std::string grouped(double count) {
  if (std::isinf(count)) return "more than 1e308";
  if (count >= kMostWritten) return fmt::format("{:.3g}", count);
  std::string text = fmt::format("{:.0f}", count);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string objective_word(Objective objective) {
  const ObjectiveEntry& entry = kObjectives[objective];
  return entry.latency && entry.energy ? "EDP" : std::string(entry.name);
}

/// "GLB (100 KiB)", "buffers.input (64 KiB) and buffers.output (32 KiB)".
std::string home_text(const std::vector<HomeMemory>& memories) {
  Cells named;
  for (const HomeMemory& memory : memories) {
    named.push_back(memory.name);
    if (memory.capacity) named.back() += fmt::format(" ({} KiB)", kib_text(*memory.capacity));
  }
  return fmt::format("{}", fmt::join(named, " and "));
}

/// Beside every tensor off chip: "12.3 % less EDP", of all that a schedule takes.
std::string change_text(Objective objective, double change) {
  return fmt::format("{:.1f} % {} {}", 100.0 * std::abs(change), change > 0.0 ? "more" : "less",
                     objective_word(objective));
}

std::string changes_text(const KeptSummary& of) {
  return fmt::format("energy {}, latency {}, DRAM {}", changed(of.energy_change),
                     changed(of.latency_change), changed(of.off_chip_change));
}

std::string operators_text(const KeptSummary& of) {
  return fmt::format("{} operator{}", of.merged.size(), of.merged.size() == 1 ? "" : "s");
}

/// "5 layers in 2 groups".
std::string strips_text(const KeptSummary& of) {
  std::size_t layers = 0;
  for (const StripsOfLayers& each : of.strips) layers += each.layers;
  return fmt::format("{} layers in {} group{}", layers, of.strips.size(),
                     of.strips.size() == 1 ? "" : "s");
}

/// What a run without a schedule could save.
std::string hint_line(const NetworkSweep& sweep, const Schedule& schedule, const KeptSummary& of) {
  if (of.kept.empty() && of.merged.empty() && of.strips.empty()) return "";
  Cells could;
  if (!of.kept.empty()) {
    could.push_back(fmt::format("{} tensor{} could stay in {}", of.kept.size(),
                                of.kept.size() == 1 ? "" : "s", home_text(of.memories)));
  }
  if (!of.merged.empty()) could.push_back(fmt::format("{} could be merged", operators_text(of)));
  if (!of.strips.empty()) could.push_back(fmt::format("{} could run in strips", strips_text(of)));
  return fmt::format("schedule separate: {}, for {}: {}{}; --schedule best\n",
                     fmt::join(could, ", "),
                     change_text(sweep.mapping.objective, of.objective_change), changes_text(of),
                     schedule.proven ? "" : ", or more");
}

std::string saves_line(const NetworkSweep& sweep, const KeptSummary& of, bool any_resident) {
  const std::string_view word = schedule_word(sweep);
  std::string text;
  if (of.kept.empty()) {
    text = fmt::format("schedule {}: none of {} tensors stays in {}", word, of.tensors,
                       home_text(of.memories));
    if (of.merged.empty() && of.strips.empty() && !any_resident) return text + "\n";
  } else {
    text = fmt::format("schedule {}: {} of {} tensors stay{} in {}", word, of.kept.size(),
                       of.tensors, of.kept.size() == 1 ? "s" : "", home_text(of.memories));
  }
  if (!of.merged.empty()) {
    text += fmt::format(", {} run{} in the drain of the layer before", operators_text(of),
                        of.merged.size() == 1 ? "s" : "");
  }
  if (!of.strips.empty()) {
    text += fmt::format(", {} run in strips", strips_text(of));
  }
  return fmt::format("{}; {} than separate: {}\n", text,
                     change_text(sweep.mapping.objective, of.objective_change), changes_text(of));
}

std::string cost_text(const Cost& of) {
  return fmt::format("{:.5g} ms, {:.5g} mJ, {:.0f} B DRAM", of.latency.count(), of.energy.count(),
                     of.dram_bytes);
}

/// Of several images, which weights stay over them and what each image takes.
std::string image_lines(const NetworkSweep& sweep, std::size_t network, std::size_t device) {
  if (sweep.images == 1 && !sweep.schedules[network][device].any_resident()) return "";
  const ImageSummary of = image_summary(sweep, network, device);
  const std::string over =
      sweep.images == kStream ? "a stream of images" : fmt::format("{} images", sweep.images);
  std::string text = fmt::format("weights: over {} those of {} of {} layers stay", over,
                                 of.resident.size(), of.layers);
  if (!of.resident.empty()) {
    text += fmt::format(" in {} ({} KiB)", of.memory.name, kib_text(of.size));
    if (of.memory.capacity) text += fmt::format(" of {}", kib_text(*of.memory.capacity));
  }
  text += fmt::format("\nimages: the first {}; each further one {}, as in the table\n",
                      cost_text(of.first), cost_text(of.further));
  return text;
}

/// What else a schedule may do.
std::string ways_text(const ScheduleCertificate& done) {
  std::string strips = "run layers in strips";
  if (done.strip_layers < static_cast<std::int64_t>(kMostStripLayers)) {
    strips += fmt::format(", at most {} together (more are too many)", done.strip_layers);
  }
  Cells ways;
  if (done.merges > 0) ways.emplace_back("merge operators");
  if (done.strips > 0) ways.push_back(std::move(strips));
  if (done.residents > 0) {
    ways.push_back(fmt::format("let weights of any of {} layers stay", done.residents));
  }
  if (ways.empty()) return "";
  const std::string last = std::exchange(ways.back(), "");
  ways.pop_back();
  return ways.empty() ? " and " + last : fmt::format(", {} and {}", fmt::join(ways, ", "), last);
}

/// How far the best schedule, or the price of a given one, is proven.
std::string proof_line(const NetworkSweep& sweep, const Schedule& schedule, double gap) {
  const bool given = sweep.schedule_given;
  const bool all = sweep.mapping.factors.value_or(Factors::Divisors) == Factors::All;
  const char* dividing = all ? "" : " dividing";
  if (!schedule.proven && !(given && gap < kNoGap)) {
    return fmt::format("not proven: {}the best may be up to {:.1f} % lower\n",
                       given ? "of what keeps the same tensors, " : "", 100.0 * gap);
  }
  const ScheduleCertificate& done = schedule.certificate;
  const std::string searched =
      fmt::format("{} states, {} of {} layer searches made",
                  grouped(static_cast<double>(done.states)), done.searches, done.asks);
  if (given) {
    return fmt::format("proven: the best{} tiling of each layer for what is kept; {}\n", dividing,
                       searched);
  }
  const char* order = "";
  if (schedule.orders == Orders::All) order = " in any order of the layers";
  if (schedule.orders != sweep.orders) order = " in the given order (too many layers for all)";
  return fmt::format(
      "proven: the best of {} way{} to keep tensors{}{} with any{} tiling of each layer; {}\n",
      grouped(done.schedules), done.schedules == 1.0 ? "" : "s", ways_text(done), order, dividing,
      searched);
}

std::string off_chip_line(const NetworkSweep& sweep, const Schedule& schedule,
                          const KeptSummary& of) {
  if (of.not_kept.empty()) return "";
  const char* free = "no place for them, or it does not pay";
  if (!schedule.proven) free = "nothing better is found";
  if (sweep.schedule_given) free = "as given";
  Cells reasons;
  for (const NotKept& each : of.not_kept) {
    if (reasons.size() == kNamedReasons) {
      reasons.emplace_back("...");
      break;
    }
    reasons.push_back(fmt::format("{} ({})", each.tensors, each.why.empty() ? free : each.why));
  }
  return fmt::format("off chip: {}\n", fmt::join(reasons, ", "));
}

}  // namespace

std::string schedule_text(const NetworkSweep& sweep, std::size_t network, std::size_t device,
                          std::size_t line) {
  const Schedule& schedule = sweep.schedules[network][device];
  const bool hint = !has_schedule(sweep);
  if (!schedule.home) {
    if (hint) return "";
    return fmt::format("schedule {}: nothing can stay on chip on {}: {}\n", schedule_word(sweep),
                       name(sweep.devices[device]), schedule.why_no_home);
  }
  const KeptSummary of = kept_summary(sweep, network, device);
  if (hint) return hint_line(sweep, schedule, of);
  std::string text = saves_line(sweep, of, schedule.any_resident()) +
                     image_lines(sweep, network, device) + proof_line(sweep, schedule, of.gap) +
                     off_chip_line(sweep, schedule, of);
  if (of.kept.empty() && of.merged.empty() && of.strips.empty()) return text;
  return text + schedule_picture(sweep.networks[network].network, of, line);
}

}  // namespace tilewise
