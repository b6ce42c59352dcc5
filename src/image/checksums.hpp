// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.hpp"
#include "image/open.hpp"
#include "image/verify.hpp"
#include "tree/tree.hpp"

#include <optional>
#include <stop_token>
#include <string_view>

namespace comeback::image {

/// Where an image carries the SHA-256 of its files: a text as `sha256sum` writes and checks it, a line a
/// file, paths relative to the root, as the image's best file system shows them. Named streams are not among
/// them: such a line could not name one.
inline constexpr std::string_view checksums_name = "SHA256SUMS";

/// Reads every file of the tree, on several threads, and adds that text to its root. `how` decides the names.
/// Errors: those of `tree::content_reader::read`, `duplicate_name` (a file is called so already, or takes the
/// name in the file system that is looked through), `cancelled`; then the tree has no such text.
void add_checksums(tree::file_tree& tree, const options& how, const base::progress& progress = {},
                   const std::stop_token& stop = {});

/// The file with that text, as the image's best file system has it; level 1 of ISO 9660 cuts its name.
[[nodiscard]] std::optional<entry> find_checksums(const opened_image& image);

/// Reads every file that the image's SHA256SUMS names and compares; empty where the image has none. A file
/// that it does not name is a finding, too.
[[nodiscard]] std::optional<verification> verify_checksums(const opened_image& image,
                                                           const base::progress& progress = {},
                                                           const std::stop_token& stop = {});

}  // namespace comeback::image
