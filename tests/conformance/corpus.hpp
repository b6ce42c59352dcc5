// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/options.hpp"
#include "tree/tree.hpp"

#include <filesystem>
#include <map>
#include <string>

namespace comeback::conformance {

/// What a folder holds: path ("a/b") to content; directories are "a/b/" with none.
using listing = std::map<std::string, std::string>;

/// A folder of names and sizes that trouble writers and readers: long, not ASCII, outside the basic plane,
/// colliding, with forbidden signs, deep, empty, at the borders of blocks, and three thousand in one
/// directory.
void write_awkward_corpus(const std::filesystem::path& into);
/// Names that every other writer takes too.
void write_plain_corpus(const std::filesystem::path& into);

[[nodiscard]] listing read_folder(const std::filesystem::path& top);

/// What a reader of `fs` should show of an image of `tree`: our names without version, for ISO also without
/// the dot at the end, as all readers show them.
[[nodiscard]] listing expected(const tree::file_tree& tree, const std::filesystem::path& source,
                               image::file_system fs, const image::options& how);

/// A folder of this process that goes away with it.
[[nodiscard]] const std::filesystem::path& work_folder();

}  // namespace comeback::conformance
