// SPDX-License-Identifier: Apache-2.0
#include "tree/tree.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace comeback::tree {
namespace {

constexpr std::size_t index_of(node_id n) { return static_cast<std::uint32_t>(n); }

void check_name(std::string_view name) {
  const bool fits = !name.empty() && name.size() <= 255 && name != "." && name != ".." &&
                    name.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos;
  if (!fits)
    throw base::error(
        base::errc::invalid_name,
        fmt::format("\"{}\" cannot be the name of a file or directory.", base::printable(name)));
}

constexpr std::size_t link_target_limit = 4096;  // PATH_MAX: no host makes a longer one

// Numbers of nodes, contents and name bytes are 32 bits: room for 100 million files.
std::uint32_t number(std::size_t size) {
  if (size >= 0xFFFFFFF0) throw base::error(base::errc::image_size_limit, "The tree has too many files.");
  return static_cast<std::uint32_t>(size);
}

// Whether memory can be had shows before anything is changed: after this, adding one more cannot fail.
template <class T>
void make_room(std::vector<T>& table) {
  (void)number(table.size());
  if (table.size() == table.capacity()) table.reserve(std::max<std::size_t>(8, table.size() * 2));
}

}  // namespace

file_tree::file_tree() : nodes_(1) {}

std::uint64_t file_tree::hash(node_id dir, std::string_view name) {
  return std::hash<std::string_view>{}(name) ^ (index_of(dir) * 0x9E3779B97F4A7C15ULL);
}

const file_tree::node& file_tree::at(node_id n) const {
  if (index_of(n) >= nodes_.size() || nodes_[index_of(n)].removed)
    throw base::error(base::errc::item_not_found, "There is no such item in the tree.");
  return nodes_[index_of(n)];
}

file_tree::node& file_tree::at(node_id n) { return const_cast<node&>(std::as_const(*this).at(n)); }

content_id file_tree::content_of(node_id n) const {
  return at(n).kind == node_kind::file ? at(n).what : no_content;
}

const attributes& file_tree::attributes_of(node_id n) const {
  static constexpr attributes file{.permissions = 0444}, directory{.permissions = 0555};
  const auto& given = attributes_[at(n).attributes];
  if (given.given) return given;
  return is_directory(n) ? directory : file;
}

other_times file_tree::times_of(node_id n) const {
  const auto found = times_.find(static_cast<std::uint32_t>(n));
  return found == times_.end() ? other_times{} : found->second;
}

std::string_view file_tree::link_target(node_id n) const {
  if (kind(n) != node_kind::symbolic_link) return {};
  const auto& target = targets_[static_cast<std::uint32_t>(at(n).what)];
  return text(target.at, target.size);
}

const std::vector<named_stream>& file_tree::streams_of(node_id n) const {
  static const std::vector<named_stream> none_;
  const auto found = streams_.find(static_cast<std::uint32_t>(n));
  return found == streams_.end() ? none_ : found->second;
}

std::uint64_t file_tree::size(node_id n) const {
  const auto what = content_of(n);
  return what == no_content ? 0 : contents_[static_cast<std::uint32_t>(what)].size;
}

std::string file_tree::path(node_id n) const {
  std::vector<std::string_view> names;
  for (; n != root; n = parent(n)) names.push_back(name(n));
  std::string out;
  for (auto part = names.rbegin(); part != names.rend(); ++part) out.append("/").append(*part);
  return out.empty() ? "/" : out;
}

node_id file_tree::first_child(node_id dir) const { return at(dir).first; }

std::vector<node_id> file_tree::children(node_id dir) const {
  std::vector<node_id> all;
  for (node_id n = first_child(dir); n != no_node; n = next_sibling(n)) all.push_back(n);
  return all;
}

std::vector<node_id> file_tree::sorted_children(node_id dir) const {
  auto all = children(dir);
  const auto by_name = [this](node_id a, node_id b) { return name(a) < name(b); };
  if (!std::is_sorted(all.begin(), all.end(), by_name)) std::sort(all.begin(), all.end(), by_name);
  return all;
}

