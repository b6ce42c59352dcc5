// SPDX-License-Identifier: Apache-2.0
#include "tree/host_folder.hpp"

#include <algorithm>
#include <string_view>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace comeback::tree {
namespace {

constexpr std::size_t piece_limit = 4000;  // PATH_MAX is 4096 with its NUL

// How much of `rest` one call can take: up to the last slash within the limit.
std::size_t piece_of(std::string_view rest) {
  if (rest.size() <= piece_limit) return rest.size();
  const auto slash = rest.rfind('/', piece_limit);
  return slash == std::string_view::npos || slash == 0 ? rest.size() : slash;
}

base::unique_fd open_without_links(int at, const std::string& path, int flags) noexcept {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags);
  how.resolve = RESOLVE_NO_SYMLINKS;
  return base::unique_fd(static_cast<int>(::syscall(SYS_openat2, at, path.c_str(), &how, sizeof(how))));
}

}  // namespace

base::unique_fd open_folder(const std::string& path, int flags, std::size_t links_followed) {
  base::unique_fd folder;
  int at = AT_FDCWD;
  for (std::string_view rest = path; !rest.empty();) {
    const auto done = path.size() - rest.size();
    const bool follow = done < links_followed;
    const auto size = piece_of(follow ? rest.substr(0, links_followed - done) : rest);
    const std::string piece(rest.substr(0, size));
    const int how = (size == rest.size() ? flags : O_PATH) | O_DIRECTORY | O_CLOEXEC;
    auto next =
        follow ? base::unique_fd(::openat(at, piece.c_str(), how)) : open_without_links(at, piece, how);
    if (!next) return next;
    folder = std::move(next);
    at = folder.get();
    rest.remove_prefix(size);
    // A leading slash would begin at the root again.
    rest.remove_prefix(std::min(rest.find_first_not_of('/'), rest.size()));
  }
  return folder;
}

}  // namespace comeback::tree
