#pragma once

#include <string>

#include "app/format_option.hpp"
#include "app/layer_options.hpp"

namespace tilewise {

/// What `--mapping` takes, for --help.
inline constexpr const char* kMappingHelp =
    "mapping: a file, a cell of the column mapping of layers.csv, or row-stationary parameters "
    "such as m=64,n=4,e=13,p=16,q=3,r=2,t=2";

/// Prints what the chosen layer costs under the mapping that `mapping` names, as find_mapping
/// takes it. Returns the exit code; throws InputError.
int print_given_mapping(const LayerOptions& on, const std::string& mapping,
                        const FormatOption& format);

}  // namespace tilewise
