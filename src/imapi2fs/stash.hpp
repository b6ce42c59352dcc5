// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/content.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace comeback::imapi2fs {

/// Copies of sources, in one file without a name in the working folder: nothing is left behind however the
/// process ends. The file is made with the first copy. Not for several threads, but its contents are.
class stash {
 public:
  explicit stash(std::string folder);
  ~stash();
  stash(const stash&) = delete;
  stash& operator=(const stash&) = delete;

  [[nodiscard]] const std::string& folder() const { return folder_; }
  /// Takes the copies along. `invalid_working_directory` where no file can be made there,
  /// `working_directory_space` where there is too little room, `stash_move_failure`. Nothing has changed
  /// then.
  void move_to(const std::string& folder);
  /// A copy that needs its source no more. `working_directory_space`, `stash_open_failure`,
  /// `stash_write_failure`, `data_stream_inconsistency` (the source ends early), and what reading throws.
  [[nodiscard]] std::shared_ptr<const tree::content> copy(const tree::content& what, const std::string& name);
  [[nodiscard]] std::uint64_t bytes() const { return used_; }

 private:
  struct shared_file;
  std::string folder_;
  std::uint64_t used_ = 0;
  std::shared_ptr<shared_file> file_;
};

}  // namespace comeback::imapi2fs
