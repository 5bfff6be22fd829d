#pragma once

#include <optional>
#include <string>

#include "arch/architecture.hpp"
#include "mapper/search.hpp"
#include "study/result_store.hpp"
#include "sweep/mapped_layers.hpp"
#include "workload/layer.hpp"

namespace tilewise {

// What a store calls layers and architectures, and how their results are written there: without
// names, so that studies and networks share what they have mapped.

/// Stands for the name of an architecture in what a store keeps.
inline constexpr const char* kAnyName = "the configuration";
/// Stands there for the name of a layer: "M16 C3 P32 Q32 R3 S3".
std::string shape_name(const Layer& layer);

/// All that the costs on an architecture and the texts of its mappings depend on.
Key architecture_store_key(const Architecture& architecture);
/// The shape of a layer, with what its mapping makes least, and of which space.
Key layer_store_key(const Layer& layer, Objective objective, std::optional<Factors> factors,
                    FrontPart part = FrontPart::Whole);

/// What a store keeps of a search, which must have been ended by nobody.
StoredLayer stored_layer(const SearchResult& found, const Layer& layer,
                         const Architecture& architecture);
/// The search that a store kept, its cost evaluated anew; the certificate has the evaluated
/// mappings alone. Empty where what is kept does not give the cost that it says, or was found in a
/// search that others shared.
std::optional<SearchResult> restored_layer(const StoredLayer& stored, const Layer& layer,
                                           const Architecture& architecture, Objective objective);

/// The memory of a store, which outlives it. The functions throw as those of the store do.
MappingMemory memory_of(ResultStore& store, Objective objective, std::optional<Factors> factors,
                        FrontPart part = FrontPart::Whole);

}  // namespace tilewise
