"""HTML from texts: the one place where names of users become markup."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from typing import Any


def text(value: object) -> str:
    """A text as it is."""
    return html.escape(str(value), quote=True)


def element(tag: str, content: str = "", **attributes: object) -> str:
    """`content` is markup, attributes are texts; `class_` is the attribute class, True a flag."""
    words = []
    for name, value in attributes.items():
        name = name.rstrip("_").replace("_", "-")
        if value is True:
            words.append(f" {name}")
        elif value is not None and value is not False:
            words.append(f' {name}="{text(value)}"')
    return f"<{tag}{''.join(words)}>{content}</{tag}>"


def data(identity: str, value: Any) -> str:
    """A value that the page's script reads; nothing in it can end the element."""
    found = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for mark in "<>&":
        found = found.replace(mark, f"\\u{ord(mark):04x}")
    return f'<script type="application/json" id="{text(identity)}">{found}</script>'


def table(
    columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[object]], caption: str
) -> str:
    """A table that the reader sorts. columns: title with unit, and how a cell is written ("text" or
    a format of numbers). None is an empty cell."""
    head = "".join(
        element(
            "th",
            element("button", text(title), type="button"),
            scope="col",
            class_=None if how == "text" else "number",
        )
        for title, how in columns
    )
    body = "".join(
        element("tr", "".join(_cell(value, how) for value, (_, how) in zip(row, columns)))
        for row in rows
    )
    made = element("caption", text(caption)) + element("thead", element("tr", head))
    return element(
        "div", element("table", made + element("tbody", body)), class_="wide", tabindex=0
    )


def _cell(value: object, how: str) -> str:
    if value is None or value != value:
        return element("td")
    if how == "text":
        return element("td", text(value))
    return element("td", format(value, how), class_="number", data_value=repr(value))


def facts(pairs: Sequence[tuple[str, str]]) -> str:
    """Words with their values, both texts."""
    return element(
        "dl",
        "".join(
            element("div", element("dt", text(name)) + element("dd", text(value)))
            for name, value in pairs
        ),
        class_="facts",
    )


def paragraph(words: str) -> str:
    """A paragraph of plain text."""
    return element("p", text(words))
