// SPDX-License-Identifier: Apache-2.0
#include "optical/recorder_files.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <cerrno>
#include <charconv>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace comeback::optical {
namespace {

namespace fs = std::filesystem;
using base::errc;
using base::error;

constexpr std::size_t record_size_limit = 8192;
constexpr std::size_t client_limit = 256;

// Takes `prefix`, some text and a line feed off the beginning.
std::optional<std::string_view> take_line(std::string_view& text, std::string_view prefix) {
  const auto length = text.find('\n');
  if (length == std::string_view::npos || !text.starts_with(prefix)) return {};
  const auto rest = text.substr(prefix.size(), length - prefix.size());
  text.remove_prefix(length + 1);
  return rest;
}

std::optional<std::uint32_t> number_in(std::string_view text) {
  std::uint32_t value = 0;
  const auto* const last = text.data() + text.size();
  const auto [end, fault] = std::from_chars(text.data(), last, value);
  if (fault != std::errc{} || end != last || (text.front() == '0' && text.size() > 1)) return {};
  return value;
}

struct flock whole_file(short kind) {
  struct flock all {};
  all.l_type = kind;
  all.l_whence = SEEK_SET;
  return all;
}

std::string client_in(int fd, const fs::path& path) {
  std::string client(client_limit, '\0');
  client.resize(base::read_at(fd, 0, std::as_writable_bytes(std::span(client)), path.native()));
  return client.empty() ? "another program" : base::valid_utf8(client);
}

void leave_name(int fd, std::string_view client, const fs::path& path) {
  if (::ftruncate(fd, 0) != 0) base::throw_errno(errno, "Cannot write", path.native());
  base::write_all(fd, std::as_bytes(std::span(client.substr(0, client_limit))), path.native());
}

bool still_named(int fd, const fs::path& path) {
  struct stat held {
  }, named{};
  return ::fstat(fd, &held) == 0 && ::stat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
         held.st_dev == named.st_dev;
}

}  // namespace

recorder_files::recorder_files(const fs::path& folder, std::string_view name)
    : name_(name), record_(folder / (name_ + ".recorder")), lock_(folder / (name_ + ".lock")) {}

bool recorder_files::exist() const {
  std::error_code none;
  return fs::exists(fs::symlink_status(record_, none));
}

error no_such_recorder(std::string_view name) {
  return {errc::item_not_found,
          fmt::format("There is no recorder '{}'; `comeback recorder list` shows those there are.",
                      base::printable_excerpt(name))};
}

recorder_record recorder_files::read() const {
  if (!exist()) throw no_such_recorder(name_);
  auto record = read_recorder_record(base::read_text(record_, record_size_limit));
  if (!record)
    throw error(
        errc::exception,
        fmt::format("The record of the recorder '{}' is damaged: remove it, and add it again.", name_));
  return *std::move(record);
}

void recorder_files::write(const recorder_record& record) const {
  base::new_file made(record_);
  const auto text = write_record(record);
  base::write_all(made.fd(), std::as_bytes(std::span(text)), made.path().native());
  made.commit();
}

void recorder_files::remove() const {
  // The lock is last: until it is gone nobody takes exclusive access to what comes in its place.
  for (const auto& file : {record_, lock_}) {
    std::error_code failed;
    fs::remove(file, failed);
    if (failed) base::throw_errno(failed.value(), "Cannot remove", file.native());
  }
}

base::unique_fd recorder_files::lock(std::string_view client) const {
  for (;;) {
    base::unique_fd fd(::open(lock_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) base::throw_errno(errno, "Cannot open", lock_.native());
    auto all = whole_file(F_WRLCK);
    if (::fcntl(fd.get(), F_OFD_SETLK, &all) != 0) {
      if (errno != EAGAIN && errno != EACCES) base::throw_errno(errno, "Cannot lock", lock_.native());
      throw error(errc::recorder_locked,
                  fmt::format("{} has exclusive access to the recorder '{}'; try again when that has ended.",
                              base::printable(client_in(fd.get(), lock_)), name_));
    }
    if (!still_named(fd.get(), lock_)) continue;  // it was removed between the two
    leave_name(fd.get(), client, lock_);
    return fd;
  }
}

std::string recorder_files::owner() const {
  const base::unique_fd fd(::open(lock_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  auto all = whole_file(F_WRLCK);
  if (!fd || ::fcntl(fd.get(), F_OFD_GETLK, &all) != 0 || all.l_type == F_UNLCK) return {};
  return client_in(fd.get(), lock_);
}

std::string write_record(const recorder_record& record) {
  return fmt::format("comeback recorder 1\nnumber {}\ntray {}\nimage {}\nend\n", record.number,
                     record.tray_open ? "open" : "closed", record.image.native());
}

std::optional<recorder_record> read_recorder_record(std::string_view text) {
  const auto header = take_line(text, "comeback recorder 1");
  const auto number_text = take_line(text, "number ");
  const auto tray = take_line(text, "tray ");
  const auto image = take_line(text, "image ");
  if (!header || !header->empty() || !number_text || !tray || !image || text != "end\n") return {};
  const auto number = number_in(*number_text);
  if (!number || (*tray != "open" && *tray != "closed")) return {};
  if (!image->starts_with('/') || image->find('\0') != std::string_view::npos) return {};
  return recorder_record{*number, *tray == "open", fs::path(*image)};
}

}  // namespace comeback::optical
