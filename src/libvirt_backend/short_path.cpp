// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/short_path.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace comeback::libvirt_backend {

namespace {

using base::errc;
using base::error;
namespace fs = std::filesystem;

constexpr std::size_t longest_root = 28;

bool is_plain(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view("/._-").find(c) != std::string_view::npos;
}

/// FNV-1a: all it must do is give each folder the same name every time.
std::uint32_t digest(std::string_view text) {
  std::uint32_t sum = 0x811C9DC5;
  for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 0x01000193;
  return sum;
}

fs::path place_for(const std::string& folder) {
  const std::string name = fmt::format("cb-{:08x}", digest(folder));
  if (geteuid() == 0) return fs::path("/run") / name;
  const fs::path runtime = fmt::format("/run/user/{}", geteuid());
  if (access(runtime.c_str(), W_OK) == 0) return runtime / name;
  return fmt::format("/tmp/cb{}-{:08x}", geteuid(), digest(folder));
}

/// Others may write to /tmp: a link that we did not make leads who knows where.
bool is_ours(const fs::path& link, const std::string& folder) {
  struct stat status {};
  std::error_code failed;
  return lstat(link.c_str(), &status) == 0 && S_ISLNK(status.st_mode) && status.st_uid == geteuid() &&
         fs::read_symlink(link, failed) == folder;
}

}  // namespace

fs::path short_path(const fs::path& folder) {
  const std::string text = fs::canonical(folder).string();
  if (text.size() <= longest_root && std::ranges::all_of(text, is_plain)) return text;
  fs::path link = place_for(text);
  if (is_ours(link, text) || symlink(text.c_str(), link.c_str()) == 0) return link;
  const int number = errno;
  if (is_ours(link, text)) return link;  // another process was faster
  if (number != EEXIST) base::throw_errno(number, "making the link", link.string());
  throw error(errc::already_exists,
              fmt::format("'{}' is in the way of a link to '{}': remove it.", link.string(), text));
}

std::string to_percent(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += is_plain(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string from_percent(std::string_view text) {
  const auto digit = [](char c) {
    constexpr std::string_view digits = "0123456789ABCDEFabcdef";
    const auto at = digits.find(c);
    return at == digits.npos ? -1 : static_cast<int>(at < 16 ? at : at - 6);
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool coded =
        text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    out += coded ? static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])) : text[i];
    if (coded) i += 2;
  }
  return out;
}

}  // namespace comeback::libvirt_backend
