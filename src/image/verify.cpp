// SPDX-License-Identifier: Apache-2.0
#include "image/verify.hpp"

#include "image/checking.hpp"
#include "image/open.hpp"
#include "image/volume_reader.hpp"

#include <algorithm>
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

}  // namespace

verification verify(const opened_image& image, const base::progress& progress, const std::stop_token& stop) {
  findings out;
  for (const auto& fault : image.faults()) out.add(image.volumes().front().fs, "", base::to_string(fault));
  std::vector<claim> claims;
  checking all{image, out, claims, progress, stop};
  for (const auto& v : image.volumes()) image.reader_of(v.fs).check(all);
  check_claims(claims, image.volumes().front().fs, out);
  check_booting(image, out);
  return std::move(out.result);
}

}  // namespace comeback::image
