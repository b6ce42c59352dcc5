// SPDX-License-Identifier: Apache-2.0
#include "image/create.hpp"

#include "base/file.hpp"
#include "image/fill.hpp"
#include "tree/content_reader.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include <unistd.h>

namespace comeback::image {
namespace {

constexpr std::uint64_t chunk = 1 << 20;

// Readers fill chunks ahead of the one writer, which takes them in order. A ring of buffers bounds how far.
class read_ahead {
 public:
  read_ahead(const layout& plan, unsigned readers)
      : plan_(plan), begin_(plan.metadata.size()), slots_(std::size_t{std::max(1U, readers)} * 2) {
    const auto needed = std::min<std::uint64_t>(std::max(1U, readers), count());
    threads_.reserve(static_cast<std::size_t>(needed));
    for (std::uint64_t i = 0; i < needed; ++i) start();
  }
  read_ahead(const read_ahead&) = delete;
  read_ahead& operator=(const read_ahead&) = delete;
  ~read_ahead() {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    changed_.notify_all();
    for (auto& t : threads_) t.join();
  }

  [[nodiscard]] std::uint64_t count() const { return (plan_.bytes() - begin_ + chunk - 1) / chunk; }

  /// The next chunk in order; valid until `release`. Throws what its reader met.
  std::span<const std::byte> next() {
    std::unique_lock lock(mutex_);
    auto& mine = slot_of(written_);
    changed_.wait(lock, [&] { return mine.ready; });
    if (mine.failure) std::rethrow_exception(mine.failure);
    return mine.bytes;
  }

  void release() {
    {
      const std::lock_guard lock(mutex_);
      slot_of(written_++).ready = false;
    }
    changed_.notify_all();
  }

 private:
  struct slot {
    std::vector<std::byte> bytes;
    std::exception_ptr failure;
    bool ready = false;
  };

  // One thread is enough to go on with.
  void start() try {
    threads_.emplace_back([this] { read(); });
  } catch (const std::system_error&) {
    if (threads_.empty()) throw;
  }

  slot& slot_of(std::uint64_t which) { return slots_[which % slots_.size()]; }

  void read() {
    tree::content_reader contents(*plan_.tree);
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return closing_ || taken_ >= count() || taken_ < written_ + slots_.size(); });
      if (closing_ || taken_ >= count()) return;
      const auto which = taken_++;
      auto& mine = slot_of(which);
      lock.unlock();
      read_chunk(which, contents, mine);
      lock.lock();
      mine.ready = true;
      changed_.notify_all();
    }
  }

  void read_chunk(std::uint64_t which, tree::content_reader& contents, slot& into) noexcept {
    try {
      const auto offset = begin_ + which * chunk;
      into.bytes.resize(static_cast<std::size_t>(std::min(chunk, plan_.bytes() - offset)));
      fill(plan_, contents, offset, into.bytes);
    } catch (...) {
      into.failure = std::current_exception();
    }
  }

  const layout& plan_;
  const std::uint64_t begin_;  // behind the metadata, which needs no reading
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<slot> slots_;
  std::uint64_t taken_ = 0, written_ = 0;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace

void emit(const layout& plan, int sink, std::string_view name, const base::progress& progress,
          const std::stop_token& stop, const emit_options& how) {
  base::check(stop);
  read_ahead contents(plan, how.readers);
  base::report(progress, {"writing", 0, plan.bytes(), name});
  base::write_all(sink, plan.metadata, name);
  std::uint64_t done = plan.metadata.size();
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
