// Reads a tile of sums from their banks, a row a cycle, and sends it to the port: complete sums as
// words of Output, others as they are.
module drain_unit (
    input logic clk,
    input logic rst,
    /* verilator lint_off UNUSEDSIGNAL */  // others read the other fields
    input engine_pkg::descriptor_t layer,
    input engine_pkg::tile_t tile,
    /* verilator lint_on UNUSEDSIGNAL */
    input logic start,
    output logic busy,

    output logic read,
    output logic [23:0] read_address,
    input logic [design_pkg::TM*design_pkg::SUM_BITS-1:0] sums,

    output logic data_valid,
    input logic data_ready,
    output logic [7:0] data_count,
    output logic [design_pkg::PORT_DATA-1:0] data
);
  localparam int TM = design_pkg::TM;
  localparam int SUM = design_pkg::SUM_BITS;
  localparam int OUT = design_pkg::OUT_BITS;
  localparam int POUT = design_pkg::PORT_OUT;
  localparam int PSUM = design_pkg::PORT_SUM;
  localparam int COUNT = $clog2(TM + POUT + 1);

  logic [15:0] p, q, at;
  logic reading;
  logic [23:0] address;
  logic [15:0] length, want;
  assign length = layer.grouped ? tile.g : tile.m;
  assign want = engine_pkg::least(length - at, {8'd0, layer.lanes_m});

  // Three cycles from a read to the words: bank, product, cut. All stand still where the packer
  // has no room.
  logic flow, read_valid, product_valid, word_valid;
  logic [COUNT-1:0] read_count, product_count, word_count, held;
  logic [TM*SUM-1:0] product_sums, word_sums, words;
  assign read = reading && flow;
  assign read_address = address;

  genvar x;
  generate
    for (x = 0; x < TM; x++) begin : lane
      logic [OUT-1:0] word;
      requantise #(.SUM(SUM), .WIDTH(OUT), .MULTIPLY(design_pkg::MULTIPLY)) cut (
          .clk, .enable(flow), .multiplier(layer.multiplier), .shift(layer.shift),
          .relu(layer.relu), .sum(sums[x*SUM +: SUM]), .word);
      assign words[x*SUM +: SUM] = tile.final_sums ? SUM'(word) : word_sums[x*SUM +: SUM];
    end
  endgenerate

  logic pop, all_read;
  logic [COUNT-1:0] pop_count;
  logic [POUT*SUM-1:0] beat;
  logic [7:0] most;
  packer #(.WIDE(SUM), .NARROW(OUT), .IN(TM), .WIDE_OUT(PSUM), .NARROW_OUT(POUT)) out_words (
      .clk, .rst, .narrow(tile.final_sums), .push(word_valid), .push_count(word_count),
      .push_data(words), .push_ready(flow), .pop, .pop_count, .pop_data(beat), .count(held));

  assign most = tile.final_sums ? 8'(POUT) : 8'(PSUM);
  assign all_read = !reading && !read_valid && !product_valid && !word_valid;
  assign data_valid = 8'(held) >= most || (all_read && held != '0);
  assign data_count = 8'(held) >= most ? most : 8'(held);
  assign pop = data_valid && data_ready;
  assign pop_count = COUNT'(data_count);
  always_comb begin
    data = '0;
    if (tile.final_sums) begin
      for (int i = 0; i < POUT; i++) data[i*OUT +: OUT] = beat[i*SUM +: OUT];
    end else begin
      for (int i = 0; i < PSUM; i++) data[i*SUM +: SUM] = beat[i*SUM +: SUM];
    end
  end
  assign busy = !all_read || held != '0;

  always_ff @(posedge clk) begin
    if (rst) begin
      reading <= 1'b0;
      read_valid <= 1'b0;
      product_valid <= 1'b0;
      word_valid <= 1'b0;
    end else begin
      if (start) begin
        reading <= 1'b1;
        {p, q, at} <= '0;
        address <= 24'd0;
      end else if (read) begin
        address <= address + 24'd1;
        at <= at + want == length ? 16'd0 : at + want;
        if (at + want == length) begin
          q <= q + 16'd1 == tile.q ? 16'd0 : q + 16'd1;
          if (q + 16'd1 == tile.q) begin
            p <= p + 16'd1;
            if (p + 16'd1 == tile.p) reading <= 1'b0;
          end
        end
      end
      if (flow) begin
        read_valid <= reading;
        read_count <= COUNT'(want);
        product_valid <= read_valid;
        product_count <= read_count;
        product_sums <= sums;
        word_valid <= product_valid;
        word_count <= product_count;
        word_sums <= product_sums;
      end
    end
  end
endmodule
