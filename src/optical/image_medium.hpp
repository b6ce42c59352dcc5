// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "optical/medium.hpp"
#include "optical/recorder.hpp"

#include <filesystem>
#include <memory>
#include <optional>

namespace comeback::optical {

/// A medium that is an image file. Block N of the medium lies at byte N × 2048 of the file; what lies between
/// sessions is a hole. Beside it, `IMAGE.medium` says what kind of medium it is and what was recorded
/// (medium_record.hpp). An image without that file, of whatever tool, is `media_type::disk`: no sessions of a
/// recorder, written at random, as large as it gets.
///
/// Whoever writes holds a lock on the image file (fcntl(2), open file description lock) as long as the object
/// lives; readers need none. The end of a session is recorded only after its blocks have reached the disk,
/// and the record is replaced as a whole: a cut at any time leaves every session that was closed. A session
/// that was cut off is what lies behind the last recorded one: it shows as not closed.
///
/// All three throw `base::error`: what `errno` says of files; `errc::sharing_violation` where another process
/// writes; `errc::file_system_inconsistent` for a record that contradicts itself or the image.

/// Makes a blank medium in a new file, or in one that is empty. `capacity` 0: that of the kind.
/// `errc::already_exists` where there is one. Media that are only read cannot be blank:
/// `errc::invalid_argument`.
std::unique_ptr<medium> create_image_medium(const std::filesystem::path& image, media_type type,
                                            disk::block_count capacity = {});

[[nodiscard]] std::unique_ptr<medium> open_image_medium(const std::filesystem::path& image, access how);

/// Makes it blank: `errc::erase_media_not_supported` for kinds that are written once.
void erase_image_medium(const std::filesystem::path& image);

/// Where the record of an image lies, or would lie.
[[nodiscard]] std::filesystem::path record_path(const std::filesystem::path& image);

}  // namespace comeback::optical
