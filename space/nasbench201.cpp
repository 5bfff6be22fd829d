#include "space/nasbench201.hpp"

#include <fmt/format.h>

#include <optional>
#include <span>

#include "base/error.hpp"
#include "space/python_random.hpp"

namespace tilewise {
namespace {

constexpr std::uint32_t kShuffleSeed = 88;
constexpr std::size_t kOps = enum_size<Nasbench201Op>;

/// Position before the shuffle: the edges are the digits of a number to base five.
std::size_t enumeration_position(const CellArchitecture& architecture) {
  std::size_t position = 0;
  for (const Nasbench201Op op : architecture.ops) {
    position = position * kOps + static_cast<std::size_t>(op);
  }
  return position;
}

CellArchitecture at_enumeration_position(std::size_t position) {
  CellArchitecture architecture;
  for (std::size_t edge = kCellEdges.size(); edge-- > 0; position /= kOps) {
    architecture.ops[edge] = static_cast<Nasbench201Op>(position % kOps);
  }
  return architecture;
}

std::vector<CellArchitecture> shuffled_architectures() {
  std::vector<CellArchitecture> architectures;
  for (std::size_t position = 0; position < kNasbench201Size; ++position) {
    architectures.push_back(at_enumeration_position(position));
  }
  PythonRandom random(kShuffleSeed);
  python_shuffle(std::span(architectures), random);
  return architectures;
}

std::vector<std::int64_t> indices_by_position() {
  const std::vector<CellArchitecture>& architectures = nasbench201_architectures();
  std::vector<std::int64_t> indices(architectures.size());
  for (std::size_t i = 0; i < architectures.size(); ++i) {
    indices[enumeration_position(architectures[i])] = static_cast<std::int64_t>(i);
  }
  return indices;
}

std::string nasbench_op_list() {
  std::string list;
  for (const Nasbench201Op op : all_of<Nasbench201Op>()) {
    list += list.empty() ? "" : ", ";
    list += name(op);
  }
  return list;
}

[[noreturn]] void fail(std::string_view text, const std::string& what) {
  throw InputError(fmt::format(
      "\"{}\": {}; an architecture reads |op~0|+|op~0|op~1|+|op~0|op~1|op~2|", text, what));
}

/// Takes `expected` off the front of `rest`.
void skip(std::string_view text, std::string_view& rest, std::string_view expected) {
  if (!rest.starts_with(expected)) {
    const std::size_t at = text.size() - rest.size();
    fail(text, fmt::format("expected \"{}\" at character {}", expected, at + 1));
  }
  rest.remove_prefix(expected.size());
}

Nasbench201Op take_op(std::string_view text, std::string_view& rest) {
  const std::string_view word = rest.substr(0, rest.find_first_of("~|+"));
  for (const Nasbench201Op op : all_of<Nasbench201Op>()) {
    if (word != name(op)) continue;
    rest.remove_prefix(word.size());
    return op;
  }
  fail(text, fmt::format("unknown operation \"{}\", there are {}", word, nasbench_op_list()));
}

/// Whether each node is a zero tensor: nothing but `none` and zero tensors flow into it.
std::array<bool, kCellNodes> zero_nodes(const CellArchitecture& architecture) {
  std::array<bool, kCellNodes> zero{false, true, true, true};
  for (std::size_t e = 0; e < kCellEdges.size(); ++e) {  // edges into a node precede those out
    const auto [from, to] = kCellEdges[e];
    if (architecture.ops[e] != Nasbench201Op::None && !zero[from]) zero[to] = false;
  }
  return zero;
}

}  // namespace

std::string_view name(Nasbench201Op op) {
  switch (op) {
    case Nasbench201Op::None: return "none";
    case Nasbench201Op::SkipConnect: return "skip_connect";
    case Nasbench201Op::NorConv1x1: return "nor_conv_1x1";
    case Nasbench201Op::NorConv3x3: return "nor_conv_3x3";
    case Nasbench201Op::AvgPool3x3: return "avg_pool_3x3";
  }
  return "";
}

std::string_view name(Dataset dataset) {
  switch (dataset) {
    case Dataset::Cifar10: return "cifar10";
    case Dataset::Cifar100: return "cifar100";
    case Dataset::ImageNet16x120: return "ImageNet16-120";
  }
  return "";
}

Dataset parse_dataset(std::string_view text) {
  for (const Dataset dataset : all_of<Dataset>()) {
    if (text == name(dataset)) return dataset;
  }
  throw InputError(
      fmt::format("\"{}\": no such data set; expected cifar10, cifar100 or ImageNet16-120", text));
}

std::string to_string(const CellArchitecture& architecture) {
  std::string text;
  for (std::size_t e = 0; e < kCellEdges.size(); ++e) {
    const auto [from, to] = kCellEdges[e];
    if (from == 0) text += to == 1 ? "|" : "+|";
    text += fmt::format("{}~{}|", name(architecture.ops[e]), from);
  }
  return text;
}

CellArchitecture parse_cell_architecture(std::string_view text) {
  CellArchitecture architecture;
  std::string_view rest = text;
  for (std::size_t e = 0; e < kCellEdges.size(); ++e) {
    const auto [from, to] = kCellEdges[e];
    if (from == 0) skip(text, rest, to == 1 ? "|" : "+|");
    architecture.ops[e] = take_op(text, rest);
    skip(text, rest, fmt::format("~{}|", from));
  }
  if (!rest.empty()) fail(text, fmt::format("unexpected \"{}\" at the end", rest));
  return architecture;
}

const std::vector<CellArchitecture>& nasbench201_architectures() {
  static const std::vector<CellArchitecture> kArchitectures = shuffled_architectures();
  return kArchitectures;
}

CellArchitecture nasbench201_architecture(std::int64_t index) {
  if (index < 0 || index >= kNasbench201Size) {
    throw InputError(
        fmt::format("NAS-Bench-201 index {}: expected 0 to {}", index, kNasbench201Size - 1));
  }
  return nasbench201_architectures()[static_cast<std::size_t>(index)];
}

std::int64_t nasbench201_index(const CellArchitecture& architecture) {
  static const std::vector<std::int64_t> kIndices = indices_by_position();
  return kIndices[enumeration_position(architecture)];
}

CellPlan plan_cell(const CellArchitecture& architecture, PruneDead prune) {
  CellPlan plan;
  if (prune == PruneDead::No) {
    for (std::size_t e = 0; e < kCellEdges.size(); ++e) {
      plan.runs[e] = architecture.ops[e] != Nasbench201Op::None;
      ++plan.operands[kCellEdges[e].to];
    }
    return plan;
  }
  const std::array<bool, kCellNodes> zero = zero_nodes(architecture);
  plan.has_output = !zero[kCellNodes - 1];
  std::array<bool, kCellNodes> needed{};
  needed[kCellNodes - 1] = plan.has_output;
  for (std::size_t e = kCellEdges.size(); e-- > 0;) {  // edges out of a node come before those in
    const auto [from, to] = kCellEdges[e];
    plan.runs[e] = architecture.ops[e] != Nasbench201Op::None && !zero[from] && needed[to];
    if (!plan.runs[e]) continue;
    needed[from] = true;
    ++plan.operands[to];
  }
  return plan;
}

}  // namespace tilewise
