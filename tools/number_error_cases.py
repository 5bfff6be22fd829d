"""Numbers and texts that no chip and no table has, for tools/check_errors.py."""

LAYER = {"l.yaml": "{name: l, op: convolution, dims: {M: 4, C: 3, P: 2, Q: 3}}\n"}
ARCHITECTURE = """name: odd
clock: 100 MHz
technology: {node: 45 nm}
levels:
  - name: DRAM
    memories:
      - name: dram
        holds: [Input, Weight, Output]
        word_width: 16 bit
        bandwidth: 16 bit/cycle
        energy: {read: 100 pJ, write: 100 pJ}
        source: round number
compute: {operand_width: 16 bit, energy: 1 pJ, source: round number}
"""
COSTS = (
    "index,arch_str,dataset,macs,params,dev_latency_ms,dev_energy_mJ\n"
    "0,a,set,10,5,1,2\n1,b,set,20,6,2,1\n"
)


def odd(what, old, new, words):
    """The architecture with one number that is absurd."""
    files = {**LAYER, "a.yaml": ARCHITECTURE.replace(old, new)}
    return (what, files, "map --arch a.yaml --layer l.yaml", ["a.yaml:", *words])


def cell(what, table, files=None, arguments="", words=()):
    """A table of a sweep, or what goes with it, with a cell that is no number of its kind."""
    return (what, {"costs.csv": table, **(files or {})}, f"analyze . {arguments}", list(words))


NUMBER_CASES = [
    odd("energy that is not finite in a sum", "read: 100 pJ", "read: 1e301 nJ", ["energy", "unit"]),
    odd("negative energy", "read: 100 pJ", "read: -1 pJ", ["energy", "-1 pJ"]),
    odd("clock of no chip", "100 MHz", "1e308 GHz", ["clock", "frequency", "unit"]),
    odd("clock that stands still", "100 MHz", "1e-300 MHz", ["clock", "frequency", "unit"]),
    odd("bandwidth of no chip", "16 bit/cycle", "1e300 bit/cycle", ["bandwidth", "unit"]),
    odd("energy in hexadecimal", "energy: 1 pJ", "energy: 0x10 pJ", ["energy", "0x10"]),
    odd("NUL in YAML", "name: odd", "name: o\0dd", ["a.yaml:1", "control character 0x00"]),
    odd("command for a terminal", "name: odd", "name: \x1b[2J", ["a.yaml:1", "0x1b"]),
    cell("cost in hexadecimal", COSTS.replace(",1,2\n", ",0x10,2\n"), words=[":2", "0x10"]),
    cell("cost with a NUL", COSTS.replace(",1,2\n", ",9\0x,2\n"), words=[":2", "9\\x00x"]),
    cell("negative cost", COSTS.replace(",1,2\n", ",-5,2\n"), words=[":2", "-5"]),
    cell("absurd cost", COSTS.replace(",1,2\n", ",1e300,2\n"), words=[":2", "1e300"]),
    cell(
        "accuracy in hexadecimal",
        COSTS,
        {"a.csv": "index,accuracy\n0,0x10\n"},
        "--accuracy a.csv",
        ["a.csv:2", "0x10"],
    ),
    cell(
        "measured time with a NUL",
        COSTS,
        {"m.csv": "index,dev_ms\n0,9\0x\n"},
        "--measured m.csv",
        ["m.csv:2", "9\\x00x"],
    ),
    (
        "name over 255 bytes",
        LAYER,
        f"map --arch two_level --layer l.yaml --output-mapping {'x' * 300}",
        ["cannot be written", "name too long"],
    ),
]
