// The three banked buffers. Input: a bank a channel lane, and where layers have groups one for
// each group lane. Weight: a bank a multiplier. Sums: a bank an output lane.
module buffers (
    input logic clk,
    input logic grouped,

    input logic row_valid,
    input logic [1:0] row_kind,
    /* verilator lint_off UNUSEDSIGNAL */  // banks take what their depth and width need
    input logic [23:0] row_address,
    input logic [7:0] row_lane,
    input logic [design_pkg::ROW*design_pkg::WORD-1:0] row,
    input engine_pkg::step_t step,
    input logic [23:0] sum_read_address,
    input logic [23:0] sum_write_address,
    input logic [23:0] drain_address,
    /* verilator lint_on UNUSEDSIGNAL */

    output logic [design_pkg::IN_BANKS*design_pkg::IN_BITS-1:0] inputs,
    output logic [design_pkg::TM*design_pkg::TN*design_pkg::W_BITS-1:0] weights,
    output logic [design_pkg::TM*design_pkg::SUM_BITS-1:0] sums,
    output logic [design_pkg::TM*design_pkg::SUM_BITS-1:0] drained,

    /* verilator lint_off UNUSEDSIGNAL */  // where there is one copy
    input logic work_copy,  // of the sums, that the lanes work on; the other one leaves or returns
    /* verilator lint_on UNUSEDSIGNAL */
    input logic sum_read,
    input logic sum_write,
    input logic [design_pkg::TM*design_pkg::SUM_BITS-1:0] sum_data,
    input logic drain_read
);
  localparam int TM = design_pkg::TM;
  localparam int TN = design_pkg::TN;
  localparam int IN = design_pkg::IN_BITS;
  localparam int W = design_pkg::W_BITS;
  localparam int SUM = design_pkg::SUM_BITS;
  localparam int WORD = design_pkg::WORD;
  localparam int W_SIZE = design_pkg::W_SIZE;
  localparam int OUT_SIZE = design_pkg::OUT_SIZE;
  localparam int W_ADDRESS = engine_pkg::index_bits(W_SIZE);
  localparam int OUT_ADDRESS = engine_pkg::index_bits(OUT_SIZE);

  logic in_row, w_row, sum_row;
  assign in_row = row_valid && row_kind == engine_pkg::KIND_INPUT;
  assign w_row = row_valid && row_kind == engine_pkg::KIND_WEIGHT;
  assign sum_row = row_valid && row_kind == engine_pkg::KIND_SUM;

  genvar i, x, y;
  generate
    for (i = 0; i < design_pkg::IN_BANKS; i++) begin : input_bank
      localparam int SIZE = i < TN ? design_pkg::IN_SIZE : design_pkg::GROUP_SIZE;
      localparam int ADDRESS = engine_pkg::index_bits(SIZE);
      localparam int GROUP = i % TM;  // group lane and channel lane where grouped
      localparam int CHANNEL = i / TM;
      logic here;
      logic [IN-1:0] word;
      if (i < TN && CHANNEL < design_pkg::GROUP_LANES) begin : both
        assign here = grouped ? row_lane == 8'(CHANNEL) : 1'b1;
        assign word = grouped ? row[GROUP*WORD +: IN] : row[i*WORD +: IN];
      end else if (i < TN) begin : shared
        assign here = !grouped;
        assign word = row[i*WORD +: IN];
      end else begin : own
        assign here = grouped && row_lane == 8'(CHANNEL);
        assign word = row[GROUP*WORD +: IN];
      end
      bank #(.WIDTH(IN), .DEPTH(SIZE)) words (
          .clk, .write(in_row && here), .write_address(row_address[ADDRESS-1:0]),
          .write_data(word), .read(step.valid), .read_address(step.in_address[ADDRESS-1:0]),
          .read_data(inputs[i*IN +: IN]));
    end
    for (x = 0; x < TM; x++) begin : weight_row
      for (y = 0; y < TN; y++) begin : weight_bank
        logic here;
        assign here = row_lane == (grouped ? 8'(y) : 8'(x));
        bank #(.WIDTH(W), .DEPTH(W_SIZE)) words (
            .clk, .write(w_row && here), .write_address(row_address[W_ADDRESS-1:0]),
            .write_data(grouped ? row[x*WORD +: W] : row[y*WORD +: W]), .read(step.valid),
            .read_address(step.w_address[W_ADDRESS-1:0]),
            .read_data(weights[(x*TN+y)*W +: W]));
      end
    end
    for (x = 0; x < TM; x++) begin : sum_bank
      logic [SUM-1:0] filled;
      assign filled = row[x*WORD +: SUM];
      if (design_pkg::OUT_DOUBLE) begin : two
        logic [2*SUM-1:0] read_data;
        for (i = 0; i < 2; i++) begin : copy
          logic worked;
          assign worked = work_copy == 1'(i);
          bank #(.WIDTH(SUM), .DEPTH(OUT_SIZE)) words (
              .clk, .write(worked ? sum_write : sum_row),
              .write_address(worked ? sum_write_address[OUT_ADDRESS-1:0]
                                    : row_address[OUT_ADDRESS-1:0]),
              .write_data(worked ? sum_data[x*SUM +: SUM] : filled),
              .read(worked ? sum_read : drain_read),
              .read_address(worked ? sum_read_address[OUT_ADDRESS-1:0]
                                   : drain_address[OUT_ADDRESS-1:0]),
              .read_data(read_data[i*SUM +: SUM]));
        end
        assign sums[x*SUM +: SUM] = work_copy ? read_data[SUM +: SUM] : read_data[0 +: SUM];
        assign drained[x*SUM +: SUM] = work_copy ? read_data[0 +: SUM] : read_data[SUM +: SUM];
      end else begin : one
        bank #(.WIDTH(SUM), .DEPTH(OUT_SIZE)) words (
            .clk, .write(sum_write || sum_row),
            .write_address(sum_write ? sum_write_address[OUT_ADDRESS-1:0]
                                     : row_address[OUT_ADDRESS-1:0]),
            .write_data(sum_write ? sum_data[x*SUM +: SUM] : filled),
            .read(sum_read || drain_read),
            .read_address(sum_read ? sum_read_address[OUT_ADDRESS-1:0]
                                   : drain_address[OUT_ADDRESS-1:0]),
            .read_data(sums[x*SUM +: SUM]));
        assign drained[x*SUM +: SUM] = sums[x*SUM +: SUM];
      end
    end
  endgenerate
endmodule
