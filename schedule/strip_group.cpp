#include "schedule/strip_group.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace tilewise {
namespace {

/// Collects the edges of a group.
class GroupBuilder {
 public:
  GroupBuilder(const Network& network, std::size_t first, std::size_t count)
      : network_(network), first_(first), count_(count) {}

  std::variant<StripGroup, NoStrips> make() {
    for (std::size_t l = 0; l < count_ && why_.empty(); ++l) {
      StripLayer& made = group_.layers.emplace_back();
      made.layer = network_.layer(first_ + l);
      check_readers(l);
      read(l);
    }
    if (!why_.empty()) return NoStrips{why_};
    return std::move(group_);
  }

 private:
  bool is_inside(std::size_t layer) const { return layer >= first_ && layer < first_ + count_; }
  Layer& layer(std::size_t l) { return group_.layers[l].layer; }

  void check_readers(std::size_t l) {
    if (l + 1 == count_) return;
    const auto readers = network_.consumers_of(first_ + l);
    if (readers.empty()) why_ = fmt::format("{} is an output of the network", layer(l).name);
    for (const std::size_t reader : readers) {
      if (!is_inside(reader)) why_ = fmt::format("{} is read outside the group", layer(l).name);
    }
  }

  /// Layers that make the Input; a product of two activations reads the second as weights.
  std::vector<std::size_t> sources_of(std::size_t l) {
    std::vector<std::size_t> sources = network_.inputs_of(first_ + l);
    const Layer& reader = layer(l);
    if (!has_weights(reader.op) || reader.owns_weights) return sources;
    for (const std::size_t from : sources) {
      if (is_inside(from)) {
        why_ = fmt::format("{} may read {} as weights", reader.name, network_.layer(from).name);
      }
    }
    if (sources.size() == 2) sources.pop_back();
    return sources;
  }

  void read(std::size_t l) {
    const std::vector<std::size_t> sources = sources_of(l);
    const std::int64_t operands = equal_operands(network_, first_ + l);
    group_.layers[l].operands = operands;
    const bool any_inside = std::any_of(sources.begin(), sources.end(),
                                        [&](std::size_t from) { return is_inside(from); });
    if (operands == 0 && sources.size() != 1) {
      if (any_inside) why_ = fmt::format("{} reads it together with others", layer(l).name);
      return read_outside(l, kNever);
    }
    for (const std::size_t from : sources) {
      is_inside(from) ? read_inside(l, from - first_) : read_outside(l, from);
    }
    // Operands that no layer makes.
    for (auto made = std::ssize(sources); made < operands; ++made) read_outside(l, kNever);
  }

  void read_inside(std::size_t l, std::size_t from) {
    const Layer& maker = layer(from);
    const Layer& reader = layer(l);
    const std::int64_t operands = std::max<std::int64_t>(1, group_.layers[l].operands);
    if (maker.widths.tensor[Tensor::Output] != reader.widths.tensor[Tensor::Input]) {
      why_ = fmt::format("{} reads {} in another width", reader.name, maker.name);
    }
    if (maker.bounds[Dim::P] != reader.image.vertical ||
        stored_words(maker, Tensor::Output) * operands != stored_words(reader, Tensor::Input)) {
      why_ = fmt::format("{} reads {} in other rows than it was made", reader.name, maker.name);
    }
    group_.layers[l].inner.push_back(from);
    std::vector<std::size_t>& readers = group_.layers[from].readers;
    if (readers.empty() || readers.back() != l) readers.push_back(l);
  }

  void read_outside(std::size_t l, std::size_t maker) {
    const Layer& reader = layer(l);
    const auto& bounds = reader.bounds;
    const std::int64_t operands = std::max<std::int64_t>(1, group_.layers[l].operands);
    OuterInput input{maker, {l}, reader.image.vertical, 0, reader.widths.tensor[Tensor::Input]};
    input.row_words =
        bounds[Dim::N] * bounds[Dim::G] * bounds[Dim::C] / operands * reader.image.horizontal;
    const auto same = std::find_if(group_.outer.begin(), group_.outer.end(),
                                   [&](const OuterInput& each) { return each.maker == maker; });
    if (maker == kNever || same == group_.outer.end()) {
      group_.layers[l].outer.push_back(group_.outer.size());
      group_.outer.push_back(std::move(input));
      return;
    }
    group_.layers[l].outer.push_back(static_cast<std::size_t>(same - group_.outer.begin()));
    same->alike = same->alike && same->rows == input.rows && same->row_words == input.row_words &&
                  same->width == input.width;
    if (same->readers.back() != l) same->readers.push_back(l);
  }

  const Network& network_;
  std::size_t first_;
  std::size_t count_;
  StripGroup group_;
  std::string why_;
};

}  // namespace

std::variant<StripGroup, NoStrips> strip_group(const Network& network, std::size_t first,
                                               std::size_t count) {
  assert(count > 0 && first + count <= network.size());
  return GroupBuilder(network, first, count).make();
}

std::int64_t output_row_words(const Layer& layer) {
  return stored_words(layer, Tensor::Output) / layer.bounds[Dim::P];
}

}  // namespace tilewise
