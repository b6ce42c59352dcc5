// SPDX-License-Identifier: Apache-2.0
#include "iso9660/reader.hpp"

#include "iso9660/names.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

namespace comeback::iso9660 {
namespace {

using base::fault;

constexpr std::size_t descriptors_limit = 64;
constexpr std::size_t chunk = 32 * disk::block_size;

tl::unexpected<base::parse_error> wrong(fault what, std::uint64_t at, std::string field) {
  return tl::unexpected(base::parse_error{what, at, std::move(field)});
}

// All of `bytes` or a fault; the range must lie in the image.
base::parsed<void> read_all(const disk::source& from, std::uint64_t at, std::span<std::byte> bytes,
                            const char* field) {
  if (from.read_at(at, bytes) != bytes.size()) return wrong(fault::truncated, at, field);
  return {};
}

base::parsed<found_descriptor> read_descriptor(const disk::source& from, disk::lba at) {
  std::array<std::byte, disk::block_size> block;
  const auto offset = disk::offset_of(at);
  if (auto done = read_all(from, offset, block, "volume descriptor"); !done)
    return tl::unexpected(done.error());
  const auto what = disk::read<volume_descriptor>(block, 0, "volume descriptor", offset);
  if (!what) return tl::unexpected(what.error());
  if (what->header.standard.all() != "CD001")
    return wrong(fault::bad_magic, offset + offsetof(descriptor_header, standard),
                 "volume descriptor: identifier");
  return found_descriptor{at, *what};
}

// The record at `at` of a block; empty where the rest of the block is unused.
base::parsed<std::optional<raw_record>> record_in(std::span<const std::byte> block, std::size_t at,
                                                  std::uint64_t offset) {
  const auto length = std::to_integer<std::size_t>(block[at]);
  if (length == 0) return std::nullopt;
  if (length < sizeof(directory_record) + 1)
    return wrong(fault::out_of_range, offset, "directory record: length");
  if (length > block.size() - at)
    return wrong(fault::truncated, offset, "directory record: it leaves its block");
  const auto fixed = disk::read<directory_record>(block, at, "directory record", offset - at);
  if (!fixed) return tl::unexpected(fixed.error());
  if (fixed->identifier_length == 0 || fixed->identifier_length > length - sizeof(directory_record))
    return wrong(fault::out_of_range, offset + offsetof(directory_record, identifier_length),
                 "directory record: identifier length");
  const auto* name = reinterpret_cast<const char*>(block.data() + at + sizeof(directory_record));
  // An identifier of even length is followed by a padding byte (9.1.12), which a short record may lack.
  const auto plain = std::min(length, sizeof(directory_record) + (fixed->identifier_length | 1U));
  return raw_record{*fixed,
                    {name, fixed->identifier_length},
                    offset,
                    block.subspan(at + plain, length - plain),
                    offset + plain};
}

template <class Record>
base::parsed<std::vector<path_entry>> parse_path_table(std::span<const std::byte> bytes,
                                                       std::uint64_t offset) {
  std::vector<path_entry> out;
  for (std::uint64_t at = 0; at < bytes.size();) {
    const auto fixed = disk::read<Record>(bytes, at, "path table record", offset);
    if (!fixed) return tl::unexpected(fixed.error());
    const std::uint64_t size = fixed->identifier_length, name = at + sizeof(Record);
    if (size == 0 || size > bytes.size() - name)
      return wrong(fault::out_of_range, offset + at, "path table record: identifier length");
    out.push_back({{reinterpret_cast<const char*>(bytes.data() + name), size}, fixed->extent, fixed->parent});
    at = name + size + size % 2;
  }
  return out;
}

}  // namespace

const text_style& plain_style() noexcept {
  static constexpr text_style style{
      [](std::string_view identifier) { return std::string(without_version(identifier)); },
      [](std::string_view field) {
        const auto last = field.find_last_not_of(std::string_view(" \0", 2));
        return std::string(field.substr(0, last == std::string_view::npos ? 0 : last + 1));
      }};
  return style;
}

const text_style& long_style() noexcept {
  static constexpr text_style style{[](std::string_view identifier) { return std::string(identifier); },
                                    [](std::string_view field) { return plain_style().text(field); }};
  return style;
}

base::parsed<std::vector<found_descriptor>> find_descriptors(const disk::source& from, disk::lba first) {
  std::vector<found_descriptor> found;
  for (auto at = first + system_area; found.size() < descriptors_limit; at += disk::block_count{1}) {
    auto one = read_descriptor(from, at);
    if (!one && found.empty()) return tl::unexpected(one.error());
    if (!one || one->what.header.type == static_cast<u8>(descriptor_type::terminator)) break;
    found.push_back(*std::move(one));
  }
  return found;
}

base::parsed<reader> reader::open(std::shared_ptr<const disk::source> from, const found_descriptor& at,
                                  const text_style& style) {
  const auto offset = disk::offset_of(at.at);
  const auto& d = at.what;
  if (d.block_size.value() != disk::block_size)
    return wrong(fault::unsupported, offset + offsetof(volume_descriptor, block_size),
                 "volume descriptor: block size");
  if ((d.root.flags & file_flags::directory) == 0)
    return wrong(fault::out_of_range, offset + offsetof(volume_descriptor, root),
                 "volume descriptor: root directory");
  return reader(std::move(from), at, style);
}

base::parsed<void> reader::visit(disk::lba at, std::uint64_t bytes, const visitor& each) const {
  const auto begin = disk::offset_of(at);
  if (begin > from_->size() || bytes > from_->size() - begin || bytes > directory_limit)
    return wrong(fault::out_of_range, begin, "directory: extent");
  std::vector<std::byte> buffer(static_cast<std::size_t>(std::min<std::uint64_t>(bytes, chunk)));
  for (std::uint64_t done = 0; done < bytes; done += buffer.size()) {
    const auto part = std::span(buffer).first(
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), bytes - done)));
    if (auto read = read_all(*from_, begin + done, part, "directory"); !read) return read;
    for (std::size_t block = 0; block < part.size(); block += disk::block_size) {
      const auto rest = part.subspan(block, std::min<std::size_t>(disk::block_size, part.size() - block));
      for (std::size_t i = 0; i < rest.size();) {
        const auto record = record_in(rest, i, begin + done + block + i);
        if (!record) return tl::unexpected(record.error());
        if (!*record) break;
        if (!each(**record)) return {};
        i += (*record)->fixed.length;
      }
    }
  }
  return {};
}

base::parsed<std::vector<path_entry>> reader::path_table(std::endian order) const {
  const bool little = order == std::endian::little;
  const auto at = disk::offset_of(
      {little ? std::uint32_t{descriptor_.path_table_l} : std::uint32_t{descriptor_.path_table_m}});
  const std::uint64_t size = descriptor_.path_table_size.value();
  if (at > from_->size() || size > from_->size() - at || size > path_table_limit)
    return wrong(fault::out_of_range, at, "path table: extent");
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  if (auto read = read_all(*from_, at, bytes, "path table"); !read) return tl::unexpected(read.error());
  return little ? parse_path_table<path_record_l>(bytes, at) : parse_path_table<path_record_m>(bytes, at);
}

}  // namespace comeback::iso9660
