#include <fmt/format.h>

#include <utility>

#include "base/error.hpp"
#include "space/file/file_space.hpp"
#include "space/file/part_counts.hpp"
#include "space/file/space_builder.hpp"
#include "space/file/space_decisions.hpp"

namespace tilewise {
namespace {

void check_indexed_file(const SpaceFile& file) {
  for (const SpaceItem& item : file.network) {
    if (item.when) item.node.fail("if: an entry of the network is always there; put it in a block");
    if (item.node.map().find("from")) {
      item.node.fail("from: the entries of a network run in a row; join them in a block");
    }
    if (!item.choices) continue;
    for (const SpaceOption& each : item.choices->options) {
      if (each.when || each.ends) each.node.fail("if and ends belong to a space of blocks");
    }
  }
}

Network candidate_network(const SpaceFile& file, const SpaceDataset& dataset,
                          const SpaceDecisions& decisions, std::int64_t index) {
  SpaceBuilder builder(file, dataset);
  NetworkReader reader(fmt::format("{} {} {}", file.name, index, dataset.name), builder.image(),
                       {});
  const SpaceDigits digits = decisions.at(index);
  for (const SpacePart& part : parts_of(file)) {
    builder.add(reader, part, decisions.chosen(digits, part));
  }
  return std::move(reader.network());
}

}  // namespace

SearchSpace indexed_space(std::shared_ptr<const SpaceFile> file) {
  const auto decisions = std::make_shared<const SpaceDecisions>(*file);
  check_indexed_file(*file);
  SearchSpace space;
  space.form =
      IndexedForm{decisions->size(),
                  [file, decisions](std::int64_t index) { return decisions->by_index(index); },
                  [file, decisions](std::string_view text) { return decisions->index_of(text); }};
  space.example = file->example.empty() ? decisions->by_index(0) : file->example;
  decisions->index_of(space.example);  // or it throws
  space.text_help = fmt::format("such as {}", space.example);
  space.network = [file, decisions](const std::string& text, const std::string& dataset,
                                    const SpaceOptions&) {
    return candidate_network(*file, find_dataset(*file, dataset), *decisions,
                             decisions->index_of(text));
  };
  space.layers = [file, decisions](const std::string& name, const SpaceOptions&) -> SpaceLayers {
    PartCounts counts(*file, find_dataset(*file, name), *decisions);
    auto uses = std::make_shared<std::vector<std::vector<LayerUse>>>();
    for (std::int64_t index = 0; index < decisions->size(); ++index) {
      uses->push_back(counts.uses(decisions->at(index)));
    }
    return IndexedLayers{counts.layers(),
                         [uses](std::int64_t i) { return (*uses)[static_cast<std::size_t>(i)]; }};
  };
  space.public_config = [file, decisions](const std::string& text, const std::string& dataset) {
    return config_text(*file, find_dataset(*file, dataset),
                       {{"text", decisions->by_index(decisions->index_of(text))}});
  };
  return space;
}

}  // namespace tilewise
