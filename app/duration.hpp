#pragma once

#include <string>

namespace tilewise {

/// The seconds of `--budget`: "2s", "500 ms", "1.5 min". Throws InputError where it is no time.
double parse_duration(const std::string& word);

}  // namespace tilewise
