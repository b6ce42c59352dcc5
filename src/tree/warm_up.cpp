// SPDX-License-Identifier: Apache-2.0
#include "tree/warm_up.hpp"

#include "base/file.hpp"
#include "tree/host_folder.hpp"

#include <algorithm>
#include <memory>
#include <new>
#include <system_error>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace comeback::tree {
namespace {

constexpr unsigned helpers = 12;
constexpr long few_waits = 16;           // these happen to everybody
constexpr std::size_t jobs_kept = 1024;  // the reader is far from those that are forgotten
constexpr std::size_t piece = 256;       // items of a large folder that one helper takes

// How often this thread gave up its processor to wait: of a cache that is warm, looking at files never does.
long waits() {
  rusage used{};
  return ::getrusage(RUSAGE_THREAD, &used) == 0 ? used.ru_nvcsw : 0;
}

struct close_folder {
  void operator()(DIR* d) const { ::closedir(d); }
};

struct item {
  ino_t number;
  std::string name;
};

// In the order of their inodes, which is that of the disk.
std::vector<std::string> items_of(int folder) {
  std::vector<item> found;
  base::unique_fd own(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const std::unique_ptr<DIR, close_folder> entries(own ? ::fdopendir(own.get()) : nullptr);
  if (!entries) return {};
  (void)own.release();
  while (const dirent* e = ::readdir(entries.get())) found.push_back({e->d_ino, e->d_name});
  std::ranges::sort(found, {}, &item::number);
  std::vector<std::string> out;
  for (auto& one : found) out.push_back(std::move(one.name));
  return out;
}

}  // namespace

warm_up::warm_up() : waits_before_(waits()) {}

warm_up::~warm_up() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  for (auto& t : threads_) t.join();
}

bool warm_up::wanted() {
  if (threads_.empty() && waits() - waits_before_ >= few_waits) start();
  return !threads_.empty();
}

// None is needed to go on.
void warm_up::start() try {
  threads_.reserve(helpers);
  while (threads_.size() < helpers) threads_.emplace_back([this] { work(); });
} catch (const std::system_error&) {
}

// The last job is taken first: that of the first items.
void warm_up::enter(const std::string& folder, std::size_t links_followed, const names& items) {
  if (items->size() < 2 * piece || !wanted()) return;
  for (auto end = items->size(); end > 0;) {
    const auto first = (end - 1) / piece * piece;
    push({folder, links_followed, items, first, end});
    end = first;
  }
}

void warm_up::add(std::string folder, std::size_t links_followed) {
  push({std::move(folder), links_followed});
}

void warm_up::push(job one) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(one));
    if (jobs_.size() > jobs_kept) jobs_.pop_front();
  }
  changed_.notify_one();
}

void warm_up::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return closing_ || !jobs_.empty(); });
    if (closing_) return;
    const auto next = std::move(jobs_.back());
    jobs_.pop_back();
    lock.unlock();
    look(next);
    lock.lock();
  }
}

bool warm_up::over() {
  const std::lock_guard lock(mutex_);
  return closing_;
}

// What goes wrong here goes wrong for the reader, too, who tells of it.
void warm_up::look(const job& at) noexcept try {
  const auto folder = open_folder(at.folder, O_RDONLY, at.links_followed);
  if (!folder) return;
  if (at.items) return look_at(folder.get(), *at.items, at.first, at.end);
  const auto all = items_of(folder.get());
  look_at(folder.get(), all, 0, all.size());
} catch (const std::bad_alloc&) {
}

void warm_up::look_at(int folder, const std::vector<std::string>& items, std::size_t first, std::size_t end) {
  for (auto i = first; i < end && !over(); ++i) {
    struct stat is {};
    (void)::fstatat(folder, items[i].c_str(), &is, AT_SYMLINK_NOFOLLOW);
  }
}

}  // namespace comeback::tree
