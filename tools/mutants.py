"""Small faults for C++ sources: where they are found, and how they are written into a copy.

Each mutant is one change of one place: `<` for `<=`, a condition negated, an assignment left out.
All that are chosen go into one program (mutant schemata: Untch, Offutt, Harrold, 1993): the place
`a < b` becomes `(mutation::on(17) ? ((a) <= (b)) : a < b)`, and the environment says which is on.
`find` needs libclang for Python (docs/dependencies.md), the rest the standard library only.
"""

import collections
import dataclasses
import random
import re

SWITCH_HEADER = """#pragma once

namespace mutation {

extern int chosen;
extern unsigned char reached[1 << 16];

constexpr bool on(int mutant) {
  if (__builtin_is_constant_evaluated()) return false;
  reached[mutant] = 1;
  return chosen == mutant;
}

}  // namespace mutation
"""
SWITCH_SOURCE = """#include "mutation_switch.hpp"

#include <cstdlib>

namespace mutation {

int chosen = std::getenv("MUTANT") ? std::atoi(std::getenv("MUTANT")) : 0;
unsigned char reached[1 << 16];

}  // namespace mutation
"""
#: What compilers say of changed code, and of code in so many brackets.
WARNINGS = """conversion shadow parentheses sign-compare type-limits bool-compare narrowing
int-in-bool-context unused-variable unused-but-set-variable unused-value div-by-zero
maybe-uninitialized array-bounds stringop-overflow tautological-compare extra
aggressive-loop-optimizations""".split()

RELATIONAL = {
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
    "==": ("!=",),
    "!=": ("==",),
}
ARITHMETIC = {"+": ("-",), "-": ("+",), "*": ("/",), "/": ("*",), "%": ("*",)}
LOGICAL = {"&&": ("||",), "||": ("&&",)}
COMPOUND = {
    "+=": ("-=", "="),
    "-=": ("+=",),
    "*=": ("/=", "="),
    "/=": ("*=",),
    "|=": ("=",),
    "&=": ("=",),
}
EXTREMES = {"std::min": "std::max", "std::max": "std::min"}


@dataclasses.dataclass(frozen=True)
class Mutant:
    """One change. `pieces`: what stands there instead, text and ranges (from, to) of the source;
    `rest`: what the source as it is goes between, so that both have one type."""

    file: str
    start: int
    end: int
    change: str
    pieces: tuple
    rest: tuple = ("", "")
    line: int = 0
    text: str = ""
    nth: int = 0

    @property
    def key(self):
        """What names the mutant also after the lines around it have moved."""
        return (self.file, self.text, self.change, self.nth)


def named(source, mutants):
    """The mutants of a file in order, with their lines, and numbered where the same change of a
    line can be made in several places."""
    lines = source.split("\n")
    seen = collections.Counter()
    made = []
    for each in sorted(set(mutants), key=lambda m: (m.start, m.end, m.change)):
        line = source.count("\n", 0, each.start) + 1
        text = lines[line - 1].strip()
        seen[text, each.change] += 1
        nth = seen[text, each.change]
        made.append(dataclasses.replace(each, line=line, text=text, nth=nth))
    return made


def chosen(mutants, count, seed):
    """A sample: as many of each file as its share, which of them by chance; in the order of
    chance, so that the first of them are a sample too."""
    by_file = collections.defaultdict(list)
    for each in mutants:
        by_file[each.file].append(each)
    shares = {file: count * len(of) / len(mutants) for file, of in by_file.items()}
    taken = {file: min(int(share), len(by_file[file])) for file, share in shares.items()}
    by_rest = sorted(shares, key=lambda file: (taken[file] - shares[file], file))
    for file in by_rest[: max(0, min(count, len(mutants)) - sum(taken.values()))]:
        taken[file] += 1
    source = random.Random(seed)
    picked = [m for file in sorted(by_file) for m in source.sample(by_file[file], taken[file])]
    source.shuffle(picked)
    return picked


def instrumented(source, numbered):
    """The source with these mutants, a list of (number, mutant), each behind its switch."""
    nodes = collections.defaultdict(list)
    for number, mutant in numbered:
        nodes[mutant.start, mutant.end].append((number, mutant))

    def node_text(span):
        # What leaves a statement out encloses all other changes of it.
        text = written(*span, inner_of=span)
        for number, mutant in sorted(nodes[span], key=lambda each: each[1].rest[0] == "void("):
            instead = "".join(
                p if isinstance(p, str) else written(*p, inner_of=span) for p in mutant.pieces
            )
            if instead.startswith("if "):
                text = instead.replace("if ", f"if (!mutation::on({number})) ", 1)
                continue
            before, after = mutant.rest
            text = f"(mutation::on({number}) ? {instead} : {before}{text}{after})"
        return text

    spans = sorted(nodes, key=lambda span: (span[0], -span[1]))

    def written(start, end, inner_of=None):
        text, at = "", start
        for span in spans:
            if span[0] < at or span[1] > end or span == inner_of:
                continue
            if inner_of and span[0] <= inner_of[0] and span[1] >= inner_of[1]:
                continue
            text += source[at : span[0]] + node_text(span)
            at = span[1]
        return text + source[at:end]

    return written(0, len(source))


