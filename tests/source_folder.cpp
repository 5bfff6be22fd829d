#include "source_folder.hpp"

namespace tilewise {

std::filesystem::path source_folder() { return TILEWISE_SOURCE_DIR; }

}  // namespace tilewise
