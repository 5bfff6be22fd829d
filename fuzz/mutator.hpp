#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace tilewise::fuzz {

/// Makes new inputs of seeds: bytes, numbers and words changed, parts left out, doubled or taken
/// from another seed. The same `seed` gives the same inputs.
class Mutator {
 public:
  /// At least one of `seeds`; inputs are at most `most_bytes` long.
  Mutator(const std::vector<std::string>& seeds, std::uint64_t seed, std::size_t most_bytes)
      : seeds_(seeds), most_bytes_(most_bytes), random_(seed) {}

  std::string next();

 private:
  std::size_t below(std::size_t n) { return random_() % n; }
  std::string part_of(const std::string& text);
  void change_byte(std::string& text);
  void change_number(std::string& text);
  void insert(std::string& text, const std::string& part);

  const std::vector<std::string>& seeds_;
  std::size_t most_bytes_;
  std::mt19937_64 random_;
};

}  // namespace tilewise::fuzz
