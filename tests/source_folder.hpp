#pragma once

#include <filesystem>

namespace tilewise {

/// The folder of the project that these tests were built from.
std::filesystem::path source_folder();

}  // namespace tilewise
