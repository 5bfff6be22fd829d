// The tiled engine: runs the layers of the table one after the other. One tile is worked on while
// the port brings the words of the next and takes the sums of the one before.
module engine (
    input logic clk,
    input logic rst,
    input logic start,
    output logic busy,
    output logic [15:0] layer_index,
    output logic pass_done,  // one cycle a tile, for whoever counts
    output logic stepped,    // the lanes begin a step

    output logic command_valid,
    input logic command_ready,
    output engine_pkg::command_t command,

    input logic read_valid,
    output logic read_ready,
    input logic [1:0] read_kind,
    input logic [design_pkg::PORT_DATA-1:0] read_data,

    output logic write_valid,
    input logic write_ready,
    output logic [7:0] write_count,
    output logic [design_pkg::PORT_DATA-1:0] write_data
);
  localparam int TM = design_pkg::TM;
  localparam int SUM = design_pkg::SUM_BITS;
  localparam int LAYER = engine_pkg::index_bits(design_pkg::LAYERS);

  typedef enum logic [2:0] {IDLE, FETCH, COLD, FILL, PASS, SERIAL, FLUSH, NEXT} state_t;
  state_t state;

  engine_pkg::descriptor_t layer;
  layer_table table_of_layers (.clk, .index(layer_index[LAYER-1:0]), .layer);

  // The walker finds the tile after the next one while the port brings that.
  logic walker_start, walker_take, walker_ready, next_there;
  engine_pkg::tile_t walked, next, now, done;
  tile_walker walker (
      .clk, .rst, .layer, .start(walker_start), .take(walker_take), .ready(walker_ready),
      .tile(walked));

  logic pass_start, sequencer_busy, lanes_busy, w_copy, work_copy;
  engine_pkg::step_t step, operands;
  pass_sequencer #(.INTERVAL(design_pkg::INTERVAL)) sequencer (
      .clk, .rst, .layer, .tile(now), .start(pass_start), .w_copy, .busy(sequencer_busy), .step);
  always_ff @(posedge clk) begin
    operands <= step;
    if (rst) operands.valid <= 1'b0;
  end

  logic port_start, port_busy, drain_start, drain_busy, fill_start, fill_busy;
  logic [3:0] wanted;
  logic [1:0] fill_kind;
  port_sequencer port (
      .clk, .rst, .layer, .next, .done, .start(port_start), .wanted, .busy(port_busy),
      .command_valid, .command_ready, .command, .drain_start, .drain_busy, .fill_start,
      .fill_kind, .fill_busy);

  logic row_valid;
  logic [1:0] row_kind;
  logic [23:0] row_address;
  logic [7:0] row_lane;
  logic [design_pkg::ROW*design_pkg::WORD-1:0] row;
  fill_unit fill (
      .clk, .rst, .layer, .tile(next), .start(fill_start), .kind(fill_kind),
      .w_copy(design_pkg::W_DOUBLE && !w_copy), .busy(fill_busy), .data_valid(read_valid),
      .data_ready(read_ready), .data_kind(read_kind), .data(read_data),
      .row_valid, .row_kind, .row_address, .row_lane, .row);

  logic drain_read, sum_read, sum_write;
  logic [23:0] drain_address, sum_read_address, sum_write_address;
  logic [TM*SUM-1:0] sums, drained, sum_data;
  drain_unit drain (
      .clk, .rst, .layer, .tile(done), .start(drain_start), .busy(drain_busy), .read(drain_read),
      .read_address(drain_address), .sums(drained), .data_valid(write_valid),
      .data_ready(write_ready), .data_count(write_count), .data(write_data));

  logic [design_pkg::IN_BANKS*design_pkg::IN_BITS-1:0] inputs;
  logic [TM*design_pkg::TN*design_pkg::W_BITS-1:0] weights;
  buffers memories (
      .clk, .grouped(layer.grouped), .row_valid, .row_kind, .row_address, .row_lane, .row, .step,
      .sum_read_address, .sum_write_address, .drain_address, .inputs, .weights, .sums, .drained,
      .work_copy, .sum_read, .sum_write, .sum_data, .drain_read);

  lane_array lanes (
      .clk, .rst, .clear(pass_start), .op(layer.op), .grouped(layer.grouped), .step(operands),
      .inputs, .weights, .sum_read, .sum_read_address, .sums, .sum_write, .sum_write_address,
      .sum_data, .busy(lanes_busy));

  // What the port does beside a pass, and what only after it because there is one copy.
  logic pending;  // sums of the tile before wait in the other copy
  logic leaves;  // the sums of this tile leave after it
  logic returns, brings_weights, brings_inputs;
  logic [3:0] beside, serial;
  assign leaves = now.last || next.out_new;
  assign returns = next.out_new && !next.first_visit;
  assign brings_weights = next.w_new && layer.op == engine_pkg::OP_MAC;
  assign brings_inputs = next.in_new && next.load_u_count != 16'd0;
  assign beside = {!now.last && design_pkg::IN_DOUBLE && brings_inputs,
                   !now.last && design_pkg::W_DOUBLE && brings_weights,
                   !now.last && design_pkg::OUT_DOUBLE && returns, pending};
  assign serial = {!now.last && !design_pkg::IN_DOUBLE && brings_inputs,
                   !now.last && !design_pkg::W_DOUBLE && brings_weights,
                   !now.last && !design_pkg::OUT_DOUBLE && returns,
                   !design_pkg::OUT_DOUBLE && leaves};

  logic begun, passing, pass_over;  // the port's part of the pass has begun
  assign passing = pass_start || sequencer_busy || step.valid || lanes_busy || operands.valid;
  assign pass_over = state == PASS && begun && !port_start && !port_busy && !passing;
  assign pass_done = pass_over;
  assign stepped = step.valid;
  assign busy = state != IDLE;

  logic last_layer;
  assign last_layer = layer_index == 16'(design_pkg::LAYERS - 1);

  // On to the next tile, once what it needs is there.
  logic advance;
  assign advance = (pass_over && serial == 4'd0) || (state == SERIAL && !port_busy && !port_start);
  assign walker_take = walker_ready && !next_there;

  always_ff @(posedge clk) begin
    pass_start <= 1'b0;
    port_start <= 1'b0;
    walker_start <= 1'b0;
    if (walker_take) begin
      next <= walked;
      next_there <= 1'b1;
    end
    if (rst) begin
      state <= IDLE;
      next_there <= 1'b0;
    end else begin
      case (state)
        IDLE: begin
          layer_index <= 16'd0;
          if (start) state <= FETCH;
        end
        FETCH: begin  // the table answers a cycle later
          walker_start <= 1'b1;
          now.last <= 1'b0;
          pending <= 1'b0;
          work_copy <= 1'b0;
          w_copy <= design_pkg::W_DOUBLE;
          if (walker_start) begin
            walker_start <= 1'b0;
            state <= COLD;
          end
        end
        COLD: begin
          if (next_there) begin
            port_start <= 1'b1;
            wanted <= {brings_inputs, brings_weights, 2'b00};
            state <= FILL;
          end
        end
        FILL: begin
          if (!port_busy && !port_start) begin
            now <= next;
            next_there <= 1'b0;
            w_copy <= design_pkg::W_DOUBLE ? 1'b0 : w_copy;
            pass_start <= 1'b1;
            begun <= 1'b0;
            state <= PASS;
          end
        end
        PASS: begin
          if (!begun && (now.last || next_there)) begin
            begun <= 1'b1;
            wanted <= beside;
            port_start <= beside != 4'd0;
          end
          if (pass_over) begin
            pending <= 1'b0;
            done <= now;
            if (serial != 4'd0) begin
              wanted <= serial;
              port_start <= 1'b1;
              state <= SERIAL;
            end
          end
        end
        FLUSH: begin
          if (!port_busy && !port_start) state <= NEXT;
        end
        NEXT: begin
          layer_index <= layer_index + 16'd1;
          state <= last_layer ? IDLE : FETCH;
        end
        default: begin
        end
      endcase
      if (advance) begin
        if (now.last) begin
          state <= design_pkg::OUT_DOUBLE ? FLUSH : NEXT;
          wanted <= 4'd1;
          port_start <= design_pkg::OUT_DOUBLE;
          work_copy <= work_copy ^ design_pkg::OUT_DOUBLE;
        end else begin
          now <= next;
          next_there <= 1'b0;
          pending <= design_pkg::OUT_DOUBLE && leaves;
          w_copy <= w_copy ^ (design_pkg::W_DOUBLE && brings_weights);
          work_copy <= work_copy ^ (design_pkg::OUT_DOUBLE && leaves);
          pass_start <= 1'b1;
          begun <= 1'b0;
          state <= PASS;
        end
      end
    end
  end
endmodule
