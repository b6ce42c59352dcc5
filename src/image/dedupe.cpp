// SPDX-License-Identifier: Apache-2.0
#include "image/dedupe.hpp"

#include "tree/content_reader.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstring>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <numeric>
#include <span>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>

#include <xxhash.h>

namespace comeback::image {
namespace {

using tree::content_id;

constexpr std::size_t piece = 1 << 20;
constexpr std::chrono::milliseconds between_reports{100};

std::size_t index(content_id c) { return static_cast<std::size_t>(c); }

// One content to hash, or one to compare with the first of its hash.
struct candidate {
  std::uint64_t size;
  XXH128_hash_t hash;
  content_id content;

  [[nodiscard]] auto key() const { return std::tuple(size, hash.high64, hash.low64); }
};

// What one thread reads with.
class reading {
 public:
  reading(const tree::file_tree& tree, std::atomic<std::uint64_t>& done, const std::stop_token& stop,
          const std::atomic<bool>& over)
      : one_(tree), other_(tree), done_(done), stop_(stop), over_(over), bytes_(piece), others_(piece) {}

  XXH128_hash_t hash(const candidate& c) {
    const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), &XXH3_freeState);
    if (!state) throw std::bad_alloc();
    XXH3_128bits_reset(state.get());
    for (std::uint64_t at = 0; at < c.size; at += piece) {
      const auto part = read(one_, c.content, at, c.size, bytes_);
      XXH3_128bits_update(state.get(), part.data(), part.size());
    }
    one_.close();
    return XXH3_128bits_digest(state.get());
  }

  bool equal(content_id a, content_id b, std::uint64_t size) {
    bool same = true;
    for (std::uint64_t at = 0; same && at < size; at += piece) {
      const auto part = read(one_, a, at, size, bytes_);
      same = std::memcmp(part.data(), read(other_, b, at, size, others_).data(), part.size()) == 0;
    }
    other_.close();
    return same;
  }

 private:
  std::span<const std::byte> read(tree::content_reader& with, content_id what, std::uint64_t at,
                                  std::uint64_t size, std::vector<std::byte>& into) {
    base::check(stop_);
    if (over_) throw base::error(base::errc::cancelled, "Another file failed.");
    const auto part =
        std::span(into).first(static_cast<std::size_t>(std::min<std::uint64_t>(piece, size - at)));
    with.read(what, at, part);
    done_ += part.size();
    return part;
  }

  tree::content_reader one_, other_;
  std::atomic<std::uint64_t>& done_;
  const std::stop_token& stop_;
  const std::atomic<bool>& over_;
  std::vector<std::byte> bytes_, others_;
};

// Does `work` for each number below `count`, in turn, on several threads. The first failure ends all.
class crew {
 public:
  using worker = std::function<void(reading&, std::size_t)>;

  crew(const tree::file_tree& tree, const std::stop_token& stop, unsigned threads)
      : tree_(tree), stop_(stop), threads_(std::max(1U, threads)) {}

  void run(std::size_t count, std::uint64_t bytes, std::string_view phase, const base::progress& progress,
           const worker& work) {
    if (count == 0) return;
    std::atomic<std::size_t> next = 0;
    std::atomic<std::uint64_t> done = 0;
    std::vector<std::jthread> all;
    for (std::size_t i = 0; i < std::min<std::size_t>(threads_, count); ++i)
      if (!start(all, [&] { take_all(next, count, done, work); })) break;
    try {
      std::unique_lock lock(mutex_);
      while (!ended_.wait_for(lock, between_reports, [&] { return working_ == 0; }))
        base::report(progress, {phase, done, bytes, {}});
    } catch (...) {
      over_ = true;  // before the threads are joined
      throw;
    }
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    base::report(progress, {phase, done, bytes, {}});
  }

 private:
  // One thread is enough to go on with.
  bool start(std::vector<std::jthread>& all, const std::function<void()>& body) {
    {
      const std::lock_guard lock(mutex_);
      ++working_;
    }
    try {
      all.emplace_back(body);
      return true;
    } catch (const std::system_error&) {
      const std::lock_guard lock(mutex_);
      --working_;
      if (all.empty()) throw;
      return false;
    }
  }

  void take_all(std::atomic<std::size_t>& next, std::size_t count, std::atomic<std::uint64_t>& done,
                const worker& work) noexcept {
    try {
      reading mine(tree_, done, stop_, over_);
      for (std::size_t i = next++; i < count; i = next++) work(mine, i);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      over_ = true;
      next = count;
    }
    const std::lock_guard lock(mutex_);
    --working_;
    ended_.notify_all();
  }

  const tree::file_tree& tree_;
  const std::stop_token& stop_;
  unsigned threads_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t working_ = 0;
  std::atomic<bool> over_ = false;
  std::exception_ptr failure_;
};

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
  crew crew(tree, stop, readers);
  crew.run(all.size(), bytes_of(all), "hashing", progress,
           [&](reading& mine, std::size_t i) { all[i].hash = mine.hash(all[i]); });
  keep_equals(all);

  const auto first = first_of_each(all);
  crew.run(all.size(), bytes_to_compare(all, first), "comparing", progress,
           [&](reading& mine, std::size_t i) {
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
