// A complete sum becomes a word of Output: times the multiplier, shifted right with halves rounded
// up, cut to the width, negative ones to zero where the layer says so. Two cycles.
module requantise #(
    parameter int SUM = 32,
    parameter int WIDTH = 16,
    parameter bit MULTIPLY = 1'b0
) (
    input logic clk,
    input logic enable,
    input logic [15:0] multiplier,
    input logic [5:0] shift,
    input logic relu,
    input logic signed [SUM-1:0] sum,
    output logic [WIDTH-1:0] word
);
  localparam int WIDE = MULTIPLY ? SUM + 17 : SUM + 1;
  localparam logic signed [WIDE-1:0] MOST = (WIDE'(1) <<< (WIDTH - 1)) - WIDE'(1);

  logic signed [WIDE-1:0] product;
  logic signed [WIDE:0] halves;  // of the word's last place
  logic signed [WIDE-1:0] shifted;

  generate
    if (MULTIPLY) begin : multiplied
      always_ff @(posedge clk) begin
        if (enable) product <= WIDE'(sum) * $signed(WIDE'(multiplier));
      end
    end else begin : plain
      logic unused;
      assign unused = ^multiplier;
      always_ff @(posedge clk) begin
        if (enable) product <= WIDE'(sum);
      end
    end
  endgenerate

  assign halves = $signed({product, 1'b0}) >>> shift;
  assign shifted = WIDE'((halves + $signed((WIDE + 1)'(1))) >>> 1);

  always_ff @(posedge clk) begin
    if (enable) begin
      if (shifted > MOST) word <= WIDTH'(MOST);
      else if (relu && shifted < 0) word <= '0;
      else if (shifted < -MOST - WIDE'(1)) word <= WIDTH'(-MOST - WIDE'(1));
      else word <= shifted[WIDTH-1:0];
    end
  end
endmodule
