// SPDX-License-Identifier: Apache-2.0
#include "image/extract.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "image/file_reader.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace comeback::image {
namespace {

constexpr std::size_t chunk = 1 << 20;
constexpr std::uint64_t largest_file = std::numeric_limits<off_t>::max();

// A folder below `top`, or `top` itself, whatever its path tries.
base::unique_fd open_beneath(int top, const std::string& path) {
  open_how how{};
  how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const auto* name = path.empty() ? "." : path.c_str();
  return base::unique_fd(static_cast<int>(::syscall(SYS_openat2, top, name, &how, sizeof(how))));
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 255 && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos;
}

timespec to_timespec(base::timestamp t) {
  return {static_cast<time_t>(t.seconds), static_cast<long>(t.nanoseconds)};
}

std::array<timespec, 2> times_of(const entry& e) {
  return {to_timespec(e.times.accessed.value_or(e.modified)), to_timespec(e.modified)};
}

// Owners are not restored, so neither is what would lend their rights.
constexpr mode_t permission_bits = 0777;

std::optional<mode_t> mode_of(const entry& e) {
  if (!e.attributes.given) return std::nullopt;
  return static_cast<mode_t>(e.attributes.permissions & permission_bits);
}

mode_t device_bits(tree::node_kind kind) {
  switch (kind) {
    case tree::node_kind::block_device:
      return S_IFBLK;
    case tree::node_kind::character_device:
      return S_IFCHR;
    case tree::node_kind::fifo:
      return S_IFIFO;
    default:
      return S_IFSOCK;
  }
}

// What nobody recorded takes no room: it becomes holes.
std::uint64_t recorded_bytes(const entry& e) {
  std::uint64_t bytes = e.embedded.size();
  for (const auto& run : e.runs) bytes += run.recorded ? run.bytes : 0;
  return bytes;
}

// Something is wrong with one item of the image; the others can be written nevertheless.
class item_fault : public base::error {
 public:
  using base::error::error;
};

template <class T>
T value_of_item(base::parsed<T> answer) {
  if (!answer) throw item_fault(base::errc::file_system_inconsistent, base::to_string(answer.error()));
  return std::move(*answer);
}

class extractor {
 public:
  extractor(const opened_image& image, const std::filesystem::path& target, const extract_options& how,
            const base::progress& progress, const std::stop_token& stop)
      : image_(image),
        target_(target.native()),
        how_(how),
        progress_(progress),
        stop_(stop),
        fs_(how.from.value_or(image.best())),
        bytes_left_(how.max_bytes.value_or(std::max<std::uint64_t>(image.source().size(), 1 << 20) * 1024)) {
    std::error_code failed;
    std::filesystem::create_directories(target, failed);
    if (failed) base::throw_errno(failed.value(), "Cannot make the folder", target_);
    top_.reset(::open(target_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!top_) base::throw_errno(errno, "Cannot open the folder", target_);
  }

  extract_result run() {
    if (how_.paths.empty()) extract_below("/", image_.root(fs_));
    for (const auto& path : how_.paths) extract_path(path);
    // Last, since what is put into a folder changes its time.
    for (auto one = folders_.rbegin(); one != folders_.rend(); ++one)
      if (one->made) finish_folder(*one);
    return result_;
  }

 private:
  // A name and a way up instead of a path: in deep trees all paths together would be large.
  struct seen_folder {
    std::string name;
    std::size_t parent;  // in `folders_`
    std::array<timespec, 2> times;
    std::optional<mode_t> mode;
    bool made;  // by us: only then its time is ours to set
  };
  // The first name of a file that has several.
  struct first_name {
    std::string path;
    std::uint64_t size, place;
  };
  static constexpr std::size_t top = static_cast<std::size_t>(-1);

  void extract_below(const std::string& path, const entry& from) {
    const auto walked = image_.walk(fs_, path, from, [this](const std::string& at, const entry& e) {
      write(at.substr(1), e);
      return true;
    });
    if (!walked) note_failed(path, "not all below it can be listed: " + base::to_string(walked.error()));
  }

  void extract_path(const std::string& path) {
    std::string at;
    entry here = image_.root(fs_);
    for (std::string_view rest = path; !rest.empty();) {
      const auto part = rest.substr(0, rest.find('/'));
      rest.remove_prefix(std::min(rest.size(), part.size() + 1));
      if (part.empty()) continue;
      here = value_or_throw(image_.find(fs_, (at.empty() ? "" : "/" + at) + "/" + std::string(part)), image_);
      at += (at.empty() ? "" : "/") + here.name;
      write(at, here);
    }
    if (here.directory) extract_below("/" + at, here);
  }

  // `path` has no slash in front; everything but its last part is a folder that was made already.
  void write(const std::string& path, const entry& e) {
    base::check(stop_);
    base::report(progress_, {"extracting", result_.bytes, 0, path});
    if (!failed_folder_.empty() && path.starts_with(failed_folder_)) return;  // told with the folder
    failed_folder_.clear();
    try {
      write_item(path, e);
    } catch (const item_fault& f) {
      note_failed("/" + path, f.what());
      if (e.directory) failed_folder_ = path + "/";
    }
  }

  void note_failed(std::string path, std::string why) {
    constexpr std::size_t kept = 1000;
    if (result_.failed_count++ < kept) result_.failed.push_back({std::move(path), std::move(why)});
  }

  void write_item(const std::string& path, const entry& e) {
    if (!is_name(e.name)) throw item_fault(base::errc::invalid_path, "no folder may hold such a name");
    enter(path.substr(0, path.size() - std::min(path.size(), e.name.size() + 1)));
    if (e.fault) throw item_fault(base::errc::file_system_inconsistent, base::to_string(*e.fault));
    if (e.directory) return make_folder(path, e);
    if (e.kind != tree::node_kind::file && e.kind != tree::node_kind::symbolic_link && !how_.devices)
      return leave_out(path);
    if (e.kind == tree::node_kind::symbolic_link) return make_link(path, e);
    if (e.kind != tree::node_kind::file) return make_special(path, e);
    if (!link_to_first(path, e)) write_file(path, e);
  }

  // Late: what is replaced stays where nothing takes its place.
  void make_way(const std::string& path, const entry& e) {
    if (how_.overwrite && ::unlinkat(here_.get(), e.name.c_str(), 0) != 0 && errno != ENOENT)
      fail(errno, "Cannot replace", path);
  }

  void leave_out(const std::string& path) {
    constexpr std::size_t kept = 100;
    if (result_.left_out_count++ < kept) result_.left_out.push_back(path);
  }

  // The target is made as it is; nothing is ever opened through it.
  void make_link(const std::string& path, const entry& e) {
    const auto& to = e.link_target;
    if (to.empty() || to.find('\0') != std::string::npos)
      throw item_fault(base::errc::invalid_path, "no link can have its target");
    make_way(path, e);
    if (::symlinkat(to.c_str(), here_.get(), e.name.c_str()) != 0) fail(errno, "Cannot make the link", path);
    const auto times = times_of(e);
    (void)::utimensat(here_.get(), e.name.c_str(), times.data(), AT_SYMLINK_NOFOLLOW);
    ++result_.links;
  }

  void make_special(const std::string& path, const entry& e) {
    const auto numbers = ::makedev(e.attributes.major, e.attributes.minor);
    const auto mode = mode_of(e).value_or(0666) | device_bits(e.kind);
    make_way(path, e);
    if (::mknodat(here_.get(), e.name.c_str(), mode, numbers) != 0) fail(errno, "Cannot make", path);
    const auto times = times_of(e);
    (void)::utimensat(here_.get(), e.name.c_str(), times.data(), AT_SYMLINK_NOFOLLOW);
    ++result_.specials;
  }

  // Whether another name of the file was written, and this one is now a hard link to it. An image may say
  // "the same file" of different ones: then they are written as they are.
  bool link_to_first(const std::string& path, const entry& e) {
    if (e.node == 0 || e.link_count < 2) return false;
    const auto place = e.runs.empty() ? 0 : e.runs.front().offset();
    const auto [known, fresh] = first_names_.try_emplace(e.node, first_name{path, e.size, place});
    const auto& first = known->second;
    if (fresh || first.size != e.size || first.place != place) return false;
    const auto slash = first.path.rfind('/');
    const auto folder =
        open_beneath(top_.get(), slash == std::string::npos ? "" : first.path.substr(0, slash));
    const auto* name = first.path.c_str() + (slash == std::string::npos ? 0 : slash + 1);
    // Where it cannot be linked (a file system without links, one name replaced by another) it is written.
    if (!folder) return false;
    make_way(path, e);
    if (::linkat(folder.get(), name, here_.get(), e.name.c_str(), 0) != 0) return false;
    ++result_.files;
    return true;
  }

  void enter(const std::string& folder) {
    if (here_ && folder == here_path_) return;
    here_ = open_beneath(top_.get(), folder);
    if (!here_) fail(errno, "Cannot open the folder", folder);
    here_path_ = folder;
  }

  void make_folder(const std::string& path, const entry& e) {
    const bool made = ::mkdirat(here_.get(), e.name.c_str(), 0777) == 0;
    const int why = errno;
    struct stat is {};
    const bool there =
        made || (why == EEXIST && ::fstatat(here_.get(), e.name.c_str(), &is, AT_SYMLINK_NOFOLLOW) == 0 &&
                 S_ISDIR(is.st_mode));
    if (!there) fail(why, "Cannot make the folder", path);
    if (made) ++result_.directories;
    // Folders come before what is in them: those above this one are the last ones seen, one a level.
    way_.resize(static_cast<std::size_t>(std::ranges::count(path, '/')));
    folders_.push_back({e.name, way_.empty() ? top : way_.back(), times_of(e), mode_of(e), made});
    way_.push_back(folders_.size() - 1);
  }

  void write_file(const std::string& path, const entry& e) {
    const auto bytes = recorded_bytes(e);
    if (bytes > bytes_left_ || e.size > largest_file)
      throw base::error(base::errc::data_too_big,
                        fmt::format("{}: its files are larger than the limit set for extracting.",
                                    base::printable(image_.source().name())));
    bytes_left_ -= bytes;
    auto file = new_file(e);
    const bool replaces = !file && errno == EEXIST && how_.overwrite;
    if (replaces) file.reset(::openat(here_.get(), ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666));
    if (replaces && file) {
      fill(file.get(), path, e);
      give_name(file.get(), path, e);
      return;
    }
    if (replaces) {  // a file system without nameless files
      make_way(path, e);
      file = new_file(e);
    }
    if (!file) fail(errno, "Cannot make", path);
    try {
      fill(file.get(), path, e);
    } catch (...) {
      ::unlinkat(here_.get(), e.name.c_str(), 0);
      throw;
    }
  }

  [[nodiscard]] base::unique_fd new_file(const entry& e) const {
    return base::unique_fd(
        ::openat(here_.get(), e.name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  }

  void fill(int file, const std::string& path, const entry& e) {
    copy(file, path, e);
    const auto times = times_of(e);
    if (const auto mode = mode_of(e)) (void)::fchmod(file, *mode);
    (void)::futimens(file, times.data());
    ++result_.files;
  }

  // Whole by now, it takes the place of what has its name.
  void give_name(int file, const std::string& path, const entry& e) {
    make_way(path, e);
    const auto from = fmt::format("/proc/self/fd/{}", file);  // open(2), O_TMPFILE
    if (::linkat(AT_FDCWD, from.c_str(), here_.get(), e.name.c_str(), AT_SYMLINK_FOLLOW) != 0)
      fail(errno, "Cannot make", path);
  }

  void copy(int file, const std::string& path, const entry& e) {
    buffer_.resize(chunk);
    file_reader from(image_, e);
    bool holes = false;
    for (std::uint64_t at = 0; at < e.size;) {
      base::check(stop_);
      if (const auto hole = from.hole_at(at); hole > 0) {
        holes = true;
        at += hole;
        if (::lseek(file, static_cast<off_t>(at), SEEK_SET) < 0) fail(errno, "Cannot write", path);
        continue;
      }
      const auto n = read(from, at);
      if (n == 0) break;
      base::write_all(file, std::span(buffer_).first(n), target_ + "/" + path);
      at += n;
      result_.bytes += n;
      if (at < e.size) base::report(progress_, {"extracting", result_.bytes, 0, path});
    }
    if (holes && ::ftruncate(file, static_cast<off_t>(e.size)) != 0) fail(errno, "Cannot write", path);
  }

  // What the image's medium cannot give, such as a bad sector, concerns this file alone.
  std::size_t read(file_reader& from, std::uint64_t at) try {
    return value_of_item(from.read(at, buffer_));
  } catch (const item_fault&) {
    throw;
  } catch (const base::error& e) {
    throw item_fault(e.code(), e.what());
  }

  void finish_folder(const seen_folder& made) {
    const auto parent = open_beneath(top_.get(), path_of(made.parent));
    if (!parent) return;
    const base::unique_fd folder(
        ::openat(parent.get(), made.name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder) return;
    if (made.mode) (void)::fchmod(folder.get(), *made.mode);
    (void)::futimens(folder.get(), made.times.data());
  }

  [[nodiscard]] std::string path_of(std::size_t which) const {
    std::vector<std::string_view> names;
    for (; which != top; which = folders_[which].parent) names.push_back(folders_[which].name);
    std::string out;
    for (auto name = names.rbegin(); name != names.rend(); ++name)
      out.append(out.empty() ? "" : "/").append(*name);
    return out;
  }

  [[noreturn]] void fail(int number, std::string_view doing, const std::string& path) {
    const auto whole = target_ + "/" + path;
    if (number == EEXIST)
      throw base::error(base::errc::already_exists,
                        base::printable(whole) + " exists already; it is not replaced.");
    base::throw_errno(number, doing, whole);
  }

  const opened_image& image_;
  const std::string target_;
  const extract_options& how_;
  const base::progress& progress_;
  const std::stop_token& stop_;
  file_system fs_;
  std::uint64_t bytes_left_;
  base::unique_fd top_, here_;
  std::string here_path_;
  std::vector<std::byte> buffer_;
  std::vector<seen_folder> folders_;                           // in the order they were met
  std::unordered_map<std::uint64_t, first_name> first_names_;  // by node
  std::vector<std::size_t> way_;  // from the top to the folder last met, in `folders_`
  std::string failed_folder_;     // with a slash behind it: what follows lies below
  extract_result result_;
};

}  // namespace

extract_result extract(const opened_image& image, const std::filesystem::path& target,
                       const extract_options& how, const base::progress& progress,
                       const std::stop_token& stop) {
  return extractor(image, target, how, progress, stop).run();
}

}  // namespace comeback::image
