// Types that the modules share. Numbers of the design are in design_pkg.sv.
package engine_pkg;
  // Order of the loops' dimensions in flat vectors: 16 bit each, N lowest.
  localparam int DIM_N = 0;
  localparam int DIM_G = 1;
  localparam int DIM_M = 2;
  localparam int DIM_C = 3;
  localparam int DIM_P = 4;
  localparam int DIM_Q = 5;
  localparam int DIM_R = 6;
  localparam int DIM_S = 7;

  typedef enum logic [1:0] {
    OP_MAC = 2'd0,  // sums of products
    OP_MAX = 2'd1,  // maximum pooling
    OP_SUM = 2'd2   // average pooling, add
  } op_t;

  typedef enum logic [1:0] {
    KIND_INPUT  = 2'd0,
    KIND_WEIGHT = 2'd1,
    KIND_SUM    = 2'd2,
    KIND_OUTPUT = 2'd3
  } kind_t;

  // What a layer is and how its nest walks. One row of the table of descriptors.
  typedef struct packed {
    logic [1:0] op;
    logic grouped;  // lanes along Tm are groups, not output channels
    logic relu;
    logic [15:0] multiplier;  // of the requantisation
    logic [5:0] shift;
    logic [127:0] full;  // bounds of the layer
    logic [127:0] tile;  // tile of the buffers
    logic [23:0] order;  // off-chip loops, innermost in the lowest 3 bit
    logic [7:0] lanes_m;  // lanes in use along Tm (groups where grouped) and Tn
    logic [7:0] lanes_c;
    // Window: coordinates of Input are counted in units u (rows) and v (columns) of padded image.
    logic [3:0] p_units;  // units from one output row to the next, from one filter row to the next
    logic [3:0] r_units;
    logic [3:0] q_units;
    logic [3:0] s_units;
    logic [15:0] p_step;  // units from one tile to the next, and back from the last to the first
    logic [15:0] p_back;
    logic [15:0] r_step;
    logic [15:0] r_back;
    logic [15:0] q_step;
    logic [15:0] q_back;
    logic [15:0] s_step;
    logic [15:0] s_back;
    logic [15:0] image_u_first;  // units in the image: first, and first beyond
    logic [15:0] image_u_end;
    logic [15:0] image_v_first;
    logic [15:0] image_v_end;
    // Input buffer: rings of units; a new window begins `flip` slots further.
    logic [15:0] ring_u;
    logic [15:0] ring_v;
    logic [15:0] flip_u;
    logic [15:0] flip_v;
    logic [23:0] plane;  // ring_u * ring_v: from one block of channels to the next
    logic [23:0] p_row;  // p_units * ring_v
    logic [23:0] r_row;  // r_units * ring_v
    // Off-chip word addresses.
    logic [31:0] in_base;  // of unit (0, 0); wraps below zero where there is padding
    logic [31:0] in_u;
    logic [31:0] in_v;
    logic [31:0] in_c;  // from one channel to the next where grouped
    logic [95:0] in_step;  // of N, G, C: to the next tile, and back
    logic [95:0] in_back;
    logic [31:0] w_base;
    logic [159:0] w_step;  // of G, M, C, R, S
    logic [159:0] w_back;
    logic [31:0] out_base;
    logic [31:0] out_p;
    logic [31:0] out_q;
    logic [159:0] out_step;  // of N, G, M, P, Q
    logic [159:0] out_back;
  } descriptor_t;

  // A tile of the buffers, as the walker hands it out.
  typedef struct packed {
    logic last;
    logic in_new;  // against the tile before
    logic w_new;
    logic out_new;
    logic first_visit;  // sums begin at zero
    logic final_sums;  // after this tile the sums are complete
    logic [15:0] g;  // clipped sizes
    logic [15:0] m;
    logic [15:0] c;
    logic [15:0] p;
    logic [15:0] q;
    logic [15:0] r;
    logic [15:0] s;
    logic [15:0] u;  // first unit of the window, its slot in the ring
    logic [15:0] v;
    logic [15:0] slot_v;
    logic [23:0] row;  // slot of u * ring_v
    logic [15:0] load_u_count;  // units that are new and in the image
    logic [15:0] load_v_count;
    logic [15:0] load_slot_u;
    logic [15:0] load_slot_v;
    logic [23:0] load_row;
    logic [31:0] in_address;
    logic [31:0] w_address;
    logic [31:0] out_address;
  } tile_t;

  // A box of words off chip: u_count * v_count * o_count runs of `length` words side by side.
  typedef struct packed {
    logic write;
    logic [1:0] kind;
    logic linear;  // run after run, whatever the strides
    logic [31:0] address;
    logic [15:0] u_count;
    logic [31:0] u_stride;
    logic [15:0] v_count;
    logic [31:0] v_stride;
    logic [15:0] o_count;
    logic [31:0] o_stride;
    logic [15:0] length;
  } command_t;

  // What the lanes do in a step.
  typedef struct packed {
    logic valid;
    logic in_image;
    logic [7:0] lanes_c;  // lanes along Tn that hold a channel
    logic first;  // of the steps in a row that add to one sum
    logic zero;  // the sum begins at zero
    logic write;  // last of these steps
    logic [23:0] in_address;
    logic [23:0] w_address;
    logic [23:0] out_address;
  } step_t;

  // Bits of a number below `count`; one where there is a single one.
  function automatic int index_bits(input int count);
    index_bits = count > 1 ? $clog2(count) : 1;
  endfunction

  // Bits of a count of the words in an unpacker: slots for a row and one more beat.
  function automatic int unpacked_bits(input int beat, input int row);
    unpacked_bits = $clog2((1 + (row + beat - 1) / beat) * beat + 1);
  endfunction

  function automatic logic [15:0] dim16(input logic [127:0] vector, input logic [2:0] d);
    dim16 = vector[{d, 4'd0} +: 16];
  endfunction

  // a * k by additions: the window's few units take no DSP.
  function automatic logic [15:0] times4(input logic [15:0] a, input logic [3:0] k);
    times4 = (k[0] ? a : 16'd0) + (k[1] ? {a[14:0], 1'b0} : 16'd0)
           + (k[2] ? {a[13:0], 2'b0} : 16'd0) + (k[3] ? {a[12:0], 3'b0} : 16'd0);
  endfunction

  function automatic logic [15:0] least(input logic [15:0] a, input logic [15:0] b);
    least = a < b ? a : b;
  endfunction

  // a + b on a ring, both below its size.
  function automatic logic [15:0] wrap16(input logic [15:0] a, input logic [15:0] b,
                                         input logic [15:0] ring);
    logic [16:0] sum;
    sum = {1'b0, a} + {1'b0, b};
    wrap16 = sum >= {1'b0, ring} ? 16'(sum - {1'b0, ring}) : sum[15:0];
  endfunction

  function automatic logic [23:0] wrap24(input logic [23:0] a, input logic [23:0] b,
                                         input logic [23:0] ring);
    logic [24:0] sum;
    sum = {1'b0, a} + {1'b0, b};
    wrap24 = sum >= {1'b0, ring} ? 24'(sum - {1'b0, ring}) : sum[23:0];
  endfunction
endpackage
