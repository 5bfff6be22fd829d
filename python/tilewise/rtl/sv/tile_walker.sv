// Walks the off-chip loops of a layer and hands out one tile of the buffers after the other: its
// clipped sizes, what is new against the tile before, where that lies off chip and in the ring of
// the Input buffer. Works one tile ahead of the lanes.
module tile_walker (
    input logic clk,
    input logic rst,
    /* verilator lint_off UNUSEDSIGNAL */  // others read the other fields
    input engine_pkg::descriptor_t layer,
    /* verilator lint_on UNUSEDSIGNAL */
    input logic start,  // first tile of a layer
    input logic take,  // the tile was taken: find the next one
    output logic ready,
    output engine_pkg::tile_t tile
);
  localparam int N = engine_pkg::DIM_N;
  localparam int G = engine_pkg::DIM_G;
  localparam int M = engine_pkg::DIM_M;
  localparam int C = engine_pkg::DIM_C;
  localparam int P = engine_pkg::DIM_P;
  localparam int Q = engine_pkg::DIM_Q;
  localparam int R = engine_pkg::DIM_R;
  localparam int S = engine_pkg::DIM_S;

  typedef enum logic [2:0] {IDLE, ADVANCE, WINDOW, CHANGE, BOX, MULTIPLY, HANDED} state_t;
  state_t state;

  logic [127:0] base;  // first index of the tile in each dimension
  logic [2:0] loop;  // that is looked at, 0 the innermost
  logic [7:0] moved;  // dimensions whose base has changed
  logic first;  // of the layer

  logic [23:0] order;  // a part of its own: Yosys would shift the whole descriptor
  logic [2:0] d;  // dimension of that loop
  logic [15:0] d_base;
  logic [15:0] d_tile;
  logic d_again;  // the loop has another tile
  logic [15:0] beyond;
  logic [7:0] ends;  // the tile is the last one along the dimension

  assign order = layer.order;
  assign d = order[{loop, 1'b0} + 5'(loop) +: 3];
  assign d_base = engine_pkg::dim16(base, d);
  assign d_tile = engine_pkg::dim16(layer.tile, d);
  assign beyond = d_base + d_tile;
  assign d_again = beyond < engine_pkg::dim16(layer.full, d);

  always_comb begin
    for (int i = 0; i < 8; i++) begin
      ends[i] = base[i*16+:16] + layer.tile[i*16+:16] >= layer.full[i*16+:16];
    end
  end

  // Clipped sizes in all dimensions.
  /* verilator lint_off UNUSEDSIGNAL */  // a tile has one image
  logic [127:0] size;
  /* verilator lint_on UNUSEDSIGNAL */
  always_comb begin
    for (int i = 0; i < 8; i++) begin
      size[i*16+:16] = engine_pkg::least(layer.tile[i*16+:16],
                                         layer.full[i*16+:16] - base[i*16+:16]);
    end
  end

  // Addresses move by a step where a loop advances and back where it begins again.
  logic [31:0] in_address;
  logic [31:0] w_address;
  logic [31:0] out_address;
  logic [31:0] in_move;
  logic [31:0] w_move;
  logic [31:0] out_move;
  logic [15:0] u_move;
  logic [15:0] v_move;

  function automatic logic [31:0] move(input logic [159:0] steps, input logic [159:0] backs,
                                       input logic [2:0] i, input logic again);
    move = again ? steps[{i, 5'd0} +: 32] : backs[{i, 5'd0} +: 32];
  endfunction
  logic [159:0] in_step, in_back;
  assign in_step = 160'(layer.in_step);
  assign in_back = 160'(layer.in_back);

  always_comb begin
    in_move = 32'd0;
    w_move = 32'd0;
    out_move = 32'd0;
    u_move = 16'd0;
    v_move = 16'd0;
    case (d)
      3'(N): begin
        in_move = move(in_step, in_back, 3'd0, d_again);
        out_move = move(layer.out_step, layer.out_back, 3'd0, d_again);
      end
      3'(G): begin
        in_move = move(in_step, in_back, 3'd1, d_again);
        w_move = move(layer.w_step, layer.w_back, 3'd0, d_again);
        out_move = move(layer.out_step, layer.out_back, 3'd1, d_again);
      end
      3'(M): begin
        w_move = move(layer.w_step, layer.w_back, 3'd1, d_again);
        out_move = move(layer.out_step, layer.out_back, 3'd2, d_again);
      end
      3'(C): begin
        in_move = move(in_step, in_back, 3'd2, d_again);
        w_move = move(layer.w_step, layer.w_back, 3'd2, d_again);
      end
      3'(P): begin
        out_move = move(layer.out_step, layer.out_back, 3'd3, d_again);
        u_move = d_again ? layer.p_step : layer.p_back;
      end
      3'(Q): begin
        out_move = move(layer.out_step, layer.out_back, 3'd4, d_again);
        v_move = d_again ? layer.q_step : layer.q_back;
      end
      3'(R): begin
        w_move = move(layer.w_step, layer.w_back, 3'd3, d_again);
        u_move = d_again ? layer.r_step : layer.r_back;
      end
      default: begin
        w_move = move(layer.w_step, layer.w_back, 3'd4, d_again);
        v_move = d_again ? layer.s_step : layer.s_back;
      end
    endcase
  end

  // The window of Input, and that of the tile before.
  logic [15:0] u, v, u_count, v_count, slot_u, slot_v;
  logic [15:0] old_u, old_v, old_u_count, old_v_count;
  logic [15:0] du, dv;
  logic same_u, same_v, near_u, near_v, slides_u, slides_v, others_moved;
  assign du = u - old_u;
  assign dv = v - old_v;
  assign same_u = u == old_u && u_count == old_u_count;
  assign same_v = v == old_v && v_count == old_v_count;
  assign near_u = u < old_u + old_u_count && old_u < u + u_count;
  assign near_v = v < old_v + old_v_count && old_v < v + v_count;
  assign others_moved = first || moved[N] || moved[G] || moved[C];
  assign slides_u = !others_moved && same_v && near_u;
  assign slides_v = !others_moved && same_u && near_v;

  // New units along an axis: all, or those before or behind the window that was there.
  logic [15:0] box_u, box_u_end, box_v, box_v_end;

  // Slot of a unit that lies `offset` from a slot, which may be less than zero.
  function automatic logic [15:0] moved_slot(input logic [15:0] slot, input logic [15:0] offset,
                                             input logic [15:0] ring);
    logic [15:0] sum;
    sum = slot + offset;
    if (offset[15]) moved_slot = slot < -offset ? sum + ring : sum;
    else moved_slot = engine_pkg::wrap16(slot, offset, ring);
  endfunction

  // Products with strides, a bit a cycle.
  logic [3:0] bits;
  logic [15:0] u_bits, v_bits, slot_bits, load_bits;
  logic [31:0] u_weight, v_weight;
  logic [23:0] row_weight;

  logic load_any;
  assign load_any = box_u < box_u_end && box_v < box_v_end;

  assign ready = state == HANDED;

  always_ff @(posedge clk) begin
    if (rst) begin
      state <= IDLE;
    end else begin
      case (state)
        IDLE: begin
          if (start) begin
            base <= '0;
            moved <= '1;
            first <= 1'b1;
            in_address <= layer.in_base;
            w_address <= layer.w_base;
            out_address <= layer.out_base;
            u <= 16'd0;
            v <= 16'd0;
            slot_u <= 16'd0;
            slot_v <= 16'd0;
            state <= WINDOW;
          end
        end
        ADVANCE: begin
          for (int i = 0; i < 8; i++) begin
            if (d == 3'(i)) base[i*16 +: 16] <= d_again ? beyond : 16'd0;
          end
          if (d_base != 16'd0 || d_again) begin
            moved[d] <= 1'b1;
            in_address <= in_address + in_move;
            w_address <= w_address + w_move;
            out_address <= out_address + out_move;
            u <= u + u_move;
            v <= v + v_move;
          end
          loop <= loop + 3'd1;
          if (d_again) state <= WINDOW;
        end
        WINDOW: begin
          tile.g <= size[G*16+:16];
          tile.m <= size[M*16+:16];
          tile.c <= size[C*16+:16];
          tile.p <= size[P*16+:16];
          tile.q <= size[Q*16+:16];
          tile.r <= size[R*16+:16];
          tile.s <= size[S*16+:16];
          u_count <= engine_pkg::times4(size[P*16+:16] - 16'd1, layer.p_units)
                   + engine_pkg::times4(size[R*16+:16] - 16'd1, layer.r_units) + 16'd1;
          v_count <= engine_pkg::times4(size[Q*16+:16] - 16'd1, layer.q_units)
                   + engine_pkg::times4(size[S*16+:16] - 16'd1, layer.s_units) + 16'd1;
          tile.last <= &ends;
          tile.first_visit <= base[C*16+:16] == 16'd0 && base[R*16+:16] == 16'd0
                           && base[S*16+:16] == 16'd0;
          tile.final_sums <= ends[C] && ends[R] && ends[S];
          tile.w_new <= moved[G] || moved[M] || moved[C] || moved[R] || moved[S];
          tile.out_new <= moved[N] || moved[G] || moved[M] || moved[P] || moved[Q];
          tile.w_address <= w_address;
          tile.out_address <= out_address;
          state <= CHANGE;
        end
        CHANGE: begin
          tile.in_new <= others_moved || !same_u || !same_v;
          box_u <= u;
          box_u_end <= u + u_count;
          box_v <= v;
          box_v_end <= v + v_count;
          if (others_moved || !same_u || !same_v) begin
            if (slides_u) begin
              slot_u <= moved_slot(slot_u, du, layer.ring_u);
              if (du[15]) box_u_end <= old_u;
              else box_u <= old_u + old_u_count;
            end else if (slides_v) begin
              slot_v <= moved_slot(slot_v, dv, layer.ring_v);
              if (dv[15]) box_v_end <= old_v;
              else box_v <= old_v + old_v_count;
            end else begin
              slot_u <= engine_pkg::wrap16(slot_u, layer.flip_u, layer.ring_u);
              slot_v <= engine_pkg::wrap16(slot_v, layer.flip_v, layer.ring_v);
            end
          end
          state <= BOX;
        end
        BOX: begin
          box_u <= box_u < layer.image_u_first ? layer.image_u_first : box_u;
          box_v <= box_v < layer.image_v_first ? layer.image_v_first : box_v;
          box_u_end <= engine_pkg::least(box_u_end, layer.image_u_end);
          box_v_end <= engine_pkg::least(box_v_end, layer.image_v_end);
          u_weight <= layer.in_u;
          v_weight <= layer.in_v;
          row_weight <= {8'd0, layer.ring_v};
          tile.u <= u;
          tile.v <= v;
          tile.slot_v <= slot_v;
          tile.row <= 24'd0;
          tile.load_row <= 24'd0;
          tile.in_address <= in_address;
          bits <= 4'd0;
          state <= MULTIPLY;
        end
        MULTIPLY: begin
          if (bits == 4'd0) begin
            tile.load_u_count <= load_any ? box_u_end - box_u : 16'd0;
            tile.load_v_count <= load_any ? box_v_end - box_v : 16'd0;
            tile.load_slot_u <= engine_pkg::wrap16(slot_u, box_u - u, layer.ring_u);
            tile.load_slot_v <= engine_pkg::wrap16(slot_v, box_v - v, layer.ring_v);
          end
          tile.in_address <= tile.in_address + (u_bits[0] ? u_weight : 32'd0)
                           + (v_bits[0] ? v_weight : 32'd0);
          tile.row <= tile.row + (slot_bits[0] ? row_weight : 24'd0);
          tile.load_row <= tile.load_row + (load_bits[0] ? row_weight : 24'd0);
          u_weight <= u_weight << 1;
          v_weight <= v_weight << 1;
          row_weight <= row_weight << 1;
          bits <= bits + 4'd1;
          if (bits == 4'd15) state <= HANDED;
        end
        default: begin
          if (take) begin
            old_u <= u;
            old_v <= v;
            old_u_count <= u_count;
            old_v_count <= v_count;
            moved <= '0;
            first <= 1'b0;
            loop <= 3'd0;
            state <= tile.last ? IDLE : ADVANCE;
          end
        end
      endcase
    end
  end

  // What is multiplied shifts out, lowest bit first.
  logic [15:0] u_left, v_left, slot_left, load_left;
  assign u_bits = bits == 4'd0 ? box_u : u_left;
  assign v_bits = bits == 4'd0 ? box_v : v_left;
  assign slot_bits = bits == 4'd0 ? slot_u : slot_left;
  assign load_bits = bits == 4'd0
                   ? engine_pkg::wrap16(slot_u, box_u - u, layer.ring_u) : load_left;
  always_ff @(posedge clk) begin
    if (state == MULTIPLY) begin
      u_left <= {1'b0, u_bits[15:1]};
      v_left <= {1'b0, v_bits[15:1]};
      slot_left <= {1'b0, slot_bits[15:1]};
      load_left <= {1'b0, load_bits[15:1]};
    end
  end
endmodule
