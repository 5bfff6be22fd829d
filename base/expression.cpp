#include "base/expression.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "base/text.hpp"
#include "base/words.hpp"

namespace tilewise {

/// What an expression is made of: a number, a name, or an operation on parts.
struct Expression::Node {
  std::string operation;  ///< "+", "if", "number", "name", ...
  std::int64_t number = 0;
  std::string name;
  std::vector<std::shared_ptr<const Node>> parts;
};

namespace {

using Node = Expression::Node;
using NodePointer = std::shared_ptr<const Node>;

constexpr std::size_t kMostCharacters = 1'000;
constexpr int kMostBrackets = 64;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A function of an expression and how many arguments it takes.
struct Function {
  std::string_view name;
  std::size_t arguments;
};
constexpr std::array<Function, 4> kFunctions{{{"min", 2}, {"max", 2}, {"if", 3}, {"divisible", 2}}};

NodePointer operation(std::string_view word, std::vector<NodePointer> parts) {
  return std::make_shared<const Node>(Node{std::string(word), 0, {}, std::move(parts)});
}

class ExpressionParser {
 public:
  explicit ExpressionParser(std::string_view text) : text_(text) {}

  NodePointer all() {
    NodePointer root = disjunction();
    if (!next().empty()) fail(fmt::format("\"{}\" is not expected there", next()));
    return root;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw InputError(
        fmt::format("\"{}\": {}; an expression reads expand * in, "
                    "stride == 1 and in == out, or divisible(in / 4, 8)",
                    text_, what));
  }

  /// The next number, name or sign; empty: the end.
  std::string_view next() const {
    const std::size_t first = text_.find_first_not_of(" \t\n", at_);
    if (first == std::string_view::npos) return {};
    std::size_t end = first + 1;
    const auto run = [&](auto belongs) {
      while (end < text_.size() && belongs(text_[end])) ++end;
    };
    if (is_letter(text_[first])) {
      run([](char c) { return is_letter(c) || is_digit(c); });
    } else if (is_digit(text_[first])) {
      run([](char c) { return is_digit(c) || is_letter(c); });
    } else if (const auto two = text_.substr(first, 2);
               two == "==" || two == "!=" || two == "<=" || two == ">=" || two == "//") {
      ++end;
    }
    return text_.substr(first, end - first);
  }
  std::string_view take() {
    const std::string_view word = next();
    at_ = static_cast<std::size_t>(word.data() - text_.data()) + word.size();
    return word;
  }
  bool take_if(std::string_view word) {
    if (next() != word) return false;
    take();
    return true;
  }
  void expect(std::string_view word) {
    if (!take_if(word)) {
      fail(next().empty() ? fmt::format("\"{}\" is missing at the end", word)
                          : fmt::format("expected \"{}\" before \"{}\"", word, next()));
    }
  }

  /// Parts of one kind with the operations between them, from the left.
  template <class Part, std::size_t kCount>
  NodePointer row(const std::array<std::string_view, kCount>& words, const Part& part) {
    NodePointer left = part();
    for (auto found = std::find(words.begin(), words.end(), next()); found != words.end();
         found = std::find(words.begin(), words.end(), next())) {
      take();
      left = operation(*found, {left, part()});
    }
    return left;
  }

  NodePointer disjunction() {
    return row(std::array<std::string_view, 1>{"or"}, [&] { return conjunction(); });
  }
  NodePointer conjunction() {
    return row(std::array<std::string_view, 1>{"and"}, [&] { return negation(); });
  }
  NodePointer negation() {
    if (next() != "not") return comparison();
    const Depth depth(*this);
    take();
    return operation("not", {negation()});
  }
  NodePointer comparison() {
    NodePointer left = sum();
    for (const std::string_view word : {"==", "!=", "<=", ">=", "<", ">"}) {
      if (take_if(word)) return operation(word, {left, sum()});
    }
    return left;
  }
  NodePointer sum() {
    return row(std::array<std::string_view, 2>{"+", "-"}, [&] { return product(); });
  }
  NodePointer product() {
    return row(std::array<std::string_view, 4>{"*", "//", "/", "%"}, [&] { return atom(); });
  }

  NodePointer atom() {
    const Depth depth(*this);
    const std::string_view word = take_word();
    if (word == "-") return operation("negative", {atom()});
    if (word == "(") {
      NodePointer inner = disjunction();
      expect(")");
      return inner;
    }
    if (is_digit(word.front())) {
      const std::optional<std::int64_t> number = parse_integer(word);
      if (!number) fail(fmt::format("\"{}\" is no whole number below 2^63", word));
      return std::make_shared<const Node>(Node{"number", *number, {}, {}});
    }
    if (!is_letter(word.front())) fail(fmt::format("\"{}\" is not expected there", word));
    if (next() == "(") return call(word);
    return std::make_shared<const Node>(Node{"name", 0, std::string(word), {}});
  }

  std::string_view take_word() {
    if (next().empty()) fail("it ends where a number or a name is missing");
    return take();
  }

