// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.hpp"
#include "tree/content_reader.hpp"
#include "tree/tree.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <stop_token>
#include <string_view>
#include <thread>
#include <vector>

namespace comeback::image {

/// How many threads read contents by default.
inline constexpr unsigned usual_readers = 4;

/// What one thread of a crew reads with. Everything throws `cancelled` once another thread has failed.
class crew_member {
 public:
  crew_member(const tree::file_tree& tree, std::atomic<std::uint64_t>& done, const std::stop_token& stop,
              const std::atomic<bool>& over);

  /// The bytes of a content in order.
  void each_piece(tree::content_id what, std::uint64_t size,
                  const std::function<void(std::span<const std::byte>)>& with);
  [[nodiscard]] bool equal(tree::content_id a, tree::content_id b, std::uint64_t size);

 private:
  std::span<const std::byte> read(tree::content_reader& with, tree::content_id what, std::uint64_t at,
                                  std::uint64_t size, std::vector<std::byte>& into);

  tree::content_reader one_, other_;
  std::atomic<std::uint64_t>& done_;
  const std::stop_token& stop_;
  const std::atomic<bool>& over_;
  std::vector<std::byte> bytes_, others_;
};

/// Reads contents of a tree on several threads: a disk and a processor have more to give than one takes.
class content_crew {
 public:
  using worker = std::function<void(crew_member&, std::size_t)>;

  content_crew(const tree::file_tree& tree, const std::stop_token& stop, unsigned threads = usual_readers);

  /// Does `work` for each number below `count`, in turn. The first failure ends all and is thrown. `bytes`:
  /// how many will be read, for `progress`, which is called from this thread.
  void run(std::size_t count, std::uint64_t bytes, std::string_view phase, const base::progress& progress,
           const worker& work);

 private:
  bool start(std::vector<std::jthread>& all, const std::function<void()>& body);
  void take_all(std::atomic<std::size_t>& next, std::size_t count, std::atomic<std::uint64_t>& done,
                const worker& work) noexcept;

  const tree::file_tree& tree_;
  const std::stop_token& stop_;
  unsigned threads_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t working_ = 0;
  std::atomic<bool> over_ = false;
  std::exception_ptr failure_;
};

}  // namespace comeback::image
