// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace comeback::tree {

/// Looks at what is in folders before their reader does, on several threads: a disk answers many questions at
/// once faster than one after the other. What they see is thrown away, the kernel remembers it. They start
/// only when the reader had to wait for the disk, so of a warm cache they cost nothing. For one reader.
class warm_up {
 public:
  /// Counts from now on how often this thread waits.
  warm_up();
  warm_up(const warm_up&) = delete;
  warm_up& operator=(const warm_up&) = delete;
  ~warm_up();

  /// Whether there is anything to gain; then the helpers run.
  [[nodiscard]] bool wanted();
  using names = std::shared_ptr<const std::vector<std::string>>;
  /// The reader will look at these items of `folder` now. `links_followed`: as in `open_folder`.
  void enter(const std::string& folder, std::size_t links_followed, const names& items);
  /// The reader will come to this one, before those that were added earlier.
  void add(std::string folder, std::size_t links_followed);

 private:
  struct job {
    std::string folder;
    std::size_t links_followed;
    names items = nullptr;  // those to look at, from `first` to `end`; without, all in the folder
    std::size_t first = 0, end = 0;
  };

  void push(job one);
  void start();
  void work();
  void look(const job& at) noexcept;
  void look_at(int folder, const std::vector<std::string>& items, std::size_t first, std::size_t end);
  [[nodiscard]] bool over();

  long waits_before_;
  std::mutex mutex_;  // protects what follows
  std::condition_variable changed_;
  std::deque<job> jobs_;
  bool closing_ = false;
  std::vector<std::thread> threads_;  // the reader's alone
};

}  // namespace comeback::tree
