// SPDX-License-Identifier: Apache-2.0
#include "tree/content_reader.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "tree/host_folder.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace comeback::tree {
namespace {

[[noreturn]] void unreadable(const std::string& path, int number) {
  throw base::error(base::errc::data_stream_read_failure,
                    fmt::format("Cannot read {}: {}.", base::printable(path), std::strerror(number)));
}

[[noreturn]] void changed(const std::string& path, std::uint64_t before, std::string_view now) {
  throw base::error(
      base::errc::data_stream_inconsistency,
      fmt::format("{} had {} bytes when it was added and {} now.", base::printable(path), before, now));
}

}  // namespace

void content_reader::close() {
  opened_ = no_content;
  file_.reset();
  object_.reset();
}

// Less than zero on failure; `errno` says why.
int content_reader::folder(std::uint32_t which, bool links_followed) {
  if (folder_ != which || folder_links_followed_ != links_followed || !folder_fd_) {
    const auto path = tree_.folder_path(which);
    folder_fd_ = open_folder(path, O_PATH, links_followed ? path.size() : tree_.given_path_size(which));
    folder_ = which;
    folder_links_followed_ = links_followed;
  }
  return folder_fd_.get();
}

void content_reader::open_host_file(content_id what) {
  const auto& stored = tree_.contents_[static_cast<std::uint32_t>(what)];
  const std::string name(tree_.text(stored.name_at, stored.name_size));
  const bool follow = stored.links_followed;
  const int at = folder(static_cast<std::uint32_t>(stored.where), follow);
  // Not blocking: what was a file may be a pipe by now. Or a link to a file that is not its maker's to read.
  if (at >= 0)
    file_.reset(
        ::openat(at, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW)));
  const int why = errno;
  if (!file_ && why == ELOOP && !follow) changed(tree_.describe(what), stored.size, "is reached by a link");
  if (!file_) unreadable(tree_.describe(what), why);
  struct stat is {};
  if (::fstat(file_.get(), &is) != 0) unreadable(tree_.describe(what), errno);
  if (!S_ISREG(is.st_mode)) changed(tree_.describe(what), stored.size, "is no regular file");
  if (static_cast<std::uint64_t>(is.st_size) != stored.size)
    changed(tree_.describe(what), stored.size, fmt::format("has {}", is.st_size));
}

void content_reader::open(content_id what) {
  if (opened_ == what) return;
  close();
  const auto& stored = tree_.contents_.at(static_cast<std::uint32_t>(what));
  switch (stored.from) {
    case origin::host_file:
      open_host_file(what);
      break;
    case origin::object:
      object_ = tree_.objects_.at(stored.where)->open();
      break;
    case origin::placed:
      throw base::error(base::errc::fsi_internal_error,
                        tree_.describe(what) + " lies on the medium already.");
  }
  opened_ = what;
}

void content_reader::check(content_id what) { open(what); }

std::uint64_t content_reader::copy(content_id what, std::uint64_t offset, std::uint64_t bytes, int sink) {
  open(what);
  if (object_) return 0;
  auto from = static_cast<off_t>(offset);
  const auto copied =
      ::copy_file_range(file_.get(), &from, sink, nullptr, static_cast<std::size_t>(bytes), 0);
  return copied > 0 ? static_cast<std::uint64_t>(copied) : 0;
}

void content_reader::read(content_id what, std::uint64_t offset, std::span<std::byte> into) {
  open(what);
  std::size_t got = 0;
  if (object_) {
    got = object_->read_at(offset, into);
  } else {
    try {
      got = base::read_at(file_.get(), offset, into, "its bytes");
    } catch (const base::error& e) {
      // Not `errno`: making the exception may have changed it.
      throw base::error(base::errc::data_stream_read_failure,
                        fmt::format("{}: {}", base::printable(tree_.describe(what)), e.what()));
    }
  }
  const auto size = tree_.info(what).size;
  if (got < into.size()) changed(tree_.describe(what), size, fmt::format("has {}", offset + got));
  // A file of several pieces may have grown since it was opened.
  struct stat is {};
  if (!object_ && offset > 0 && offset + got == size && ::fstat(file_.get(), &is) == 0 &&
      static_cast<std::uint64_t>(is.st_size) != size)
    changed(tree_.describe(what), size, fmt::format("has {}", is.st_size));
}

}  // namespace comeback::tree
