// SPDX-License-Identifier: Apache-2.0
#include "image/relink_udf.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "udf/relink.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace comeback::image {
namespace {

[[noreturn]] void refuse(const disk::source& bytes, const base::parse_error& why) {
  throw base::error(base::errc::import_media_not_allowed,
                    fmt::format("{} takes no session that is relinked, use --append exact: a directory of an "
                                "older one cannot be told where the one above it is: {}.",
                                base::printable(bytes.name()), base::to_string(why)));
}

}  // namespace

void for_each_relinked_udf(const std::shared_ptr<const disk::source>& bytes, const std::vector<relink>& all,
                           const std::function<void(disk::lba, std::span<const std::byte>)>& with) {
  const auto is_mine = [](const relink& one) { return one.fs == file_system::udf; };
  if (std::ranges::none_of(all, is_mine)) return;
  const auto volume = udf::reader::open(bytes, {});
  if (!volume) refuse(*bytes, volume.error());
  const auto start = volume->structures().maps.maps.front().start;
  for (const auto& one : all) {
    if (!is_mine(one)) continue;
    const auto block = udf::with_parent(*volume, static_cast<std::uint32_t>(one.directory.value - start),
                                        static_cast<std::uint32_t>(one.parent.value));
    if (!block) refuse(*bytes, block.error());
    with(block->at, block->bytes);
  }
}

}  // namespace comeback::image
