"""A design of the tiled engine that is small enough to be run and synthesised."""


def small_design(tm: int, tn: int, width: int) -> str:
    """Lanes for `tm` output and `tn` input channels, of words of `width` bit."""
    return f"""\
family: fpga_tiled_engine
name: small
parameters:
  board: zc706
  clock: 200 MHz
  Tm: {tm}
  Tn: {tn}
  precision: {width} bit
  input_buffer: 2 KiB
  weight_buffer: 1 KiB
  output_buffer: 1 KiB
"""
