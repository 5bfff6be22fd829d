#include "study/study_fingerprint.hpp"

#include <algorithm>
#include <cstdint>

#include "base/hash.hpp"
#include "mapper/problem_key.hpp"
#include "study/model_fingerprint.hpp"
#include "study/result_store.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kSamples = 64;

}  // namespace

std::string study_fingerprint(const Study& study, StudyLayers& widths) {
  std::string text = std::string(model_fingerprint()) + "\n" + study.text;
  const std::int64_t count = configuration_count(study);
  const std::int64_t samples = std::min(kSamples, count);
  for (std::int64_t s = 0; s < samples; ++s) {
    // The first, the last and, between, one of each stretch of count / samples.
    const std::int64_t position =
        s + 1 == samples ? count - 1 : count / samples * s + count % samples * s / samples;
    const Configuration made = configuration(study, position);
    text += "\n" + made.why_none;
    if (!made.architecture) continue;
    text += architecture_key(*made.architecture);
    for (const Key& key : widths.at(made.precision).keys) {
      text.append(key.bytes.begin(), key.bytes.end());
    }
  }
  return fingerprint(text);
}

}  // namespace tilewise
