// SPDX-License-Identifier: Apache-2.0
#include "image/dedupe.hpp"

#include "image/content_crew.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <numeric>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <xxhash.h>

namespace comeback::image {
namespace {

using tree::content_id;

std::size_t index(content_id c) { return static_cast<std::size_t>(c); }

// One content to hash, or one to compare with the first of its hash.
struct candidate {
  std::uint64_t size;
  XXH128_hash_t hash;
  content_id content;

  [[nodiscard]] auto key() const { return std::tuple(size, hash.high64, hash.low64); }
};

XXH128_hash_t hash_of(crew_member& mine, const candidate& c) {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), &XXH3_freeState);
  if (!state) throw std::bad_alloc();
  XXH3_128bits_reset(state.get());
  mine.each_piece(c.content, c.size, [&](std::span<const std::byte> part) {
    XXH3_128bits_update(state.get(), part.data(), part.size());
  });
  return XXH3_128bits_digest(state.get());
}

// Sorted by key, so that equals are neighbours; the oldest of them first.
void sort(std::vector<candidate>& all) {
  std::ranges::sort(all, {},
                    [](const candidate& c) { return std::tuple_cat(c.key(), std::tuple(c.content)); });
}

// Drops whoever has no equal.
void keep_equals(std::vector<candidate>& all) {
  sort(all);
  std::vector<candidate> kept;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool like_the_last = i > 0 && all[i - 1].key() == all[i].key();
    const bool like_the_next = i + 1 < all.size() && all[i + 1].key() == all[i].key();
    if (like_the_last || like_the_next) kept.push_back(all[i]);
  }
  all = std::move(kept);
}

std::uint64_t bytes_of(const std::vector<candidate>& all) {
  return std::accumulate(all.begin(), all.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const candidate& c) { return sum + c.size; });
}

std::vector<candidate> of_equal_size(const tree::file_tree& tree) {
  std::vector<candidate> all;
  for (std::size_t i = 0; i < tree.content_limit(); ++i) {
    const auto info = tree.info(content_id{static_cast<std::uint32_t>(i)});
    if (info.size > 0 && info.from != tree::origin::placed)
      all.push_back({info.size, {}, content_id{static_cast<std::uint32_t>(i)}});
  }
  keep_equals(all);
  return all;
}

// For each of equal hash, the place of the first of them.
std::vector<std::size_t> first_of_each(const std::vector<candidate>& all) {
  std::vector<std::size_t> first(all.size());
  for (std::size_t i = 0; i < all.size(); ++i)
    first[i] = i > 0 && all[i - 1].key() == all[i].key() ? first[i - 1] : i;
  return first;
}

// Both sides count.
std::uint64_t bytes_to_compare(const std::vector<candidate>& all, const std::vector<std::size_t>& first) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (first[i] != i) sum += 2 * all[i].size;
  return sum;
}

}  // namespace

equal_contents find_equal_contents(const tree::file_tree& tree, const base::progress& progress,
                                   const std::stop_token& stop, unsigned readers) {
  base::check(stop);
  equal_contents out;
  out.first.resize(tree.content_limit());
  for (std::size_t i = 0; i < out.first.size(); ++i) out.first[i] = content_id{static_cast<std::uint32_t>(i)};

  auto all = of_equal_size(tree);
  content_crew crew(tree, stop, readers);
  crew.run(all.size(), bytes_of(all), "hashing", progress,
           [&](crew_member& mine, std::size_t i) { all[i].hash = hash_of(mine, all[i]); });
  keep_equals(all);

  const auto first = first_of_each(all);
  crew.run(all.size(), bytes_to_compare(all, first), "comparing", progress,
           [&](crew_member& mine, std::size_t i) {
             const auto& original = all[first[i]].content;
             if (first[i] != i && mine.equal(original, all[i].content, all[i].size))
               out.first[index(all[i].content)] = original;
           });
  for (const auto& c : all) {
    if (out.first[index(c.content)] == c.content) continue;
    ++out.files;
    out.bytes += c.size;
  }
  return out;
}

void link_equal_contents(tree::file_tree& tree, const equal_contents& equal) {
  std::vector<tree::node_id> pending{tree::root};
  while (!pending.empty()) {
    const auto dir = pending.back();
    pending.pop_back();
    for (auto n = tree.first_child(dir); n != tree::no_node; n = tree.next_sibling(n)) {
      if (tree.is_directory(n))
        pending.push_back(n);
      else if (const auto own = tree.content_of(n); own != tree::no_content)  // links and devices have none
        tree.set_content(n, equal.first.at(index(own)));
    }
  }
}

}  // namespace comeback::image
