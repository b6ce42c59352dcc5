// SPDX-License-Identifier: Apache-2.0
#include "image/verify.hpp"

#include "image/checking.hpp"
#include "image/cross_check.hpp"
#include "image/open.hpp"
#include "image/volume_reader.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace comeback::image {
namespace {

// Files may share blocks with files, but nothing with a directory, be it of another file system.
void check_claims(std::vector<claim>& claims, file_system fs, findings& out) {
  std::ranges::sort(claims, {}, [](const claim& c) { return std::pair(c.begin, c.end); });
  std::uint64_t directories_end = 0, files_end = 0;
  for (const auto& c : claims) {
    if (c.begin < directories_end || (c.directory && c.begin < files_end))
      out.add(fs, "", fmt::format("blocks {} to {} overlap with a directory", c.begin, c.end));
    auto& end = c.directory ? directories_end : files_end;
    end = std::max(end, c.end);
  }
}

void check_booting(const opened_image& image, findings& out) {
  const auto report = [&](const std::vector<base::parse_error>& faults) {
    for (const auto& f : faults) out.add(image.volumes().front().fs, "", base::to_string(f));
  };
  if (const auto catalog = image.boot()) report(catalog->faults);
  report(image.partitions().faults);
}

// A file of one file system is one of every other (same first byte, same size), unless one shows nothing at
// all.
void check_bridge(checking& in) {
  const auto place = [](const checking::file& f) { return std::pair(f.at, f.bytes); };
  std::ranges::sort(in.files, {}, place);
  std::unordered_map<file_system, std::uint64_t> missing;
  std::vector<file_system> full;
  for (const auto& v : in.image.volumes())
    if (std::ranges::any_of(in.files, [&](const auto& f) { return f.fs == v.fs; })) full.push_back(v.fs);
  for (auto at = in.files.begin(); at != in.files.end();) {
    const auto end = std::find_if(at, in.files.end(), [&](const auto& f) { return place(f) != place(*at); });
    for (const auto fs : full)
      if (std::none_of(at, end, [fs](const auto& f) { return f.fs == fs; })) ++missing[fs];
    at = end;
  }
  for (const auto fs : full)
    if (missing[fs] > 0 && !(fs == file_system::udf && in.of_udf_embedded))
      in.out.add(fs, "", fmt::format("{} files of the other file systems are not in this one", missing[fs]));
}

}  // namespace

verification verify(const opened_image& image, const base::progress& progress, const std::stop_token& stop) {
  findings out;
  for (const auto& fault : image.faults()) out.add(image.volumes().front().fs, "", base::to_string(fault));
  std::vector<claim> claims;
  checking all{image, out, claims, progress, stop};
  for (const auto& v : image.volumes()) image.reader_of(v.fs).check(all);
  check_bridge(all);
  compare_posix_systems(all);
  check_claims(claims, image.volumes().front().fs, out);
  check_booting(image, out);
  return std::move(out.result);
}

}  // namespace comeback::image