def as_copied(file, source, numbered):
    """A file of the copy: the same lines, no warnings, the switch known."""
    quiet = " ".join(f'_Pragma("GCC diagnostic ignored \\"-W{name}\\"")' for name in WARNINGS)
    head = f'{quiet}\n#include "mutation_switch.hpp"\n#line 1 "{file}"\n'
    return head + instrumented(source, numbered)


class Finder:
    """Finds the mutants of one source in its syntax tree."""

    def __init__(self, file, source):
        from clang import cindex

        self.kind = cindex.CursorKind
        self.types = cindex.TypeKind
        self.file = file
        self.source = source
        self.made = []
        asserts = re.finditer(r"\b(static_)?assert\(.*?\);", source, re.DOTALL)
        self.left_alone = [match.span() for match in asserts]

    def add(self, span, change, pieces, rest=("", "")):
        start, end = span
        if not any(a <= start < b for a, b in self.left_alone):
            self.made.append(Mutant(self.file, start, end, change, tuple(pieces), rest))

    def span(self, node):
        return node.extent.start.offset, node.extent.end.offset

    def visit(self, node, parent=None, in_function=False):
        kind = self.kind
        if node.kind == kind.STATIC_ASSERT:
            return
        if node.kind == kind.VAR_DECL:
            start, end = self.span(node)
            before = self.source[max(0, start - 12) : end].split("=")[0]
            if not in_function or "constexpr" in before:
                return
        children = list(node.get_children())
        if in_function:
            self.look_at(node, parent, children)
        functions = (
            kind.FUNCTION_DECL,
            kind.CXX_METHOD,
            kind.CONSTRUCTOR,
            kind.FUNCTION_TEMPLATE,
            kind.CONVERSION_FUNCTION,
        )
        for child in children:
            if node.kind == kind.CASE_STMT and child == children[0]:
                continue
            # The bound of an array, say, that its type names.
            if node.kind.is_declaration() and self.span(child)[0] < node.location.offset:
                continue
            body = child.kind in (kind.COMPOUND_STMT, kind.LAMBDA_EXPR)
            inside = in_function or (node.kind in functions and body)
            self.visit(child, node, inside)

    def look_at(self, node, parent, children):
        kind = self.kind
        if node.kind == kind.BINARY_OPERATOR and len(children) == 2:
            self.binary(node, children[0], children[1])
        elif node.kind == kind.COMPOUND_ASSIGNMENT_OPERATOR:
            self.swap(node, children[0], children[1], COMPOUND)
        elif node.kind == kind.CALL_EXPR:
            self.call(node, children)
        elif node.kind == kind.UNARY_OPERATOR and self.negates(node):
            whole = self.span(node)
            inner = ("static_cast<bool>(", self.span(children[0]), ")")
            self.add(whole, "! -> ", inner)
        elif node.kind in (
            kind.INTEGER_LITERAL,
            kind.FLOATING_LITERAL,
            kind.CXX_BOOL_LITERAL_EXPR,
        ):
            self.literal(node)
        elif node.kind in (kind.IF_STMT, kind.WHILE_STMT, kind.CONDITIONAL_OPERATOR):
            self.condition(node, children)
        elif node.kind in (kind.CONTINUE_STMT, kind.BREAK_STMT):
            if parent.kind == kind.IF_STMT and len(list(parent.get_children())) == 2:
                word = self.source[slice(*self.span(node))]
                self.add(self.span(node), f"{word} -> ", (f"if {word}",))
        self.dropped(node, parent)

    def negates(self, node):
        # Not the `!=` that the compiler makes of an `operator==`.
        start, _ = self.span(node)
        return self.source[start] == "!" and self.source[start + 1] != "="

    def binary(self, node, left, right):
        arithmetic = all(
            side.type.get_canonical().kind.value in range(self.types.BOOL.value, 24)
            for side in (left, right)
        )
        self.swap(node, left, right, RELATIONAL | LOGICAL | (ARITHMETIC if arithmetic else {}))

    def swap(self, node, left, right, others):
        (start, left_end), (right_start, end) = self.span(left), self.span(right)
        operator = self.source[left_end:right_start].strip()
        if (start, end) != self.span(node):
            return
        for other in others.get(operator, ()):
            pieces = ("((", (start, left_end), f") {other} (", (right_start, end), "))")
            if operator in COMPOUND:
                pieces = ("(", (start, left_end), f" {other} ", (right_start, end), ")")
            self.add((start, end), f"{operator} -> {other}", pieces)

    def call(self, node, children):
        start, end = self.span(node)
        if node.spelling.startswith("operator") and len(children) == 3:
            left, right = children[0], children[2]
            if self.span(left)[1] <= self.span(right)[0]:
                self.swap(node, left, right, RELATIONAL)
            return
        for name, other in EXTREMES.items():
            if self.source.startswith(name + "(", start):
                rest = (start + len(name), end)
                self.add((start, end), f"{name} -> {other}", (other, rest))

    def literal(self, node):
        start, end = self.span(node)
        text = self.source[start:end]
        if self.source[end : end + 1] == ">" or self.source[start - 1] == "<":
            return
        if text in ("true", "false"):
            other = "false" if text == "true" else "true"
            self.add((start, end), f"{text} -> {other}", (other,))
        elif re.fullmatch(r"\d+\.\d+", text):
            others = {"0.0": ("1.0",), "1.0": ("0.0", "2.0")}.get(text, ("1.0",))
            for other in others:
                self.add((start, end), f"{text} -> {other}", (other,))
        elif re.fullmatch(r"[\d']+", text):
            value = int(text.replace("'", ""))
            for other in (value + 1,) if value == 0 else (value + 1, value - 1):
                self.add((start, end), f"{text} -> {other}", (str(other),))

    def condition(self, node, children):
        start, end = self.span(children[0])
        asked = node.kind == self.kind.CONDITIONAL_OPERATOR or (
            self.source[:start].endswith("(") and self.source[end : end + 1] == ")"
        )
        if children[0].kind.is_expression() and asked:
            whole = (start, end)
            negated = ("!(", whole, ")")
            self.add(whole, "condition -> !condition", negated, ("static_cast<bool>(", ")"))

    def dropped(self, node, parent):
        kind = self.kind
        compound = kind.COMPOUND_ASSIGNMENT_OPERATOR
        if node.kind not in (compound, kind.UNARY_OPERATOR, kind.BINARY_OPERATOR, kind.CALL_EXPR):
            return
        start, end = self.span(node)
        assigns = node.kind == compound
        if node.kind == kind.UNARY_OPERATOR:
            assigns = self.source[start:end][:2] in ("++", "--")
        elif node.kind in (kind.BINARY_OPERATOR, kind.CALL_EXPR):
            children = list(node.get_children())
            between = self.span(children[0])[1] if children else start
            assigns = re.match(r"\s*[-+*/|&]?=[^=]", self.source[between:end]) is not None
            assigns = assigns and len(children) >= 2
        if not assigns or self.source[end : end + 1] != ";":
            return
        bodies = (kind.IF_STMT, kind.CXX_FOR_RANGE_STMT, kind.FOR_STMT, kind.WHILE_STMT)
        last = parent.kind in bodies and list(parent.get_children())[-1] == node
        if parent.kind == kind.COMPOUND_STMT or last:
            self.add((start, end), "statement -> ", ("void()",), ("void(", ")"))


