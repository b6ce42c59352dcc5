// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.hpp"
#include "tree/tree.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace comeback::tree {

/// Reads contents of one tree, which must outlive it. Keeps the folder and the content last used open, so
/// reading files in the order of the tree costs one look-up each. For one thread at a time.
class content_reader {
 public:
  explicit content_reader(const file_tree& tree) : tree_(tree) {}

  /// Fills `into` with the bytes from `offset` on, which must lie within the content's size.
  /// `errc::data_stream_inconsistency`: it has another size than when it was added, or is no regular file
  /// now, or is reached by a link though links were not followed. `errc::data_stream_read_failure`: it is
  /// gone or cannot be read. Both name the file.
  void read(content_id what, std::uint64_t offset, std::span<std::byte> into);
  /// Has the kernel copy up to `bytes` bytes from `offset` on to where `sink` stands: large files cost half
  /// as much as when read and written. Returns how many; 0 where it cannot, and where reading or writing
  /// fails: who then reads and writes hears why. Throws as `check` does.
  std::uint64_t copy(content_id what, std::uint64_t offset, std::uint64_t bytes, int sink);
  /// Only opens: throws where `read` would at once.
  void check(content_id what);
  /// Lets go of what is open.
  void close();

 private:
  void open(content_id what);
  void open_host_file(content_id what);
  [[nodiscard]] int folder(std::uint32_t which, bool links_followed);

  const file_tree& tree_;
  content_id opened_ = no_content;
  base::unique_fd file_;
  std::unique_ptr<reader> object_;
  std::uint32_t folder_ = 0xFFFFFFFF;
  bool folder_links_followed_ = false;
  base::unique_fd folder_fd_;
};

}  // namespace comeback::tree
