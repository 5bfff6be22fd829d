#include "base/expression.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "base/text.hpp"
#include "base/words.hpp"

namespace tilewise {

/// What an expression is made of: a number, a name, or an operation on parts.
struct Expression::Node {
  enum class Kind {
    Number,
    Name,
    Negative,
    Not,
    And,
    Or,
    If,
    Min,
    Max,
    Divisible,
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
    Add,
    Subtract,
    Multiply,
    Divide,
    DivideDown,
    Rest,
  };
  Kind kind = Kind::Number;
  std::int64_t number = 0;
  std::string name;
  std::vector<std::shared_ptr<const Node>> parts;
};

namespace {

using Node = Expression::Node;
using Kind = Node::Kind;
using NodePointer = std::shared_ptr<const Node>;

constexpr std::size_t kMostCharacters = 1'000;
constexpr int kMostBrackets = 64;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A function of an expression and how many arguments it takes.
struct Function {
  std::string_view name;
  Kind kind;
  std::size_t arguments;
};
constexpr std::array<Function, 4> kFunctions{{{"min", Kind::Min, 2},
                                              {"max", Kind::Max, 2},
                                              {"if", Kind::If, 3},
                                              {"divisible", Kind::Divisible, 2}}};

/// A word or sign between two parts.
struct Operator {
  std::string_view word;
  Kind kind;
};
constexpr std::array<Operator, 1> kDisjunctions{{{"or", Kind::Or}}};
constexpr std::array<Operator, 1> kConjunctions{{{"and", Kind::And}}};
constexpr std::array<Operator, 6> kComparisons{{{"==", Kind::Equal},
                                                {"!=", Kind::Unequal},
                                                {"<=", Kind::AtMost},
                                                {">=", Kind::AtLeast},
                                                {"<", Kind::Less},
                                                {">", Kind::More}}};
constexpr std::array<Operator, 2> kSums{{{"+", Kind::Add}, {"-", Kind::Subtract}}};
constexpr std::array<Operator, 4> kProducts{
    {{"*", Kind::Multiply}, {"//", Kind::DivideDown}, {"/", Kind::Divide}, {"%", Kind::Rest}}};

NodePointer operation(Kind kind, std::vector<NodePointer> parts) {
  return std::make_shared<const Node>(Node{kind, 0, {}, std::move(parts)});
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

  /// The operator that comes next, which is taken; null: none of these does.
  const Operator* take_any(std::span<const Operator> operators) {
    for (const Operator& each : operators) {
      if (take_if(each.word)) return &each;
    }
    return nullptr;
  }

  /// Parts of one kind with the operators between them, from the left.
  template <class Part>
  NodePointer row(std::span<const Operator> operators, const Part& part) {
    NodePointer left = part();
    while (const Operator* const found = take_any(operators)) {
      left = operation(found->kind, {left, part()});
    }
    return left;
  }

  NodePointer disjunction() {
    return row(kDisjunctions, [&] { return conjunction(); });
  }
  NodePointer conjunction() {
    return row(kConjunctions, [&] { return negation(); });
  }
  NodePointer negation() {
    if (next() != "not") return comparison();
    const Depth depth(*this);
    take();
    return operation(Kind::Not, {negation()});
  }
  NodePointer comparison() {
    NodePointer left = sum();
    const Operator* const found = take_any(kComparisons);
    return found == nullptr ? left : operation(found->kind, {left, sum()});
  }
  NodePointer sum() {
    return row(kSums, [&] { return product(); });
  }
  NodePointer product() {
    return row(kProducts, [&] { return atom(); });
  }

  NodePointer atom() {
    const Depth depth(*this);
    const std::string_view word = take_word();
    if (word == "-") return operation(Kind::Negative, {atom()});
    if (word == "(") {
      NodePointer inner = disjunction();
      expect(")");
      return inner;
    }
    if (is_digit(word.front())) {
      const std::optional<std::int64_t> number = parse_integer(word);
      if (!number) fail(fmt::format("\"{}\" is no whole number below 2^63", word));
      return std::make_shared<const Node>(Node{Kind::Number, *number, {}, {}});
    }
    if (!is_letter(word.front())) fail(fmt::format("\"{}\" is not expected there", word));
    if (next() == "(") return call(word);
    return std::make_shared<const Node>(Node{Kind::Name, 0, std::string(word), {}});
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
    return operation(function->kind, std::move(arguments));
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

/// `b` is not 0.
std::int64_t divide(Kind kind, std::int64_t a, std::int64_t b) {
  if (b == -1) return kind == Kind::Rest ? 0 : checked_multiply(a, b, "a number");
  if (kind == Kind::Divide && a % b != 0) {
    throw InputError(fmt::format("{} / {} leaves a rest; // rounds down", a, b));
  }
  return kind == Kind::Rest ? a - floor_div(a, b) * b : floor_div(a, b);
}

/// The rounding of channels in MobileNet's public code (make_divisible).
std::int64_t divisible(std::int64_t x, std::int64_t d) {
  if (d < 1 || x < 0) throw InputError("divisible: expected a number and a divisor above 0");
  const std::int64_t near = std::max(d, checked_add(x, d / 2, "a number") / d * d);
  const bool too_low = checked_multiply(near, 10, "a number") < checked_multiply(x, 9, "a number");
  return too_low ? near + d : near;
}

std::int64_t value_of_two(Kind kind, std::int64_t a, std::int64_t b) {
  constexpr std::string_view kWhat = "a number";
  switch (kind) {
    case Kind::Add: return checked_add(a, b, kWhat);
    case Kind::Subtract: return checked_add(a, checked_multiply(b, -1, kWhat), kWhat);
    case Kind::Multiply: return checked_multiply(a, b, kWhat);
    case Kind::Min: return std::min(a, b);
    case Kind::Max: return std::max(a, b);
    case Kind::Divisible: return divisible(a, b);
    case Kind::Equal: return a == b ? 1 : 0;
    case Kind::Unequal: return a != b ? 1 : 0;
    case Kind::Less: return a < b ? 1 : 0;
    case Kind::AtMost: return a <= b ? 1 : 0;
    case Kind::More: return a > b ? 1 : 0;
    case Kind::AtLeast: return a >= b ? 1 : 0;
    default: break;
  }
  if (b != 0) return divide(kind, a, b);
  const auto* const found = std::find_if(kProducts.begin(), kProducts.end(),
                                         [&](const Operator& each) { return each.kind == kind; });
  throw InputError(fmt::format("{} {} 0", a, found->word));
}

std::int64_t value_of(const Node& node, const Variables& variables) {
  const auto part = [&](std::size_t i) { return value_of(*node.parts[i], variables); };
  switch (node.kind) {
    case Kind::Number: return node.number;
    case Kind::Name: return variable(node, variables);
    case Kind::Negative: return checked_multiply(part(0), -1, "a number");
    case Kind::Not: return part(0) == 0 ? 1 : 0;
    // What does not count is not looked at: it may be no number.
    case Kind::And: return part(0) != 0 && part(1) != 0 ? 1 : 0;
    case Kind::Or: return part(0) != 0 || part(1) != 0 ? 1 : 0;
    case Kind::If: return part(0) != 0 ? part(1) : part(2);
    default: return value_of_two(node.kind, part(0), part(1));
  }
}

std::size_t size_of(const Node& node) {
  std::size_t size = 1;
  for (const NodePointer& part : node.parts) size += size_of(*part);
  return size;
}

void add_names(const Node& node, std::set<std::string>& names) {
  if (node.kind == Kind::Name) names.insert(node.name);
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

std::size_t Expression::size() const { return size_of(*root_); }

std::int64_t Expression::value(const Variables& variables) const {
  try {
    return value_of(*root_, variables);
  } catch (const InputError& error) {
    throw InputError(fmt::format("\"{}\": {}", text_, error.what()));
  }
}

}  // namespace tilewise