def unit_of(file, units):
    """The unit that includes the file: what is compiled by itself is its own."""
    for unit in units:
        if f'#include "{file}"' in unit.read_text():
            return unit
    return None


def find(files, units, root):
    """All mutants of the files, a path each below the root, as the units, which include them, are
    compiled."""
    from clang import cindex

    headers = "/usr/lib/llvm-16/lib/clang/16"
    flags = ["-std=c++20", "-x", "c++", f"-I{root}", "-resource-dir", headers, "-DNDEBUG"]
    by_unit = collections.defaultdict(set)
    for file in files:
        by_unit[unit_of(file, units) or root / file].add(file)
    made = []
    for unit, wanted in by_unit.items():
        parsed = cindex.Index.create().parse(str(unit), args=flags)
        for each in parsed.diagnostics:
            # Clang 16 does not understand all of the library of GCC 12: that may stay unclear.
            if each.severity >= cindex.Diagnostic.Error and str(root) in str(each.location.file):
                raise RuntimeError(str(each))
        of_file = collections.defaultdict(list)
        for node in parsed.cursor.get_children():
            if node.extent.start.file is not None:
                of_file[node.extent.start.file.name.removeprefix(f"{root}/")].append(node)
        for file in sorted(wanted):
            source = (root / file).read_text()
            if not source.isascii():
                raise RuntimeError(f"{file}: offsets need ASCII")
            finder = Finder(file, source)
            for node in of_file[file]:
                finder.visit(node)
            made += named(source, finder.made)
    return made
