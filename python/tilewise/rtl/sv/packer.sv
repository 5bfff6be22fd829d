// Rows of words become beats of the port: of NARROW bits where `narrow`, else of WIDE.
module packer #(
    parameter int WIDE = 32,
    parameter int NARROW = 16,
    parameter int IN = 4,  // most words of a row
    parameter int WIDE_OUT = 2,  // words of a beat
    parameter int NARROW_OUT = 4,
    localparam int SIZE = IN + NARROW_OUT,
    localparam int COUNT = $clog2(SIZE + 1)
) (
    input logic clk,
    input logic rst,
    input logic narrow,
    input logic push,
    input logic [COUNT-1:0] push_count,
    input logic [IN*WIDE-1:0] push_data,
    output logic push_ready,
    input logic pop,
    input logic [COUNT-1:0] pop_count,  // a whole beat, or all that is left
    output logic [NARROW_OUT*WIDE-1:0] pop_data,
    output logic [COUNT-1:0] count
);
  localparam int LEVELS = $clog2(IN);
  localparam int TURN = 1 << LEVELS;

  // Most words before a row: one beat, or two of wide words, so that they can leave in each cycle.
  localparam int WIDE_MOST = 2 * WIDE_OUT < NARROW_OUT ? 2 * WIDE_OUT : NARROW_OUT;

  function automatic logic [SIZE*WIDE-1:0] kept_bits();
    for (int i = 0; i < SIZE; i++) begin
      kept_bits[i*WIDE +: WIDE] = i < IN + WIDE_MOST ? '1 : WIDE'({NARROW{1'b1}});
    end
  endfunction
  localparam logic [SIZE*WIDE-1:0] KEPT = kept_bits();

  logic [SIZE*WIDE-1:0] words;
  logic [SIZE*WIDE-1:0] rest;
  logic [COUNT-1:0] rest_count;
  assign push_ready = count <= (narrow ? COUNT'(NARROW_OUT) : COUNT'(WIDE_MOST));
  assign pop_data = words[NARROW_OUT*WIDE-1:0];
  assign rest_count = pop ? count - pop_count : count;
  always_comb begin
    rest = words;
    if (pop) rest = narrow ? words >> (NARROW_OUT * WIDE) : words >> (WIDE_OUT * WIDE);
  end

  // The row is turned, so that each place has but one of its words to take.
  logic [TURN*WIDE-1:0] turned;
  always_comb begin
    turned = (TURN * WIDE)'(push_data);
    for (int k = 0; k < LEVELS; k++) begin
      if (rest_count[k]) begin
        turned = turned << ((1 << k) * WIDE) | turned >> ((TURN - (1 << k)) * WIDE);
      end
    end
  end

  logic [SIZE*WIDE-1:0] next;
  always_comb begin
    for (int i = 0; i < SIZE; i++) begin
      next[i*WIDE +: WIDE] = COUNT'(i) >= rest_count ? turned[(i%TURN)*WIDE +: WIDE]
                                                     : rest[i*WIDE +: WIDE];
    end
  end

  always_ff @(posedge clk) begin
    count <= rst ? '0 : rest_count + (push && push_ready ? push_count : '0);
    words <= next & KEPT;
  end
endmodule
