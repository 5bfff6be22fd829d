#pragma once

#include <string>
#include <thread>

namespace tilewise {

/// For work that does not know how far it is: after a second, what is done and for how long, on the
/// error stream where that is a terminal. The destructor wipes it.
class BusyLine {
 public:
  explicit BusyLine(const std::string& what);
  ~BusyLine();
  BusyLine(const BusyLine&) = delete;
  BusyLine& operator=(const BusyLine&) = delete;

 private:
  std::jthread thread_;
};

/// What `work()` returns, with a busy line meanwhile.
template <class Work>
auto while_busy(const std::string& what, const Work& work) {
  const BusyLine busy(what);
  return work();
}

}  // namespace tilewise
