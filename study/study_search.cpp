#include "study/study_search.hpp"

namespace tilewise {

std::string_view name(StudyMethod method) {
  switch (method) {
    case StudyMethod::Nsga2: return "nsga2";
    case StudyMethod::Evolution: return "evolution";
    case StudyMethod::Random: return "random";
    case StudyMethod::Tpe: return "tpe";
  }
  return "";
}

}  // namespace tilewise
