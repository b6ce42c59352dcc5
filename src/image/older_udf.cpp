// SPDX-License-Identifier: Apache-2.0
#include "image/older_udf.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "image/udf_volume.hpp"
#include "udf/older.hpp"

#include <fmt/format.h>

namespace comeback::image {
namespace {

// Where the node is still there, the tree knows better what it is now: what was read since is open.
bool is_directory(const tree::file_tree& tree, tree::node_id node, const udf::kept_node& was) {
  return tree.contains(node) ? tree.is_directory(node) : was.what != udf::kept_as::item;
}

[[noreturn]] void refuse(const opened_image& image, const char* why) {
  throw base::error(base::errc::not_supported, fmt::format("{} {}: write every directory (--append exact).",
                                                           base::printable(image.source().name()), why));
}

void take(std::uint64_t& from, std::uint64_t names, const opened_image& image) {
  if (names > from) refuse(image, "counts fewer files or directories than there are in its UDF volume");
  from -= names;
}

udf::lb_addr icb_of(const udf::kept_node& was) {
  udf::lb_addr out;
  out.block = was.block;
  out.partition = was.partition;
  return out;
}

// Takes what went without having been read.
void take_below(const opened_image& from, const udf::reader& volume, const udf::kept_node& was,
                udf::older_volume& out) {
  const auto gone = value_or_throw(udf::look_below(volume, icb_of(was)), from);
  if (gone.linked_elsewhere)
    refuse(from, "has files below a directory that goes which have names elsewhere, too");
  take(out.hidden_files, gone.files, from);
  take(out.hidden_directories, gone.directories, from);
  out.gone.insert(out.gone.end(), gone.icbs.begin(), gone.icbs.end());
}

// Of a file that went, where addresses that are not used must be told.
void take_streams(const opened_image& from, const udf::reader& volume, const udf::kept_node& was,
                  udf::older_volume& out) {
  const auto node = value_or_throw(volume.read(icb_of(was)), from);
  const auto gone = value_or_throw(udf::stream_icbs(volume, node), from);
  out.gone.insert(out.gone.end(), gone.begin(), gone.end());
}

}  // namespace

udf::older_volume older_udf(const std::shared_ptr<const opened_image>& from, const tree::file_tree& tree,
                            const udf::kept_nodes& kept) {
  const auto& volume = static_cast<const udf_volume&>(from->reader_of(file_system::udf)).volume();
  auto out = udf::older_volume_of(volume);
  out.bytes = {from, &from->source()};
  if (!kept.contains(static_cast<std::uint32_t>(tree::root))) take(out.hidden_directories, 1, *from);
  for (const auto& [index, was] : kept) {
    const tree::node_id node{index};
    take(is_directory(tree, node, was) ? out.hidden_directories : out.hidden_files, 1, *from);
    if (tree.contains(node)) continue;
    if (was.what == udf::kept_as::closed_directory) take_below(*from, volume, was, out);
    if (was.what == udf::kept_as::item && !out.table.empty()) take_streams(*from, volume, was, out);
  }
  return out;
}

}  // namespace comeback::image
