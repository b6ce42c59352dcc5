// SPDX-License-Identifier: Apache-2.0
#include "cli/task_folder.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <set>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

extern "C" {  // which glibc 2.36's own header forgets
#include <sys/pidfd.h>
}

namespace comeback::cli {
namespace {

using base::errc;
using base::error;
namespace fs = std::filesystem;

constexpr std::size_t ended_tasks_kept = 100;
constexpr std::chrono::hours ended_tasks_kept_for{7 * 24};
constexpr std::size_t output_limit = 1 << 20;
constexpr std::array<char, 4096> lock_filling{};
constexpr int largest_id = 999'999'999;

// "12.json" is 12 and ".json"; anything else is nothing of ours.
struct numbered {
  int id = 0;
  std::string_view kind;
};
numbered parse_name(std::string_view name) {
  numbered n;
  const auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), n.id);
  if (fault != std::errc{} || n.id < 1 || n.id > largest_id || name.front() == '0') return {};
  n.kind = name.substr(static_cast<std::size_t>(end - name.data()));
  return n.kind.starts_with('.') ? n : numbered();
}

// A lock on the whole file.
struct flock whole_file() {
  struct flock all {};
  all.l_type = F_WRLCK;
  all.l_whence = SEEK_SET;
  return all;
}

// By kind, since a damaged file has no time of its own to tell.
fs::file_time_type last_change(const task_folder& folder, int id) {
  auto last = fs::file_time_type::min();
  for (const char* kind : {"json", "lock"}) {
    std::error_code none;
    const auto at = fs::last_write_time(folder.file(id, kind), none);
    if (!none) last = std::max(last, at);
  }
  return last;
}

// The worker died before it could say how it ended.
void mark_lost(task_record& r) {
  r.state = task_state::failure;
  r.cancelable = false;
  r.percent = 100;
  r.status = 1;
  r.error = errc::exception;
  r.message = "The worker ended without saying how: it was killed, or it crashed.";
}

}  // namespace

fs::path task_folder::file(int id, const char* kind) const { return path_ / fmt::format("{}.{}", id, kind); }

void task_folder::make() const {
  std::error_code failed;
  fs::create_directories(path_.parent_path(), failed);
  if (failed) base::throw_errno(failed.value(), "Cannot make", path_.parent_path().native());
  if (::mkdir(path_.c_str(), 0700) != 0 && errno != EEXIST)
    base::throw_errno(errno, "Cannot make", path_.native());
  struct stat is {};
  if (::lstat(path_.c_str(), &is) != 0) base::throw_errno(errno, "Cannot look at", path_.native());
  if (!S_ISDIR(is.st_mode)) base::throw_errno(ENOTDIR, "Cannot use", path_.native());
  if (is.st_uid != ::geteuid())
    throw error(errc::access_denied,
                fmt::format("{} belongs to somebody else.", base::printable(path_.native())));
  if ((is.st_mode & 077) != 0 && ::chmod(path_.c_str(), 0700) != 0)
    base::throw_errno(errno, "Cannot protect", path_.native());
}

std::vector<int> task_folder::ids(std::string_view kind) const {
  std::set<int> all;
  std::error_code failed;
  for (fs::directory_iterator each(path_, failed), end; !failed && each != end; each.increment(failed)) {
    const auto leaf = each->path().filename();
    const auto name = parse_name(leaf.native());
    if (name.id != 0 && (kind.empty() || name.kind == kind)) all.insert(name.id);
  }
  if (failed && failed != std::errc::no_such_file_or_directory)
    base::throw_errno(failed.value(), "Cannot read", path_.native());
  return {all.begin(), all.end()};
}

int task_folder::claim() const {
  make();
  forget_old();
  const auto known = ids({});
  for (int id = known.empty() ? 1 : known.back() + 1; id <= largest_id; ++id) {
    const auto path = file(id, "lock");
    const base::unique_fd made(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!made && errno != EEXIST) base::throw_errno(errno, "Cannot make", path.native());
    if (!made) continue;
    try {
      // Of the size of a record: a full disk is noticed here, before anything was begun.
      base::write_all(made.get(), std::as_bytes(std::span(lock_filling)), path.native());
    } catch (const error&) {
      forget(id);
      throw;
    }
    return id;
  }
  throw error(errc::already_exists, "There are no more numbers for tasks.");
}

