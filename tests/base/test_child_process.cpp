#include "base/child_process.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/error.hpp"
#include "refusal.hpp"

namespace tilewise {
namespace {

std::optional<ProgramResult> run(const std::vector<std::string>& command,
                                 std::string_view input = "",
                                 std::chrono::milliseconds limit = std::chrono::seconds{10}) {
  return run_program(command, input, limit);
}

}  // namespace

TEST_CASE("a program reads its input and leaves output, errors and exit code") {
  const auto copied = run({"cat"}, "two\nlines\n");
  REQUIRE(copied);
  CHECK(copied->output == "two\nlines\n");
  CHECK(copied->errors.empty());
  CHECK(copied->exit_code == 0);
  const auto failed = run({"cat", "/no/such/file"});
  REQUIRE(failed);
  CHECK(failed->exit_code != 0);
  CHECK(failed->errors.find("/no/such/file") != std::string::npos);
}

TEST_CASE("more than a pipe holds goes in and comes out") {
  const std::string large(1 << 20, 'x');
  const auto copied = run({"cat"}, large);
  REQUIRE(copied);
  CHECK(copied->output == large);
  const auto unread = run({"true"}, large);
  REQUIRE(unread);
  CHECK(unread->exit_code == 0);
}

TEST_CASE("an argument reaches the program as it is") {
  const auto printed = run({"printf", "%s", "$(echo a) `echo b` ; * \"'"});
  REQUIRE(printed);
  CHECK(printed->output == "$(echo a) `echo b` ; * \"'");
}

TEST_CASE("a program that does not exist is none") {
  CHECK_FALSE(run({"tilewise-no-such-program"}));
}

TEST_CASE("a program that takes too long is ended and named") {
  CHECK(refusal([] {
          run({"sleep", "60"}, "", std::chrono::milliseconds{20});
        }) == "sleep: not ready after 0.02 s, ended");
}

}  // namespace tilewise
