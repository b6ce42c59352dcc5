// SPDX-License-Identifier: Apache-2.0
// SHCreateStreamOnFileEx: IStream on a file of this machine.

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "com/object/boundary.hpp"
#include "com/stream/stream.hpp"

#include <cerrno>

#include <fcntl.h>
#include <shlwapi.h>
#include <sys/stat.h>
#include <unistd.h>

namespace comeback::com {
namespace {

// 100 nanoseconds since 1601; 0 for what lies before.
FILETIME file_time(const timespec& time) {
  constexpr std::int64_t epoch = 11'644'473'600, ticks_a_second = 10'000'000;
  if (time.tv_sec < -epoch || time.tv_sec > INT64_MAX / ticks_a_second - epoch) return {};
  const auto ticks = static_cast<std::uint64_t>((time.tv_sec + epoch) * ticks_a_second + time.tv_nsec / 100);
  return {static_cast<DWORD>(ticks), static_cast<DWORD>(ticks >> 32)};
}

class file_bytes final : public stream_bytes {
 public:
  file_bytes(base::unique_fd fd, std::string path, DWORD mode)
      : fd_(std::move(fd)), path_(std::move(path)), mode_(mode) {}
  ~file_bytes() override {
    if (mode_ & STGM_DELETEONRELEASE) ::unlink(path_.c_str());
  }

  [[nodiscard]] std::uint64_t size() const override {
    struct stat st {};
    if (::fstat(fd_.get(), &st) != 0) base::throw_errno(errno, "looking at", path_);
    return static_cast<std::uint64_t>(st.st_size);
  }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (offset > INT64_MAX - into.size())
      return 0;  // no file is so long, and pread does not like the question
    return base::read_at(fd_.get(), offset, into, path_);
  }
  void write_at(std::uint64_t offset, std::span<const std::byte> from) override {
    while (!from.empty()) {
      const ssize_t n = ::pwrite(fd_.get(), from.data(), from.size(), static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) base::throw_errno(n == 0 ? ENOSPC : errno, "writing", path_);
      offset += static_cast<std::uint64_t>(n);
      from = from.subspan(static_cast<std::size_t>(n));
    }
  }
  void resize(std::uint64_t size) override {
    if (size > INT64_MAX || ::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0)
      base::throw_errno(size > INT64_MAX ? EFBIG : errno, "resizing", path_);
  }
  void times(STATSTG& stat) const override {
    struct stat st {};
    if (::fstat(fd_.get(), &st) != 0) base::throw_errno(errno, "looking at", path_);
    stat.mtime = file_time(st.st_mtim);
    stat.atime = file_time(st.st_atim);
    struct statx more {};  // where the file system does not know when a file was made, the field stays 0
    if (::statx(fd_.get(), "", AT_EMPTY_PATH, STATX_BTIME, &more) == 0 && (more.stx_mask & STATX_BTIME))
      stat.ctime = file_time({more.stx_btime.tv_sec, more.stx_btime.tv_nsec});
  }
  [[nodiscard]] DWORD mode() const override { return mode_; }
  [[nodiscard]] std::string name() const override { return path_; }

 private:
  base::unique_fd fd_;
  std::string path_;
  DWORD mode_;
};

// The two ways a file is chosen, from the page of SHCreateStreamOnFileEx: STGM_CREATE empties or makes;
// without it, `create` decides between a file that must be new and one that must be there.
int open_flags(DWORD mode, bool create) {
  const DWORD access = mode & 3;
  // A pipe opens at once: nobody may ever come to its other end.
  const int flags = O_CLOEXEC | O_NOCTTY | O_NONBLOCK |
                    (access == STGM_READ    ? O_RDONLY
                     : access == STGM_WRITE ? O_WRONLY
                                            : O_RDWR);
  if (mode & STGM_CREATE) return flags | O_CREAT | O_TRUNC;
  return create ? flags | O_CREAT | O_EXCL : flags;
}

ptr<stream> open_stream(const std::string& path, DWORD mode, bool create) {
  base::unique_fd fd(::open(path.c_str(), open_flags(mode, create), 0666));
  if (!fd) base::throw_errno(errno, "opening", path);
  struct stat st {};
  if (::fstat(fd.get(), &st) == 0 && S_ISDIR(st.st_mode)) base::throw_errno(EISDIR, "opening", path);
  if (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)) base::throw_errno(ESPIPE, "opening", path);
  return make<stream>(std::make_shared<file_bytes>(std::move(fd), path, mode & ~STGM_CREATE));
}

[[noreturn]] void throw_bad_name(std::string_view name) {
  throw base::error(base::errc{static_cast<std::uint32_t>(HRESULT_FROM_WIN32(ERROR_INVALID_NAME))},
                    "No file has the name " + base::printable(name) + ".");
}

}  // namespace
}  // namespace comeback::com

HRESULT SHCreateStreamOnFileEx(LPCWSTR path, DWORD mode, DWORD, BOOL create, IStream* reserved,
                               IStream** out) {
  using namespace comeback::com;
  constexpr DWORD sharing = 0x70, known = 3 | sharing | STGM_CREATE | STGM_DELETEONRELEASE;
  if (!path || !*path || reserved || (mode & ~known) || (mode & 3) == 3 ||
      (mode & sharing) > STGM_SHARE_DENY_NONE) {
    if (out) *out = nullptr;
    return publish(E_INVALIDARG);
  }
  return boundary(out, [&] {
    const std::string name = to_utf8(std::wstring_view(path));
    if (to_wide(name) != path) throw_bad_name(name);  // half of a surrogate pair: another file would be meant
    return open_stream(name, mode, create != FALSE);
  });
}

HRESULT SHCreateStreamOnFileW(LPCWSTR path, DWORD mode, IStream** stream) {
  return SHCreateStreamOnFileEx(path, mode, 0, FALSE, nullptr, stream);
}

HRESULT SHCreateStreamOnFileA(LPCSTR path, DWORD mode, IStream** stream) try {
  if (!path) return SHCreateStreamOnFileW(nullptr, mode, stream);
  return SHCreateStreamOnFileW(comeback::com::to_wide(path).c_str(), mode, stream);
} catch (...) {
  if (stream) *stream = nullptr;
  return comeback::com::publish(E_OUTOFMEMORY);
}
