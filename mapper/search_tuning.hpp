#pragma once

#include <cstddef>
#include <cstdint>

namespace tilewise {

/// How the search goes about its work: what each number trades, and what depends on it. Every value
/// leaves the answers of a given space as good and as proven. What is priced, and with it the
/// certificate's counts and which of several mappings of equal cost is named, may change with the
/// numbers of rounds, bands and probes, and with the work which space `--factors auto` can prove.
/// docs/mapper.md, "Options and tuning constants": one table with what each was measured to do.

/// Subtrees worked on before what they found is shared: the first round, and the longest; each is
/// twice the one before. Short rounds exclude more with what is known, long ones keep more threads
/// busy. What is priced depends on the rounds, never on the number of threads.
inline constexpr std::size_t kFirstRound = 1;
inline constexpr std::size_t kLongestRound = 256;

/// The most steps of a band of spatial choices, over the least steps of it. Wide bands list choices
/// that the steps alone would have excluded later; narrow ones sort fewer subtrees by their bound.
inline constexpr double kBand = 1.25;

/// Subtrees of each choice of kept tensors that are looked into before the first round, and the
/// tiles and orders looked at in each. A good mapping early excludes more; what is met here is met
/// again in its turn.
inline constexpr int kProbes = 2;
inline constexpr std::int64_t kProbeWork = 2'000;

/// Tiles looked at between two questions whether to stop: the clock costs more than a tile.
inline constexpr std::int64_t kWorkBetweenStops = 64;

/// Splits, instances or spatial choices listed between two such questions.
inline constexpr std::int64_t kListedBetweenStops = 1024;

/// What a search that has met no mapping yet looks at before it heeds a stop: bounds of tiles and
/// orders (some 20 ms). A user who stops it would rather have a mapping than none.
inline constexpr std::int64_t kPatience = 20'000;

/// Tiles of one boundary that are sorted by their bound before they are tried, and subtrees of a
/// band. Where there are more, those listed so far are worked on first. Memory against order.
inline constexpr std::size_t kMostCandidates = 8'192;
inline constexpr std::size_t kMostSubtrees = 32'768;

/// Subtrees that are probed in all: where memories may keep many sets of tensors, not each of them.
inline constexpr int kMostProbes = 512;

/// Sets of kept tensors whose costs and tables a thread keeps. Memory against time.
inline constexpr std::size_t kMostKept = 1'024;

/// Splits of one dimension that a search can hold; more are refused. Memory only.
inline constexpr std::int64_t kMostSplits = 500'000;

/// `--factors auto`: the splits of a dimension that are listed, and the tiles and orders looked at
/// over all bounds, before the answer over divisors has to do. They bound the time of a search that
/// nobody gave a space, and decide which space its answer is about.
inline constexpr std::int64_t kMostAutomaticSplits = 50'000;
inline constexpr std::int64_t kMostAutomaticWork = 400'000;

/// Such a search ends as soon as its work will surely be over the limit so many times, if what is
/// left is like what was seen.
inline constexpr double kSureToExceed = 8.0;

/// Tables of moves, and tiles in tables of boundaries (about 50 MB), that a thread keeps between
/// subtrees; with more it forgets all of them and makes again what it needs. Memory against time.
inline constexpr std::size_t kMostTables = 30'000;
inline constexpr std::size_t kMostTiles = 200'000;

/// Subtrees are first searched up to that much work each, and those that need more, later with so
/// many times more: a good mapping of one excludes much of the others.
inline constexpr std::int64_t kFirstTurn = 4'000;
inline constexpr std::int64_t kNextTurn = 16;

/// What a turn may take to list the tiles on its way to a first leaf.
inline constexpr std::int64_t kMostToLeaf = 65'536;

/// Tiles of the outermost boundary whose orders a thread remembers. Memory against time.
inline constexpr std::size_t kMostOuterTiles = 50'000;

}  // namespace tilewise
