// SPDX-License-Identifier: Apache-2.0
#include "optical/recorder_folder.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "optical/image_recorder.hpp"
#include "optical/recorder_files.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <tuple>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace comeback::optical {
namespace {

namespace fs = std::filesystem;
using base::errc;
using base::error;

constexpr std::string_view id_begin = "image-recorder:", record_end = ".recorder";
constexpr std::size_t longest_name = 64;

// ASCII alone, whatever the locale.
bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool may_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_name && is_letter_or_digit(name.front()) &&
         std::ranges::all_of(
             name, [](char c) { return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-'; });
}

void require_name(std::string_view name) {
  if (may_name(name)) return;
  throw error(
      errc::invalid_name,
      fmt::format(
          "'{}' cannot name a recorder: use 1 to {} letters, digits, '.', '_' and '-', and begin with "
          "a letter or digit.",
          base::printable_excerpt(name), longest_name));
}

void make(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder.parent_path(), failed);
  if (failed) base::throw_errno(failed.value(), "Cannot make", folder.parent_path().native());
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    base::throw_errno(errno, "Cannot make", folder.native());
}

// Those who add and remove wait for each other.
base::unique_fd locked(const fs::path& folder) {
  base::unique_fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::flock(fd.get(), LOCK_EX) != 0) base::throw_errno(errno, "Cannot lock", folder.native());
  return fd;
}

// An image is kept by its path without links, so that it is found in one recorder only.
fs::path image_to_keep(const fs::path& image) {
  std::error_code gone;
  auto path = fs::canonical(image, gone);
  if (gone) base::throw_errno(gone.value(), "Cannot find", image.native());
  if (path.native().find('\n') != std::string::npos)
    throw error(errc::invalid_name, fmt::format("{} cannot be kept: there is a line feed in its path.",
                                                base::printable(path.native())));
  return path;
}

listed_recorder look_at(const fs::path& folder, const std::string& name) {
  listed_recorder found{.name = name, .id = recorder_id(name), .record = {}, .damage = {}};
  try {
    found.record = recorder_files(folder, name).read();
  } catch (const error& e) {
    found.damage = e.what();
  }
  return found;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator each(folder, failed), end; !failed && each != end; each.increment(failed)) {
    auto name = each->path().filename().native();
    if (!name.ends_with(record_end)) continue;
    name.resize(name.size() - record_end.size());
    if (may_name(name)) names.push_back(std::move(name));
  }
  if (failed && failed != std::errc::no_such_file_or_directory)
    base::throw_errno(failed.value(), "Cannot read", folder.native());
  return names;
}

}  // namespace

std::string recorder_id(std::string_view name) { return fmt::format("{}{}", id_begin, name); }

std::vector<listed_recorder> recorder_folder::list() const {
  std::vector<listed_recorder> all;
  for (const auto& name : names_in(path_)) all.push_back(look_at(path_, name));
  std::ranges::sort(all, {},
                    [](const auto& r) { return std::tuple(!r.damage.empty(), r.record.number, r.name); });
  return all;
}

std::vector<std::string> recorder_folder::ids() const {
  std::vector<std::string> ids;
  for (auto& each : list())
    if (each.damage.empty()) ids.push_back(std::move(each.id));
  return ids;
}

std::unique_ptr<recorder> recorder_folder::open(std::string_view id) const {
  const auto name = id.starts_with(id_begin) ? id.substr(id_begin.size()) : std::string_view();
  if (!may_name(name))
    throw error(errc::item_not_found,
                fmt::format("'{}' is the id of no recorder.", base::printable_excerpt(id)));
  recorder_files files(path_, name);
  (void)files.read();
  return std::make_unique<image_recorder>(std::move(files));
}

void recorder_folder::require_new(std::string_view name) const {
  require_name(name);
  if (recorder_files(path_, name).exist())
    throw error(errc::already_exists, fmt::format("There is a recorder '{}' already.", name));
}

void recorder_folder::add(std::string_view name, const fs::path& image) const {
  require_name(name);
  const auto kept = image_to_keep(image);
  make(path_);
  const auto lock = locked(path_);
  require_new(name);
  std::uint32_t number = 0;
  for (const auto& each : list()) {
    if (!each.damage.empty()) continue;
    if (each.record.image == kept)
      throw error(errc::already_exists, fmt::format("{} is in the recorder '{}' already.",
                                                    base::printable(kept.native()), each.name));
    number = std::max(number, each.record.number);
  }
  if (number == std::numeric_limits<std::uint32_t>::max())
    throw error(errc::fail, "There are no more numbers for recorders.");
  recorder_files(path_, name).write({number + 1, false, kept});
}

void recorder_folder::remove(std::string_view name) const {
  const recorder_files files(path_, name);
  // Not read: a damaged one goes as well.
  if (!may_name(name) || !files.exist()) throw no_such_recorder(name);
  const auto lock = locked(path_);
  const auto exclusive = files.lock("comeback recorder remove");
  files.remove();
}

}  // namespace comeback::optical
