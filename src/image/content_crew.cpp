// SPDX-License-Identifier: Apache-2.0
#include "image/content_crew.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <system_error>
#include <utility>

namespace comeback::image {
namespace {

constexpr std::size_t piece = 128 << 10;  // two of them stay in a processor's cache
constexpr std::chrono::milliseconds between_reports{100};

}  // namespace

crew_member::crew_member(const tree::file_tree& tree, std::atomic<std::uint64_t>& done,
                         const std::stop_token& stop, const std::atomic<bool>& over)
    : one_(tree), other_(tree), done_(done), stop_(stop), over_(over), bytes_(piece) {}

void crew_member::each_piece(tree::content_id what, std::uint64_t size,
                             const std::function<void(std::span<const std::byte>)>& with) {
  for (std::uint64_t at = 0; at < size; at += piece) with(read(one_, what, at, size, bytes_));
  one_.close();
}

bool crew_member::equal(tree::content_id a, tree::content_id b, std::uint64_t size) {
  others_.resize(piece);
  bool same = true;
  for (std::uint64_t at = 0; same && at < size; at += piece) {
    const auto part = read(one_, a, at, size, bytes_);
    same = std::memcmp(part.data(), read(other_, b, at, size, others_).data(), part.size()) == 0;
  }
  other_.close();
  return same;
}

std::span<const std::byte> crew_member::read(tree::content_reader& with, tree::content_id what,
                                             std::uint64_t at, std::uint64_t size,
                                             std::vector<std::byte>& into) {
  base::check(stop_);
  if (over_) throw base::error(base::errc::cancelled, "Another file failed.");
  const auto part =
      std::span(into).first(static_cast<std::size_t>(std::min<std::uint64_t>(piece, size - at)));
  with.read(what, at, part);
  done_ += part.size();
  return part;
}

content_crew::content_crew(const tree::file_tree& tree, const std::stop_token& stop, unsigned threads)
    : tree_(tree), stop_(stop), threads_(std::max(1U, threads)) {}

void content_crew::run(std::size_t count, std::uint64_t bytes, std::string_view phase,
                       const base::progress& progress, const worker& work) {
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

// One thread is enough to go on with.
bool content_crew::start(std::vector<std::jthread>& all, const std::function<void()>& body) {
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

void content_crew::take_all(std::atomic<std::size_t>& next, std::size_t count,
                            std::atomic<std::uint64_t>& done, const worker& work) noexcept {
  try {
    crew_member mine(tree_, done, stop_, over_);
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

}  // namespace comeback::image
