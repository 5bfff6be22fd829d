// The table of descriptors, one a layer, from descriptors.hex.
module layer_table #(
    localparam int BITS = engine_pkg::index_bits(design_pkg::LAYERS)
) (
    input logic clk,
    input logic [BITS-1:0] index,
    output engine_pkg::descriptor_t layer
);
  localparam int WIDTH = $bits(layer);
  logic [WIDTH-1:0] rows[design_pkg::LAYERS];
  logic [WIDTH-1:0] row;
  initial $readmemh("descriptors.hex", rows);
  always_ff @(posedge clk) row <= rows[index];
  assign layer = row;
endmodule
