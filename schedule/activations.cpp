// Which tensors of a network may stay on chip, and which of them only together. A layer reads its
// Input in one place: what it reads together is kept together or not at all. A sum reads each of
// its operands where that lies.
#include "schedule/activations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/pending/disjoint_sets.hpp>
#include <string_view>
#include <utility>

#include "workload/layer.hpp"

namespace tilewise {
namespace {

/// The layers that make the words of a layer's Input; the others, of its Weight.
struct Sources {
  std::vector<std::size_t> input;
  std::vector<std::size_t> weight;
};

/// A product of two computed matrices reads the first as Input, the second as Weight.
Sources sources_of(const Network& network, std::size_t index) {
  Sources made{network.inputs_of(index), {}};
  const Layer& layer = network.layer(index);
  if (has_weights(layer.op) && !layer.owns_weights && made.input.size() == 2) {
    made.weight = {made.input.back()};
    made.input.pop_back();
  }
  return made;
}

/// Why the layer cannot read its Input at home; empty: it can.
std::string why_not_at_home(const Network& network, std::size_t index, const Sources& sources) {
  const Layer& layer = network.layer(index);
  std::int64_t there = 0;
  for (const std::size_t from : sources.input) {
    const Layer& maker = network.layer(from);
    there += stored_words(maker, Tensor::Output);
    if (maker.widths.tensor[Tensor::Output] != layer.widths.tensor[Tensor::Input]) {
      return fmt::format("{} reads it in another width", layer.name);
    }
  }
  if (has_weights(layer.op) && !layer.owns_weights && sources.weight.empty()) {
    return fmt::format("{} may read it as weights", layer.name);
  }
  for (const std::size_t from : sources.weight) {
    if (stored_words(network.layer(from), Tensor::Output) >= stored_words(layer, Tensor::Weight)) {
      continue;
    }
    return fmt::format("{} may read it as weights", layer.name);
  }
  if (there < stored_words(layer, Tensor::Input)) {
    return fmt::format("{} reads it together with what no layer makes", layer.name);
  }
  return "";
}

class Grouping {
 public:
  Grouping(const Network& network, const std::vector<bool>& apart, std::optional<Bits> most)
      : network_(network), apart_(apart), most_(most), sets_(network.size()) {}

  Activations make() {
    const std::size_t layers = network_.size();
    for (std::size_t l = 0; l < layers; ++l) {
      made_.of.push_back({l, l, size_of(l), kNever, ""});
      if (!most_) forbid(l, "this kind of schedule keeps none");
      if (apart_[l]) forbid(l, fmt::format("{} does not run as one layer", name(l)));
      if (most_ && size_of(l) > *most_) forbid(l, "it is larger than the home");
    }
    for (std::size_t l = 0; l < layers; ++l) read(l);
    for (std::size_t l = 0; l < layers; ++l) {
      if (made_.of[l].last == l) forbid(l, "it is an output of the network");
    }
    number_groups();
    return std::move(made_);
  }

 private:
  const std::string& name(std::size_t layer) const { return network_.layer(layer).name; }

  Bits size_of(std::size_t l) const {
    const Layer& layer = network_.layer(l);
    return layer.widths.tensor[Tensor::Output] * stored_words(layer, Tensor::Output);
  }

  void forbid(std::size_t l, std::string why) {
    if (made_.of[l].why_not.empty()) made_.of[l].why_not = std::move(why);
  }

  /// Joins what a layer reads together, and forbids what it cannot read at home.
  void read(std::size_t l) {
    const Sources sources = sources_of(network_, l);
    for (const std::size_t from : network_.inputs_of(l)) {
      made_.of[from].last = std::max(made_.of[from].last, l);
    }
    for (const std::size_t from : sources.weight) {
      forbid(from, fmt::format("{} reads it as weights", name(l)));
    }
    made_.operands.push_back(sum_operands(network_, l));
    const bool is_sum = made_.operands.back() > 0;
    std::string why = is_sum ? "" : why_not_at_home(network_, l, sources);
    if (apart_[l]) why = fmt::format("{} does not run as one layer", name(l));
    for (const std::size_t from : sources.input) {
      if (!why.empty()) forbid(from, why);
      if (!is_sum) sets_.union_set(sources.input.front(), from);
    }
  }

