// SPDX-License-Identifier: Apache-2.0
#include "udf/entry.hpp"

#include "base/text.hpp"
#include "udf/names.hpp"
#include "udf/text.hpp"

#include <algorithm>
#include <cstring>

namespace comeback::udf {
namespace {

constexpr std::size_t block = disk::block_size;

bool is_device(const entry& e) {
  return e.type == file_type::block_device || e.type == file_type::character_device;
}

bool has_created_attribute(const entry& e) { return !e.extended && e.times.created.has_value(); }

constexpr std::size_t device_bytes = sizeof(device_attribute) + sizeof(regid);

std::size_t attribute_bytes(const entry& e) {
  std::size_t out = has_created_attribute(e) ? sizeof(file_times_attribute) : 0;
  if (is_device(e)) out += device_bytes;
  return out == 0 ? 0 : out + sizeof(attributes_header);
}

std::size_t fixed_bytes(const entry& e) {
  return e.extended ? sizeof(extended_file_entry) : sizeof(file_entry);
}

std::size_t descriptor_size(const entry& e) { return e.long_form ? sizeof(long_ad) : sizeof(short_ad); }

std::uint64_t extents_of(std::uint64_t size) { return (size + longest_extent - 1) / longest_extent; }

// The descriptors of an entry, as they are spread over its ICB and its allocation extents: each but the last
// of these ends in one that leads to the next.
struct spread {
  explicit spread(const entry& e)
      : total(e.runs.empty() ? extents_of(e.size) : e.runs.size()),
        first(room_in(e) / descriptor_size(e)),
        next((block - sizeof(allocation_extent)) / descriptor_size(e)) {}
  std::uint64_t total, first, next;

  [[nodiscard]] std::uint64_t continuations() const {
    if (total <= first) return 0;
    return (total - first + next - 2) / (next - 1);  // each link takes the place of one descriptor
  }
  // Where those in the `which`th place begin; 0 is the ICB.
  [[nodiscard]] std::uint64_t begin(std::uint64_t which) const {
    return which == 0 ? 0 : first - 1 + (which - 1) * (next - 1);
  }
  [[nodiscard]] std::uint64_t end(std::uint64_t which) const {
    return which == continuations() ? total : begin(which + 1);
  }
};

class descriptors {
 public:
  descriptors(const entry& e, std::span<std::byte> into) : e_(e), into_(into) {}

  // Those in the `which`th place. Returns their bytes.
  std::size_t write(std::uint64_t which) {
    const spread all(e_);
    for (auto i = all.begin(which); i < all.end(which); ++i) put_extent(i);
    if (which < all.continuations())
      put(typed(extent_type::continuation, block), e_.more.block + which, e_.more.partition);
    return at_;
  }

 private:
  void put_extent(std::uint64_t which) {
    if (!e_.runs.empty()) {
      const auto& run = e_.runs[static_cast<std::size_t>(which)];
      return put(static_cast<std::uint32_t>(run.bytes), run.block, e_.data.partition);
    }
    const auto before = which * longest_extent;
    const auto length = std::min<std::uint64_t>(longest_extent, e_.size - before);
    put(static_cast<std::uint32_t>(length), e_.data.block + before / block, e_.data.partition);
  }

  void put(std::uint32_t length, std::uint64_t where, std::uint16_t partition) {
    const auto at = static_cast<std::uint32_t>(where);
    if (e_.long_form)
      disk::put(into_, at_, long_ad{length, {at, partition}, {}, {}});
    else
      disk::put(into_, at_, short_ad{length, at});
    at_ += descriptor_size(e_);
  }

