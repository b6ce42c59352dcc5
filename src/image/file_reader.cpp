// SPDX-License-Identifier: Apache-2.0
#include "image/file_reader.hpp"

#include "image/open.hpp"

#include <algorithm>

namespace comeback::image {
namespace {

using base::fault;

// Bytes that lie in the item's own block (ECMA-167 4/14.6.8).
std::size_t read_embedded(const entry& file, std::uint64_t offset, std::span<std::byte> into) {
  if (offset >= file.embedded.size()) return 0;
  const auto from = std::span(file.embedded).subspan(static_cast<std::size_t>(offset));
  const auto n = std::min(from.size(), into.size());
  std::ranges::copy(from.first(n), into.begin());
  return n;
}

}  // namespace

// The run that holds the byte; none behind the end.
const run* file_reader::seek(std::uint64_t offset) {
  if (offset < begin_) run_ = begin_ = 0;
  for (; run_ < file_.runs.size(); ++run_) {
    const auto& here = file_.runs[run_];
    if (offset - begin_ < here.bytes) return &here;
    begin_ += here.bytes;
  }
  return nullptr;
}

std::uint64_t file_reader::hole_at(std::uint64_t offset) {
  const auto* here = seek(offset);
  return here == nullptr || here->recorded ? 0 : here->bytes - (offset - begin_);
}

base::parsed<std::size_t> file_reader::read(std::uint64_t offset, std::span<std::byte> into) {
  if (file_.fault) return tl::unexpected(*file_.fault);
  if (!file_.embedded.empty()) return read_embedded(file_, offset, into);
  std::size_t done = 0;
  while (done < into.size()) {
    const auto* here = seek(offset);
    if (here == nullptr) break;
    const auto inside = offset - begin_;
    const auto n = std::min<std::uint64_t>(into.size() - done, here->bytes - inside);
    const auto part = into.subspan(done, static_cast<std::size_t>(n));
    if (auto read = read_run(*here, inside, part); !read) return tl::unexpected(read.error());
    done += part.size();
    offset += n;
  }
  return done;
}

base::parsed<void> file_reader::read_run(const run& from, std::uint64_t inside, std::span<std::byte> into) {
  if (!from.recorded) {
    std::ranges::fill(into, std::byte{0});
    return {};
  }
  const auto& image = image_.source();
  const auto at = from.offset();
  if (at > image.size() || from.bytes > image.size() - at)
    return tl::unexpected(base::parse_error{fault::out_of_range, at, "file: extent"});
  if (image.read_at(at + inside, into) != into.size())
    return tl::unexpected(base::parse_error{fault::truncated, at, "file: extent"});
  return {};
}

}  // namespace comeback::image
