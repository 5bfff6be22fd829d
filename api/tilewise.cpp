#include "api/tilewise.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <mutex>
#include <utility>

#include "arch/architecture_yaml.hpp"
#include "base/file.hpp"
#include "mapper/given_mapping.hpp"
#include "report/exploration_files.hpp"
#include "schedule/home_costs.hpp"
#include "study/stored_layers.hpp"

namespace tilewise {
namespace {

std::vector<WeightedLayer> weighted(std::span<const Layer> layers) {
  std::vector<WeightedLayer> all;
  for (const Layer& layer : layers) all.push_back({layer, 1.0});
  return all;
}

/// What the store in a folder keeps of layers alone, and of those that keep tensors on chip. It is
/// opened when it is first asked: what is refused before leaves none behind.
class Memories {
 public:
  /// No folder: nothing is kept.
  Memories(std::string folder, const MappingOptions& mapping) : folder_(std::move(folder)) {
    if (folder_.empty()) return;
    alone = memory({mapping.objective, mapping.factors, FrontPart::Whole});
    at_home = memory({asked_at_home(mapping.objective), mapping.factors.value_or(Factors::Divisors),
                      FrontPart::Corners});
  }
  Memories(const Memories&) = delete;
  Memories& operator=(const Memories&) = delete;

  MappingMemory alone;
  MappingMemory at_home;

 private:
  struct Asked {
    Objective objective;
    std::optional<Factors> factors;
    FrontPart part;
  };
  MappingMemory memory(const Asked& asked) {
    const auto opened = [this, asked] {
      return memory_of(store(), asked.objective, asked.factors, asked.part);
    };
    return {[opened](const Layer& layer, const Architecture& architecture) {
              return opened().find(layer, architecture);
            },
            [opened](const Layer& layer, const Architecture& architecture,
                     const SearchResult& found) { opened().keep(layer, architecture, found); }};
  }
  ResultStore& store() {
    const std::scoped_lock lock(opening_);
    if (!store_) store_.emplace(folder_);
    return *store_;
  }