  /// A group of which one is never kept is never kept.
  void number_groups() {
    const std::size_t layers = network_.size();
    std::vector<std::string> why(layers);  // [representative]
    for (std::size_t l = 0; l < layers; ++l) {
      std::string& of_group = why[sets_.find_set(l)];
      if (of_group.empty() && !made_.of[l].why_not.empty()) {
        of_group = made_.of[l].why_not;
      }
    }
    std::vector<std::size_t> number(layers, kNever);
    for (std::size_t l = 0; l < layers; ++l) {
      Activation& each = made_.of[l];
      const std::size_t set = sets_.find_set(l);
      if (!why[set].empty()) {
        if (each.why_not.empty()) {
          each.why_not = fmt::format("read together with another, and of that {}", why[set]);
        }
        continue;
      }
      if (number[set] == kNever) number[set] = made_.groups++;
      each.group = number[set];
    }
    made_.reads.resize(layers);
    made_.live.resize(layers);
    for (std::size_t l = 0; l < layers; ++l) {
      const Sources sources = sources_of(network_, l);
      for (const std::size_t from : sources.input) {
        const std::size_t group = made_.of[from].group;
        const bool further = made_.operands[l] == 0 && !made_.reads[l].empty();
        if (group != kNever && !further) made_.reads[l].push_back(group);
      }
      if (made_.of[l].group == kNever) continue;
      for (std::size_t at = l; at <= made_.of[l].last; ++at) made_.live[at].push_back(l);
    }
  }

  /// Which activations some layer reads together.
  class Sets {
   public:
    explicit Sets(std::size_t size)
        : rank_(size), parent_(size), sets_(rank_.data(), parent_.data()) {
      for (std::size_t i = 0; i < size; ++i) sets_.make_set(i);
    }
    void union_set(std::size_t a, std::size_t b) { sets_.union_set(a, b); }
    std::size_t find_set(std::size_t a) { return sets_.find_set(a); }

   private:
    std::vector<std::size_t> rank_;
    std::vector<std::size_t> parent_;
    boost::disjoint_sets<std::size_t*, std::size_t*> sets_;
  };

  const Network& network_;
  const std::vector<bool>& apart_;
  std::optional<Bits> most_;
  Sets sets_;
  Activations made_;
};

}  // namespace

std::int64_t equal_operands(const Network& network, std::size_t index) {
  const Layer& layer = network.layer(index);
  const std::int64_t operands = layer.bounds[Dim::C];
  const std::vector<std::size_t> inputs = network.inputs_of(index);
  if (layer.op != Operator::Add && layer.op != Operator::Elementwise) return 0;
  if (operands < 2 || std::ssize(inputs) > operands || inputs.empty()) return 0;
  const bool equal = std::all_of(inputs.begin(), inputs.end(), [&](std::size_t from) {
    return stored_words(network.layer(from), Tensor::Output) * operands ==
           stored_words(layer, Tensor::Input);
  });
  return equal ? operands : 0;
}

std::int64_t sum_operands(const Network& network, std::size_t index) {
  const Bits width = network.layer(index).widths.tensor[Tensor::Input];
  const std::vector<std::size_t> inputs = network.inputs_of(index);
  const bool same_width = std::all_of(inputs.begin(), inputs.end(), [&](std::size_t from) {
    return network.layer(from).widths.tensor[Tensor::Output] == width;
  });
  return same_width ? equal_operands(network, index) : 0;
}

Activations activations_of(const Network& network, const std::vector<bool>& apart,
                           std::optional<Bits> most) {
  return Grouping(network, apart, most).make();
}

}  // namespace tilewise
