// One bank of a buffer: a word written and a word read each cycle, the read one a cycle later.
module bank #(
    parameter int WIDTH = 16,
    parameter int DEPTH = 1024,
    localparam int BITS = engine_pkg::index_bits(DEPTH)
) (
    input logic clk,
    input logic write,
    input logic [BITS-1:0] write_address,
    input logic [WIDTH-1:0] write_data,
    input logic read,
    input logic [BITS-1:0] read_address,
    output logic [WIDTH-1:0] read_data
);
  // FPGA F2: a bank of less than 1024 bit lies in LUTs.
  (* ram_style = WIDTH * DEPTH < 1024 ? "distributed" : "block" *)
  logic [WIDTH-1:0] store[DEPTH];

  always_ff @(posedge clk) begin
    if (write) store[write_address] <= write_data;
    if (read) read_data <= store[read_address];
  end
endmodule
