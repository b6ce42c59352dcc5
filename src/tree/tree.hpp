// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "tree/content.hpp"
#include "tree/name_index.hpp"

#include <cstdint>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace comeback::tree {

enum class node_id : std::uint32_t {};
enum class content_id : std::uint32_t {};
inline constexpr node_id root{0};
inline constexpr node_id no_node{0xFFFFFFFF};
inline constexpr content_id no_content{0xFFFFFFFF};

enum class node_kind : std::uint8_t {
  directory,
  file,
  symbolic_link,
  character_device,
  block_device,
  fifo,
  socket
};

/// What POSIX says of an item besides its times. File systems that know less record what they can.
struct attributes {
  std::uint16_t permissions = 0;  ///< the low twelve bits of st_mode; 0444 and 0555 where nothing was given
  std::uint32_t user = 0, group = 0;
  std::uint32_t major = 0, minor = 0;  ///< of devices
  bool given = false;                  ///< false: nobody said anything, these are defaults
  bool hidden = false;                 ///< not shown by default (ECMA-119 9.1.6, ECMA-167 4/14.4.3)
  bool real_time = false;              ///< a real-time file (UDF 2.01 and later)
  auto operator<=>(const attributes&) const = default;
};

/// Times besides that of the last change of the bytes. What is not given is not recorded, or as `modified`.
struct other_times {
  std::optional<base::timestamp> created{}, accessed{}, changed{};
  bool operator==(const other_times&) const = default;
};

/// Another run of bytes of a file under a name of its own (UDF 2.00 and later).
struct named_stream {
  std::string name;
  content_id what;
};

/// Where the bytes of a content come from.
enum class origin : std::uint8_t {
  host_file,  ///< a file of this machine
  object,     ///< a `content` object
  placed,     ///< they lie on the medium already, written by an older session
};

/// What shall be on the disc: directories, files with contents, links and devices; a value, copied as one
/// (about 100 bytes a file), so that a change can be tried on a copy and swapped in. Names are bytes,
/// compared as bytes; they are UTF-8 wherever the host's names are. Two files may share one content. Not safe
/// for concurrent change; concurrent reading is.
class file_tree {
 public:
  file_tree();

  // --- looking ---
  /// Whether there is such a node: it was given out, and not removed.
  [[nodiscard]] bool contains(node_id n) const;
  [[nodiscard]] node_kind kind(node_id n) const { return at(n).kind; }
  /// A directory that stays where an older session wrote it, with all that is in it: this tree knows nothing
  /// of that, and finds nothing there.
  [[nodiscard]] bool is_kept(node_id n) const { return at(n).kept; }
  [[nodiscard]] bool is_directory(node_id n) const { return kind(n) == node_kind::directory; }
  /// Valid until the tree changes; empty for the root.
  [[nodiscard]] std::string_view name(node_id n) const { return text(at(n).name_at, at(n).name_size); }
  /// `no_node` for the root.
  [[nodiscard]] node_id parent(node_id n) const { return at(n).parent; }
  [[nodiscard]] base::timestamp modified(node_id n) const { return {at(n).seconds, at(n).nanoseconds}; }
  [[nodiscard]] const attributes& attributes_of(node_id n) const;
  [[nodiscard]] other_times times_of(node_id n) const;
  /// Of a symbolic link, as it stands there; else empty. Valid until the tree changes.
  [[nodiscard]] std::string_view link_target(node_id n) const;
  /// In the order they were added; of most files none.
  [[nodiscard]] const std::vector<named_stream>& streams_of(node_id n) const;
  /// The content of a file; `no_content` for everything else. Files with one content are hard links.
  [[nodiscard]] content_id content_of(node_id n) const;
  /// Bytes of a file; 0 for directories.
  [[nodiscard]] std::uint64_t size(node_id n) const;
  /// "/a/b"; "/" for the root.
  [[nodiscard]] std::string path(node_id n) const;
  /// In the order they were added; `no_node` ends the list.
  [[nodiscard]] node_id first_child(node_id dir) const;
  [[nodiscard]] node_id next_sibling(node_id n) const { return at(n).next; }
  [[nodiscard]] std::vector<node_id> children(node_id dir) const;
  /// Ordered by name, byte by byte: the order of everything that is written.
  [[nodiscard]] std::vector<node_id> sorted_children(node_id dir) const;
  [[nodiscard]] std::optional<node_id> find(node_id dir, std::string_view name) const;
  /// "/a/b", "a/b", "/"; empty parts are skipped, "." and ".." are ordinary (and never found).
  [[nodiscard]] std::optional<node_id> find_path(std::string_view path) const;
  /// Everything but directories.
  [[nodiscard]] std::uint64_t file_count() const noexcept { return files_; }
  [[nodiscard]] std::uint64_t directory_count() const noexcept { return directories_; }  ///< without the root
  /// One more than the largest node id ever given out: the size of a table by node.
  [[nodiscard]] std::size_t node_limit() const noexcept { return nodes_.size(); }