std::optional<node_id> file_tree::lookup(node_id dir, std::string_view wanted) const {
  const auto found = index_.find(hash(dir, wanted), [&](std::uint32_t entry) {
    const node& n = nodes_[entry];
    return n.parent == dir && text(n.name_at, n.name_size) == wanted;
  });
  if (found == name_index::empty) return std::nullopt;
  return node_id{found};
}

std::optional<node_id> file_tree::find(node_id dir, std::string_view name) const {
  (void)at(dir);
  return lookup(dir, name);
}

std::optional<node_id> file_tree::find_path(std::string_view path) const {
  std::optional<node_id> here = root;
  while (here && !path.empty()) {
    const auto part = path.substr(0, path.find('/'));
    if (!part.empty()) here = lookup(*here, part);
    path.remove_prefix(std::min(path.size(), part.size() + 1));
  }
  return here;
}

std::uint32_t file_tree::store(std::string_view name) {
  const auto where = number(names_.size() + name.size()) - static_cast<std::uint32_t>(name.size());
  names_.append(name);
  return where;
}

void file_tree::require_free(node_id dir, std::string_view name) const {
  if (!is_directory(dir))
    throw base::error(base::errc::not_a_directory,
                      base::printable(path(dir)) + " is a file, not a directory.");
  if (is_kept(dir))
    throw base::error(base::errc::not_supported,
                      base::printable(path(dir)) + " was not read from the older session that it lies in.");
  if (lookup(dir, name))
    throw base::error(
        base::errc::duplicate_name,
        fmt::format("{} has an item \"{}\" already.", base::printable(path(dir)), base::printable(name)));
}

node_id file_tree::attach(node_id dir, std::string_view name, node fresh) {
  check_name(name);
  require_free(dir, name);
  fresh.parent = dir;
  make_room(nodes_);
  index_.make_room(1, hash_of_node());
  fresh.name_at = store(name);
  fresh.name_size = static_cast<std::uint16_t>(name.size());
  const node_id n{static_cast<std::uint32_t>(nodes_.size())};
  nodes_.push_back(fresh);
  index_.insert(static_cast<std::uint32_t>(n), hash_of_node());
  link_to(dir, n);
  ++(fresh.kind == node_kind::directory ? directories_ : files_);
  return n;
}

void file_tree::link_to(node_id dir, node_id n) {
  auto& folder = at(dir);
  if (folder.last == no_node)
    folder.first = n;
  else
    at(folder.last).next = n;
  folder.last = n;
}

void file_tree::make_room_for_content() {
  make_room(contents_);
  make_room(objects_);
}

content_id file_tree::add_content(stored_content what) {
  make_room(contents_);
  const content_id id{static_cast<std::uint32_t>(contents_.size())};
  contents_.push_back(what);
  return id;
}

node_id file_tree::add_directory(node_id dir, std::string_view name, base::timestamp modified) {
  return attach(dir, name, {.seconds = modified.seconds, .nanoseconds = modified.nanoseconds});
}

node_id file_tree::add_kept_directory(node_id dir, std::string_view name, base::timestamp modified) {
  return attach(dir, name, {.seconds = modified.seconds, .nanoseconds = modified.nanoseconds, .kept = true});
}

void file_tree::open_kept(node_id dir) { at(dir).kept = false; }

node_id file_tree::add_file(node_id dir, std::string_view name, std::shared_ptr<const content> what,
                            base::timestamp modified) {
  if (!what) throw base::error(base::errc::invalid_parameter, base::printable(name) + " has no content.");
  make_room_for_content();
  const auto n = attach(
      dir, name, {.seconds = modified.seconds, .nanoseconds = modified.nanoseconds, .kind = node_kind::file});
  at(n).what = add_content({.size = what->size(),
                            .where = objects_.size(),
                            .name_at = at(n).name_at,
                            .name_size = at(n).name_size,
                            .from = origin::object});
  objects_.push_back(std::move(what));
  return n;
}

