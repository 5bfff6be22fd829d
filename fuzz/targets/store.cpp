#include <fstream>

#include "base/error.hpp"
#include "fuzz/target.hpp"
#include "study/result_store.hpp"

namespace {

constexpr std::chrono::milliseconds kNoPatience{0};

/// A store is read row by row, then mended: it has no damaged row then.
void read_store(tilewise::fuzz::Bytes input) {
  const std::filesystem::path& folder = tilewise::fuzz::private_folder();
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::filesystem::remove(entry.path());
  }
  std::ofstream(folder / "results.sqlite", std::ios::binary) << tilewise::fuzz::text_of(input);
  {
    const auto store = tilewise::ResultStore::read_only(folder, kNoPatience);
    store.each_layer([&](const auto& configuration, const auto& layer, const auto&) {
      store.find_layer(configuration, layer);
    });
    store.check();
  }
  tilewise::ResultStore store(folder, kNoPatience);
  store.vacuum();
  tilewise::fuzz::require(store.check().damaged == 0, "a mended store has damaged rows");
}

}  // namespace

TILEWISE_FUZZ_TARGET(read_store)
