// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/host_streams.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <sys/xattr.h>

namespace comeback::imapi2fs {
namespace {

constexpr std::string_view of_users = "user.";

[[noreturn]] void unreadable(const std::string& path) {
  throw base::error(base::errc::data_stream_read_failure,
                    "Cannot read the named streams of " + path + ": " + std::strerror(errno) + ".");
}

// Asked for the size first, and again where it grew meanwhile.
template <class Ask>
std::string whole(const std::string& path, Ask&& ask) {
  std::string text;
  for (int attempt = 0; attempt < 5; ++attempt) {
    const ssize_t size = ask(nullptr, 0);
    if (size < 0 && (errno == ENOTSUP || errno == ENODATA)) return {};
    if (size < 0) unreadable(path);
    text.resize(static_cast<std::size_t>(size));
    const ssize_t got = ask(text.data(), text.size());
    if (got >= 0) return text.resize(static_cast<std::size_t>(got)), text;
    if (errno != ERANGE) unreadable(path);
  }
  unreadable(path);
}

std::vector<std::string> names_of(const std::string& path) {
  const auto list =
      whole(path, [&](char* into, std::size_t size) { return ::listxattr(path.c_str(), into, size); });
  std::vector<std::string> names;
  for (std::size_t at = 0; at < list.size(); at += names.back().size() + 1)
    names.emplace_back(list.c_str() + at);
  std::erase_if(names, [](const std::string& name) { return !name.starts_with(of_users); });
  return names;
}

void add_streams(tree::file_tree& tree, tree::node_id file, const std::string& path) {
  for (const auto& name : names_of(path)) {
    auto bytes = whole(path, [&](char* into, std::size_t size) {
      return ::getxattr(path.c_str(), name.c_str(), into, size);
    });
    tree.add_stream(file, std::string_view(name).substr(of_users.size()),
                    tree::memory_content(std::move(bytes)));
  }
}

}  // namespace

void add_host_streams(tree::file_tree& tree, std::size_t first) {
  for (std::size_t i = first, end = tree.node_limit(); i < end; ++i) {
    const tree::node_id n{static_cast<std::uint32_t>(i)};
    if (!tree.contains(n) || tree.kind(n) != tree::node_kind::file) continue;
    const auto what = tree.content_of(n);
    if (tree.info(what).from == tree::origin::host_file) add_streams(tree, n, tree.describe(what));
  }
}

}  // namespace comeback::imapi2fs
