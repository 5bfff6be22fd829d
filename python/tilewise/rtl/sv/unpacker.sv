// Beats of the port become rows. A beat is written whole into a slot of a ring; a row is read from
// where the one before ended.
module unpacker #(
    parameter int WIDTH = 16,
    parameter int IN = 4,  // words of a beat
    parameter int OUT = 4,  // most words of a row
    localparam int SLOTS = 1 + (OUT + IN - 1) / IN,  // one is free where a row is not complete
    localparam int SIZE = SLOTS * IN,
    localparam int COUNT = engine_pkg::unpacked_bits(IN, OUT)
) (
    input logic clk,
    input logic clear,  // after a box: its last beat need not be full
    input logic push,
    input logic [IN*WIDTH-1:0] push_data,
    output logic push_ready,
    input logic pop,
    input logic [COUNT-1:0] pop_count,
    output logic [OUT*WIDTH-1:0] pop_data,
    output logic [COUNT-1:0] count  // of words, those behind the end of a box among them
);
  logic [SLOTS-1:0] slot;  // the next to be written, one of them
  logic [COUNT-1:0] first;  // the word that a row begins with
  logic [SIZE*WIDTH-1:0] ring;

  logic pushed;
  logic [COUNT-1:0] taken;
  logic [COUNT:0] after;
  assign push_ready = count <= COUNT'(SIZE - IN);
  assign pushed = push && push_ready;
  assign taken = pop ? pop_count : '0;
  assign after = {1'b0, first} + {1'b0, taken};

  always_ff @(posedge clk) begin
    if (clear) begin
      count <= '0;
      first <= '0;
      slot <= SLOTS'(1);
    end else begin
      count <= count - taken + (pushed ? COUNT'(IN) : '0);
      first <= after >= (COUNT + 1)'(SIZE) ? COUNT'(after - (COUNT + 1)'(SIZE))
                                           : after[COUNT-1:0];
      if (pushed) slot <= {slot[SLOTS-2:0], slot[SLOTS-1]};
    end
    for (int i = 0; i < SLOTS; i++) begin
      if (pushed && slot[i]) ring[i*IN*WIDTH +: IN*WIDTH] <= push_data;
    end
  end

  // A shifter by powers of two; of each level only what the row needs is left.
  logic [2*SIZE*WIDTH-1:0] row;
  always_comb begin
    row = {ring, ring};
    for (int k = COUNT - 1; k >= 0; k--) begin
      if (first[k]) row = row >> ((1 << k) * WIDTH);
    end
  end
  assign pop_data = row[OUT*WIDTH-1:0];
endmodule
