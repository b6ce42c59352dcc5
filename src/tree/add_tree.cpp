// SPDX-License-Identifier: Apache-2.0
#include "tree/add_tree.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "tree/host_folder.hpp"
#include "tree/warm_up.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace comeback::tree {
namespace {

constexpr std::size_t warnings_kept = 100;
constexpr std::uint32_t no_folder = 0xFFFFFFFF;

[[noreturn]] void fail(base::errc code, std::string_view doing, const std::string& path, int number) {
  throw base::error(code,
                    fmt::format("Cannot {} {}: {}.", doing, base::printable(path), std::strerror(number)));
}

struct close_folder {
  void operator()(DIR* d) const { ::closedir(d); }
};

// The names in a folder, in byte order. Takes the descriptor's place in its own stream of entries.
std::vector<std::string> names_in(int folder, const std::string& path) {
  base::unique_fd own(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!own) fail(base::errc::directory_read_failure, "list", path, errno);
  const std::unique_ptr<DIR, close_folder> entries(::fdopendir(own.get()));
  if (!entries) fail(base::errc::directory_read_failure, "list", path, errno);
  (void)own.release();
  std::vector<std::string> names;
  for (errno = 0; const dirent* e = ::readdir(entries.get()); errno = 0) {
    const std::string_view name = e->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) fail(base::errc::directory_read_failure, "list", path, errno);
  std::sort(names.begin(), names.end());
  return names;
}

file_identity identity(const struct stat& is) { return {is.st_dev, is.st_ino}; }

base::timestamp modified(const struct stat& is) {
  return {is.st_mtim.tv_sec, static_cast<std::uint32_t>(is.st_mtim.tv_nsec)};
}

attributes attributes_of(const struct stat& is) {
  return {.permissions = static_cast<std::uint16_t>(is.st_mode & 07777),
          .user = is.st_uid,
          .group = is.st_gid,
          .given = true};
}

node_kind kind_of(const struct stat& is) {
  if (S_ISCHR(is.st_mode)) return node_kind::character_device;
  if (S_ISBLK(is.st_mode)) return node_kind::block_device;
  return S_ISFIFO(is.st_mode) ? node_kind::fifo : node_kind::socket;
}

}  // namespace

std::optional<file_identity> identity_of(const std::filesystem::path& path) {
  struct stat is {};
  if (::stat(path.c_str(), &is) != 0) return std::nullopt;
  return identity(is);
}

std::optional<file_identity> identity_of(int fd) {
  struct stat is {};
  if (::fstat(fd, &is) != 0) return std::nullopt;
  return identity(is);
}

std::string_view name_of(left_out why) noexcept {
  switch (why) {
    case left_out::link:
      return "symbolic link";
    case left_out::broken_link:
      return "broken symbolic link";
    case left_out::link_loop:
      return "symbolic link to a folder it lies in";
    case left_out::special_file:
      return "socket, pipe or device";
    case left_out::unreadable:
      return "cannot be read";
  }
  return "";
}

/// One call of `add_tree`: a stack of folders still to be read, so that their depth costs no stack of ours.
class tree_builder {
 public:
  tree_builder(file_tree& tree, const add_options& options, const base::progress& progress,
               const std::stop_token& stop)
      : tree_(tree), options_(options), progress_(progress), stop_(stop) {}

  add_result run(node_id into, const std::filesystem::path& source) {
    const auto whole = std::filesystem::absolute(source).native();
    struct stat is {};
    const int why = ::stat(whole.c_str(), &is) != 0 ? errno : ENOTDIR;
    if (!S_ISDIR(is.st_mode)) fail(base::errc::path_not_found, "read the folder", whole, why);
    if (!tree_.is_directory(into))
      throw base::error(base::errc::not_a_directory,
                        base::printable(tree_.path(into)) + " is a file, not a directory.");
    open(into);
    keep_attributes(into, is);
    pending_.push_back({into, tree_.add_folder(no_folder, whole), step(no_folder, is)});
    while (!pending_.empty()) {
      base::check(stop_);
      read_folder(std::exchange(pending_.back(), {}));
    }
    return std::move(result_);
  }

 private:
  struct folder {
    node_id node = no_node;
    std::uint32_t host = no_folder;  // in the tree's table of host folders
    std::uint32_t way = no_folder;   // in `way_`
  };
  struct way_step {
    file_identity what;
    std::uint32_t parent;
  };

