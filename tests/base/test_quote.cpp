#include "base/quote.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/child_process.hpp"
#include "base/yaml.hpp"

namespace tilewise {
namespace {

using namespace std::string_literals;

std::string back_from_yaml(const std::string& text) {
  return YamlNode::load_text(yaml_quoted(text), "a.yaml").text();
}

/// All bytes that a program can be given, one after the other.
std::string all_but_nul() {
  std::string text;
  for (int c = 1; c < 0x80; ++c) text += static_cast<char>(c);
  return text;
}

TEST_SUITE("quoting") {
  TEST_CASE("a shell gets plain words as they are and reads all others back") {
    CHECK(shell_quoted("--out=a/b-c_1.yaml,2:@%+") == "--out=a/b-c_1.yaml,2:@%+");
    CHECK(shell_quoted("") == "''");
    CHECK(shell_quoted("two words") == "'two words'");
    CHECK(shell_quoted("it's") == "'it'\\''s'");
    for (const std::string& word :
         {all_but_nul(), "$(x) `y` \\ \"z\""s, "*~#\n\t!"s, "\xff\xc3"s}) {
      const std::vector<std::string> command{"sh", "-c", "printf %s " + shell_quoted(word)};
      const auto echoed = run_program(command, "", std::chrono::seconds(10));
      REQUIRE(echoed);
      CHECK(echoed->output == word);
    }
  }

  TEST_CASE("a YAML string is one line and comes back as it was") {
    CHECK(yaml_quoted("conv 1/3x3 µ") == "\"conv 1/3x3 µ\"");
    CHECK(yaml_quoted("say \"no\" \\") == R"("say \"no\" \\")");
    CHECK(yaml_quoted("a\nb\tc\rd\be\ff") == R"("a\nb\tc\rd\be\ff")");
    CHECK(yaml_quoted("\x01\x1f\x7f"s + '\0') == R"("\u0001\u001f\u007f\u0000")");
    // U+0085, U+2028 and U+FEFF: lines and marks to a reader.
    CHECK(yaml_quoted("\xc2\x85\xe2\x80\xa8\xef\xbb\xbf") == R"("\u0085\u2028\ufeff")");
    for (const std::string& text :
         {all_but_nul(), "a\0b"s, "\xc2\x85\xe2\x80\xa8\xef\xbb\xbf"s, "é 你 😀"s, ""s, "---"s,
          "x: [1, {y}] # z"s, " led and trailed "s}) {
      CHECK(back_from_yaml(text) == text);
      CHECK(yaml_quoted(text).find('\n') == std::string::npos);
    }
  }

  TEST_CASE("what is no UTF-8 becomes U+FFFD, a byte each") {
    // 0xff begins nothing, 0xc3 is cut short, and c0 80 is an overlong NUL.
    CHECK(yaml_quoted("a\xff"
                      "b\xc3") ==
          "\"a\xef\xbf\xbd"
          "b\xef\xbf\xbd\"");
    CHECK(yaml_quoted("\xc0\x80") == "\"\xef\xbf\xbd\xef\xbf\xbd\"");
  }

  TEST_CASE("gnuplot gets one line in which nothing is replaced") {
    CHECK(gnuplot_quoted("latency [ms] of $1 `x` \\ \"y\"") == "'latency [ms] of $1 `x` \\ \"y\"'");
    CHECK(gnuplot_quoted("it's") == "'it''s'");
    CHECK(gnuplot_quoted("a\nb\0c\x7f"s + "d\x1b") == "'a b c d '");
    CHECK(gnuplot_quoted("é\xff\xe4\xbd") == "'é??\?'");
  }

  TEST_CASE("a word of YAML is quoted where any reader would take it for something else") {
    for (const char* plain : {"GLB", "conv2_1", "_x", "Nullable"}) CHECK(yaml_word(plain) == plain);
    std::vector<std::string> words{
        "null",  "~",   "",    "true", "No",  "y",          "12",     "1e3",         "0x10", "a: b",
        "x # y", "*a",  "&a",  "!t",   "- a", "?",          "|",      ">",           "%d",   "@x",
        "`",     "{a}", "[a]", "a,b",  "'",   "\"",         " a ",    "---",         "...",  "a:",
        "#x",    "<<",  "=",   "a\nb", "\t",  "2026-01-01", "é 你 😀", all_but_nul(), "a\0b"s};
    for (const std::string& word : words) {
      CAPTURE(word);
      const std::string quoted = yaml_word(word);
      CHECK(quoted.front() == '"');
      CHECK(YamlNode::load_text("{k: " + quoted + "}", "a.yaml").map().at("k").text() == word);
      CHECK(YamlNode::load_text("- " + quoted + "\n", "a.yaml").list()[0].text() == word);
    }
  }

  TEST_CASE("text for a terminal has no control character") {
    CHECK(printable("conv 1 é 你") == "conv 1 é 你");
    CHECK(printable("\x1b[31mred\a\n") == "\\x1b[31mred\\x07\\x0a");
    // U+009B begins a command of a terminal, too; 0xff is no UTF-8.
    CHECK(printable("\xc2\x9b"
                    "2J \xff") == "\\xc2\\x9b2J \\xff");
    CHECK(printable_lines("a\x1b\nb\n") == "a\\x1b\nb\n");
    for (const char c : printable(all_but_nul() + '\0')) {
      CHECK((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
    }
  }

  TEST_CASE("a cell of a table is quoted where its line would end or split") {
    CHECK(csv_cell("plain 1.5") == "plain 1.5");
    CHECK(csv_cell("") == "");
    CHECK(csv_cell("0,8") == "\"0,8\"");
    CHECK(csv_cell("say \"no\"") == "\"say \"\"no\"\"\"");
    CHECK(csv_cell("a\nb") == "\"a\nb\"");
    CHECK(csv_cell("a\r") == "\"a\r\"");
  }
}

}  // namespace
}  // namespace tilewise