  // --- changing ---
  // A name must have 1 to 255 bytes, be neither "." nor "..", hold neither '/' nor NUL
  // (`errc::invalid_name`), and be new in `dir` (`errc::duplicate_name`). `dir` must be a directory
  // (`errc::not_a_directory`). What fails, of want of memory too, has changed nothing; removing cannot fail
  // so.
  node_id add_directory(node_id dir, std::string_view name, base::timestamp modified = {});
  /// One that `is_kept`. Nothing can be added to it (`errc::not_supported`) before it is opened.
  node_id add_kept_directory(node_id dir, std::string_view name, base::timestamp modified = {});
  /// Makes it an ordinary one, empty: the caller adds what is in it.
  void open_kept(node_id dir);
  node_id add_file(node_id dir, std::string_view name, std::shared_ptr<const content> what,
                   base::timestamp modified = {});
  /// A regular file of this machine, read when an image is written. Its size is fixed now; a file of another
  /// size then is an error. Throws `base::error` with the path in it where it cannot be looked at or read.
  node_id add_host_file(node_id dir, std::string_view name, const std::filesystem::path& path);
  /// `size` bytes that lie on the medium already, from block `first_block` on.
  node_id add_placed_file(node_id dir, std::string_view name, std::uint64_t first_block, std::uint64_t size,
                          base::timestamp modified = {});
  /// Another name for the content of `file` (a hard link).
  node_id add_link(node_id dir, std::string_view name, node_id file);
  node_id add_symbolic_link(node_id dir, std::string_view name, std::string_view target,
                            base::timestamp modified = {});
  /// A device, pipe or socket; `how` has a device's numbers.
  node_id add_special(node_id dir, std::string_view name, node_kind kind, const attributes& how,
                      base::timestamp modified = {});
  void set_modified(node_id n, base::timestamp modified);
  void set_attributes(node_id n, const attributes& how);
  void set_times(node_id n, const other_times& times);
  /// `errc::not_a_file`, `errc::duplicate_name`.
  void add_stream(node_id file, std::string_view name, std::shared_ptr<const content> what);
  /// The same with a content of this tree.
  void add_stream(node_id file, std::string_view name, content_id what);
  void remove_stream(node_id file, std::string_view name);  ///< `errc::item_not_found`
  /// Bytes that lie in the image under no name, such as a boot image. `name` is for messages.
  content_id add_hidden(std::string_view name, std::shared_ptr<const content> what);
  /// The same of `size` bytes that lie on the medium already.
  content_id add_hidden_placed(std::string_view name, std::uint64_t first_block, std::uint64_t size);
  /// As `add_host_file`, under no name.
  content_id add_hidden_host_file(const std::filesystem::path& path);
  /// Makes hard links: the file takes `what`, a content of this tree, for its own.
  void set_content(node_id file, content_id what);
  /// The same with a content of its own, new to this tree.
  content_id set_content(node_id file, std::shared_ptr<const content> what);
  /// With everything below; never the root.
  void remove(node_id n);
  /// Takes `remove` back: `n` and all that went with it are there again, under their numbers. `n` must be
  /// what `remove` was called with, its directory must be there (`errc::item_not_found`) and have no other
  /// item of the name (`errc::duplicate_name`).
  void restore(node_id n);

