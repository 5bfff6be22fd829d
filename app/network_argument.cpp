#include "app/network_argument.hpp"

#include <fmt/format.h>

#include "app/output.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace tilewise {

Network network_argument(const std::string& name) {
  OnnxImport import = find_network_or_model(name);
  print_warnings(import.warnings);
  return std::move(import.network);
}

void read_dims(const std::vector<std::string>& words, OnnxOptions& options) {
  for (const std::string& word : words) {
    const std::size_t equals = word.rfind('=');
    const auto given = equals == std::string::npos
                           ? std::nullopt
                           : parse_integer(std::string_view(word).substr(equals + 1));
    const std::int64_t size = given.value_or(0);
    if (equals == 0 || size < 1 || size > kMostOfDimension) {
      throw InputError(
          fmt::format("--dim {}: expected a name and a size from 1 to {}, such as sequence=128",
                      word, kMostOfDimension));
    }
    options.dims[word.substr(0, equals)] = size;
  }
}

void print_warnings(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) complain("warning: " + warning);
}

}  // namespace tilewise
