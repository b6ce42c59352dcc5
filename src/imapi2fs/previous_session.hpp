// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/append.hpp"
#include "image/open.hpp"
#include "imapi2fs/multisession_choice.hpp"
#include "imapi2fs/settings.hpp"
#include "tree/tree.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace comeback::imapi2fs {

/// A second session on media that are written at random, whose first one has ISO 9660: the page of
/// ImportSpecificFileSystem excludes it for its own writer. Ours makes it (docs/decisions/0281), unless a
/// client wants the documented answer.
enum class second_iso9660 : std::uint8_t { made, refused };

/// The last session of a medium, opened. All that is found here stays as it was then; errors are thrown as
/// the codes of ImportFileSystem.
struct previous_session {
  image::written_medium on;
  std::shared_ptr<const image::opened_image> opened;
  std::uint64_t room = 0;  ///< blocks of the next session
  std::uint32_t write_unit = 1;
  second_iso9660 rule = second_iso9660::made;
};

/// IMAPI_E_EMPTY_DISC; IMAPI_E_NO_SUPPORTED_FILE_SYSTEM; IMAPI_E_BAD_MULTISESSION_PARAMETER where the medium
/// is written in another way than the place says; IMAPI_E_IMPORT_READ_FAILURE.
[[nodiscard]] previous_session open_previous(const session_place& at, const media_reader& media,
                                             second_iso9660 rule = second_iso9660::made);
/// The last session of whatever medium. Without any file system, the image is null.
[[nodiscard]] previous_session open_last(std::string_view recorder, const media_reader& media);

/// FsiFileSystems; 0 where there is none.
[[nodiscard]] int file_systems_of(const previous_session& from);
/// The most advanced one (the order of the page of ImportFileSystem); `invalid_parameter` where there is
/// none.
[[nodiscard]] int default_for_import(int among);
/// Names a medium by its sessions: 64 digits. IMAPI_E_EMPTY_DISC where it has none.
[[nodiscard]] std::string identifier_of(const image::written_medium& on);
/// The options of the next session. IMAPI_E_INCOMPATIBLE_PREVIOUS_SESSION where none can follow.
[[nodiscard]] image::options options_after(const previous_session& from);

/// What an import brings.
struct imported_session {
  int file_system = 0;  ///< one of FsiFileSystems: where the tree comes from
  int file_systems = 0;
  std::int32_t udf_revision = 0;  ///< 0: the session has no UDF
  std::shared_ptr<const tree::file_tree> tree;
  std::shared_ptr<const continued_session> next;
};
/// `which` 0: the default. IMAPI_E_FILE_SYSTEM_NOT_FOUND, and what `options_after` throws.
[[nodiscard]] imported_session read_previous(const previous_session& from, int which);

}  // namespace comeback::imapi2fs
