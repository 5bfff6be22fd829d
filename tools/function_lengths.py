"""Finds C++ and Python functions that grow too long."""

import ast
import re

MAX_LINES = 60

# What opens a brace around functions rather than being one.
AROUND = re.compile(
    r'\s*(template\s*<.*>\s*)?(inline\s+)?(namespace|class|struct|union|extern "C"|TEST_SUITE)\b'
)
ENUM = re.compile(r"\s*enum\b")
# A raw string, a string, a character (not the ' of 10'000), a comment: braces there are text.
TEXT = re.compile(
    r'R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])+\''
    r"|//[^\n]*|/\*.*?\*/",
    re.DOTALL,
)
# A line for the preprocessor, with those it goes on to.
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", re.MULTILINE)


def without_text(source):
    """The source with strings and comments blank: as many lines, and no brace that is none."""

    def blank(match):
        lines = "\n" * match[0].count("\n")
        return lines if match[0].startswith("/") else f'""{lines}'

    return DIRECTIVE.sub(lambda match: "\n" * match[0].count("\n"), TEXT.sub(blank, source))


def kind_of(head):
    """What the text before a brace, between functions, opens."""
    if AROUND.match(head):
        return "around"
    return "function" if ")" in head and not ENUM.match(head) else "other"


def cpp_functions(source):
    """(name, line of its opening brace, lines up to its closing one) of each function. A lambda
    is part of the function around it."""
    stack, found = [], []  # stack: (kind, head, line) of the open braces
    head, line = "", 1
    for character in without_text(source):
        if character == "{":
            between = all(kind == "around" for kind, _, _ in stack)
            stack.append((kind_of(head) if between else "other", " ".join(head.split()), line))
            head = ""
        elif character == "}" and stack:
            kind, opened_by, first = stack.pop()
            if kind == "function":
                name = re.search(r"[\w:~]+(?=\s*\()", opened_by)
                found.append((name[0] if name else opened_by, first, line - first + 1))
            head = ""
        elif character == ";":
            head = ""
        else:
            line += character == "\n"
            head += character
    return found


def python_functions(source):
    """(name, first line, lines) of each function."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, kinds):
            yield node.name, node.lineno, node.end_lineno - node.lineno + 1


def long_functions(path, name):
    """A line for each function of a file that is too long."""
    functions = {".cpp": cpp_functions, ".hpp": cpp_functions, ".py": python_functions}
    find = functions.get(path.suffix, lambda source: [])
    return [
        f"{name}:{line}: {function} has {length} lines, at most {MAX_LINES}"
        for function, line, length in find(path.read_text())
        if length > MAX_LINES
    ]
