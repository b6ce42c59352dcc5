// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

namespace comeback::base {

/// The codes this project raises itself: the same 32 bits that a COM client sees. Every code that either
/// API documents has a row in `error_table()`; these are the ones the code names.
enum class errc : std::uint32_t {
  ok = 0,
  // Win32 and COM
  access_denied = 0x80070005,
  bad_index = 0x8002000B,
  already_exists = 0x800700B7,
  cancelled = 0x800704C7,
  device_gone = 0x80070037,
  directory = 0x8007010B,
  disk_full = 0x80070070,
  exception = 0x80020009,
  fail = 0x80004005,
  file_not_found = 0x80070002,
  invalid_argument = 0x80070057,
  invalid_name = 0x8007007B,
  io_error = 0x8007045D,
  no_such_logon_session = 0x80070520,
  not_implemented = 0x80004001,
  not_supported = 0x80070032,
  out_of_memory = 0x8007000E,
  path_not_found = 0x80070003,
  sharing_violation = 0x80070020,
  too_many_open_files = 0x80070004,
  // Windows Virtual PC
  timed_out = 0xA0040202,
  vm_not_running = 0xA0040206,
  vm_unknown = 0xA0040207,
  vm_running = 0xA0040500,
  drive_invalid = 0xA0040502,
  additions_not_available = 0xA0040504,
  additions_feature_not_available = 0xA0040505,
  vm_paused = 0xA0040507,
  media_unmount_failed = 0xA0040508,
  drive_in_use = 0xA0040727,
  no_media_captured = 0xA0040652,
  // IMAPI 2
  request_cancelled = 0xC0AA0002,
  recorder_required = 0xC0AA0003,
  burn_verification_failed = 0xC0AA0007,
  recorder_no_media = 0xC0AA0202,
  recorder_media_incompatible = 0xC0AA0203,
  recorder_media_busy = 0xC0AA0207,
  recorder_media_write_protected = 0xC0AA0209,
  recorder_locked = 0xC0AA0210,
  recorder_client_name_invalid = 0xC0AA0211,
  data_write_in_progress = 0xC0AA0400,
  data_write_not_in_progress = 0xC0AA0401,
  invalid_media_state = 0xC0AA0402,
  data_stream_not_supported = 0xC0AA0403,
  data_stream_too_large = 0xC0AA0404,
  data_media_not_blank = 0xC0AA0405,
  data_media_not_supported = 0xC0AA0406,
  data_recorder_not_supported = 0xC0AA0407,
  data_client_name_invalid = 0xC0AA0408,
  erase_media_not_supported = 0xC0AA0909,
  // IMAPI 2 file-system images
  fsi_internal_error = 0xC0AAB100,
  invalid_parameter = 0xC0AAB101,
  image_read_only = 0xC0AAB102,
  no_output = 0xC0AAB103,
  invalid_volume_name = 0xC0AAB104,
  file_system_not_empty = 0xC0AAB106,
  not_a_file = 0xC0AAB108,
  not_a_directory = 0xC0AAB109,
  directory_not_empty = 0xC0AAB10A,
  not_in_file_system = 0xC0AAB10B,
  invalid_path = 0xC0AAB110,
  restricted_name_violation = 0xC0AAB111,
  duplicate_name = 0xC0AAB112,
  no_unique_name = 0xC0AAB113,
  item_not_found = 0xC0AAB118,
  directory_not_found = 0xC0AAB11A,
  image_size_limit = 0xC0AAB120,
  image_too_big = 0xC0AAB121,
  data_stream_inconsistency = 0xC0AAB128,
  data_stream_read_failure = 0xC0AAB129,
  data_stream_create_failure = 0xC0AAB12A,
  directory_read_failure = 0xC0AAB12B,
  too_many_directories = 0xC0AAB130,
  iso9660_levels = 0xC0AAB131,
  data_too_big = 0xC0AAB132,
  stash_open_failure = 0xC0AAB138,
  stash_write_failure = 0xC0AAB13A,
  stash_read_failure = 0xC0AAB13B,
  invalid_working_directory = 0xC0AAB140,
  working_directory_space = 0xC0AAB141,
  stash_move_failure = 0xC0AAB142,
  boot_image_data = 0xC0AAB148,
  boot_object_conflict = 0xC0AAB149,
  boot_emulation_image_size_mismatch = 0xC0AAB14A,
  no_supported_file_system = 0xC0AAB151,
  file_system_not_found = 0xC0AAB152,
  file_system_inconsistent = 0xC0AAB153,
  file_system_feature_not_supported = 0xC0AAB154,
  import_media_not_allowed = 0xC0AAB159,
  multisession_not_set = 0xC0AAB15D,
  property_not_accessible = 0xC0AAB160,
  image_not_aligned = 0xC0AAB200,
  no_valid_descriptor = 0xC0AAB201,
  no_image = 0xC0AAB202,
  validated_image_too_big = 0xC0AAB203,
};

/// One row of the project's only table of return codes. `com` casts the codes, the command line prints
/// name and sentence; nobody keeps a second table.
struct error_entry {
  std::uint32_t code;
  std::string_view name;      ///< as the headers spell it: "VM_E_VM_NOT_RUNNING"
  std::string_view sentence;  ///< what it means, in a line of ours
  std::string_view way_out;   ///< what the user can do; empty where nothing general can be said
};

/// All rows, sorted by code, one row a code.
[[nodiscard]] std::span<const error_entry> error_table() noexcept;

/// The row of a code, or null.
[[nodiscard]] const error_entry* find_error(std::uint32_t code) noexcept;
[[nodiscard]] inline const error_entry* find_error(errc code) noexcept {
  return find_error(static_cast<std::uint32_t>(code));
}

/// The one exception type: an operation that cannot go on. `what()` is a sentence that names the object.
class error : public std::exception {
 public:
  error(errc code, std::string message) : code_(code), message_(std::move(message)) {}

  [[nodiscard]] errc code() const noexcept { return code_; }
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }

 private:
  errc code_;
  std::string message_;
};

/// The code that stands for an `errno` value; `errc::io_error` where none fits.
[[nodiscard]] errc from_errno(int number) noexcept;

/// Throws `error` for an `errno` value: "`doing` `object`: `strerror`".
[[noreturn]] void throw_errno(int number, std::string_view doing, std::string_view object);

/// How the exception now being handled reads as code and sentence. Call only inside a catch block.
/// `std::bad_alloc` is `out_of_memory`, foreign exceptions are `exception`.
struct described_error {
  errc code;
  std::string message;
};
[[nodiscard]] described_error describe_current_exception() noexcept;

}  // namespace comeback::base