  // --- contents, for planners and readers ---
  struct content_info {
    std::uint64_t size;
    std::uint64_t first_block;  ///< of a placed content
    origin from;
  };
  [[nodiscard]] std::size_t content_limit() const noexcept { return contents_.size(); }
  [[nodiscard]] content_info info(content_id c) const;
  /// For messages: the path on the host, or the name the object was added under.
  [[nodiscard]] std::string describe(content_id c) const;

 private:
  friend class tree_builder;
  friend class content_reader;
  static constexpr std::uint32_t none = 0xFFFFFFFF;

  struct node {
    node_id parent = no_node, next = no_node;
    node_id first = no_node, last = no_node;  // children of a directory
    content_id what = no_content;             // of a file; of a symbolic link: in `targets_`
    std::uint32_t attributes = 0;             // in `attributes_`
    std::uint32_t name_at = 0;
    std::int64_t seconds = 0;
    std::uint32_t nanoseconds = 0;
    std::uint16_t name_size = 0;
    node_kind kind = node_kind::directory;
    bool removed : 1 = false;
    bool kept : 1 = false;  // of a directory
  };
  struct stored_content {
    std::uint64_t size = 0;
    std::uint64_t where = 0;  // host_file: folder; object: index; placed: first block
    std::uint32_t name_at = 0;
    std::uint16_t name_size = 0;
    origin from = origin::host_file;
    bool links_followed = true;  // host_file: below the folder that was added, too
  };
  // A folder of the host: a path as it was given, or a name in another folder.
  struct host_folder {
    std::uint32_t parent = none;
    std::uint32_t name_at = 0;
    std::uint32_t name_size = 0;
  };

  // A regular file that can be read.
  struct host_facts {
    std::filesystem::path path;
    std::uint64_t size;
    base::timestamp modified;
  };

  [[nodiscard]] const node& at(node_id n) const;
  [[nodiscard]] node& at(node_id n);
  [[nodiscard]] std::string_view text(std::uint32_t where, std::uint32_t size) const {
    return std::string_view(names_).substr(where, size);
  }
  std::uint32_t store(std::string_view name);
  node_id attach(node_id dir, std::string_view name, node fresh);
  void require_free(node_id dir, std::string_view name) const;
  void link_to(node_id dir, node_id n);
  /// Then adding one content, or one object with its content, cannot fail.
  void make_room_for_content();
  content_id add_content(stored_content what);
  content_id add_object(std::string_view name, std::shared_ptr<const content> what);
  static host_facts look_at(const std::filesystem::path& path);
  stored_content host_content(const host_facts& file);
  std::uint32_t attributes_number(const attributes& how);
  /// Those of a file, with room for one more, which has this name.
  std::vector<named_stream>& streams_with_room(node_id file, std::string_view name);
  /// `n` and all below, removed ones too.
  template <class Visit>
  void each_from(node_id n, Visit&& visit);
  [[nodiscard]] static std::uint64_t hash(node_id dir, std::string_view name);
  [[nodiscard]] auto hash_of_node() const {
    return [this](std::uint32_t entry) {
      return hash(nodes_[entry].parent, text(nodes_[entry].name_at, nodes_[entry].name_size));
    };
  }
  std::uint32_t add_folder(std::uint32_t parent, std::string_view name);
  [[nodiscard]] std::string folder_path(std::uint32_t folder) const;
  // How much of `folder_path` is the path as it was given.
  [[nodiscard]] std::size_t given_path_size(std::uint32_t folder) const;
  [[nodiscard]] std::optional<node_id> lookup(node_id dir, std::string_view name) const;

  struct stored_text {
    std::uint32_t at, size;
  };

  std::vector<node> nodes_;
  std::vector<stored_content> contents_;
  std::vector<host_folder> folders_;
  std::vector<std::shared_ptr<const content>> objects_;
  std::string names_;                 // every name once, by offset
  std::vector<stored_text> targets_;  // of symbolic links
  // Few kinds of attributes serve many files; the first is what nobody said.
  std::vector<attributes> attributes_{{}};
  std::map<attributes, std::uint32_t> attribute_index_;
  std::unordered_map<std::uint32_t, other_times> times_;                  // by node: few have any
  std::unordered_map<std::uint32_t, std::vector<named_stream>> streams_;  // by node
  name_index index_;
  std::uint64_t files_ = 0, directories_ = 0;
};

}  // namespace comeback::tree
