// SPDX-License-Identifier: Apache-2.0
#include "image/create.hpp"

#include "base/file.hpp"
#include "image/fill.hpp"
#include "tree/content_reader.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include <unistd.h>

namespace comeback::image {
namespace {

constexpr std::uint64_t chunk = 256 << 10;  // some fifty small files; stays in a processor's cache
constexpr unsigned first_readers = 2;
// How long the writer waits before another reader is to help: what a disk takes, and a page cache does not.
constexpr std::chrono::milliseconds patience{4};

// Readers fill chunks ahead of the one writer, which takes them in order. How far is bounded by their number,
// which grows while the writer has to wait: of a cold disk, many files at once are read faster.
class read_ahead {
 public:
  read_ahead(const layout& plan, std::uint64_t begin, unsigned readers)
      : plan_(plan), begin_(begin), most_(std::max(1U, readers)), slots_(std::size_t{most_} * 2) {
    threads_.reserve(most_);
    const std::lock_guard lock(mutex_);  // those that run already ask how many they are
    for (unsigned i = 0; i < std::min(most_, first_readers); ++i) start();
  }
  read_ahead(const read_ahead&) = delete;
  read_ahead& operator=(const read_ahead&) = delete;
  ~read_ahead() {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    room_.notify_all();
    for (auto& t : threads_) t.join();
  }

  // Chunks end at multiples of their size: writing whole pages costs a third less.
  [[nodiscard]] std::uint64_t count() const {
    const auto end = (plan_.bytes() + chunk - 1) / chunk;
    return begin_ < plan_.bytes() ? end - begin_ / chunk : 0;
  }

  /// The next chunk in order; valid until `release`. Throws what its reader met.
  std::span<const std::byte> next() {
    std::unique_lock lock(mutex_);
    auto& mine = slot_of(written_);
    while (!ready_.wait_for(lock, patience, [&] { return mine.ready; }))
      if (threads_.size() < std::min<std::uint64_t>(most_, count())) start();
    if (mine.failure) std::rethrow_exception(mine.failure);
    return mine.bytes;
  }

  void release() {
    {
      const std::lock_guard lock(mutex_);
      auto& mine = slot_of(written_++);
      mine.ready = false;
      idle_.push_back(std::move(mine.bytes));
    }
    room_.notify_one();
  }

 private:
  struct slot {
    std::vector<std::byte> bytes;
    std::exception_ptr failure;
    bool ready = false;
  };

  // With the lock. One thread is enough to go on with.
  void start() try {
    threads_.emplace_back([this] { read(); });
    room_.notify_one();
  } catch (const std::system_error&) {
    if (threads_.empty()) throw;
  }

  slot& slot_of(std::uint64_t which) { return slots_[which % slots_.size()]; }
  [[nodiscard]] bool over() const { return closing_ || taken_ >= count(); }
  [[nodiscard]] bool has_room() const { return taken_ < written_ + 2 * threads_.size(); }

  void read() {
    tree::content_reader contents(*plan_.tree);
    std::unique_lock lock(mutex_);
    while (true) {
      room_.wait(lock, [&] { return over() || has_room(); });
      if (over()) return;
      const auto which = taken_++;
      auto& mine = slot_of(which);
      if (!idle_.empty()) {
        mine.bytes = std::move(idle_.back());
        idle_.pop_back();
      }
      lock.unlock();
      read_chunk(which, contents, mine);
      lock.lock();
      mine.ready = true;
      if (which == written_) ready_.notify_one();
    }
  }

  void read_chunk(std::uint64_t which, tree::content_reader& contents, slot& into) noexcept {
    try {
      const auto place = (begin_ / chunk + which) * chunk;
      const auto offset = std::max(place, begin_), end = std::min(place + chunk, plan_.bytes());
      into.bytes.resize(static_cast<std::size_t>(end - offset));
      fill(plan_, contents, offset, into.bytes);
    } catch (...) {
      into.failure = std::current_exception();
    }
  }

  const layout& plan_;
  const std::uint64_t begin_;  // behind the metadata, which needs no reading
  const unsigned most_;
  std::mutex mutex_;
  std::condition_variable ready_, room_;  // for the writer, for readers
  std::vector<slot> slots_;
  std::vector<std::vector<std::byte>> idle_;  // buffers
  std::uint64_t taken_ = 0, written_ = 0;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace

void emit(const layout& plan, int sink, std::string_view name, const base::progress& progress,
          const std::stop_token& stop, const emit_options& how) {
  base::check(stop);
  base::report(progress, {"writing", 0, plan.bytes(), name});
  base::write_all(sink, plan.metadata, name);  // before anything is read
  std::uint64_t done = plan.metadata.size();
  read_ahead contents(plan, done, how.readers);
  for (auto left = contents.count(); left > 0; --left) {
    base::check(stop);
    base::report(progress, {"writing", done, plan.bytes(), name});
    const auto bytes = contents.next();
    base::write_all(sink, bytes, name);
    done += bytes.size();
    contents.release();
  }
  base::report(progress, {"writing", done, plan.bytes(), name});
}

void create_image(const layout& plan, const std::filesystem::path& path, const base::progress& progress,
                  const std::stop_token& stop, const create_options& how) {
  if (path == "-") return emit(plan, STDOUT_FILENO, "the standard output", progress, stop, how);
  base::new_file file(path);
  emit(plan, file.fd(), path.native(), progress, stop, how);
  file.commit(how.sync);
}

}  // namespace comeback::image
