"""From a design of the tiled FPGA engine to SystemVerilog that runs (docs/rtl.md)."""
