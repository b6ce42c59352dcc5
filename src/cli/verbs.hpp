// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/context.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace comeback::cli {

/// The verbs, each a function of its own options and the global ones. They return an exit status and throw
/// `base::error` for what goes wrong.

struct disc_create_options {
  std::string image;                 ///< path, or "-" for standard output
  std::vector<std::string> sources;  ///< a folder's contents go to the root, a file into it
  std::vector<std::string> roots;    ///< "/PATH=SOURCE"
  std::vector<std::string> file_systems{"iso9660", "joliet", "rockridge"};
  int iso_level = 3;
  std::string volume;         ///< empty: made from the time
  std::string udf_revision;   ///< as people write it; empty: 2.01
  std::string udf_partition;  ///< empty: as usual for the revision
  bool no_mirror = false;
  bool udf_shared_extents = false;
  std::vector<std::string> boot;  ///< "FILE[,KEY[=VALUE]]…"
  std::string mbr;                ///< a file with boot code
  bool strict = false;
  bool rr_relocate = false;
  bool follow_links = false;
  bool skip_unreadable = false;
  bool list_names = false;
  bool checksums = false;
  std::string dedupe;  ///< "", "true" or "link"
};
int disc_create(const disc_create_options& options, const context& settings);

struct disc_append_options {
  std::string image;
  std::vector<std::string> sources;  ///< a folder's contents go to `at`, a file into it
  std::vector<std::string> roots;    ///< "/PATH=SOURCE"
  std::vector<std::string> remove;   ///< paths in the image
  std::string at = "/";
  std::string volume;         ///< empty: as the session before has it
  unsigned from = 0;          ///< the session that is continued; 0: the last one
  std::string way = "exact";  ///< "exact", "relinked", "compact"
  bool follow_links = false;
  bool skip_unreadable = false;
};
int disc_append(const disc_append_options& options, const context& settings);

struct disc_diff_options {
  std::string image;
  std::string directory;      ///< empty: two sessions are compared
  unsigned from = 0, to = 0;  ///< 0: the one before the last, and the last
  std::string file_system;
  bool follow_links = false;
};
int disc_diff(const disc_diff_options& options, const context& settings);

struct disc_image_options {
  std::string image;
  unsigned session = 0;  ///< 0: the last one
  std::string path = "/";
  std::string file_system;  ///< empty: the richest one
  bool long_format = false;
  bool recursive = false;
};
int disc_info(const disc_image_options& options, const context& settings);
int disc_sessions(const disc_image_options& options, const context& settings);
int disc_ls(const disc_image_options& options, const context& settings);
int disc_cat(const disc_image_options& options, const context& settings);

struct disc_extract_options {
  std::string image, directory;
  unsigned session = 0;  ///< 0: the last one
  std::vector<std::string> paths;
  std::string file_system;
  bool overwrite = false;
  bool devices = false;
};
int disc_extract(const disc_extract_options& options, const context& settings);

struct disc_verify_options {
  std::string image;
  unsigned session = 0;              ///< 0: the last one
  std::vector<std::string> against;  ///< DIR or "/PATH=SOURCE"
  bool follow_links = false;
};
int disc_verify(const disc_verify_options& options, const context& settings);

struct vm_options {
  std::string name;
  std::string file;   ///< define: libvirt's XML; dvd insert: the image
  std::string drive;  ///< target of the drive, such as "sda"; empty: the first one
};
int vm_list(const context& settings);
int vm_info(const vm_options& options, const context& settings);
int vm_define(const vm_options& options, const context& settings);
int vm_start(const vm_options& options, const context& settings);
int vm_stop(const vm_options& options, const context& settings);
int vm_save(const vm_options& options, const context& settings);
int vm_dvd_insert(const vm_options& options, const context& settings);
int vm_dvd_eject(const vm_options& options, const context& settings);

/// Which machines a verb was given: names, or all of them; never both, never none.
struct machine_choice {
  std::vector<std::string> names;
  bool all = false;

  /// One name: the verb fails as a whole when that machine does, and prints its answer bare.
  [[nodiscard]] bool single() const noexcept { return !all && names.size() == 1; }
};

struct guest_options {
  machine_choice machines;
  std::chrono::seconds timeout{120};
  std::optional<std::chrono::seconds>
      grace;  ///< logoff; empty: 20 s, or half of the time-out if that is less
  std::optional<std::chrono::milliseconds> watch;  ///< sessions: look again after that, until stopped
  bool for_agent = false, for_logged_off = false;  ///< wait: one of them
};
int guest_info(const guest_options& options, const context& settings);
int guest_sessions(const guest_options& options, const context& settings);
int guest_logoff(const guest_options& options, const context& settings);
int guest_wait(const guest_options& options, const context& settings);

struct task_options {
  int id = 0;
};
int task_list(const context& settings);
int task_show(const task_options& options, const context& settings);
int task_cancel(const task_options& options, const context& settings);

struct task_wait_options {
  int id = 0;
  std::optional<std::chrono::seconds> timeout;  ///< empty: as long as it takes
};
int task_wait(const task_wait_options& options, const context& settings);

struct recorder_add_options {
  std::string name, image;
  std::string media;           ///< empty: what the image is, or a plain disk
  std::uint64_t capacity = 0;  ///< blocks; 0: as the kind has
};
int recorder_add(const recorder_add_options& options, const context& settings);
int recorder_list(const context& settings);

struct recorder_remove_options {
  std::string name;
};
int recorder_remove(const recorder_remove_options& options, const context& settings);

}  // namespace comeback::cli
