#include "arch/fan_out_yaml.hpp"

#include "arch/yaml_words.hpp"

namespace tilewise {
namespace {

FanOutAxis read_axis(const YamlNode& yaml) {
  YamlMap map = yaml.map();
  FanOutAxis axis;
  axis.size = map.at("size").integer(1, kLargestFanOut);
  if (const auto dims = map.find("dims")) axis.dims = read_dims(*dims);
  map.done();
  return axis;
}

TensorNetwork read_network(const YamlNode& yaml, Tensor t, Megahertz clock) {
  YamlMap map = yaml.map();
  TensorNetwork network;
  if (const auto bandwidth = map.find("bandwidth")) network.bandwidth = bandwidth->bandwidth(clock);
  if (t == Tensor::Output) {
    if (const auto reduces = map.find("spatial_reduction")) {
      network.spatial_reduction = reduces->boolean();
    }
  } else if (const auto multicast = map.find("multicast")) {
    network.multicast = multicast->boolean();
  }
  if (const auto energy = map.find("energy")) network.energy_per_hop = energy->energy();
  if (const auto hops = map.find("hops")) network.hops = read_nonnegative(*hops);
  if (const auto source = map.find("source")) network.source = source->text();
  map.done();
  return network;
}

}  // namespace

FanOut read_fan_out(const YamlNode& yaml, Megahertz clock) {
  YamlMap map = yaml.map();
  FanOut fan_out;
  if (const auto x = map.find("x")) fan_out.x = read_axis(*x);
  if (const auto y = map.find("y")) fan_out.y = read_axis(*y);
  if (const auto fold = map.find("fold")) fan_out.fold = read_dim(*fold);
  if (const auto refill = map.find("refill")) {
    fan_out.refill = static_cast<Refill>(refill->one_of({"waits", "in_turn"}));
  }
  if (const auto skew = map.find("skew")) {
    fan_out.skew = static_cast<Skew>(skew->one_of({"none", "layer", "pass"}));
  }
  if (const auto networks = map.find("networks")) {
    YamlMap by_tensor = networks->map();
    for (const Tensor t : kTensors) {
      if (const auto network = by_tensor.find(name(t))) {
        fan_out.networks[t] = read_network(*network, t, clock);
      }
    }
    by_tensor.done();
  }
  map.done();
  return fan_out;
}

}  // namespace tilewise
