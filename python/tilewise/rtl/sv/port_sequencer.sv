// Runs the transfers of one transition, in this order: sums leave, sums return, weights, inputs.
// Their commands go out at once; the words follow in the same order.
module port_sequencer (
    input logic clk,
    input logic rst,
    /* verilator lint_off UNUSEDSIGNAL */  // others read the other fields
    input engine_pkg::descriptor_t layer,
    input engine_pkg::tile_t next,  // whose words come
    input engine_pkg::tile_t done,  // whose sums leave
    /* verilator lint_on UNUSEDSIGNAL */
    input logic start,
    input logic [3:0] wanted,  // of the four, lowest first
    output logic busy,

    output logic command_valid,
    input logic command_ready,
    output engine_pkg::command_t command,

    output logic drain_start,
    input logic drain_busy,
    output logic fill_start,
    output logic [1:0] fill_kind,
    input logic fill_busy
);
  logic [3:0] to_command, to_move;
  logic moving;

  assign command_valid = to_command != 4'd0;
  assign busy = to_command != 4'd0 || to_move != 4'd0 || moving;

  always_comb begin
    command.linear = 1'b0;
    command.o_count = 16'd1;
    command.o_stride = 32'd0;
    if (to_command[0] || to_command[1]) begin
      command.write = to_command[0];
      command.kind = to_command[0] && done.final_sums ? engine_pkg::KIND_OUTPUT
                                                      : engine_pkg::KIND_SUM;
      command.address = to_command[0] ? done.out_address : next.out_address;
      command.u_count = to_command[0] ? done.p : next.p;
      command.v_count = to_command[0] ? done.q : next.q;
      command.u_stride = layer.out_p;
      command.v_stride = layer.out_q;
      command.length = to_command[0] ? (layer.grouped ? done.g : done.m)
                                     : (layer.grouped ? next.g : next.m);
    end else if (to_command[2]) begin
      command.write = 1'b0;
      command.kind = engine_pkg::KIND_WEIGHT;
      command.linear = 1'b1;
      command.address = next.w_address;
      command.u_count = next.r;
      command.v_count = next.s;
      command.u_stride = 32'd0;
      command.v_stride = 32'd0;
      command.o_count = layer.grouped ? next.c : next.m;
      command.length = layer.grouped ? next.g : next.c;
    end else begin
      command.write = 1'b0;
      command.kind = engine_pkg::KIND_INPUT;
      command.address = next.in_address;
      command.u_count = next.load_u_count;
      command.v_count = next.load_v_count;
      command.u_stride = layer.in_u;
      command.v_stride = layer.in_v;
      command.o_count = layer.grouped ? next.c : 16'd1;
      command.o_stride = layer.in_c;
      command.length = layer.grouped ? next.g : next.c;
    end
  end

  logic begin_next;
  assign begin_next = to_move != 4'd0 && (!moving || !(drain_busy || fill_busy));
  assign drain_start = begin_next && to_move[0];
  assign fill_start = begin_next && !to_move[0];
  assign fill_kind = to_move[1] ? engine_pkg::KIND_SUM
                                : to_move[2] ? engine_pkg::KIND_WEIGHT : engine_pkg::KIND_INPUT;

  always_ff @(posedge clk) begin
    if (rst) begin
      to_command <= 4'd0;
      to_move <= 4'd0;
      moving <= 1'b0;
    end else if (start) begin
      to_command <= wanted;
      to_move <= wanted;
      moving <= 1'b0;
    end else begin
      if (command_valid && command_ready) to_command <= to_command & (to_command - 4'd1);
      if (begin_next) begin
        to_move <= to_move & (to_move - 4'd1);
        moving <= 1'b1;
      end else if (moving && !(drain_busy || fill_busy)) begin
        moving <= 1'b0;
      end
    end
  end
endmodule
