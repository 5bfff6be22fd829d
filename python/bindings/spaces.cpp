#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <span>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "bindings/arrays.hpp"
#include "bindings/bindings.hpp"
#include "bindings/long_call.hpp"
#include "space/search_spaces.hpp"
#include "sweep/sweep.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace tilewise {
namespace {

/// Candidates of a space of blocks: a choice of each position in a row.
using Choices = nb::ndarray<const std::uint8_t, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Totals = nb::ndarray<double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

std::span<const std::uint8_t> rows_of(const Choices& choices) {
  return {choices.data(), choices.size()};
}

const BlockForm& block_form(const std::string& space) {
  if (const BlockForm* form = blocks(find_space(space))) return *form;
  throw InputError(space + ": its candidates have indices, not blocks");
}

const IndexedForm& indexed_form(const std::string& space) {
  if (const IndexedForm* form = indexed(find_space(space))) return *form;
  throw InputError(space + ": its candidates have no indices");
}

/// What a client has to know of a space.
nb::dict facts(const SearchSpace& space) {
  nb::dict entry;
  entry["name"] = space.name;
  entry["title"] = space.title;
  entry["summary"] = space.summary;
  entry["datasets"] = nb::cast(space.datasets);
  entry["example"] = space.example;
  entry["has_dead_layers"] = space.has_dead_layers;
  const IndexedForm* form = indexed(space);
  entry["size"] = form ? nb::cast(form->size) : nb::none();
  const BlockForm* block = blocks(space);
  entry["positions"] = block ? nb::cast(block->positions) : nb::none();
  nb::list shape;
  if (block != nullptr) {
    const auto add = [&](const ShapeColumn& column) {
      shape.append(nb::make_tuple(column.name, column.unit, column.meaning));
    };
    add(block->number);
    add(block->name);
    for (const ShapeColumn& column : block->shape) add(column);
    entry["choices"] = nb::cast(block->names);
    nb::list allowed;
    for (const std::vector<bool>& row : block->allowed) allowed.append(nb::cast(row));
    entry["allowed"] = allowed;
    nb::list ends;
    for (const EndedStage& stage : block->ends) {
      ends.append(nb::make_tuple(stage.first, stage.length, stage.choice));
    }
    entry["ends"] = ends;
    nb::list groups;
    for (const PositionGroup& group : block->groups) {
      groups.append(nb::make_tuple(nb::cast(group.positions), group.count));
    }
    entry["groups"] = groups;
    entry["absent"] = block->absent;
  }
  entry["shape"] = shape;
  return entry;
}

/// How published tables name the parts: (name, key) of the fixed ones, [position][choice] keys.
nb::tuple block_keys(const std::string& space, const std::string& dataset) {
  block_form(space);
  const auto parts = std::get<BlockLayers>(find_space(space).layers(dataset, {}));
  nb::list fixed;
  for (const Block& block : parts.fixed) fixed.append(nb::make_tuple(block.name, block.key));
  nb::list positions;
  for (const auto& choices : parts.positions) {
    nb::list keys;
    for (const Block& block : choices) keys.append(block.key);
    positions.append(keys);
  }
  return nb::make_tuple(fixed, positions);
}

/// The fixed parts in the order in which they run: (name, layers).
nb::list block_fixed_layers(const std::string& space, const std::string& dataset) {
  block_form(space);
  const auto all = std::get<BlockLayers>(find_space(space).layers(dataset, {}));
  nb::list parts;
  for (const Block& block : all.fixed) {
    nb::list layers;
    for (const Layer& layer : block.layers) layers.append(nb::cast(layer));
    parts.append(nb::make_tuple(block.name, layers));
  }
  return parts;
}

const BlockMetric& metric_of(const SweepResult& swept, const std::string& metric,
                             std::size_t device) {
  return find_metric(swept.tables.at(0), metric, device);
}

/// (distinct layers, [candidate][layer] how often it runs) of a space whose candidates have
/// indices.
nb::tuple layer_uses(const std::string& space, const std::string& dataset) {
  const std::int64_t size = indexed_form(space).size;
  const auto made = std::get<IndexedLayers>(find_space(space).layers(dataset, {}));
  const std::size_t width = made.layers.size();
  std::vector<std::int32_t> uses(static_cast<std::size_t>(size) * width);
  {
    const nb::gil_scoped_release released;
    parallel_for(size, 0, [&](std::int64_t index) {
      for (const LayerUse& use : made.uses(index)) {
        uses[static_cast<std::size_t>(index) * width + use.layer] =
            static_cast<std::int32_t>(use.times);
      }
    });
  }
  nb::list layers;
  for (const Layer& layer : made.layers) layers.append(nb::cast(layer));
  return nb::make_tuple(layers, moved_array(std::move(uses), width));
}

void bind_blocks(nb::module_& module) {
  module.def("layer_uses", &layer_uses, "space"_a, "dataset"_a,
             nb::sig("def layer_uses(space: str, dataset: str) -> tuple[list[Layer], "
                     "numpy.typing.NDArray[numpy.int32]]"));
  module.def("block_keys", &block_keys, "space"_a, "dataset"_a);
  module.def("block_fixed_layers", &block_fixed_layers, "space"_a, "dataset"_a,
             nb::sig("def block_fixed_layers(space: str, dataset: str) -> list[tuple[str, "
                     "list[Layer]]]"));
  module.def(
      "block_check",
      [](const std::string& space, const Choices& choices, int threads) {
        const BlockForm& form = block_form(space);
        const nb::gil_scoped_release released;
        check_choices(form, rows_of(choices), checked_threads(threads));
      },
      "space"_a, "choices"_a.noconvert(), "threads"_a);
  module.def(
      "block_fill",
      [](const SweepResult& swept, const std::string& metric, std::size_t device,
         const Choices& choices, const Totals& totals, int threads) {
        const BlockMetric& found = metric_of(swept, metric, device);
        const nb::gil_scoped_release released;
        fill_totals(found, rows_of(choices), checked_threads(threads),
                    {totals.data(), totals.shape(0)});
      },
      "swept"_a, "metric"_a, "device"_a, "choices"_a.noconvert(), "totals"_a.noconvert(),
      "threads"_a, "Sums of checked `choices` into `totals` of the same length.");
  module.def(
      "block_range",
      [](const SweepResult& swept, const std::string& metric, std::size_t device) {
        const BlockMetric& found = metric_of(swept, metric, device);
        const BlockForm& form = block_form(swept.space);
        return nb::make_tuple(least_total(found, form), most_total(found, form));
      },
      "swept"_a, "metric"_a, "device"_a);
  module.def(
      "block_fixed_parts",
      [](const SweepResult& swept, const std::string& metric, std::size_t device) {
        const BlockMetric& found = metric_of(swept, metric, device);
        nb::dict parts;
        for (std::size_t i = 0; i < found.fixed_parts.size(); ++i) {
          parts[nb::cast(swept.tables.front().parts.fixed[i].name)] = found.fixed_parts[i];
        }
        return parts;
      },
      "swept"_a, "metric"_a, "device"_a,
      nb::sig("def block_fixed_parts(swept: SweepResult, metric: str, device: int) -> dict[str, "
              "float]"));
}

/// Choices of blocks as rows: drawn, costed, written.
void bind_block_rows(nb::module_& module) {
  module.def(
      "block_sample",
      [](const std::string& space, std::int64_t count, std::uint64_t seed, int threads) {
        if (count < 0) throw InputError("count: expected 0 or more");
        const BlockForm& form = block_form(space);
        return moved_array(sample_blocks(form, seed, count, checked_threads(threads)),
                           form.positions);
      },
      "space"_a, "count"_a, "seed"_a, "threads"_a);
  module.def(
      "block_rows",
      [](const SweepResult& swept, const Choices& choices, int threads) {
        const BlockForm& form = block_form(swept.space);
        const nb::gil_scoped_release released;
        return block_rows(swept, form, rows_of(choices), checked_threads(threads));
      },
      "swept"_a, "choices"_a.noconvert(), "threads"_a,
      "The sweep of checked `choices` on each data set of the space.");
  module.def(
      "block_text",
      [](const std::string& space, const Choices& choices) {
        const BlockForm& form = block_form(space);
        return form.text(rows_of(choices).first(form.positions));
      },
      "space"_a, "choices"_a.noconvert(), "How the first row is written.");
  module.def(
      "block_row",
      [](const std::string& space, const std::string& text) {
        const BlockForm& form = block_form(space);
        return moved_array(form.parse(text), form.positions);
      },
      "space"_a, "text"_a, "The row of a text.");
}

}  // namespace

