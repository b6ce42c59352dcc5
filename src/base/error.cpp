// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"

#include "base/parsed.hpp"
#include "base/text.hpp"

#include <cerrno>
#include <cstring>
#include <new>

#include <fmt/format.h>

namespace comeback::base {

errc from_errno(int number) noexcept {
  switch (number) {
    case ENOENT:
      return errc::file_not_found;
    case ENOTDIR:
      return errc::path_not_found;
    case EISDIR:
      return errc::directory;
    case EACCES:
    case EPERM:
    case EROFS:
      return errc::access_denied;
    case EEXIST:
      return errc::already_exists;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return errc::disk_full;
    case ENOMEM:
      return errc::out_of_memory;
    case EMFILE:
    case ENFILE:
      return errc::too_many_open_files;
    case EBUSY:
    case ETXTBSY:
      return errc::sharing_violation;
    case ENAMETOOLONG:
    case EILSEQ:
      return errc::invalid_name;
    case EINVAL:
      return errc::invalid_argument;
    case EOPNOTSUPP:
    case ENOSYS:
      return errc::not_supported;
    case ECANCELED:
      return errc::cancelled;
    default:
      return errc::io_error;
  }
}

void throw_errno(int number, std::string_view doing, std::string_view object) {
  throw error(from_errno(number), fmt::format("{} {}: {}.", doing, printable(object), std::strerror(number)));
}

described_error describe_current_exception() noexcept {
  try {
    try {
      throw;
    } catch (const error& e) {
      return {e.code(), e.what()};
    } catch (const std::bad_alloc&) {
      return {errc::out_of_memory, "Memory could not be had."};
    } catch (const std::system_error& e) {
      return {e.code().category() == std::generic_category() || e.code().category() == std::system_category()
                  ? from_errno(e.code().value())
                  : errc::exception,
              e.what()};
    } catch (const std::exception& e) {
      return {errc::exception, e.what()};
    } catch (...) {
      return {errc::exception, "Something unknown was thrown."};
    }
  } catch (...) {
    return {errc::out_of_memory, {}};  // copying the message failed: an empty string needs no memory
  }
}

std::string_view name_of(fault what) noexcept {
  switch (what) {
    case fault::truncated:
      return "truncated";
    case fault::bad_magic:
      return "bad magic";
    case fault::bad_checksum:
      return "bad checksum";
    case fault::out_of_range:
      return "out of range";
    case fault::loop:
      return "loop";
    case fault::unsupported:
      return "unsupported";
    case fault::disagrees:
      return "disagrees";
  }
  return "unknown";
}

std::string to_string(const parse_error& e) {
  return fmt::format("{} in {} at byte {}", name_of(e.what), e.field, e.offset);
}

}  // namespace comeback::base