node_id file_tree::add_placed_file(node_id dir, std::string_view name, std::uint64_t first_block,
                                   std::uint64_t size, base::timestamp modified) {
  make_room_for_content();
  const auto n = attach(
      dir, name, {.seconds = modified.seconds, .nanoseconds = modified.nanoseconds, .kind = node_kind::file});
  at(n).what = add_content({.size = size,
                            .where = first_block,
                            .name_at = at(n).name_at,
                            .name_size = at(n).name_size,
                            .from = origin::placed});
  return n;
}

file_tree::host_facts file_tree::look_at(const std::filesystem::path& path) {
  struct stat is {};
  if (::stat(path.c_str(), &is) != 0) base::throw_errno(errno, "Cannot read", path.native());
  if (S_ISDIR(is.st_mode)) base::throw_errno(EISDIR, "Cannot read", path.native());
  if (!S_ISREG(is.st_mode))
    throw base::error(base::errc::not_supported, base::printable(path.native()) + " is no regular file.");
  if (::faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) != 0)
    base::throw_errno(errno, "Cannot read", path.native());
  return {std::filesystem::absolute(path),  // the working directory may change before it is read
          static_cast<std::uint64_t>(is.st_size),
          {is.st_mtim.tv_sec, static_cast<std::uint32_t>(is.st_mtim.tv_nsec)}};
}

file_tree::stored_content file_tree::host_content(const host_facts& file) {
  const auto folder = add_folder(none, file.path.parent_path().native());
  const auto name = file.path.filename().native();
  return {.size = file.size,
          .where = folder,
          .name_at = store(name),
          .name_size = static_cast<std::uint16_t>(name.size())};
}

node_id file_tree::add_host_file(node_id dir, std::string_view name, const std::filesystem::path& path) {
  const auto file = look_at(path);
  const auto what = host_content(file);
  make_room_for_content();
  const auto n = attach(
      dir, name,
      {.seconds = file.modified.seconds, .nanoseconds = file.modified.nanoseconds, .kind = node_kind::file});
  at(n).what = add_content(what);
  return n;
}

content_id file_tree::add_hidden_host_file(const std::filesystem::path& path) {
  return add_content(host_content(look_at(path)));
}

content_id file_tree::add_object(std::string_view name, std::shared_ptr<const content> what) {
  if (!what) throw base::error(base::errc::invalid_parameter, base::printable(name) + " has no content.");
  make_room_for_content();
  const auto id = add_content({.size = what->size(),
                               .where = objects_.size(),
                               .name_at = store(name),
                               .name_size = static_cast<std::uint16_t>(name.size()),
                               .from = origin::object});
  objects_.push_back(std::move(what));
  return id;
}

content_id file_tree::add_hidden(std::string_view name, std::shared_ptr<const content> what) {
  return add_object(name.substr(0, 255), std::move(what));
}

content_id file_tree::add_hidden_placed(std::string_view name, std::uint64_t first_block,
                                        std::uint64_t size) {
  make_room_for_content();
  name = name.substr(0, 255);
  return add_content({.size = size,
                      .where = first_block,
                      .name_at = store(name),
                      .name_size = static_cast<std::uint16_t>(name.size()),
                      .from = origin::placed});
}

node_id file_tree::add_link(node_id dir, std::string_view name, node_id file) {
  if (kind(file) != node_kind::file)
    throw base::error(base::errc::not_a_file, base::printable(path(file)) + " is no file.");
  const auto old = at(file);
  return attach(dir, name,
                {.what = old.what,
                 .attributes = old.attributes,
                 .seconds = old.seconds,
                 .nanoseconds = old.nanoseconds,
                 .kind = node_kind::file});
}

