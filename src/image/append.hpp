// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.hpp"
#include "disk/source.hpp"
#include "image/create.hpp"
#include "image/open.hpp"
#include "image/options.hpp"
#include "image/plan.hpp"
#include "image/sessions.hpp"
#include "optical/medium.hpp"

#include <memory>
#include <stop_token>
#include <vector>

namespace comeback::image {

/// What is on a medium, and where the next session begins.
struct written_medium {
  std::shared_ptr<const disk::source> bytes;
  /// Of a medium that is written in order, those of the recorder; one that was cut off counts for nothing.
  std::vector<session> sessions;
  bool at_random = true;
  disk::lba next;
};
[[nodiscard]] written_medium look_at(const optical::medium& on);

/// What decides the next session of a medium: the file systems, revision and texts of the volume that it
/// continues; `from` is one of its sessions, opened. The volume's time is the caller's to set. Every
/// directory is written anew.
///
/// Errors: `import_media_not_allowed` for what no session can follow: on media that are written at random a
/// virtual allocation table or a sparable partition, everywhere UDF of other blocks than 2048 bytes or of
/// several partitions; `not_supported` for a first session with more descriptors than can be kept.
[[nodiscard]] options next_session(const written_medium& on, const opened_image& from);

/// Writes a session that was planned with these options, and then what leads to it: data; then the anchor
/// behind them; then the blocks at the medium's beginning; each after the medium has the part before. So a
/// cut leaves in each file system the old session or the new one, whole; `finish_append` completes the rest.
/// On media that are written in order, the session is closed, and readers find the last one by themselves.
///
/// Errors: those of `emit` and of the medium; `import_media_not_allowed` where something else than
/// descriptors lies in the place of a descriptor; `image_size_limit`, before anything is written, for a
/// session that the medium has no room for. Until the last step, the older sessions are as they were, and an
/// error leaves an image file as long as it was; what is written once stays.
void append_session(optical::medium& to, const layout& plan, const base::progress& progress = {},
                    const std::stop_token& stop = {}, const emit_options& how = {});

/// Puts right what an append left that was cut off. In its last step: some file systems at the medium's
/// beginning lead to the last session, others do not; then all do. On media that are written in order: blocks
/// behind the last session that was closed, in front of which others find no virtual allocation table; they
/// are given up. True where there was something to do.
bool finish_append(optical::medium& on);

}  // namespace comeback::image
