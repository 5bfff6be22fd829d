#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sweep/cost_table.hpp"

namespace tilewise {

/// Accuracies as the user gave them, a percentage or a share; [data set][row], empty where the file
/// tells none.
struct Accuracies {
  std::vector<std::vector<std::optional<double>>> by_row;
  bool for_every_dataset = false;  ///< the file has no column dataset
};

/// Reads index,accuracy or dataset,index,accuracy, columns in any order; not all architectures need
/// be there. Throws InputError with file and line: an unknown column, an index or data set that the
/// sweep does not have, one that is there twice, a number that is none or not from 0 to 100.
Accuracies load_accuracies(const std::filesystem::path& path,
                           const std::vector<DatasetCosts>& sweep);
Accuracies parse_accuracies(std::string_view text, const std::string& file,
                            const std::vector<DatasetCosts>& sweep);

}  // namespace tilewise