base::unique_fd task_folder::lock(int id) const {
  const auto path = file(id, "lock");
  base::unique_fd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  auto all = whole_file();
  if (!fd || ::fcntl(fd.get(), F_SETLK, &all) != 0) base::throw_errno(errno, "Cannot lock", path.native());
  return fd;
}

pid_t task_folder::holder(int id) const {
  const base::unique_fd fd(::open(file(id, "lock").c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  auto all = whole_file();
  if (!fd || ::fcntl(fd.get(), F_GETLK, &all) != 0 || all.l_type == F_UNLCK) return 0;
  return all.l_pid;
}

void task_folder::write(int id, const task_record& record, bool sync) const {
  base::new_file made(file(id, "json"));
  if (::fchmod(made.fd(), 0600) != 0) base::throw_errno(errno, "Cannot protect", made.path().native());
  const auto text = write_record(record);
  base::write_all(made.fd(), std::as_bytes(std::span(text)), made.path().native());
  made.commit(sync);
}

void task_folder::forget(int id) const {
  std::error_code ignored;
  const auto beside = fmt::format(".{}.json.", id);  // what a killed worker was writing; see base::new_file
  for (fs::directory_iterator each(path_, ignored), end; !ignored && each != end; each.increment(ignored))
    if (each->path().filename().native().starts_with(beside)) {
      std::error_code gone;
      fs::remove(each->path(), gone);
    }
  // The lock is last: until it is gone nobody takes the number.
  for (const char* kind : {"json", "out", "err", "lock"}) fs::remove(file(id, kind), ignored);
}

void task_folder::forget_old() const {
  auto ended = ids({});
  if (ended.empty()) return;
  ended.pop_back();  // the highest number stays, so that numbers are not given twice
  std::erase_if(ended, [&](int id) { return holder(id) != 0; });
  std::vector<std::pair<fs::file_time_type, int>> by_time;
  for (const int id : ended) by_time.emplace_back(last_change(*this, id), id);
  std::ranges::sort(by_time, std::greater());
  const auto too_old = fs::file_time_type::clock::now() - ended_tasks_kept_for;
  for (std::size_t i = 0; i < by_time.size(); ++i)
    if (i + 1 >= ended_tasks_kept || by_time[i].first < too_old) forget(by_time[i].second);
}

listed_task task_folder::read(int id) const {
  listed_task t{.id = id, .record = {}, .damage = {}};
  // The lock is asked first: a worker that lets go of it has written its last word.
  const bool alive = holder(id) != 0;
  try {
    auto record = read_record(base::read_text(file(id, "json"), record_limit));
    if (record)
      t.record = *std::move(record);
    else
      t.damage = base::to_string(record.error());
  } catch (const error& e) {
    t.damage = e.what();
  }
  if (t.damage.empty() && !alive && t.record.state == task_state::running) mark_lost(t.record);
  return t;
}

std::vector<listed_task> task_folder::tasks() const {
  std::vector<listed_task> all;
  for (const int id : ids(".json")) all.push_back(read(id));
  return all;
}

listed_task task_folder::task(int id) const {
  std::error_code none;
  if (!fs::exists(fs::symlink_status(file(id, "json"), none)))
    throw error(errc::invalid_argument,
                fmt::format("There is no task {}; `comeback task list` shows those there are.", id));
  return read(id);
}

task_record task_folder::record(int id) const {
  auto found = task(id);
  if (!found.damage.empty())
    throw error(errc::exception, fmt::format("The record of task {} is damaged: {}", id, found.damage));
  return std::move(found.record);
}

std::string task_folder::output(int id, const char* kind) const {
  const auto path = file(id, kind);
  std::error_code none;
  if (!fs::is_regular_file(path, none)) return {};
  const auto fd = base::open_for_reading(path);
  std::string text(output_limit, '\0');
  text.resize(base::read_at(fd.get(), 0, std::as_writable_bytes(std::span(text)), path.native()));
  return text;
}

bool task_folder::terminate(int id) const {
  const pid_t worker = holder(id);
  if (worker <= 0) return false;
  const base::unique_fd process(::pidfd_open(worker, 0));
  // Still the holder: then the descriptor is the worker's, and stays so, whoever gets the number later.
  if (process && holder(id) != worker) return false;
  if (process && ::pidfd_send_signal(process.get(), SIGTERM, nullptr, 0) == 0) return true;
  if (errno == ESRCH) return false;
  base::throw_errno(errno, "Cannot signal the worker of task", std::to_string(id));
}

}  // namespace comeback::cli
