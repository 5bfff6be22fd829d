#include "base/enum_words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"
#include "base/words.hpp"

namespace tilewise {

void refuse_word(std::string_view word, std::string_view what,
                 std::span<const std::string_view> known) {
  throw InputError(fmt::format("{} \"{}\": expected one of {}{}", what, word,
                               fmt::join(known, ", "), did_you_mean(word, known)));
}

}  // namespace tilewise
