"""What a verified what-if looks like: two tables, JSON or CSV."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from tilewise.rtl.synthesise import PREDICTED
from tilewise.rtl.what_if import Answer, Verified

_NOTES = """\
predicted: by fpga what-if, with its estimate of the depth; model of RTL: with the depth of the
generated pipeline and what its banks take in a cycle; x: times the cycles of the first row
of F1 to F9 / synthesised: nothing is placed or timed; levels of LUT are a hint on the clock"""


def text_of(answer: Answer) -> str:
    """Cycles, resources, and why something is not there."""
    rows = answer.rows
    cycles = pd.DataFrame(_cycles(row, rows[0]) for row in rows)
    resources = pd.DataFrame(_resources(row) for row in rows)
    title = f"{answer.layer} on {answer.architecture}, {answer.board}"
    parts = [
        title,
        "",
        cycles.to_string(index=False),
        "",
        resources.to_string(index=False),
        "",
        _NOTES,
    ]
    missing = [f"  {row.change}: {row.why_not}" for row in rows if row.why_not]
    if missing:
        parts += ["", "not verified", *missing]
    return "\n".join(parts)


def _cycles(row: Verified, first: Verified) -> dict[str, Any]:
    said = row.predicted["latency_cycles"]
    made: dict[str, Any] = {"change": row.change, "predicted": _whole(said)}
    made["x"] = _times(said, first.predicted["latency_cycles"])
    run = row.run
    made["model of RTL"] = _whole(run.model["cycles"]) if run else "-"
    made["simulated"] = str(run.cycles) if run else "-"
    made["x "] = _times(run.cycles, first.run.cycles) if run and first.run else "-"
    made["off"] = _off(said, run.cycles) if run else "-"
    made["wrong words"] = str(run.wrong) if run else "-"
    return made


def _resources(row: Verified) -> dict[str, Any]:
    found = row.synthesis
    made: dict[str, Any] = {"change": row.change}
    for name in PREDICTED:
        made[name] = f"{found.predicted[name]} / {found.synthesised[name]}" if found else "-"
    made["levels"] = str(found.lut_levels) if found else "-"
    return made


def _whole(cycles: float | None) -> str:
    return "-" if cycles is None else f"{cycles:.0f}"


def _times(cycles: float | None, first: float | None) -> str:
    return "-" if cycles is None or first is None else f"{cycles / first:.3f}"


def _off(predicted: float | None, simulated: int) -> str:
    return "-" if predicted is None else f"{100 * (predicted / simulated - 1):+.2f} %"


def json_of(answer: Answer) -> str:
    """An object a design."""
    asked = {"architecture": answer.architecture, "board": answer.board, "layer": answer.layer}
    return json.dumps(asked | {"designs": [
        {
            "change": row.change,
            "predicted": row.predicted,
            "simulated": row.run.as_dict() if row.run else None,
            "synthesised": row.synthesis.as_dict() if row.synthesis else None,
            "why_not": row.why_not or None,
        }
        for row in answer.rows
    ]}, indent=1)  # fmt: skip


def csv_of(answer: Answer) -> str:
    """A row a design; what is not known is empty."""
    table = []
    for row in answer.rows:
        run, found = row.run, row.synthesis
        made: dict[str, Any] = {
            "change": row.change,
            "predicted_cycles": row.predicted["latency_cycles"],
            "rtl_model_cycles": run.model["cycles"] if run else None,
            "simulated_cycles": run.cycles if run else None,
            "wrong_words": run.wrong if run else None,
        }
        for name in PREDICTED:
            made[f"{name}_predicted"] = found.predicted[name] if found else None
            made[f"{name}_synthesised"] = found.synthesised[name] if found else None
        made["lut_levels"] = found.lut_levels if found else None
        made["why_not"] = row.why_not
        table.append(made)
    return pd.DataFrame(table, dtype=object).to_csv(index=False)