  // Only links can lead back into a folder, so the way is kept only where they are followed.
  std::uint32_t step(std::uint32_t parent, const struct stat& is) {
    if (!options_.follow_links) return no_folder;
    way_.push_back({identity(is), parent});
    return static_cast<std::uint32_t>(way_.size() - 1);
  }

  [[nodiscard]] bool on_the_way(std::uint32_t way, const file_identity& what) const {
    for (; way != no_folder; way = way_[way].parent)
      if (way_[way].what == what) return true;
    return false;
  }

  void read_folder(const folder& here) {
    pending_.pop_back();
    const auto path = tree_.folder_path(here.host);
    const auto fd = open_folder(path, O_RDONLY, links_followed(here));
    if (!fd && options_.skip_unreadable) return warn(left_out::unreadable, path);
    if (!fd) fail(base::errc::directory_read_failure, "list", path, errno);
    base::report(progress_, {"reading folders", result_.files, 0, path});
    const auto first_below = pending_.size();
    const auto names = std::make_shared<const std::vector<std::string>>(names_in(fd.get(), path));
    warm_up_.enter(path, links_followed(here), names);
    for (const auto& name : *names) add(here, fd.get(), name);
    // The stack hands out its last: turned round, folders are read in the order of their names.
    std::reverse(pending_.begin() + static_cast<std::ptrdiff_t>(first_below), pending_.end());
    if (!warm_up_.wanted()) return;
    for (auto i = first_below; i < pending_.size(); ++i)
      warm_up_.add(tree_.folder_path(pending_[i].host), links_followed(pending_[i]));
  }

  [[nodiscard]] std::size_t links_followed(const folder& at) const {
    return options_.follow_links ? std::string::npos : tree_.given_path_size(at.host);
  }

  void warn(left_out why, const std::string& path) {
    const bool unreadable = why == left_out::unreadable;
    ++result_.warning_count;
    if (unreadable) ++result_.unreadable_count;
    // Who lets unreadable files be skipped is owed their list.
    if (unreadable || result_.warnings.size() - result_.unreadable_count < warnings_kept)
      result_.warnings.push_back({why, path});
  }
  void warn(left_out why, const folder& here, const std::string& name) { warn(why, path_of(here, name)); }

  [[nodiscard]] std::string path_of(const folder& here, const std::string& name) const {
    return tree_.folder_path(here.host) + "/" + name;
  }

  void add(const folder& here, int fd, const std::string& name) {
    struct stat is {};
    if (::fstatat(fd, name.c_str(), &is, AT_SYMLINK_NOFOLLOW) != 0) return unreadable(here, name, errno);
    if (S_ISLNK(is.st_mode) && !follow(here, fd, name, is)) return;
    if (std::find(options_.exclude.begin(), options_.exclude.end(), identity(is)) != options_.exclude.end())
      return;
    if (S_ISDIR(is.st_mode)) return add_folder(here, name, is);
    if (!S_ISREG(is.st_mode)) return add_special(here, name, is);
    add_file(here, fd, name, is);
  }

  // Whether `is` now tells what the link leads to; else the link is done with.
  bool follow(const folder& here, int fd, const std::string& name, struct stat& is) {
    const auto link = is;
    if (options_.follow_links && ::fstatat(fd, name.c_str(), &is, 0) == 0) return true;
    if (options_.keep_links)
      add_link(here, fd, name, link);
    else
      warn(options_.follow_links ? left_out::broken_link : left_out::link, here, name);
    return false;
  }

  void add_link(const folder& here, int fd, const std::string& name, const struct stat& is) {
    std::array<char, 4097> target;  // PATH_MAX, and one more to see that it is no longer
    const auto size = ::readlinkat(fd, name.c_str(), target.data(), target.size());
    if (size < 0) return unreadable(here, name, errno);
    make_way(here.node, name);
    const auto node = tree_.add_symbolic_link(
        here.node, name, std::string_view(target.data(), static_cast<std::size_t>(size)), modified(is));
    keep_attributes(node, is);
    ++result_.files;
  }

  void add_special(const folder& here, const std::string& name, const struct stat& is) {
    if (!options_.keep_special) return warn(left_out::special_file, here, name);
    make_way(here.node, name);
    auto how = attributes_of(is);
    how.major = major(is.st_rdev);
    how.minor = minor(is.st_rdev);
    (void)tree_.add_special(here.node, name, kind_of(is), how, modified(is));
    ++result_.files;
  }

  void open(node_id dir) {
    if (options_.open_kept && tree_.is_kept(dir)) options_.open_kept(tree_, dir);
  }

