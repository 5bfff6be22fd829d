#include "space/search_spaces.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <deque>
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
#include "space/natsbench_size.hpp"

namespace tilewise {
namespace {

SearchSpace shipped(std::string_view name) {
  return file_space((config_folder() / "space" / fmt::format("{}.yaml", name)).string());
}

/// A shipped space and what makes it; of configs/space where nothing does.
struct ShippedSpace {
  std::string_view name;
  SearchSpace (*make)() = nullptr;
};
constexpr std::array kShipped{ShippedSpace{"nasbench201", nasbench201_space},
                              ShippedSpace{"fbnet"},
                              ShippedSpace{"natsbench_size", natsbench_size_space},
                              ShippedSpace{"nasbench101", nasbench101_space},
                              ShippedSpace{"nasbench360"},
                              ShippedSpace{"proxylessnas"},
                              ShippedSpace{"ofa_mobilenetv3"},
                              ShippedSpace{"mnasnet"},
                              ShippedSpace{"autoformer_tiny"},
                              ShippedSpace{"transnas_micro"},
                              ShippedSpace{"transnas_macro"}};

/// Null where there is none of that name.
const SearchSpace* shipped_space(std::string_view name) {
  static std::array<std::unique_ptr<const SearchSpace>, kShipped.size()> made;
  static std::mutex mutex;
  for (std::size_t i = 0; i < kShipped.size(); ++i) {
    if (kShipped[i].name != name) continue;
    const std::scoped_lock lock(mutex);
    if (!made[i]) {
      made[i] = std::make_unique<const SearchSpace>(kShipped[i].make != nullptr ? kShipped[i].make()
                                                                                : shipped(name));
    }
    return made[i].get();
  }
  return nullptr;
}

/// Spaces of files that were asked for.
class FileSpaces {
 public:
  const SearchSpace* with_name(std::string_view name) {
    const std::scoped_lock lock(mutex_);
    const auto found = std::find_if(spaces_.begin(), spaces_.end(),
                                    [&](const SearchSpace& each) { return each.name == name; });
    return found == spaces_.end() ? nullptr : &*found;
  }
  const SearchSpace& of_file(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    const auto known = by_path_.find(path);
    if (known != by_path_.end()) return *known->second;
    SearchSpace space = file_space(path);
    const auto names = space_names();
    if (std::find(names.begin(), names.end(), space.name) != names.end()) {
      throw InputError(
          fmt::format("{}: name: {} is a shipped space; take another name", path, space.name));
    }
    for (const SearchSpace& each : spaces_) {
      if (each.name == space.name) {
        throw InputError(
            fmt::format("{}: name: another file's space is called {}; take another "
                        "name",
                        path, space.name));
      }
    }
    spaces_.push_back(std::move(space));
    return *by_path_.emplace(path, &spaces_.back()).first->second;
  }

 private:
  std::mutex mutex_;
  std::deque<SearchSpace> spaces_;  // its elements stay where they are
  std::map<std::string, const SearchSpace*, std::less<>> by_path_;
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
  if (const SearchSpace* found = file_spaces().with_name(name)) return *found;
  if (is_space_file(name)) return file_spaces().of_file(std::string(name));
  const std::vector<std::string_view> names = space_names();
  throw InputError(fmt::format("{}: no such search space; there are: {}, or the path of a file{}",
                               name, fmt::join(names, ", "), did_you_mean(name, names)));
}

}  // namespace tilewise
