#include <fmt/format.h>

#include "schedule/schedule.hpp"

namespace tilewise {

std::string schedule_list() {
  std::string text;
  for (const ScheduleKindEntry& entry : kScheduleKinds) {
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", entry.name, entry.meaning);
  }
  return text;
}

Allowed allowed_by(ScheduleKind kind) {
  switch (kind) {
    case ScheduleKind::Separate: return {false, false, false};
    case ScheduleKind::Kept: return {true, false, false};
    case ScheduleKind::Fused: return {false, true, true};
    case ScheduleKind::Best: return {};
  }
  return {};
}

std::string_view name(Orders orders) {
  switch (orders) {
    case Orders::Given: return "given";
    case Orders::All: return "all";
  }
  return "";
}

}  // namespace tilewise
