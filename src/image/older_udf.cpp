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

void take(std::uint64_t& from, std::uint64_t names, const opened_image& image) {
  if (names > from)
    throw base::error(
        base::errc::not_supported,
        fmt::format("{} counts fewer files or directories than there are in its UDF volume: write "
                    "every directory (--append exact).",
                    base::printable(image.source().name())));
  from -= names;
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
    if (tree.contains(node) || was.what != udf::kept_as::closed_directory) continue;
    udf::lb_addr icb;
    icb.block = was.block;
    icb.partition = was.partition;
    const auto gone = value_or_throw(udf::count_below(volume, icb), *from);
    take(out.hidden_files, gone.files, *from);
    take(out.hidden_directories, gone.directories, *from);
  }
  return out;
}

}  // namespace comeback::image