  NodePointer call(std::string_view word) {
    const auto* const function =
        std::find_if(kFunctions.begin(), kFunctions.end(),
                     [&](const Function& each) { return each.name == word; });
    if (function == kFunctions.end()) {
      fail(fmt::format("no function \"{}\"; there are min, max, if and divisible", word));
    }
    expect("(");
    std::vector<NodePointer> arguments{disjunction()};
    while (take_if(",")) arguments.push_back(disjunction());
    expect(")");
    if (arguments.size() != function->arguments) {
      fail(fmt::format("{} takes {} arguments", word, function->arguments));
    }
    return operation(word, std::move(arguments));
  }

  /// Counts brackets, signs and functions that lie in each other.
  class Depth {
   public:
    explicit Depth(ExpressionParser& parser) : parser_(parser) {
      if (++parser_.depth_ > kMostBrackets) parser_.fail("more than 64 brackets in each other");
    }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    ~Depth() { --parser_.depth_; }

   private:
    ExpressionParser& parser_;
  };

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

std::int64_t value_of(const Node& node, const Variables& variables);

std::int64_t variable(const Node& node, const Variables& variables) {
  const auto found = variables.find(node.name);
  if (found != variables.end()) return found->second;
  std::vector<std::string_view> known;
  for (const auto& [name, number] : variables) known.push_back(name);
  throw InputError(fmt::format("no name \"{}\"; there are {}{}", node.name, fmt::join(known, ", "),
                               did_you_mean(node.name, known)));
}

/// Rounded down, as // and % of Python.
std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

std::int64_t divide(const std::string& word, std::int64_t a, std::int64_t b) {
  if (b == 0) throw InputError(fmt::format("{} {} 0", a, word));
  if (b == -1) return word == "%" ? 0 : checked_multiply(a, b, "a number");
  if (word == "/" && a % b != 0) {
    throw InputError(fmt::format("{} / {} leaves a rest; // rounds down", a, b));
  }
  return word == "%" ? a - floor_div(a, b) * b : floor_div(a, b);
}

/// The rounding of channels in MobileNet's public code (make_divisible).
std::int64_t divisible(std::int64_t x, std::int64_t d) {
  if (d < 1 || x < 0) throw InputError("divisible: expected a number and a divisor above 0");
  const std::int64_t near = std::max(d, checked_add(x, d / 2, "a number") / d * d);
  const bool too_low = checked_multiply(near, 10, "a number") < checked_multiply(x, 9, "a number");
  return too_low ? near + d : near;
}

std::int64_t compare(const std::string& word, std::int64_t a, std::int64_t b) {
  if (word == "==") return a == b ? 1 : 0;
  if (word == "!=") return a != b ? 1 : 0;
  if (word == "<") return a < b ? 1 : 0;
  if (word == "<=") return a <= b ? 1 : 0;
  if (word == ">") return a > b ? 1 : 0;
  return a >= b ? 1 : 0;
}

std::int64_t value_of_two(const std::string& word, std::int64_t a, std::int64_t b) {
  constexpr std::string_view kWhat = "a number";
  if (word == "+") return checked_add(a, b, kWhat);
  if (word == "-") return checked_add(a, checked_multiply(b, -1, kWhat), kWhat);
  if (word == "*") return checked_multiply(a, b, kWhat);
  if (word == "/" || word == "//" || word == "%") return divide(word, a, b);
  if (word == "min") return std::min(a, b);
  if (word == "max") return std::max(a, b);
  if (word == "divisible") return divisible(a, b);
  return compare(word, a, b);
}

std::int64_t value_of(const Node& node, const Variables& variables) {
  const auto part = [&](std::size_t i) { return value_of(*node.parts[i], variables); };
  if (node.operation == "number") return node.number;
  if (node.operation == "name") return variable(node, variables);
  if (node.operation == "negative") return checked_multiply(part(0), -1, "a number");
  if (node.operation == "not") return part(0) == 0 ? 1 : 0;
  // What does not count is not looked at: it may be no number.
  if (node.operation == "and") return part(0) != 0 && part(1) != 0 ? 1 : 0;
  if (node.operation == "or") return part(0) != 0 || part(1) != 0 ? 1 : 0;
  if (node.operation == "if") return part(0) != 0 ? part(1) : part(2);
  return value_of_two(node.operation, part(0), part(1));
}

void add_names(const Node& node, std::set<std::string>& names) {
  if (node.operation == "name") names.insert(node.name);
  for (const NodePointer& part : node.parts) add_names(*part, names);
}

}  // namespace

std::vector<std::string> Expression::names() const {
  std::set<std::string> names;
  add_names(*root_, names);
  return {names.begin(), names.end()};
}

Expression Expression::parse(std::string_view text) {
  if (text.size() > kMostCharacters) {
    throw InputError(fmt::format("\"{}\": an expression of over {} characters",
                                 cut_in_middle(text, 40), kMostCharacters));
  }
  return {std::string(text), ExpressionParser(text).all()};
}

std::int64_t Expression::value(const Variables& variables) const {
  try {
    return value_of(*root_, variables);
  } catch (const InputError& error) {
    throw InputError(fmt::format("\"{}\": {}", text_, error.what()));
  }
}

}  // namespace tilewise
