#include <fmt/format.h>

#include <map>
#include <mutex>
#include <utility>

#include "base/error.hpp"
#include "space/file/file_space.hpp"
#include "space/file/part_counts.hpp"
#include "space/file/space_builder.hpp"
#include "space/file/space_decisions.hpp"

namespace tilewise {
namespace {

void check_present(const SpaceOption& option) {
  if (option.absent) option.node.fail("absent belongs to a space of blocks with `groups`");
}

void check_indexed_file(const SpaceFile& file) {
  check_entries_in_a_row(file);
  for (const SpaceItem& item : file.network) {
    if (!item.choices) continue;
    for (const SpaceOption& each : item.choices->options) {
      if (each.when || each.ends) each.node.fail("if and ends belong to a space of blocks");
      check_present(each);
    }
  }
  for (const SpaceDecision& decision : file.decisions) {
    if (!decision.choices) continue;
    for (const SpaceOption& each : decision.choices->options) check_present(each);
  }
}

/// Makes networks of candidates; what makes layers on a data set is kept with the layers that it
/// has made.
class CandidateNetworks {
 public:
  CandidateNetworks(std::shared_ptr<const SpaceFile> file,
                    std::shared_ptr<const SpaceDecisions> decisions)
      : file_(std::move(file)), decisions_(std::move(decisions)), parts_(parts_of(*file_)) {}

  Network network(std::string_view text, const std::string& name) {
    const std::int64_t index = decisions_->index_of(text);
    const SpaceDataset& dataset = find_dataset(*file_, name);
    const std::scoped_lock lock(mutex_);
    SpaceBuilder& builder = builders_.try_emplace(name, *file_, dataset).first->second;
    NetworkReader reader(network_name(index, name), builder.image(), {});
    const SpaceDigits digits = decisions_->at(index);
    for (const SpacePart& part : parts_) {
      builder.add(reader, part, decisions_->chosen(digits, part));
    }
    return std::move(reader.network());
  }

 private:
  std::string network_name(std::int64_t index, const std::string& dataset) const {
    if (!file_->network_name) return fmt::format("{} {} {}", file_->name, index, dataset);
    return file_->network_name->text({{"index", index}},
                                     {{"text", decisions_->by_index(index)}, {"dataset", dataset}});
  }

  std::shared_ptr<const SpaceFile> file_;
  std::shared_ptr<const SpaceDecisions> decisions_;
  std::vector<SpacePart> parts_;
  std::mutex mutex_;
  std::map<std::string, SpaceBuilder> builders_;
};

IndexedLayers layers_on(const std::shared_ptr<const SpaceFile>& file, const std::string& dataset,
                        const std::shared_ptr<const SpaceDecisions>& decisions) {
  PartCounts counts(*file, find_dataset(*file, dataset), *decisions);
  if (counts.adds_up()) {
    std::vector<Layer> layers = counts.layers();
    return {std::move(layers),
            [file, decisions, sums = std::make_shared<const PartCounts>(std::move(counts))](
                std::int64_t index) { return sums->sum(decisions->at(index)); }};
  }
  auto uses = std::make_shared<std::vector<std::vector<LayerUse>>>(
      static_cast<std::size_t>(decisions->size()));
  for (const std::int64_t index : decisions->listing()) {
    (*uses)[static_cast<std::size_t>(index)] = counts.uses(decisions->at(index));
  }
  return {counts.layers(),
          [uses](std::int64_t index) { return (*uses)[static_cast<std::size_t>(index)]; }};
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
  space.text_help =
      file->text_help.empty() ? fmt::format("such as {}", space.example) : file->text_help;
  const auto networks = std::make_shared<CandidateNetworks>(file, decisions);
  space.network = [networks](const std::string& text, const std::string& dataset,
                             const SpaceOptions&) { return networks->network(text, dataset); };
  space.layers = [file, decisions](const std::string& name, const SpaceOptions&) -> SpaceLayers {
    return layers_on(file, name, decisions);
  };
  space.public_config = [file, decisions](const std::string& text, const std::string& dataset) {
    return config_text(*file, find_dataset(*file, dataset),
                       {{"text", decisions->by_index(decisions->index_of(text))}});
  };
  return space;
}

}  // namespace tilewise
