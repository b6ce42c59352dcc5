// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/append.hpp"
#include "image/open.hpp"
#include "image/sessions.hpp"

#include <memory>
#include <string>
#include <vector>

namespace comeback::cli {

/// The medium in an image file, for reading.
[[nodiscard]] image::written_medium medium_at(const std::string& path);

/// `number` 0 is the last one. `errc::item_not_found` for one that is not there.
[[nodiscard]] const image::session& session_of(const image::written_medium& on, unsigned number,
                                               const std::string& path);

/// An image as it was when that session was the last one; 0: as it is.
[[nodiscard]] image::opened_image open_at(const std::string& path, unsigned session);

/// The file system of that name, or the most advanced one where the name is empty.
[[nodiscard]] image::file_system chosen(const image::opened_image& image, const std::string& name);

}  // namespace comeback::cli
