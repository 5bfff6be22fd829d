// Walks the on-chip loops over one tile: R, S, P, Q, M, C, the last one innermost; every INTERVAL
// cycles a step of all lanes.
module pass_sequencer #(
    parameter int INTERVAL = 1
) (
    input logic clk,
    input logic rst,
    /* verilator lint_off UNUSEDSIGNAL */  // others read the other fields
    input engine_pkg::descriptor_t layer,
    input engine_pkg::tile_t tile,
    /* verilator lint_on UNUSEDSIGNAL */
    input logic start,
    input logic w_copy,  // copy of the weights that the tile is in
    output logic busy,
    output engine_pkg::step_t step
);
  logic [15:0] r, s, p, q, m, c;
  logic [23:0] wait_cycles;

  // Position of the window: unit, and where it is in the ring. Each loop keeps where it began.
  logic [15:0] u_r, u, v_s, v, slot_s, slot;
  logic [23:0] row_r, row, c_plane;
  logic [23:0] w_tap, w_at, out_at;

  logic c_end, m_end, q_end, p_end, s_end, r_end;
  logic [15:0] c_left, lanes_m, lanes_c;
  assign lanes_m = {8'd0, layer.lanes_m};
  assign lanes_c = {8'd0, layer.lanes_c};
  assign c_left = tile.c - c;
  assign c_end = c_left <= lanes_c;
  assign m_end = layer.grouped || tile.m - m <= lanes_m;
  assign q_end = q + 16'd1 == tile.q;
  assign p_end = p + 16'd1 == tile.p;
  assign s_end = s + 16'd1 == tile.s;
  assign r_end = r + 16'd1 == tile.r;

  logic issue;
  assign issue = busy && wait_cycles == 24'd0;

  logic [15:0] q_units, s_units, p_units, r_units;
  assign q_units = {12'd0, layer.q_units};
  assign s_units = {12'd0, layer.s_units};
  assign p_units = {12'd0, layer.p_units};
  assign r_units = {12'd0, layer.r_units};

  logic in_image;
  assign in_image = u >= layer.image_u_first && u < layer.image_u_end
                 && v >= layer.image_v_first && v < layer.image_v_end;

  always_ff @(posedge clk) begin
    if (rst) begin
      busy <= 1'b0;
      step.valid <= 1'b0;
    end else begin
      step.valid <= issue;
      step.in_image <= in_image;
      step.lanes_c <= c_end ? c_left[7:0] : layer.lanes_c;
      step.first <= c == 16'd0;
      step.zero <= tile.out_new && tile.first_visit && r == 16'd0 && s == 16'd0;
      step.write <= c_end;
      step.in_address <= row + {8'd0, slot} + c_plane;
      step.w_address <= w_at;
      step.out_address <= out_at;
      if (wait_cycles != 24'd0) wait_cycles <= wait_cycles - 24'd1;
      if (start) begin
        busy <= 1'b1;
        wait_cycles <= 24'd0;
        {r, s, p, q, m, c} <= '0;
        u_r <= tile.u;
        u <= tile.u;
        v_s <= tile.v;
        v <= tile.v;
        slot_s <= tile.slot_v;
        slot <= tile.slot_v;
        row_r <= tile.row;
        row <= tile.row;
        c_plane <= 24'd0;
        w_tap <= w_copy ? 24'(design_pkg::W_DEPTH) : 24'd0;
        w_at <= w_copy ? 24'(design_pkg::W_DEPTH) : 24'd0;
        out_at <= 24'd0;
      end else if (issue) begin
        wait_cycles <= 24'(INTERVAL - 1);
        c <= c_end ? 16'd0 : c + lanes_c;
        c_plane <= c_end ? 24'd0 : c_plane + layer.plane;
        w_at <= c_end && m_end ? w_tap : w_at + 24'd1;
        if (c_end) begin
          m <= m_end ? 16'd0 : m + lanes_m;
          out_at <= out_at + 24'd1;
          if (m_end) begin
            q <= q_end ? 16'd0 : q + 16'd1;
            v <= q_end ? v_s : v + q_units;
            slot <= q_end ? slot_s : engine_pkg::wrap16(slot, q_units, layer.ring_v);
            if (q_end) begin
              p <= p_end ? 16'd0 : p + 16'd1;
              u <= p_end ? u_r : u + p_units;
              row <= p_end ? row_r : engine_pkg::wrap24(row, layer.p_row, layer.plane);
              if (p_end) begin
                w_tap <= w_at + 24'd1;
                w_at <= w_at + 24'd1;
                out_at <= 24'd0;
                s <= s_end ? 16'd0 : s + 16'd1;
                v_s <= s_end ? tile.v : v_s + s_units;
                v <= s_end ? tile.v : v_s + s_units;
                slot_s <= s_end ? tile.slot_v
                                : engine_pkg::wrap16(slot_s, s_units, layer.ring_v);
                slot <= s_end ? tile.slot_v : engine_pkg::wrap16(slot_s, s_units, layer.ring_v);
                if (s_end) begin
                  r <= r + 16'd1;
                  u_r <= u_r + r_units;
                  u <= u_r + r_units;
                  row_r <= engine_pkg::wrap24(row_r, layer.r_row, layer.plane);
                  row <= engine_pkg::wrap24(row_r, layer.r_row, layer.plane);
                  if (r_end) busy <= 1'b0;
                end
              end
            end
          end
        end
      end
    end
  end
endmodule
