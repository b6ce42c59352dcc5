// SPDX-License-Identifier: Apache-2.0
#include "cli/disc_words.hpp"

#include "base/error.hpp"
#include "udf/options.hpp"

#include <algorithm>
#include <string_view>

namespace comeback::cli {
namespace {

bool has(const disc_create_options& o, std::string_view file_system) {
  return std::ranges::find(o.file_systems, file_system) != o.file_systems.end();
}

// "2.50" is 0x0250; left out, what an image has by default.
std::uint16_t revision_of(const std::string& word) {
  if (word.empty()) return image::udf_options().revision;
  return static_cast<std::uint16_t>(std::stoi(word.substr(0, 1)) * 0x100 +
                                    std::stoi(word.substr(2), nullptr, 16));
}

std::string contradiction_in_udf(const disc_create_options& o) {
  const auto how = udf_options_of(o);
  udf::volume_options volume;
  volume.revision = how.revision;
  volume.partition = how.partition.value_or(udf::usual_partition(how.revision));
  try {
    udf::check(volume);
  } catch (const base::error& e) {
    return e.what();
  }
  if (o.no_mirror && volume.partition != udf::partition_type::metadata)
    return "--no-mirror: only a metadata partition has a mirror.";
  return {};
}

}  // namespace

image::udf_options udf_options_of(const disc_create_options& o) {
  image::udf_options how;
  how.revision = revision_of(o.udf_revision);
  for (const auto kind : {udf::partition_type::plain, udf::partition_type::vat, udf::partition_type::sparable,
                          udf::partition_type::metadata})
    if (o.udf_partition == udf::name_of(kind)) how.partition = kind;
  how.mirror = !o.no_mirror;
  how.shared_extents = o.udf_shared_extents;
  return how;
}

std::string contradiction_in(const disc_create_options& o) {
  if (o.rr_relocate && !has(o, "rockridge")) return "--rr-relocate needs --fs rockridge.";
  const bool about_udf =
      !o.udf_revision.empty() || !o.udf_partition.empty() || o.no_mirror || o.udf_shared_extents;
  if (!has(o, "udf")) return about_udf ? "Options of UDF need --fs udf." : "";
  return contradiction_in_udf(o);
}

}  // namespace comeback::cli