void bind_spaces(nb::module_& module) {
  module.def(
      "space_names",
      [] {
        nb::list names;
        for (const std::string_view name : space_names()) names.append(std::string(name));
        return names;
      },
      nb::sig("def space_names() -> list[str]"), "The names of the shipped spaces.");
  module.def(
      "is_space_file", [](const std::string& word) { return is_space_file(word); }, "word"_a,
      "Whether a word means the file of a space, and no shipped one.");
  module.def(
      "space_facts", [](const std::string& space) { return facts(find_space(space)); }, "space"_a,
      nb::sig("def space_facts(space: str) -> dict[str, typing.Any]"),
      "A space by its name or its file: title, data sets, size or positions, ...");
  module.def(
      "space_text",
      [](const std::string& space, std::int64_t index) { return indexed_form(space).text(index); },
      "space"_a, "index"_a);
  module.def(
      "space_index",
      [](const std::string& space, const std::string& text) {
        return indexed_form(space).index(text);
      },
      "space"_a, "text"_a);
  module.def(
      "space_network",
      [](const std::string& space, const std::string& text, const std::string& dataset,
         bool prune_dead) {
        const SearchSpace& found = find_space(space);
        const SpaceOptions options{prune_dead};
        check_options(found, options);
        return found.network(text, dataset, options);
      },
      "space"_a, "text"_a, "dataset"_a, "prune_dead"_a);
  module.def(
      "space_config",
      [](const std::string& space, const std::string& text, const std::string& dataset) {
        return find_space(space).public_config(text, dataset);
      },
      "space"_a, "text"_a, "dataset"_a, "What public code builds a network from, as JSON.");
  bind_blocks(module);
  bind_block_rows(module);
}

}  // namespace tilewise
