// Words come in groups of one size and leave in groups of another, in order.
module gearbox #(
    parameter int WIDTH = 16,
    parameter int IN = 4,  // most words that come at once
    parameter int OUT = 4,  // most that leave at once
    localparam int SIZE = IN + OUT,
    localparam int COUNT = $clog2(SIZE + 1)
) (
    input logic clk,
    input logic rst,
    input logic push,
    input logic [COUNT-1:0] push_count,
    input logic [IN*WIDTH-1:0] push_data,
    output logic push_ready,
    input logic pop,
    input logic [COUNT-1:0] pop_count,
    output logic [OUT*WIDTH-1:0] pop_data,
    output logic [COUNT-1:0] count
);
  logic [SIZE*WIDTH-1:0] words;
  logic [SIZE*WIDTH-1:0] rest;
  logic [SIZE*WIDTH-1:0] mask;
  logic [COUNT-1:0] rest_count;

  assign push_ready = count <= COUNT'(OUT);
  assign pop_data = words[OUT*WIDTH-1:0];
  assign rest_count = count - (pop ? pop_count : '0);
  assign rest = words >> ((pop ? 32'(pop_count) : 0) * WIDTH);
  assign mask = {SIZE * WIDTH{1'b1}} << (32'(rest_count) * WIDTH);

  always_ff @(posedge clk) begin
    if (rst) count <= '0;
    else count <= rest_count + (push && push_ready ? push_count : '0);
    words <= (rest & ~mask)
           | ({{OUT * WIDTH{1'b0}}, push_data} << (32'(rest_count) * WIDTH));
  end
endmodule