  const entry& e_;
  std::span<std::byte> into_;
  std::size_t at_ = 0;
};

icb_tag icb_tag_of(const entry& e) {
  icb_tag out;
  out.strategy = 4;  // UDF 2.3.5.1
  out.max_entries = 1;
  out.type = static_cast<u8>(e.type);
  unsigned flags = e.flags;
  flags |= e.is_embedded ? embedded : e.long_form ? long_descriptors : short_descriptors;
  if ((e.how.permissions & 04000) != 0) flags |= set_user_id;
  if ((e.how.permissions & 02000) != 0) flags |= set_group_id;
  if ((e.how.permissions & 01000) != 0) flags |= sticky;
  out.flags = static_cast<std::uint16_t>(flags);
  return out;
}

// What both kinds of entries have, by the same names.
template <class Record>
Record common(const entry& e) {
  Record out;
  out.icb = icb_tag_of(e);
  out.user = e.how.given ? e.how.user : no_owner;
  out.group = e.how.given ? e.how.group : no_owner;
  out.permissions = to_permissions(e.how.permissions);
  out.links = e.links;
  out.size = e.size;
  out.blocks = e.is_embedded ? 0 : disk::blocks_for(e.size).value;
  out.accessed = to_recorded(e.times.accessed.value_or(e.modified));
  out.modified = to_recorded(e.modified);
  out.changed = to_recorded(e.times.changed.value_or(e.modified));
  out.checkpoint = 1;
  out.implementation = implementation_entity();
  out.unique_id = e.unique_id;
  return out;
}

attribute attribute_head(attribute_type type, std::size_t bytes) {
  attribute out;
  out.type = static_cast<std::uint32_t>(type);
  out.bytes = static_cast<std::uint32_t>(bytes);
  return out;
}

// 4/14.10: those of the standard alone, so both locations say that there are no others (UDF 3.3.4.1): since
// 2.00 by all ones, before by the end.
void write_attributes(std::span<std::byte> into, const entry& e) {
  std::size_t at = sizeof(attributes_header);
  if (has_created_attribute(e)) {
    file_times_attribute times;
    times.head = attribute_head(attribute_type::file_times, sizeof times);
    times.data_bytes = sizeof(timestamp);
    times.existence = 1;
    times.created = to_recorded(*e.times.created);
    disk::put(into, at, times);
    at += sizeof times;
  }
  if (is_device(e)) {
    device_attribute device;
    device.head = attribute_head(attribute_type::device, device_bytes);
    device.implementation_bytes = sizeof(regid);
    device.major = e.how.major;
    device.minor = e.how.minor;
    disk::put(into, at, device);
    disk::put(into, at + sizeof device, implementation_entity());
  }
  attributes_header head;
  head.implementation_at = head.application_at =
      e.revision < 0x0200 ? static_cast<std::uint32_t>(into.size()) : no_block;
  disk::put(into, 0, head);
  seal(into.first(sizeof head), tag_id::extended_attributes, descriptor_version(e.revision),
       static_cast<std::uint32_t>(e.at.block), 1);
}

template <class Record>
void write_record(std::span<std::byte> into, const entry& e, Record record, tag_id id) {
  const auto attributes = attribute_bytes(e);
  const auto rest = into.subspan(sizeof(Record) + attributes);
  std::size_t used = 0;
  if (e.is_embedded) {
    used = e.embedded.size();
    if (used > 0) std::memcpy(rest.first(used).data(), e.embedded.data(), used);
  } else {
    used = descriptors(e, rest).write(0);
  }
  if (attributes > 0) write_attributes(into.subspan(sizeof(Record), attributes), e);
  record.attribute_bytes = static_cast<std::uint32_t>(attributes);
  record.descriptor_bytes = static_cast<std::uint32_t>(used);
  disk::put(into, 0, record);
  seal(into.first(sizeof(Record) + attributes + used), id, descriptor_version(e.revision),
       static_cast<std::uint32_t>(e.at.block), 1);
}

// "." and ".." have types of their own; other names are cut as those of files are.
void append_component(std::vector<std::byte>& out, std::string_view part) {
  path_component c;
  std::string name;
  if (part == ".") {
    c.type = static_cast<u8>(component_type::self);
  } else if (part == "..") {
    c.type = static_cast<u8>(component_type::parent);
  } else {
    c.type = static_cast<u8>(component_type::name);
    name = to_cs0(base::to_utf16_lossy(plain(part)));
  }
  c.name_bytes = static_cast<u8>(name.size());
  disk::append(out, c);
  const auto bytes = std::as_bytes(std::span(name));
  out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace

long_ad icb_address(address at, std::uint64_t unique_id) {
  long_ad out;
  out.length = block;
  out.location = {static_cast<std::uint32_t>(at.block), at.partition};
  out.unique_id = static_cast<std::uint32_t>(unique_id);
  return out;
}

std::size_t room_in(const entry& e) { return block - fixed_bytes(e) - attribute_bytes(e); }

std::uint64_t continuation_blocks(const entry& e) { return e.is_embedded ? 0 : spread(e).continuations(); }

void write_entry(std::span<std::byte> into, const entry& e) {
  if (!e.extended) return write_record(into, e, common<file_entry>(e), tag_id::file_entry);
  auto record = common<extended_file_entry>(e);
  record.object_size = e.object_size;
  record.created = to_recorded(e.times.created.value_or(e.modified));
  record.streams = e.streams;
  write_record(into, e, record, tag_id::extended_file_entry);
}

void write_continuation(std::span<std::byte> into, const entry& e, std::uint64_t which) {
  allocation_extent head;
  const auto used = descriptors(e, into.subspan(sizeof head)).write(which + 1);
  const auto summed = e.revision < 0x0201 ? 0 : used;  // UDF 2.3.11.1: the CRC of older ones ends here
  head.descriptor_bytes = static_cast<std::uint32_t>(used);
  disk::put(into, 0, head);
  seal(into.first(sizeof head + summed), tag_id::allocation_extent, descriptor_version(e.revision),
       static_cast<std::uint32_t>(e.more.block + which), 1);
}

std::size_t write_identifier(std::span<std::byte> into, std::uint8_t characteristics, const long_ad& icb,
                             std::string_view cs0, std::uint64_t at, std::uint16_t revision, bool padded) {
  const auto use = padded ? padding_bytes : 0, bytes = identifier_bytes(cs0.size()) + use;
  file_identifier fixed;
  fixed.version = 1;
  fixed.characteristics = characteristics;
  fixed.name_bytes = static_cast<u8>(cs0.size());
  fixed.icb = icb;
  fixed.implementation_bytes = static_cast<std::uint16_t>(use);
  std::ranges::fill(into.first(bytes), std::byte{});
  disk::put(into, 0, fixed);
  if (padded) disk::put(into, sizeof fixed, implementation_entity());
  if (!cs0.empty()) std::memcpy(into.subspan(sizeof fixed + use).data(), cs0.data(), cs0.size());
  seal(into.first(bytes), tag_id::file_identifier, descriptor_version(revision),
       static_cast<std::uint32_t>(at), 1);
  return bytes;
}

std::vector<std::byte> components_of(std::string_view target) {
  std::vector<std::byte> out;
  if (target.starts_with('/'))
    disk::append(out, path_component{static_cast<u8>(component_type::root), 0, {}});
  while (!target.empty()) {
    const auto end = std::min(target.find('/'), target.size());
    if (end > 0) append_component(out, target.substr(0, end));
    target.remove_prefix(std::min(end + 1, target.size()));
  }
  return out;
}

}  // namespace comeback::udf
