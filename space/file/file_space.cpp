#include "space/file/file_space.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/words.hpp"

namespace tilewise {

SearchSpace file_space(const std::string& path) {
  auto file = std::make_shared<const SpaceFile>(load_space_file(path));
  SearchSpace space = file->enumerated ? indexed_space(file) : block_space(file);
  space.name = file->name;
  space.title = file->title;
  space.summary = file->summary;
  for (const SpaceDataset& each : file->datasets) space.datasets.push_back(each.name);
  return space;
}

const SpaceDataset& find_dataset(const SpaceFile& file, std::string_view name) {
  std::vector<std::string_view> known;
  for (const SpaceDataset& each : file.datasets) {
    if (each.name == name) return each;
    known.push_back(each.name);
  }
  throw InputError(fmt::format("\"{}\": no such data set of {}; expected {}{}", name, file.title,
                               fmt::join(known, " or "), did_you_mean(name, known)));
}

std::string config_text(const SpaceFile& file, const SpaceDataset& dataset, PatternWords words) {
  words["dataset"] = dataset.name;
  if (file.config) return file.config->text(dataset.variables, words);
  return fmt::format(R"({{"space": "{}", "dataset": "{}", "arch_str": "{}"}})", file.name,
                     dataset.name, words["text"]);
}

void check_entries_in_a_row(const SpaceFile& file) {
  for (const SpaceItem& item : file.network) {
    if (item.when) item.node.fail("if: an entry of the network is always there; put it in a block");
    if (item.node.map().find("from")) {
      item.node.fail("from: the entries of a network run in a row; join them in a block");
    }
  }
}

bool runs_in_a_row(const Network& network) {
  for (std::size_t i = 0; i < network.size(); ++i) {
    const std::vector<std::size_t> inputs = network.inputs_of(i);
    if (i == 0 ? !inputs.empty() : inputs != std::vector<std::size_t>{i - 1}) return false;
  }
  return true;
}

}  // namespace tilewise
