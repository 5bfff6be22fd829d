#include "space/square_layers.hpp"

#include <utility>

namespace tilewise {
namespace {

Layer unit_layer(std::string name, Operator op) {
  Layer layer;
  layer.name = std::move(name);
  layer.op = op;
  return layer;
}

void set_window(Layer& layer, std::int64_t outputs, SquareFilter filter) {
  layer.bounds[Dim::P] = layer.bounds[Dim::Q] = outputs;
  layer.bounds[Dim::R] = layer.bounds[Dim::S] = filter.size;
  layer.stride = {filter.stride, filter.stride};
  layer.image = {outputs * filter.stride, outputs * filter.stride};
}

/// Padding and batch norm.
void set_convolution(Layer& layer, SquareMap output, SquareFilter filter) {
  set_window(layer, output.size, filter);
  layer.padding = {filter.size / 2, filter.size / 2};
  layer.folded_parameters = 2 * output.channels;
}

}  // namespace

Layer square_convolution(std::string name, std::int64_t inputs, SquareMap output,
                         SquareFilter filter) {
  Layer layer = unit_layer(std::move(name), Operator::Convolution);
  layer.bounds[Dim::G] = filter.groups;
  layer.bounds[Dim::C] = inputs / filter.groups;
  layer.bounds[Dim::M] = output.channels / filter.groups;
  set_convolution(layer, output, filter);
  return layer;
}

Layer square_depthwise(std::string name, SquareMap output, SquareFilter filter) {
  Layer layer = unit_layer(std::move(name), Operator::Depthwise);
  layer.bounds[Dim::G] = output.channels;
  set_convolution(layer, output, filter);
  return layer;
}

Layer square_average_pool(std::string name, SquareMap output, SquareFilter filter) {
  Layer layer = unit_layer(std::move(name), Operator::AveragePool);
  layer.bounds[Dim::G] = output.channels;
  set_window(layer, output.size, filter);
  return layer;
}

Layer global_average_pool(std::string name, SquareMap input) {
  Layer layer = square_average_pool(std::move(name), {input.channels, 1}, {input.size});
  layer.image = {input.size, input.size};
  return layer;
}

Layer classifier(std::string name, std::int64_t inputs, std::int64_t classes) {
  Layer layer = unit_layer(std::move(name), Operator::FullyConnected);
  layer.bounds[Dim::C] = inputs;
  layer.bounds[Dim::M] = classes;
  layer.folded_parameters = classes;
  return layer;
}

Layer square_sum(std::string name, SquareMap map, std::int64_t operands) {
  Layer layer = unit_layer(std::move(name), Operator::Add);
  layer.bounds[Dim::G] = map.channels;
  layer.bounds[Dim::C] = operands;
  set_window(layer, map.size, {});
  return layer;
}

}  // namespace tilewise