  void make_way(node_id dir, const std::string& name) {
    if (const auto old = tree_.find(dir, name)) remove(*old);
  }

  void remove(node_id old) {
    if (options_.replaced != nullptr) options_.replaced->removed.push_back(old);
    tree_.remove(old);  // cannot fail
  }

  void keep_attributes(node_id node, const struct stat& is) {
    if (options_.keep_attributes) tree_.set_attributes(node, attributes_of(is));
  }

  void unreadable(const folder& here, const std::string& name, int why) {
    if (options_.skip_unreadable) return warn(left_out::unreadable, here, name);
    fail(base::errc::data_stream_create_failure, "read", path_of(here, name), why);
  }

  void add_folder(const folder& here, const std::string& name, const struct stat& is) {
    if (on_the_way(here.way, identity(is))) return warn(left_out::link_loop, here, name);
    auto node = tree_.find(here.node, name);
    if (node && !tree_.is_directory(*node)) {
      remove(*node);
      node.reset();
    }
    if (node) open(*node);
    if (node && options_.replaced != nullptr)
      options_.replaced->modified.emplace_back(*node, tree_.modified(*node));
    if (!node) node = tree_.add_directory(here.node, name);
    tree_.set_modified(*node, modified(is));
    keep_attributes(*node, is);
    pending_.push_back({*node, tree_.add_folder(here.host, name), step(here.way, is)});
    ++result_.directories;
  }

  void add_file(const folder& here, int fd, const std::string& name, const struct stat& is) {
    // Asking the kernel is spared where everybody may read.
    if ((is.st_mode & 0444) != 0444 && ::faccessat(fd, name.c_str(), R_OK, AT_EACCESS) != 0)
      return unreadable(here, name, errno);
    // All that may fail comes first: no file is left that has no content.
    content_id* const seen =
        is.st_nlink > 1 ? &links_.try_emplace(identity(is), no_content).first->second : nullptr;
    const auto how = options_.keep_attributes ? tree_.attributes_number(attributes_of(is)) : 0;
    tree_.make_room_for_content();
    make_way(here.node, name);
    const auto node = tree_.attach(here.node, name,
                                   {.attributes = how,
                                    .seconds = is.st_mtim.tv_sec,
                                    .nanoseconds = static_cast<std::uint32_t>(is.st_mtim.tv_nsec),
                                    .kind = node_kind::file});
    tree_.at(node).what = content_for(here, node, is, seen);
    ++result_.files;
    result_.bytes += static_cast<std::uint64_t>(is.st_size);
  }

  // `seen`: the content of the file's other names, `no_content` for the first.
  content_id content_for(const folder& here, node_id node, const struct stat& is, content_id* seen) {
    if (seen != nullptr && *seen != no_content &&
        tree_.info(*seen).size == static_cast<std::uint64_t>(is.st_size))
      return *seen;
    const auto& n = tree_.at(node);
    const auto what = tree_.add_content({.size = static_cast<std::uint64_t>(is.st_size),
                                         .where = here.host,
                                         .name_at = n.name_at,
                                         .name_size = n.name_size,
                                         .links_followed = options_.follow_links});
    if (seen != nullptr) *seen = what;
    return what;
  }

  file_tree& tree_;
  const add_options& options_;
  const base::progress& progress_;
  const std::stop_token& stop_;
  std::vector<folder> pending_;
  std::vector<way_step> way_;
  std::map<file_identity, content_id> links_;
  warm_up warm_up_;
  add_result result_;
};

add_result add_tree(file_tree& tree, node_id into, const std::filesystem::path& source,
                    const add_options& options, const base::progress& progress, const std::stop_token& stop) {
  return tree_builder(tree, options, progress, stop).run(into, source);
}

add_result add_source(file_tree& tree, node_id into, const std::filesystem::path& source,
                      const add_options& options, const base::progress& progress,
                      const std::stop_token& stop) {
  struct stat is {};
  if (::stat(source.c_str(), &is) != 0) base::throw_errno(errno, "Cannot read", source.native());
  if (S_ISDIR(is.st_mode)) return add_tree(tree, into, source, options, progress, stop);
  auto name = std::filesystem::absolute(source).lexically_normal().filename().native();
  if (options.open_kept && tree.is_kept(into)) options.open_kept(tree, into);
  if (const auto old = tree.find(into, name); old && !tree.is_directory(*old)) tree.remove(*old);
  (void)tree.add_host_file(into, name, source);
  return {.files = 1, .bytes = static_cast<std::uint64_t>(is.st_size)};
}

}  // namespace comeback::tree