  std::string folder_;
  std::mutex opening_;
  std::optional<ResultStore> store_;
};

Study timed_study(const ExploreRequest& request, std::vector<PhaseTime>& phases) {
  Study study;
  time_phase(phases, "read the study",
             [&] { study = load_study(find_config("study", request.study)); });
  study.schedule = request.schedule.value_or(study.schedule);
  study.orders = request.orders.value_or(study.orders);
  check_schedulable(study);
  return study;
}

/// Of a run whose folder may be written.
const std::string& store_folder(const ExploreRequest& request, const Study& study) {
  check_exploration_folder(study, request.folder);
  return request.store.empty() ? request.folder : request.store;
}

/// What the devices and models cost: the sum over the layers, or what a model says.
std::vector<Cost> costs_of(const SearchSpace& space, const CandidateCosts& candidate,
                           const CandidateCosts::OnDataset& on, const SweepOptions& options) {
  std::vector<Device> devices;
  for (const Target& target : candidate.targets) {
    if (const auto* device = std::get_if<Device>(&target)) devices.push_back(*device);
  }
  const std::vector<Cost> sums = cost(layers_of(on.network), devices, options.mapping).totals;
  std::vector<Cost> costs;
  std::size_t next = 0;
  for (const Target& target : candidate.targets) {
    const auto* model = std::get_if<NetworkModel>(&target);
    costs.push_back(model ? published(*model, space, options.space).one(candidate.text, on.dataset)
                          : sums[next++]);
  }
  return costs;
}

}  // namespace

MappedLayer map(const Layer& layer, const std::string& device, const SearchOptions& options) {
  MappedLayer made{
      find_device(device, weighted({&layer, 1}), options.mapping.objective), layer, {}};
  made.found = map(layer, made.device, options);
  return made;
}

SearchResult map(const Layer& layer, const Device& device, const SearchOptions& options) {
  SearchResult found = search(device, layer, options);
  if (cost(found) != nullptr) return found;
  throw InputError(why_none(found).empty()
                       ? layer.name + ": stopped before a mapping was met; allow more time"
                       : std::string(why_none(found)));
}

GivenMapping evaluate(const Layer& layer, const std::string& architecture,
                      const std::string& mapping) {
  GivenMapping made{find_architecture(architecture), {}, {}};
  made.mapping = find_mapping(mapping, layer, made.architecture);
  made.cost = evaluate_given(made.architecture, layer, made.mapping);
  return made;
}

CandidateCosts cost_candidate(const SearchSpace& space,
                              const std::variant<std::int64_t, std::string>& candidate,
                              const SweepOptions& options) {
  check_sweep_words(options);
  check_options(space, options.space);
  CandidateCosts made;
  const auto* text = std::get_if<std::string>(&candidate);
  if (const IndexedForm* form = indexed(space)) {
    made.index = text ? form->index(*text) : std::get<std::int64_t>(candidate);
    made.text = form->text(*made.index);
  } else if (text != nullptr) {
    made.text = canonical_text(space, *text);
  } else {
    throw InputError(space.name + ": its candidates have no indices; give a text");
  }
  std::vector<Layer> layers;
  for (const std::string& dataset : options.datasets) {
    made.datasets.push_back({dataset, space.network(made.text, dataset, options.space), {}});
    for (Layer& layer : layers_of(made.datasets.back().network)) layers.push_back(std::move(layer));
  }
  made.targets = find_targets(options.devices, weighted(layers), options.mapping.objective);
  for (CandidateCosts::OnDataset& on : made.datasets) {
    on.costs = costs_of(space, made, on, options);
  }
  return made;
}

void check_cost_request(const CostRequest& request) {
  SweepOptions words;
  words.devices = request.devices;
  if (kObjectives[request.mapping.objective].front) {
    const bool searched =
        request.schedule.kind != ScheduleKind::Separate && request.schedule.file.empty();
    if (!searched) {
      throw InputError(fmt::format(
          "--objective {}: the corners of all totals of a network are found with its schedules; "
          "add --schedule best, or take one of {}",
          name(request.mapping.objective), fmt::join(single_objectives(), ", ")));
    }
  }
  check_sweep_words(words);
}

NetworkSweep cost_networks(const CostRequest& request) {
  check_cost_request(request);
  std::vector<ListedNetwork> networks = find_networks(request.networks, request.import);
  std::vector<Device> devices = find_devices(request.devices, networks, request.mapping.objective);
  return cost_networks(std::move(networks), std::move(devices), request);
}

NetworkSweep cost_networks(std::vector<ListedNetwork> networks, std::vector<Device> devices,
                           const CostRequest& how) {
  Memories kept(how.store, how.mapping);
  NetworkSweep sweep =
      sweep_networks(std::move(networks), std::move(devices), how.mapping, kept.alone);
  schedule_networks(sweep, how.schedule, kept.at_home);
  return sweep;
}

SweepResult sweep_space(const std::string& space, const SweepOptions& options) {
  check_sweep_words(options);
  return sweep(find_space(space), options);
}

SweepResult sweep_space(const std::string& space, const SweepOptions& options, const RowSink& sink,
                        const std::string& store) {
  check_sweep_words(options);
  Memories kept(store, options.mapping);
  SweepOptions remembering = options;
  remembering.memory = kept.alone;
  remembering.home_memory = kept.at_home;
  return sweep(find_space(space), remembering, sink);
}

SweepResult sweep_sample(const std::string& space, const SweepOptions& options, std::uint64_t seed,
                         std::int64_t count) {
  const SweepResult swept = sweep_space(space, options);
  const BlockForm* form = blocks(find_space(space));
  if (form == nullptr) throw InputError(space + ": its candidates have indices; sweep them all");
  const int threads = options.mapping.run.threads;
  SweepResult rows = block_rows(swept, *form, sample_blocks(*form, seed, count, threads), threads);
  rows.settings.push_back(fmt::format("sample: {}", count));
  rows.settings.push_back(fmt::format("seed: {}", seed));
  return rows;
}

StudyRun::StudyRun(ExploreRequest request)
    : request_(std::move(request)),
      study_(timed_study(request_, phases_)),
      lock_(std::in_place, request_.folder),
      store_(store_folder(request_, study_)),
      exploration_(study_, store_, request_.threads) {}

bool StudyRun::explore(const ExploreOptions& options) {
  if (study_.search) {
    throw InputError(study_.file +
                     ": search: its methods are in the Python package; leave search "
                     "out to run the whole grid, or call tilewise.explore");
  }
  bool whole = false;
  time_phase(phases_, "explore", [&] { whole = tilewise::explore(exploration_, options); });
  return whole;
}

std::optional<std::string> StudyRun::write(const std::string& command) {
  if (!lock_) lock_.emplace(request_.folder);
  auto warning = write_exploration(study_, exploration_, {command, phases_, request_.guard},
                                   request_.threads, request_.folder);
  lock_.reset();
  return warning;
}

}  // namespace tilewise
