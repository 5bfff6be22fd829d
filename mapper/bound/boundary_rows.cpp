#include <algorithm>

#include "mapper/bound/boundary_cost.hpp"

// Costs that are linear in the words at a boundary.
namespace tilewise {

void BoundaryCost::add_to(Row& row, Tensor t, Flows::Part part, double weight) {
  if (weight == 0.0) return;
  const auto place = std::find_if(row.begin(), row.end(), [&](const RowTerm& term) {
    return term.tensor == t && term.part >= part;
  });
  if (place != row.end() && place->part == part) {
    place->weight += weight;
  } else {
    row.insert(place, {t, part, weight});
  }
}

BoundaryCost::RowValue BoundaryCost::value(const Row& row, const Words& words) {
  RowValue made;
  for (std::size_t i = 0; i < row.size();) {
    const Tensor t = row[i].tensor;
    double all = 0.0;
    double least = 0.0;
    for (; i < row.size() && row[i].tensor == t; ++i) {
      all += row[i].weight * words.full[t].part[row[i].part];
      least += row[i].weight * words.stationary[t].part[row[i].part];
    }
    made.sum += all;
    double& saved = made.saved[static_cast<Stationary>(t)];
    saved = std::max(0.0, all - least);
    made.saved[kAnyStationary] = std::max(made.saved[kAnyStationary], saved);
  }
  return made;
}

/// The energies of the bounds with each stationary tensor from `first` on.
void BoundaryCost::set_energy(std::span<TransferBound> made, Stationary first,
                              const Words& words) const {
  const RowValue energy = value(energy_.words, words);
  for (std::size_t k = 0; k < made.size(); ++k) {
    made[k].energy.pj = energy.with(first + k) + energy_.start;
  }
  for (std::size_t i = 0; i < accesses_.size(); ++i) {
    const RowValue accesses = value(accesses_[i].words, words);
    for (std::size_t k = 0; k < made.size(); ++k) {
      made[k].energy.accesses[i] = accesses.with(first + k) + accesses_[i].start;
    }
  }
}

}  // namespace tilewise
