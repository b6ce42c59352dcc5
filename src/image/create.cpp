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

constexpr std::uint64_t chunk = 256 << 10;          // some fifty small files; stays in a processor's cache
constexpr std::uint64_t copied_at_once = 32 << 20;  // between two looks at who wants to stop
constexpr unsigned first_readers = 2;
// How long the writer waits before another reader is to help: what a disk takes, and a page cache does not.
constexpr std::chrono::milliseconds patience{4};

// Readers fill chunks ahead of the one writer, which takes them in order. How far is bounded by their number,
// which grows while the writer has to wait: of a cold disk, many files at once are read faster.
class read_ahead {
 public:
  read_ahead(const layout& plan, std::uint64_t begin, std::uint64_t end, unsigned readers)
      : plan_(plan), begin_(begin), end_(end), most_(std::max(1U, readers)), slots_(std::size_t{most_} * 2) {
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
    return begin_ < end_ ? (end_ + chunk - 1) / chunk - begin_ / chunk : 0;
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
      const auto offset = std::max(place, begin_), end = std::min(place + chunk, end_);
      into.bytes.resize(static_cast<std::size_t>(end - offset));
      fill(plan_, contents, offset, into.bytes);
    } catch (...) {
      into.failure = std::current_exception();
    }
  }

  const layout& plan_;
  const std::uint64_t begin_, end_;  // in the image
  const unsigned most_;
  std::mutex mutex_;
  std::condition_variable ready_, room_;  // for the writer, for readers
  std::vector<slot> slots_;
  std::vector<std::vector<std::byte>> idle_;  // buffers
  std::uint64_t taken_ = 0, written_ = 0;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

class descriptor_sink final : public block_sink {
 public:
  descriptor_sink(int fd, std::string_view name) : fd_(fd), name_(name) {}
  void write(std::span<const std::byte> blocks) override { base::write_all(fd_, blocks, name_); }

 private:
  const int fd_;
  const std::string_view name_;
};

constexpr int no_descriptor = -1;

class emitter {
 public:
  // `fd`: what the sink writes to, where the kernel may copy.
  emitter(const layout& plan, block_sink& sink, int fd, std::string_view name, const base::progress& progress,
          const std::stop_token& stop, unsigned readers)
      : plan_(plan), sink_(sink), fd_(fd), name_(name), progress_(progress), stop_(stop), readers_(readers) {}

  void run() {
    base::check(stop_);
    report();
    sink_.write(plan_.metadata);  // before anything is read
    done_ = plan_.metadata.size();
    for (const auto& e : plan_.extents) {
      const auto large = whole_chunks(e);
      if (large.begin >= large.end) continue;
      write_until(large.begin);
      if (!copy(e.content, large)) break;
    }
    write_until(plan_.bytes());
    report();
  }

 private:
  struct span {
    std::uint64_t file = 0, begin = 0, end = 0;  // in the image
  };

  void report() const { base::report(progress_, {"writing", done_, plan_.bytes(), name_}); }

  // Of a large file on this machine, what the kernel may copy: all but its ends, so that one who reads sees
  // the last byte, and whether there are more.
  [[nodiscard]] span whole_chunks(const extent& e) const {
    if (e.content == tree::no_content) return {};
    const auto info = plan_.tree->info(e.content);
    const auto begin = disk::bytes_in(e.at - plan_.first), end = begin + info.size;
    if (fd_ == no_descriptor || info.size < large_file || info.from != tree::origin::host_file ||
        begin < done_ || begin % page_size != 0)
      return {};
    if (std::ranges::any_of(plan_.patches,
                            [&](const patch& p) { return begin <= p.offset && p.offset < end; }))
      return {};
    return {begin, (begin + chunk - 1) / chunk * chunk, (end - 1) / chunk * chunk};
  }

  // False: the kernel cannot, or something is wrong with file or sink; then reading and writing will tell.
  bool copy(tree::content_id what, const span& where) {
    while (done_ < where.end) {
      base::check(stop_);
      report();
      const auto copied =
          contents_.copy(what, done_ - where.file, std::min(where.end - done_, copied_at_once), fd_);
      if (copied == 0) return false;
      done_ += copied;
    }
    return true;
  }

  void write_until(std::uint64_t end) {
    read_ahead contents(plan_, done_, end, readers_);
    for (auto left = contents.count(); left > 0; --left) {
      base::check(stop_);
      report();
      const auto bytes = contents.next();
      sink_.write(bytes);
      done_ += bytes.size();
      contents.release();
    }
  }

  const layout& plan_;
  block_sink& sink_;
  const int fd_;
  const std::string_view name_;
  const base::progress& progress_;
  const std::stop_token& stop_;
  const unsigned readers_;
  tree::content_reader contents_{*plan_.tree};
  std::uint64_t done_ = 0;
};

}  // namespace

void emit(const layout& plan, int sink, std::string_view name, const base::progress& progress,
          const std::stop_token& stop, const emit_options& how) {
  descriptor_sink to(sink, name);
  emitter(plan, to, sink, name, progress, stop, how.readers).run();
}

void emit(const layout& plan, block_sink& sink, std::string_view name, const base::progress& progress,
          const std::stop_token& stop, const emit_options& how) {
  emitter(plan, sink, no_descriptor, name, progress, stop, how.readers).run();
}

void create_image(const layout& plan, const std::filesystem::path& path, const base::progress& progress,
                  const std::stop_token& stop, const create_options& how) {
  if (path == "-") return emit(plan, STDOUT_FILENO, "the standard output", progress, stop, how);
  base::new_file file(path);
  emit(plan, file.fd(), path.native(), progress, stop, how);
  file.commit(how.sync);
}

}  // namespace comeback::image
