#include "arch/mapping_letters.hpp"

#include "arch/architecture.hpp"

namespace tilewise {

MappingLetters row_stationary_letters(std::size_t buffer, std::size_t pass, std::size_t pe) {
  using Kind = LoopPlace::Kind;
  const LoopPlace groups{Kind::Temporal, buffer};
  const LoopPlace in_pass{Kind::Temporal, pass};
  const LoopPlace side_by_side{Kind::Spatial, pass};
  const LoopPlace in_pe{Kind::Temporal, pe};
  return {{'m', Dim::M, {groups, side_by_side, in_pe}},
          {'n', Dim::N, {in_pass}},
          {'e', Dim::P, {side_by_side}},
          {'p', Dim::M, {in_pe}},
          {'q', Dim::C, {in_pe}},
          {'r', Dim::C, {side_by_side}},
          {'t', Dim::M, {side_by_side}},
          {'f', Dim::Q, {in_pass}}};
}

MappingLetters letters_of(const std::vector<Level>& levels) {
  if (levels.size() != 4) return {};
  const FanOut& array = levels[2].fan_out;
  if (array.fold != Dim::P || array.refill != Refill::InTurn) return {};
  return row_stationary_letters(1, 2, 3);
}

}  // namespace tilewise
