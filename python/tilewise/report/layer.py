"""The page of a layer under its mapping."""

from __future__ import annotations

from typing import Any

from tilewise.plot import layer as figures
from tilewise.plot.numbers import bytes_text, number
from tilewise.report import markup
from tilewise.report.page import Page

MapObject = dict[str, Any]
_OBJECTIVES = {
    "edp": "the least product of energy and latency",
    "energy": "the least energy",
    "latency": "the least latency",
}


def layer_page(found: MapObject) -> str:
    """found: what `tilewise map --json` prints."""
    fixed = found.get("mapping") is None
    how = "under the one control that the device has" if fixed else "under its mapping"
    page = Page(f"{found['layer']} on {found['architecture']}", f"One layer, {how}.")
    page.add(markup.facts(_facts(found)))
    if not fixed:
        page.heading(
            "Loop nest",
            "Outermost first. A block is a level; between two stands how many words cross. Loops "
            "in colour run side by side on instances, the others one after the other.",
        )
        page.add(_nest(found))
    page.heading("Time", "Parts work side by side; the last bar is the whole layer.")
    page.figure(figures.time(found), 400, "how long each part of the device is busy")
    page.heading("Energy", "By place and tensor.")
    page.figure(figures.energy(found), 400, "energy by place and tensor")
    if found.get("front"):
        page.heading(
            "Energy for latency",
            "No mapping is at least as good in both and better in one. Above is the one whose "
            "product of the two is least.",
        )
        page.figure(figures.front(found), 400, "energy against latency of the mappings")
    _add_transfers(page, found)
    if "search" in found:
        page.heading("Is it the best?")
        for words in certificate_words(found["search"]):
            page.add(markup.paragraph(words))
    return page.html()


def _facts(found: MapObject) -> list[tuple[str, str]]:
    latency, energy = found["latency"], found["energy"]
    facts = [
        ("latency", f"{number(latency['cycles'])} cycles, {number(latency['ms'])} ms"),
        ("energy", f"{number(energy['total_pJ'] / 1e6)} uJ"),
        ("used", f"{100 * found['utilisation']:.1f} %"),
        ("stalls", f"{100 * latency['stall_share']:.1f} % of the time"),
        ("off chip", bytes_text(found["off_chip_bits"] / 8)),
        ("MACs", f"{found['macs']:,}"),
    ]
    return [*facts, ("bound by", latency["bound"]), ("against hardware", found["evidence"])]


def _nest(found: MapObject) -> str:
    """Levels inside one another, each with its loops and the tensors that it keeps."""
    inner = markup.element("div", markup.text("one multiplication and addition"), class_="level")
    for level in reversed(found["mapping"]):
        loops = [_loop(f"{dim} {bound}") for dim, bound in level["temporal"]]
        loops += [_loop(f"{axis}: {dim} {bound}", True) for dim, bound, axis in level["spatial"]]
        keep = ", ".join(level["keep"]) or "nothing"
        head = markup.element("strong", markup.text(level["name"]))
        head += markup.element("span", markup.text(f"keeps {keep}"), class_="keeps")
        body = "".join(loops) or markup.element("span", markup.text("no loops"), class_="keeps")
        words = _words_below(found, level["name"])
        inner = markup.element(
            "div",
            markup.element("div", head, class_="head")
            + markup.element("div", body, class_="loops")
            + words
            + inner,
            class_="level",
        )
    return markup.element("div", inner, class_="nest")


def _loop(words: str, spatial: bool = False) -> str:
    return markup.element("code", markup.text(words), class_="spatial" if spatial else None)


def _words_below(found: MapObject, level: str) -> str:
    """What crosses from a level to the next that keeps the tensor."""
    lines = []
    for each in found.get("transfers", []):
        if each["parent"] != level:
            continue
        if "child_fills" in each:
            told = f"{each['parent_reads']:,} read, {each['child_fills']:,} arrive"
        else:
            told = f"{each['parent_updates']:,} come up, {each['parent_partial_reads']:,} go back"
        line = f"{each['tensor']} to {each['child']}: {told}"
        lines.append(markup.element("li", markup.text(line)))
    return markup.element("ul", "".join(lines), class_="words") if lines else ""


def _add_transfers(page: Page, found: MapObject) -> None:
    columns = [
        ("tensor", "text"), ("from", "text"), ("to", "text"), ("read above [words]", ",d"),
        ("arrive below [words]", ",d"), ("come up [words]", ",d"), ("go back [words]", ",d"),
    ]  # fmt: skip
    rows: list[list[object]] = [
        [
            each["tensor"], each["parent"], each["child"], each.get("parent_reads"),
            each.get("child_fills"), each.get("parent_updates"), each.get("parent_partial_reads"),
        ]
        for each in found.get("transfers", [])
    ]  # fmt: skip
    if rows:
        page.heading("Words between levels")
        page.add(markup.table(columns, rows, "Transfers; click on a title to sort"))


def certificate_words(search: dict[str, Any]) -> list[str]:
    """What was searched, what was excluded and why, and what is left, in sentences."""
    proof = search["certificate"]
    what = _OBJECTIVES.get(search["objective"], "every trade of energy for latency")
    size = search["space_size"]
    size = f"{int(size):,}" if len(size) < 16 else f"about 10^{search['space_size_log10']:.1f}"
    made = [
        f"There are {size} mappings of this layer (loop bounds: {search['factors']}). "
        f"Wanted: {what}.",
        f"They fall into {proof['subtrees']:,} groups, one for each way to spread loops over "
        f"instances and to keep tensors. {proof['subtrees_by_bound']:,} groups were left out: "
        "the least that they may cost is no better than the best mapping.",
        f"In the others {proof['tiles_by_capacity']:,} partial tiles fit no memory, "
        f"{proof['tiles_by_bound']:,} cost too much at least, and so do "
        f"{proof['orders_by_bound']:,} classes of loop orders. {proof['evaluated']:,} mappings "
        "were priced one by one.",
    ]
    if proof["most_steps"]:
        made.append(
            f"Ways to spread loops that need more than {number(proof['most_steps'])} steps were "
            "left out unseen: no such way can be better."
        )
    if search["proven"]:
        made.append("Nothing is left: no mapping of this space is better. This is proven.")
    else:
        made.append(
            f"{proof['subtrees_open']:,} groups are left, as the search was stopped. This mapping "
            f"is at most {100 * search['gap']:.3g} % above what none is below."
        )
    return made
