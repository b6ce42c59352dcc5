// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/source.hpp"
#include "disk/units.hpp"
#include "disk/view.hpp"
#include "image/open.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace comeback::image {

/// A session of a medium that is written at random, such as an image file: file systems of its own behind
/// those of the session before it, whose files they may name.
struct session {
  unsigned number = 1;  ///< from 1
  disk::lba first;      ///< its descriptors stand 16 blocks behind
  disk::lba end;        ///< behind its last block
  /// What stood where readers look first, when it was the last session; only of one that begins at block 0
  /// and whose descriptors later sessions took.
  disk::view::blocks kept{};
};

/// The sessions of an image, first to last, at least one where the image has any file system.
///
/// Each session begins where the one before it ends, rounded up to 32 blocks, by growisofs to 16; its own
/// descriptors tell its size. The first begins at block 32, with descriptors of its own, or at block 0. The
/// descriptors at block 16 lead to the last session; sessions behind that one were never finished and do not
/// count. Sessions that we append to others' images tell in their system area what was there before:
/// `session_record`. Where neither leads to the first session, the list begins later. Reads a few blocks a
/// session.
[[nodiscard]] std::vector<session> find_sessions(const disk::source& bytes);

/// An image as it was when that session was the last one; `bytes` is the whole image.
[[nodiscard]] opened_image open_session(const std::shared_ptr<const disk::source>& bytes,
                                        const session& which);

/// The first blocks of a session that we append (docs/formats/sessions.md): where the session before it
/// begins, and copies of the blocks that it took from it. The record is a block, the copies follow it.
struct session_record {
  disk::lba previous;
  disk::view::blocks kept;

  static constexpr std::size_t most_kept = 15;  ///< blocks: with the record, a system area
  /// `errc::not_supported` where more would have to be kept.
  [[nodiscard]] std::vector<std::byte> bytes() const;
  /// None where there is none, or where it is damaged.
  [[nodiscard]] static std::optional<session_record> read(const disk::source& from, disk::lba first);
};

}  // namespace comeback::image