node_id file_tree::add_symbolic_link(node_id dir, std::string_view name, std::string_view target,
                                     base::timestamp modified) {
  if (target.empty() || target.size() > link_target_limit || target.find('\0') != std::string_view::npos)
    throw base::error(
        base::errc::invalid_parameter,
        fmt::format("\"{}\" cannot be what a symbolic link points to.", base::printable_excerpt(target)));
  make_room(targets_);
  const stored_text where{store(target), static_cast<std::uint32_t>(target.size())};
  const auto n = attach(dir, name,
                        {.what = content_id{static_cast<std::uint32_t>(targets_.size())},
                         .seconds = modified.seconds,
                         .nanoseconds = modified.nanoseconds,
                         .kind = node_kind::symbolic_link});
  targets_.push_back(where);
  return n;
}

node_id file_tree::add_special(node_id dir, std::string_view name, node_kind what, const attributes& how,
                               base::timestamp modified) {
  if (what < node_kind::character_device)
    throw base::error(base::errc::invalid_parameter, "Only devices, pipes and sockets are special files.");
  return attach(dir, name,
                {.attributes = attributes_number(how),
                 .seconds = modified.seconds,
                 .nanoseconds = modified.nanoseconds,
                 .kind = what});
}

std::uint32_t file_tree::attributes_number(const attributes& how) {
  make_room(attributes_);
  const auto [at_index, fresh] =
      attribute_index_.try_emplace(how, static_cast<std::uint32_t>(attributes_.size()));
  if (fresh) attributes_.push_back(how);
  return at_index->second;
}

void file_tree::set_attributes(node_id n, const attributes& how) {
  at(n).attributes = attributes_number(how);
}

void file_tree::set_times(node_id n, const other_times& times) {
  (void)at(n);
  times_[static_cast<std::uint32_t>(n)] = times;
}

void file_tree::add_stream(node_id file, std::string_view name, std::shared_ptr<const content> what) {
  if (!what) throw base::error(base::errc::invalid_parameter, base::printable(name) + " has no content.");
  auto& all = streams_with_room(file, name);
  std::string own(name);
  all.push_back({std::move(own), add_object(name, std::move(what))});
}

void file_tree::add_stream(node_id file, std::string_view name, content_id what) {
  auto& all = streams_with_room(file, name);
  all.push_back({std::string(name), what});
}

std::vector<named_stream>& file_tree::streams_with_room(node_id file, std::string_view name) {
  check_name(name);
  if (kind(file) != node_kind::file)
    throw base::error(base::errc::not_a_file, base::printable(path(file)) + " is no file.");
  auto& all = streams_[static_cast<std::uint32_t>(file)];
  if (std::ranges::any_of(all, [name](const named_stream& s) { return s.name == name; }))
    throw base::error(
        base::errc::duplicate_name,
        fmt::format("{} has a stream \"{}\" already.", base::printable(path(file)), base::printable(name)));
  make_room(all);
  return all;
}

void file_tree::remove_stream(node_id file, std::string_view name) {
  const auto found = streams_.find(static_cast<std::uint32_t>(file));
  const auto gone = found == streams_.end() ? 0 : std::erase_if(found->second, [name](const named_stream& s) {
    return s.name == name;
  });
  if (gone == 0)
    throw base::error(
        base::errc::item_not_found,
        fmt::format("{} has no stream \"{}\".", base::printable(path(file)), base::printable(name)));
  if (found->second.empty()) streams_.erase(found);
}

void file_tree::set_modified(node_id n, base::timestamp modified) {
  at(n).seconds = modified.seconds;
  at(n).nanoseconds = modified.nanoseconds;
}

void file_tree::set_content(node_id file, content_id what) {
  if (kind(file) != node_kind::file || static_cast<std::size_t>(what) >= contents_.size())
    throw base::error(base::errc::invalid_parameter,
                      "Only a file takes a content, and only one of its tree.");
  at(file).what = what;
}

content_id file_tree::set_content(node_id file, std::shared_ptr<const content> what) {
  if (kind(file) != node_kind::file || !what)
    throw base::error(base::errc::invalid_parameter, "Only a file takes a content.");
  const auto id = add_object(std::string(name(file)), std::move(what));
  at(file).what = id;
  return id;
}

