// Takes the words of one box from the port and hands them to the banks, a row a cycle: the words
// that lie at one address of the banks.
module fill_unit (
    input logic clk,
    input logic rst,
    /* verilator lint_off UNUSEDSIGNAL */  // others read the other fields
    input engine_pkg::descriptor_t layer,
    input engine_pkg::tile_t tile,
    /* verilator lint_on UNUSEDSIGNAL */
    input logic start,
    input logic [1:0] kind,
    input logic w_copy,  // of the weights, that is filled
    output logic busy,

    input logic data_valid,
    output logic data_ready,
    input logic [1:0] data_kind,
    input logic [design_pkg::PORT_DATA-1:0] data,

    output logic row_valid,
    output logic [1:0] row_kind,
    output logic [23:0] row_address,
    output logic [7:0] row_lane,  // of the other axis: output lane of weights, or channel lane
    output logic [design_pkg::ROW*design_pkg::WORD-1:0] row
);
  localparam int ROW = design_pkg::ROW;  // most words of a row
  localparam int WORD = design_pkg::WORD;  // bits of the widest word

  logic [1:0] now;
  logic is_input, is_weight, is_sum;
  assign is_input = now == engine_pkg::KIND_INPUT;
  assign is_weight = now == engine_pkg::KIND_WEIGHT;
  assign is_sum = now == engine_pkg::KIND_SUM;

  // The three kinds of words, each through its own ring of beats.
  localparam int PIN = design_pkg::PORT_IN;
  localparam int PW = design_pkg::PORT_W;
  localparam int PSUM = design_pkg::PORT_SUM;
  localparam int IN = design_pkg::IN_BITS;
  localparam int W = design_pkg::W_BITS;
  localparam int SUM = design_pkg::SUM_BITS;
  localparam int CIN = engine_pkg::unpacked_bits(PIN, ROW);
  localparam int CW = engine_pkg::unpacked_bits(PW, ROW);
  localparam int CSUM = engine_pkg::unpacked_bits(PSUM, design_pkg::TM);
  logic in_ready, w_ready, sum_ready, take, box_end;
  logic [CIN-1:0] in_count;
  logic [CW-1:0] w_count;
  logic [CSUM-1:0] sum_count;
  logic [ROW*IN-1:0] in_row;
  logic [ROW*W-1:0] w_row;
  logic [design_pkg::TM*SUM-1:0] sum_row;
  logic [15:0] want;

  unpacker #(.WIDTH(IN), .IN(PIN), .OUT(ROW)) in_words (
      .clk, .clear(rst || (box_end && is_input)),
      .push(data_valid && data_kind == engine_pkg::KIND_INPUT), .push_data(data[PIN*IN-1:0]),
      .push_ready(in_ready), .pop(take && is_input), .pop_count(CIN'(want)), .pop_data(in_row),
      .count(in_count));
  unpacker #(.WIDTH(W), .IN(PW), .OUT(ROW)) w_words (
      .clk, .clear(rst || (box_end && is_weight)),
      .push(data_valid && data_kind == engine_pkg::KIND_WEIGHT), .push_data(data[PW*W-1:0]),
      .push_ready(w_ready), .pop(take && is_weight), .pop_count(CW'(want)), .pop_data(w_row),
      .count(w_count));
  unpacker #(.WIDTH(SUM), .IN(PSUM), .OUT(design_pkg::TM)) sum_words (
      .clk, .clear(rst || (box_end && is_sum)),
      .push(data_valid && data_kind == engine_pkg::KIND_SUM), .push_data(data[PSUM*SUM-1:0]),
      .push_ready(sum_ready), .pop(take && is_sum), .pop_count(CSUM'(want)), .pop_data(sum_row),
      .count(sum_count));
  always_comb begin
    case (data_kind)
      engine_pkg::KIND_INPUT: data_ready = in_ready;
      engine_pkg::KIND_WEIGHT: data_ready = w_ready;
      default: data_ready = sum_ready;
    endcase
  end

  // The box: u_count x v_count x o_count runs of `length` words.
  logic [15:0] u, v, o, at;
  logic [15:0] u_count, v_count, o_count, length, row_most;
  always_comb begin
    u_count = is_input ? tile.load_u_count : is_weight ? tile.r : tile.p;
    v_count = is_input ? tile.load_v_count : is_weight ? tile.s : tile.q;
    o_count = is_sum ? 16'd1 : layer.grouped ? tile.c : is_weight ? tile.m : 16'd1;
    length = layer.grouped ? tile.g : is_sum ? tile.m : tile.c;
    row_most = {8'd0, layer.grouped || is_sum ? layer.lanes_m : layer.lanes_c};
  end
  assign want = engine_pkg::least(length - at, row_most);
  assign take = busy && (is_input ? 16'(in_count) >= want
                                  : is_weight ? 16'(w_count) >= want : 16'(sum_count) >= want);

  logic run_end, o_end, v_end, u_end;
  assign run_end = at + want == length;
  assign o_end = o + 16'd1 == o_count;
  assign v_end = v + 16'd1 == v_count;
  assign u_end = u + 16'd1 == u_count;
  assign box_end = take && run_end && o_end && v_end && u_end;

  // Address in the banks.
  logic [7:0] lane;  // of the axis that the runs lie along
  logic lane_end;
  logic [15:0] slot;
  logic [23:0] ring_row, planes, block, address;
  assign lane_end = lane + 8'd1 == (layer.grouped ? layer.lanes_c : layer.lanes_m) || o_end;
  assign row_valid = take;
  assign row_kind = now;
  assign row_lane = is_sum || (is_input && !layer.grouped) ? 8'd0 : lane;
  assign row_address = is_input ? ring_row + {8'd0, slot} + planes : address;
  assign row = is_input ? (ROW * WORD)'(spread_in(in_row))
                        : is_weight ? spread_w(w_row) : spread_sum(sum_row);

  function automatic logic [ROW*WORD-1:0] spread_in(input logic [ROW*IN-1:0] words);
    spread_in = '0;
    for (int i = 0; i < ROW; i++) spread_in[i*WORD +: IN] = words[i*IN +: IN];
  endfunction
  function automatic logic [ROW*WORD-1:0] spread_w(input logic [ROW*W-1:0] words);
    spread_w = '0;
    for (int i = 0; i < ROW; i++) spread_w[i*WORD +: W] = words[i*W +: W];
  endfunction
  function automatic logic [ROW*WORD-1:0] spread_sum(input logic [design_pkg::TM*SUM-1:0] words);
    spread_sum = '0;
    for (int i = 0; i < design_pkg::TM; i++) spread_sum[i*WORD +: SUM] = words[i*SUM +: SUM];
  endfunction

  always_ff @(posedge clk) begin
    if (rst) begin
      busy <= 1'b0;
    end else if (start) begin
      busy <= 1'b1;
      now <= kind;
      {u, v, o, at} <= '0;
      lane <= 8'd0;
      slot <= tile.load_slot_v;
      ring_row <= tile.load_row;
      planes <= 24'd0;
      address <= w_copy && kind == engine_pkg::KIND_WEIGHT ? 24'(design_pkg::W_DEPTH) : 24'd0;
      block <= w_copy ? 24'(design_pkg::W_DEPTH) : 24'd0;
    end else if (take) begin
      at <= run_end ? 16'd0 : at + want;
      if (is_sum || !layer.grouped) begin
        address <= address + 24'd1;
        planes <= planes + layer.plane;
      end
      if (run_end) begin
        lane <= lane_end ? 8'd0 : lane + 8'd1;
        o <= o_end ? 16'd0 : o + 16'd1;
        if (layer.grouped && !is_sum) begin
          if (lane_end) begin
            address <= address + 24'd1;
            planes <= planes + layer.plane;
          end
        end else if (is_weight) begin
          // The other output lanes' weights lie at the same addresses.
          if (lane_end) block <= address + 24'd1;
          else address <= block;
        end
        if (o_end) begin
          planes <= 24'd0;
          v <= v_end ? 16'd0 : v + 16'd1;
          slot <= v_end ? tile.load_slot_v
                        : engine_pkg::wrap16(slot, 16'd1, layer.ring_v);
          if (v_end) begin
            u <= u + 16'd1;
            ring_row <= engine_pkg::wrap24(ring_row, {8'd0, layer.ring_v}, layer.plane);
            if (u_end) busy <= 1'b0;
          end
        end
      end
    end
  end
endmodule
