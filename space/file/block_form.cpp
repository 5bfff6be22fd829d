#include "space/file/block_form.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "space/block_rules.hpp"
#include "space/file/file_space.hpp"

namespace tilewise {
namespace {

/// The first candidate: of each position the first choice that there is, of a group its first
/// positions.
std::vector<std::uint8_t> first_of(const BlockForm& form) {
  std::vector<std::uint8_t> row(form.positions, 0);
  for (std::size_t p = 0; p < form.positions; ++p) {
    const bool grouped = group_of(form, p) != nullptr;
    while (!may_take(form, p, row[p]) || (grouped && row[p] == form.absent)) ++row[p];
  }
  for (const PositionGroup& group : form.groups) {
    for (std::size_t i = group.count; i < group.positions.size(); ++i) {
      row[group.positions[i]] = form.absent;
    }
  }
  return row;
}

}  // namespace

SearchSpace space_of_form(const std::shared_ptr<const SpaceFile>& file, BlockForm form) {
  form.number = {file->number.name, file->number.unit, file->number.meaning};
  form.name = {file->choice.name, file->choice.unit, file->choice.meaning};
  for (const SpaceColumn& each : file->columns) {
    form.shape.push_back({each.name, each.unit, each.meaning});
  }
  const auto sampler = std::make_shared<const CandidateSampler>(form);
  const BlockForm plain = form;  // what the functions below ask
  form.parse = [plain](std::string_view text) { return parse_choices(plain, text); };
  form.text = choices_text;
  form.sample = [sampler](std::uint64_t seed, std::uint64_t index,
                          std::span<std::uint8_t> choices) {
    sampler->sample(seed, index, choices);
  };
  SearchSpace space;
  space.form = std::move(form);
  space.text_help =
      fmt::format("{} operations, 0 to {} or names; by comma{}", plain.positions, plain.choices - 1,
                  plain.groups.empty() ? "" : "; or a genotype of DARTS");
  space.example = file->example.empty() ? choices_text(first_of(plain)) : file->example;
  parse_choices(plain, space.example);
  space.public_config = [file, plain](const std::string& text, const std::string& dataset) {
    const std::vector<std::uint8_t> row = parse_choices(plain, text);
    std::vector<std::string> names;
    for (const std::uint8_t choice : row) names.push_back("\"" + plain.names[choice] + "\"");
    return config_text(*file, find_dataset(*file, dataset),
                       {{"text", choices_text(row)},
                        {"numbers", fmt::format("{}", fmt::join(row, ", "))},
                        {"names", fmt::format("{}", fmt::join(names, ", "))}});
  };
  return space;
}

std::vector<std::string> shape_cells(const SpaceFile& file, const Variables& names) {
  std::vector<std::string> cells;
  for (const SpaceColumn& column : file.columns) {
    bool known = true;
    for (const std::string& name : column.value->names()) known = known && names.contains(name);
    cells.push_back(known ? fmt::format("{}", column.value->value(names)) : "");
  }
  return cells;
}

std::string map_text(const FeatureMap& map) {
  return fmt::format("{} x {} x {}", map.channels, map.height, map.width);
}

}  // namespace tilewise
