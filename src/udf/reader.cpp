// SPDX-License-Identifier: Apache-2.0
#include "udf/reader.hpp"

#include "base/text.hpp"
#include "udf/link.hpp"
#include "udf/node_reader.hpp"
#include "udf/text.hpp"

#include <utility>

namespace comeback::udf {
namespace {

using base::fault;

std::string_view text_at(std::span<const std::byte> bytes, std::size_t at, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes.data()) + at, size};
}

// Where the bytes of a directory lie, asked for from the first to the last: its block, which its file
// identifier's tag names.
class places {
 public:
  explicit places(const node& directory) : directory_(directory) {}
  std::uint64_t of(std::uint64_t at) {
    if (directory_.is_embedded) return directory_.at;
    const auto& all = directory_.pieces;
    for (; piece_ < all.size() && at - begin_ >= all[piece_].bytes; ++piece_) begin_ += all[piece_].bytes;
    if (piece_ == all.size() || !all[piece_].recorded) return directory_.at;
    return all[piece_].offset + (at - begin_);
  }

 private:
  const node& directory_;
  std::size_t piece_ = 0;
  std::uint64_t begin_ = 0;  // of that piece, in the directory
};

base::parsed<name_record> name_at(std::span<const std::byte> data, std::size_t at, std::uint64_t where) {
  const auto rest = data.subspan(at);
  const auto fixed = disk::read<file_identifier>(rest, 0, "file identifier", where);
  if (!fixed) return tl::unexpected(fixed.error());
  auto t = judge_tag(rest, where, fixed->tag.location, "file identifier");
  if (!t) return tl::unexpected(t.error());
  if (fixed->tag.id != static_cast<std::uint16_t>(tag_id::file_identifier))
    return wrong(fault::bad_magic, where, "file identifier: tag");
  name_record out;
  out.fixed = *fixed;
  out.at = at;
  out.complaint = std::move(t->complaint);
  const std::size_t name = sizeof(file_identifier) + fixed->implementation_bytes, size = fixed->name_bytes;
  if (name > rest.size() || size > rest.size() - name)
    return wrong(fault::truncated, where, "file identifier: it leaves its directory");
  const auto bytes = text_at(rest, name, size);
  if (const auto text = from_cs0(bytes)) {
    out.name = base::to_utf8(*text);
  } else {
    out.legible = false;
    for (std::size_t i = 0; i < size; ++i) out.name += "\xEF\xBF\xBD";
  }
  return out;
}

std::size_t bytes_of_record(const file_identifier& f) {
  const std::size_t bytes = sizeof(file_identifier) + f.implementation_bytes + f.name_bytes;
  return (bytes + 3) / 4 * 4;  // ECMA-167 4/14.4.9
}

}  // namespace

base::parsed<node> reader::read(const lb_addr& icb) const {
  block_window window(*from_);
  return read(icb, window);
}

base::parsed<node> reader::read(const lb_addr& icb, block_window& window) const {
  return read_node(*from_, all_.maps, icb, window);
}

base::parsed<std::vector<std::byte>> reader::data(const node& of, std::uint64_t limit) const {
  return read_data(*from_, of, limit);
}

base::parsed<std::vector<name_record>> reader::names(const node& directory) const {
  const auto bytes = data(directory, directory_limit);
  if (!bytes) return tl::unexpected(bytes.error());
  std::vector<name_record> out;
  places where(directory);
  for (std::size_t at = 0; at < bytes->size(); at += bytes_of_record(out.back().fixed)) {
    auto one = name_at(*bytes, at, where.of(at));
    if (!one) return tl::unexpected(one.error());
    out.push_back(std::move(*one));
  }
  return out;
}

base::parsed<std::string> reader::target(const node& link) const {
  const auto bytes = data(link, target_limit);
  if (!bytes) return tl::unexpected(bytes.error());
  return link_text(*bytes, link.at);
}

}  // namespace comeback::udf
