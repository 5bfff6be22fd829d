#include "space/search_spaces.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/words.hpp"
#include "space/file/file_space.hpp"
#include "space/nasbench101_space.hpp"
#include "space/nasbench201_space.hpp"

namespace tilewise {
namespace {

/// A shipped space and what makes it; of configs/space where nothing does. `complete` adds what
/// no file says.
struct ShippedSpace {
  std::string_view name;
  SearchSpace (*make)() = nullptr;
  void (*complete)(SearchSpace&) = nullptr;
};
constexpr std::array kShipped{ShippedSpace{"nasbench201", nullptr, complete_nasbench201},
                              ShippedSpace{"fbnet"},
                              ShippedSpace{"natsbench_size"},
                              ShippedSpace{"nasbench101", nasbench101_space},
                              ShippedSpace{"nasbench360"},
                              ShippedSpace{"proxylessnas"},
                              ShippedSpace{"ofa_mobilenetv3"},
                              ShippedSpace{"mnasnet"},
                              ShippedSpace{"autoformer_tiny"},
                              ShippedSpace{"transnas_micro"},
                              ShippedSpace{"transnas_macro"},
                              ShippedSpace{"darts"},
                              ShippedSpace{"nasbench301"}};

SearchSpace make(const ShippedSpace& shipped) {
  if (shipped.make != nullptr) return shipped.make();
  SearchSpace space =
      file_space((config_folder() / "space" / fmt::format("{}.yaml", shipped.name)).string());
  if (shipped.complete != nullptr) shipped.complete(space);
  return space;
}

/// Null where there is none of that name.
const SearchSpace* shipped_space(std::string_view name) {
  static std::array<std::unique_ptr<const SearchSpace>, kShipped.size()> made;
  static std::mutex mutex;
  for (std::size_t i = 0; i < kShipped.size(); ++i) {
    if (kShipped[i].name != name) continue;
    const std::scoped_lock lock(mutex);
    if (!made[i]) made[i] = std::make_unique<const SearchSpace>(make(kShipped[i]));
    return made[i].get();
  }
  return nullptr;
}

/// Spaces of files that were asked for, each called by its path: two files may give one name.
class FileSpaces {
 public:
  const SearchSpace& of_file(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    const std::string text = read_file(path);
    const auto known = spaces_.find(path);
    if (known == spaces_.end()) {
      SearchSpace space = file_space(path);
      space.name = path;
      return spaces_.emplace(path, Known{text, std::move(space)}).first->second.space;
    }
    if (known->second.text != text) {
      throw InputError(
          path +
          ": has changed since this process read it, and what was made of it may still "
          "be in use; start anew, or give the file another name");
    }
    return known->second.space;
  }

 private:
  struct Known {
    std::string text;
    SearchSpace space;
  };
  std::mutex mutex_;
  std::map<std::string, Known, std::less<>> spaces_;  // its elements stay where they are
};

FileSpaces& file_spaces() {
  static FileSpaces spaces;
  return spaces;
}

}  // namespace

std::vector<std::string_view> space_names() {
  std::vector<std::string_view> names;
  for (const ShippedSpace& each : kShipped) names.push_back(each.name);
  return names;
}

std::vector<const SearchSpace*> search_spaces() {
  std::vector<const SearchSpace*> spaces;
  for (const ShippedSpace& each : kShipped) spaces.push_back(shipped_space(each.name));
  return spaces;
}

bool is_space_file(std::string_view word) {
  return word.ends_with(".yaml") || word.ends_with(".yml") || word.find('/') != word.npos;
}

const SearchSpace& find_space(std::string_view name) {
  if (const SearchSpace* found = shipped_space(name)) return *found;
  if (is_space_file(name)) return file_spaces().of_file(std::string(name));
  const std::vector<std::string_view> names = space_names();
  throw InputError(fmt::format("{}: no such search space; there are: {}, or the path of a file{}",
                               name, fmt::join(names, ", "), did_you_mean(name, names)));
}

}  // namespace tilewise
