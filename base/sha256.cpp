#include "base/sha256.hpp"

#include <fmt/format.h>

#include <bit>
#include <cstddef>
#include <fstream>
#include <vector>

namespace tilewise {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::size_t kRounds = 64;
constexpr std::size_t kPiece = std::size_t{1} << 18U;  // of a file, read at a time

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (4.2.2).
constexpr std::array<std::uint32_t, kRounds> kConstants = {
    0x428a2f98U, 0x71374491U, 0xb5c0fbcfU, 0xe9b5dba5U, 0x3956c25bU, 0x59f111f1U, 0x923f82a4U,
    0xab1c5ed5U, 0xd807aa98U, 0x12835b01U, 0x243185beU, 0x550c7dc3U, 0x72be5d74U, 0x80deb1feU,
    0x9bdc06a7U, 0xc19bf174U, 0xe49b69c1U, 0xefbe4786U, 0x0fc19dc6U, 0x240ca1ccU, 0x2de92c6fU,
    0x4a7484aaU, 0x5cb0a9dcU, 0x76f988daU, 0x983e5152U, 0xa831c66dU, 0xb00327c8U, 0xbf597fc7U,
    0xc6e00bf3U, 0xd5a79147U, 0x06ca6351U, 0x14292967U, 0x27b70a85U, 0x2e1b2138U, 0x4d2c6dfcU,
    0x53380d13U, 0x650a7354U, 0x766a0abbU, 0x81c2c92eU, 0x92722c85U, 0xa2bfe8a1U, 0xa81a664bU,
    0xc24b8b70U, 0xc76c51a3U, 0xd192e819U, 0xd6990624U, 0xf40e3585U, 0x106aa070U, 0x19a4c116U,
    0x1e376c08U, 0x2748774cU, 0x34b0bcb5U, 0x391c0cb3U, 0x4ed8aa4aU, 0x5b9cca4fU, 0x682e6ff3U,
    0x748f82eeU, 0x78a5636fU, 0x84c87814U, 0x8cc70208U, 0x90befffaU, 0xa4506cebU, 0xbef9a3f7U,
    0xc67178f2U};

/// Big-endian.
std::uint32_t word_at(const char* octets) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4; ++i) word = word << 8U | static_cast<unsigned char>(octets[i]);
  return word;
}

std::uint32_t mixed(std::uint32_t x, int first, int second, int third) {
  return std::rotr(x, first) ^ std::rotr(x, second) ^ std::rotr(x, third);
}

/// The message schedule (6.2.2, step 1).
std::array<std::uint32_t, kRounds> schedule_of(const char* block) {
  std::array<std::uint32_t, kRounds> w = {};
  for (std::size_t t = 0; t < 16; ++t) w[t] = word_at(block + 4 * t);
  for (std::size_t t = 16; t < kRounds; ++t) {
    const std::uint32_t s0 = std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ (w[t - 15] >> 3U);
    const std::uint32_t s1 = std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ (w[t - 2] >> 10U);
    w[t] = s1 + w[t - 7] + s0 + w[t - 16];
  }
  return w;
}

}  // namespace

void Sha256::add_block(const char* block) {
  const auto w = schedule_of(block);
  auto [a, b, c, d, e, f, g, h] = state_;
  for (std::size_t t = 0; t < kRounds; ++t) {
    const std::uint32_t t1 = h + mixed(e, 6, 11, 25) + ((e & f) ^ (~e & g)) + kConstants[t] + w[t];
    const std::uint32_t t2 = mixed(a, 2, 13, 22) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  const std::array<std::uint32_t, 8> made = {a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < made.size(); ++i) state_[i] += made[i];
}

void Sha256::add(std::string_view octets) {
  octets_ += octets.size();
  rest_ += octets;
  std::size_t taken = 0;
  for (; rest_.size() - taken >= kBlock; taken += kBlock) add_block(rest_.data() + taken);
  rest_.erase(0, taken);
}

std::string Sha256::digest() {
  const std::uint64_t bits = 8 * octets_;
  std::string end = "\x80";
  while ((rest_.size() + end.size()) % kBlock != kBlock - 8) end += '\0';
  for (int shift = 56; shift >= 0; shift -= 8) {
    end += static_cast<char>(bits >> static_cast<unsigned>(shift) & 0xffU);
  }
  add(end);
  std::string text;
  for (const std::uint32_t word : state_) text += fmt::format("{:08x}", word);
  return text;
}

std::string file_sha256(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> piece(kPiece);
  Sha256 made;
  while (file.good()) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    made.add({piece.data(), static_cast<std::size_t>(file.gcount())});
  }
  return file.eof() ? made.digest() : std::string();
}

}  // namespace tilewise
