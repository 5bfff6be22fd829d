#include "space/file/candidate_texts.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.hpp"

namespace tilewise {

CandidateTexts::CandidateTexts(std::vector<std::string> between,
                               std::vector<std::vector<std::string>> words)
    : between_(std::move(between)), words_(std::move(words)), differ_(differ()) {}

std::string CandidateTexts::text(std::span<const std::size_t> of_places) const {
  std::string text = between_.front();
  for (std::size_t i = 0; i < words_.size(); ++i) {
    text += words_[i][of_places[i]];
    text += between_[i + 1];
  }
  return text;
}

bool CandidateTexts::differ() const {
  for (std::size_t i = 0; i < words_.size(); ++i) {
    const std::string& behind = between_[i + 1];
    const bool is_last = i + 1 == words_.size();
    if (behind.empty() && !is_last) return false;
    if (std::set(words_[i].begin(), words_[i].end()).size() < words_[i].size()) return false;
    for (const std::string& word : words_[i]) {
      if (word.empty() || word != trimmed(word)) return false;
      if (!is_last && word.find(behind.front()) != std::string::npos) return false;
    }
  }
  const auto blank = [](char c) { return trimmed({&c, 1}).empty(); };
  const std::string& first = between_.front();
  const std::string& last = between_.back();
  return (first.empty() || !blank(first.front())) && (last.empty() || !blank(last.back()));
}

std::optional<std::vector<std::size_t>> CandidateTexts::read(std::string_view text) const {
  const auto take = [&](std::string_view part) {
    if (!text.starts_with(part)) return false;
    text.remove_prefix(part.size());
    return true;
  };
  if (!take(between_.front()) || !text.ends_with(between_.back())) return std::nullopt;
  std::vector<std::size_t> of_places;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    const std::string& behind = between_[i + 1];
    const std::size_t length = i + 1 == words_.size()
                                   ? text.size() - std::min(text.size(), behind.size())
                                   : std::min(text.find(behind.front()), text.size());
    const auto word = std::find(words_[i].begin(), words_[i].end(), text.substr(0, length));
    if (word == words_[i].end()) return std::nullopt;
    of_places.push_back(static_cast<std::size_t>(word - words_[i].begin()));
    text.remove_prefix(length);
    if (!take(behind)) return std::nullopt;
  }
  return of_places;
}

}  // namespace tilewise
