// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/options.hpp"
#include "tree/tree.hpp"

#include <filesystem>

namespace comeback::conformance {

/// A file that only the first session of an appended image has.
inline constexpr const char* gone_later = "gone later";

/// An image of two sessions, the last of which shows `tree`: the first one has it and a file more in the root
/// and in the first directory there. With a virtual allocation table, a DVD+R of two.
void make_appended(const tree::file_tree& tree, const image::options& how, const std::filesystem::path& path,
                   image::append_way way = image::append_way::exact);

}  // namespace comeback::conformance