// Siblings and parents lead on, so that it takes no memory, which removing could not have.
template <class Visit>
void file_tree::each_from(node_id n, Visit&& visit) {
  for (auto here = n;; here = nodes_[index_of(here)].next) {
    visit(here);
    while (nodes_[index_of(here)].first != no_node) {
      here = nodes_[index_of(here)].first;
      visit(here);
    }
    while (here != n && nodes_[index_of(here)].next == no_node) here = nodes_[index_of(here)].parent;
    if (here == n) return;
  }
}

void file_tree::remove(node_id n) {
  if (n == root) throw base::error(base::errc::invalid_parameter, "The root cannot be removed.");
  auto& folder = at(parent(n));
  const auto after = next_sibling(n);
  node_id before = no_node;
  for (node_id i = folder.first; i != n; i = next_sibling(i)) before = i;
  if (before == no_node)
    folder.first = after;
  else
    at(before).next = after;
  if (folder.last == n) folder.last = before;

  each_from(n, [this](node_id one) {
    node& gone = nodes_[index_of(one)];
    index_.erase(static_cast<std::uint32_t>(one), hash_of_node()(static_cast<std::uint32_t>(one)));
    --(gone.kind == node_kind::directory ? directories_ : files_);
    gone.removed = true;
  });
}

bool file_tree::contains(node_id n) const {
  return index_of(n) < nodes_.size() && !nodes_[index_of(n)].removed;
}

// What lies below still hangs together as it did when it was removed; names, times and streams were kept.
void file_tree::restore(node_id n) {
  if (index_of(n) >= nodes_.size() || contains(n))
    throw base::error(base::errc::invalid_parameter, "Only what was removed can be restored.");
  auto& top = nodes_[index_of(n)];
  require_free(top.parent, text(top.name_at, top.name_size));
  std::size_t count = 0;
  each_from(n, [&count](node_id) { ++count; });
  index_.make_room(count, hash_of_node());
  top.next = no_node;
  each_from(n, [this](node_id one) {
    node& back = nodes_[index_of(one)];
    back.removed = false;
    index_.insert(static_cast<std::uint32_t>(one), hash_of_node());
    ++(back.kind == node_kind::directory ? directories_ : files_);
  });
  link_to(top.parent, n);
}

file_tree::content_info file_tree::info(content_id c) const {
  const auto& what = contents_.at(static_cast<std::uint32_t>(c));
  return {what.size, what.from == origin::placed ? what.where : 0, what.from};
}

std::string file_tree::describe(content_id c) const {
  const auto& what = contents_.at(static_cast<std::uint32_t>(c));
  const auto own = text(what.name_at, what.name_size);
  if (what.from != origin::host_file) return std::string(own);
  auto whole = folder_path(static_cast<std::uint32_t>(what.where));
  if (!whole.ends_with('/')) whole += '/';
  return whole.append(own);
}

std::uint32_t file_tree::add_folder(std::uint32_t parent, std::string_view name) {
  if (!folders_.empty() && folders_.back().parent == parent &&
      text(folders_.back().name_at, folders_.back().name_size) == name)
    return static_cast<std::uint32_t>(folders_.size() - 1);
  folders_.push_back({parent, store(name), static_cast<std::uint32_t>(name.size())});
  return number(folders_.size() - 1);
}

std::string file_tree::folder_path(std::uint32_t folder) const {
  std::vector<std::string_view> names;
  for (; folder != none; folder = folders_.at(folder).parent)
    names.push_back(text(folders_.at(folder).name_at, folders_.at(folder).name_size));
  std::string out;
  for (auto part = names.rbegin(); part != names.rend(); ++part) {
    if (!out.empty() && !out.ends_with('/')) out += '/';
    out.append(*part);
  }
  return out;
}

std::size_t file_tree::given_path_size(std::uint32_t folder) const {
  while (folders_.at(folder).parent != none) folder = folders_[folder].parent;
  return folders_[folder].name_size;
}

}  // namespace comeback::tree
