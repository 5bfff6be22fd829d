// The lanes: Tm x Tn multipliers, an adder tree over the Tn of each output, and its accumulator.
// A step's operands come with `step` one cycle after their addresses were read; its sum is read
// and written by the addresses that leave here.
module lane_array (
    input logic clk,
    input logic rst,
    input logic clear,  // before a pass: what the accumulators hold is in the buffer
    input logic [1:0] op,
    /* verilator lint_off UNUSEDSIGNAL */  // where no layer has groups
    input logic grouped,
    /* verilator lint_on UNUSEDSIGNAL */
    /* verilator lint_off UNUSEDSIGNAL */  // the sequencer's addresses of operands
    input engine_pkg::step_t step,
    /* verilator lint_on UNUSEDSIGNAL */
    input logic [design_pkg::IN_BANKS*design_pkg::IN_BITS-1:0] inputs,
    input logic [design_pkg::TM*design_pkg::TN*design_pkg::W_BITS-1:0] weights,
    output logic sum_read,
    output logic [23:0] sum_read_address,
    input logic [design_pkg::TM*design_pkg::SUM_BITS-1:0] sums,
    output logic sum_write,
    output logic [23:0] sum_write_address,
    output logic [design_pkg::TM*design_pkg::SUM_BITS-1:0] sum_data,
    output logic busy
);
  localparam int TM = design_pkg::TM;
  localparam int TN = design_pkg::TN;
  localparam int IN = design_pkg::IN_BITS;
  localparam int W = design_pkg::W_BITS;
  localparam int SUM = design_pkg::SUM_BITS;
  localparam int LEVELS = $clog2(TN);  // of the adder tree
  localparam int WIDE = 1 << LEVELS;  // its leaves

  localparam int FACTOR = W > 1 ? W : 2;  // holds 1
  localparam int PRODUCT = IN + FACTOR + LEVELS;

  logic plain, most;  // words are added or compared as they are
  assign plain = design_pkg::PLAIN && op != engine_pkg::OP_MAC;
  assign most = design_pkg::PLAIN && op == engine_pkg::OP_MAX;

  // What goes with a step through the tree.
  typedef struct packed {
    logic in_image;
    logic first;
    logic zero;
    logic write;
    logic [23:0] address;
  } tag_t;
  tag_t tag_in, tag_now;
  localparam int TAG = $bits(tag_in);
  logic [TAG*(LEVELS+2)-1:0] tags;  // lowest beside the operands, then beside the products
  logic [LEVELS+1:0] valids;
  /* verilator lint_off UNUSEDSIGNAL */  // the sum is read for address and first alone
  tag_t tag_read;
  /* verilator lint_on UNUSEDSIGNAL */
  always_comb begin
    tag_in.in_image = step.in_image;
    tag_in.first = step.first;
    tag_in.zero = step.zero;
    tag_in.write = step.write;
    tag_in.address = step.out_address;
  end
  assign tags[TAG-1:0] = tag_in;
  assign valids[0] = step.valid;
  genvar i;
  generate
    for (i = 0; i <= LEVELS; i++) begin : tag
      logic [TAG-1:0] next;
      logic next_valid;
      always_ff @(posedge clk) begin
        next <= tags[i*TAG +: TAG];
        next_valid <= valids[i] && !rst;
      end
      assign tags[(i+1)*TAG +: TAG] = next;
      assign valids[i+1] = next_valid;
    end
  endgenerate
  assign tag_read = tags[LEVELS*TAG +: TAG];
  assign tag_now = tags[(LEVELS+1)*TAG +: TAG];
  logic now_valid;
  assign now_valid = valids[LEVELS+1];

  // The sum of a step comes as its products leave the tree.
  assign sum_read = valids[LEVELS] && tag_read.first;
  assign sum_read_address = tag_read.address;

  // The last two sums that were written may not be in the buffer yet.
  logic now_held, older_held, now_wrote;
  logic [23:0] now_address, older_address;
  logic from_now, from_older;
  assign from_now = now_held && now_address == tag_now.address;
  assign from_older = older_held && older_address == tag_now.address;
  always_ff @(posedge clk) begin
    now_wrote <= now_valid && tag_now.write;
    if (rst || clear) begin
      now_held <= 1'b0;
      older_held <= 1'b0;
      now_wrote <= 1'b0;
    end else if (now_valid) begin
      now_held <= tag_now.write;
      now_address <= tag_now.address;
      if (tag_now.first) begin
        older_held <= now_held;
        older_address <= now_address;
      end
    end
  end
  assign sum_write = now_wrote;
  assign sum_write_address = now_address;

  assign busy = |valids || now_wrote;

  genvar x, y, n;
  generate
    for (x = 0; x < TM; x++) begin : output_lane
      // Node n adds nodes 2n and 2n + 1; the products are its leaves.
      /* verilator lint_off UNUSEDSIGNAL */  // there is no node 0
      logic [2*WIDE*PRODUCT-1:0] tree;
      /* verilator lint_on UNUSEDSIGNAL */
      for (y = 0; y < WIDE; y++) begin : input_lane
        if (y < TN) begin : lane
          logic signed [IN-1:0] word;
          logic signed [W-1:0] weight;
          logic there;
          assign there = step.in_image && 8'(y) < step.lanes_c;
          assign weight = weights[(x*TN+y)*W +: W];
          if (x + TM * y < design_pkg::IN_BANKS && y < design_pkg::GROUP_LANES) begin : own
            assign word = grouped ? inputs[(x+TM*y)*IN +: IN] : inputs[y*IN +: IN];
          end else begin : shared
            assign word = inputs[y*IN +: IN];
          end
          // A product and its register are one DSP: no choice lies between the two.
          logic signed [FACTOR-1:0] factor;
          logic signed [IN+FACTOR-1:0] product;
          assign factor = plain ? FACTOR'(1) : FACTOR'(weight);
          always_ff @(posedge clk) begin
            if (there) product <= word * factor;
            else product <= '0;
          end
          assign tree[(WIDE+y)*PRODUCT +: PRODUCT] = PRODUCT'(product);
        end else begin : none
          assign tree[(WIDE+y)*PRODUCT +: PRODUCT] = '0;
        end
      end
      for (n = 1; n < WIDE; n++) begin : node
        logic signed [PRODUCT-1:0] sum;
        always_ff @(posedge clk) begin
          sum <= tree[2*n*PRODUCT +: PRODUCT] + tree[(2*n+1)*PRODUCT +: PRODUCT];
        end
        assign tree[n*PRODUCT +: PRODUCT] = sum;
      end
      assign tree[PRODUCT-1:0] = '0;

      logic signed [SUM-1:0] now, older, held, start, added, result;
      assign held = from_now ? now : from_older ? older : sums[x*SUM +: SUM];
      assign added = SUM'($signed(tree[PRODUCT +: PRODUCT]));
      always_comb begin
        start = tag_now.first ? held : now;
        if (most) begin
          if (tag_now.first && tag_now.zero) start = {1'b1, {SUM - 1{1'b0}}};
          result = tag_now.in_image && added > start ? added : start;
        end else begin
          if (tag_now.first && tag_now.zero) start = '0;
          result = start + added;
        end
      end
      always_ff @(posedge clk) begin
        if (now_valid) begin
          now <= result;
          if (tag_now.first) older <= now;
        end
      end
      assign sum_data[x*SUM +: SUM] = now;
    end
  endgenerate
endmodule
