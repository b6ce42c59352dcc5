// SPDX-License-Identifier: Apache-2.0
#include "rockridge/reader.hpp"

#include "disk/units.hpp"
#include "iso9660/format.hpp"
#include "rockridge/format.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace comeback::rockridge {
namespace {

using base::fault;

constexpr unsigned areas_limit = 64;
constexpr std::uint64_t bytes_limit = 64 << 10;

tl::unexpected<base::parse_error> wrong(fault what, std::uint64_t at, const char* field) {
  return tl::unexpected(base::parse_error{what, at, field});
}

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A link's text, put together from components of several entries (RRIP 4.1.3).
class link_text {
 public:
  base::parsed<void> add(std::span<const std::byte> entry, std::uint64_t offset) {
    if (entry.size() < 5) return wrong(fault::truncated, offset, "SL: length");
    for (std::size_t at = 5; at < entry.size();) {
      if (entry.size() - at < 2) return wrong(fault::truncated, offset + at, "SL: component");
      const auto flag = std::to_integer<unsigned>(entry[at]);
      const auto size = std::to_integer<std::size_t>(entry[at + 1]);
      if (size > entry.size() - at - 2) return wrong(fault::truncated, offset + at, "SL: component length");
      add_component(flag, text_of(entry.subspan(at + 2, size)));
      at += 2 + size;
    }
    return {};
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void add_component(unsigned flag, std::string_view text) {
    const bool slash = !text_.empty() && !text_.ends_with('/') && !open_;
    if (slash) text_ += '/';
    if ((flag & flags::root) != 0)
      text_ += '/';
    else if ((flag & flags::current) != 0)
      text_ += '.';
    else if ((flag & flags::parent) != 0)
      text_ += "..";
    else
      text_ += text;
    open_ = (flag & flags::continues) != 0;
  }

  std::string text_;
  bool open_ = false;  // the last component goes on
};

class entry_reader {
 public:
  entry_reader(const disk::source& from) : from_(from) {}

  base::parsed<facts> run(std::span<const std::byte> field, std::uint64_t offset) {
    if (auto done = read_entries(field, offset); !done) return tl::unexpected(done.error());
    std::vector<std::byte> area;
    for (unsigned areas = 0; next_; ++areas) {
      const auto here = *next_;
      next_.reset();
      if (areas == areas_limit) return wrong(fault::loop, here.offset, "CE: a chain without end");
      if (auto done = read_area(here, area); !done) return tl::unexpected(done.error());
      if (auto done = read_entries(area, here.offset); !done) return tl::unexpected(done.error());
    }
    if (link_) out_.link_target = link_->text();
    return std::move(out_);
  }
  [[nodiscard]] std::uint64_t continued() const { return bytes_limit - bytes_left_; }

 private:
  struct place {
    std::uint64_t offset, bytes;
  };

  base::parsed<void> read_area(const place& at, std::vector<std::byte>& into) {
    if (at.bytes > bytes_left_) return wrong(fault::out_of_range, at.offset, "CE: length");
    bytes_left_ -= at.bytes;
    into.resize(static_cast<std::size_t>(at.bytes));
    if (from_.read_at(at.offset, into) != into.size())
      return wrong(fault::out_of_range, at.offset, "CE: it leaves the image");
    return {};
  }

  base::parsed<void> read_entries(std::span<const std::byte> bytes, std::uint64_t offset) {
    // What is shorter than a header is padding (SUSP 4), as is what begins with a zero.
    for (std::size_t at = 0; bytes.size() - at >= sizeof(entry_header) && bytes[at] != std::byte{0};) {
      const auto length = std::to_integer<std::size_t>(bytes[at + 2]);
      if (length < sizeof(entry_header) || length > bytes.size() - at)
        return wrong(fault::out_of_range, offset + at, "system use entry: length");
      const auto entry = bytes.subspan(at, length);
      const auto signature = text_of(entry.first(2));
      if (signature == "ST") break;  // SUSP 5.4: nothing follows
      if (auto done = read_entry(signature, entry, offset + at); !done) return done;
      at += length;
    }
    return {};
  }

  base::parsed<void> read_entry(std::string_view signature, std::span<const std::byte> entry,
                                std::uint64_t offset) {
    if (signature == "CE") return read_continuation(entry, offset);
    if (signature == "PX") return read_attributes(entry, offset);
    if (signature == "NM") return read_name(entry, offset);
    if (signature == "SL") return (link_ ? *link_ : link_.emplace()).add(entry, offset);
    if (signature == "TF") return read_times(entry, offset);
    if (signature == "PN") return read_device(entry, offset);
    if (signature == "CL") return read_place(entry, offset, out_.child);
    if (signature == "PL") return read_place(entry, offset, out_.parent);
    if (signature == "RE") out_.relocated = true;
    if (signature == "SP") return read_sharing(entry, offset);
    if (signature == "ER") return read_reference(entry, offset);
    return {};
  }

  base::parsed<void> read_continuation(std::span<const std::byte> entry, std::uint64_t offset) {
    const auto ce = disk::read<continuation>(entry, 0, "CE", offset);
    if (!ce) return tl::unexpected(ce.error());
    next_ = place{disk::offset_of({ce->block.value()}) + ce->offset.value(), ce->bytes.value()};
    return {};
  }

  base::parsed<void> read_attributes(std::span<const std::byte> entry, std::uint64_t offset) {
    // RRIP 1.10 has no serial number.
    constexpr auto old_size = offsetof(posix_attributes, serial);
    if (entry.size() < old_size) return wrong(fault::truncated, offset, "PX: length");
    posix_attributes px;
    std::memcpy(&px, entry.data(), std::min(entry.size(), sizeof(px)));
    out_.mode = px.mode.value();
    out_.links = px.links.value();
    out_.user = px.user.value();
    out_.group = px.group.value();
    if (entry.size() >= sizeof(px)) out_.serial = px.serial.value();
    return {};
  }

  base::parsed<void> read_name(std::span<const std::byte> entry, std::uint64_t offset) {
    if (entry.size() < 5) return wrong(fault::truncated, offset, "NM: length");
    const auto flag = std::to_integer<unsigned>(entry[4]);
    if ((flag & (flags::current | flags::parent)) != 0) return {};
    auto& name = out_.name ? *out_.name : out_.name.emplace();
    name.append(text_of(entry.subspan(5)));
    return {};
  }

  base::parsed<void> read_times(std::span<const std::byte> entry, std::uint64_t offset) {
    if (entry.size() < 5) return wrong(fault::truncated, offset, "TF: length");
    const auto known = std::to_integer<unsigned>(entry[4]);
    const bool digits = (known & time_flags::long_form) != 0;
    const std::size_t size = digits ? sizeof(iso9660::volume_time) : sizeof(iso9660::recorded_time);
    std::size_t at = 5;
    for (const unsigned flag :
         {time_flags::creation, time_flags::modification, time_flags::access, time_flags::attributes}) {
      if ((known & flag) == 0) continue;
      if (entry.size() - at < size) return wrong(fault::truncated, offset + at, "TF: time");
      set_time(flag, digits, entry.subspan(at, size));
      at += size;
    }
    return {};
  }

  void set_time(unsigned flag, bool digits, std::span<const std::byte> bytes) {
    const auto when = digits ? iso9660::from_volume_time(*disk::read<iso9660::volume_time>(bytes, 0, "TF"))
                             : iso9660::from_recorded(*disk::read<iso9660::recorded_time>(bytes, 0, "TF"));
    if (flag == time_flags::creation) out_.times.created = when;
    if (flag == time_flags::modification) out_.modified = when;
    if (flag == time_flags::access) out_.times.accessed = when;
    if (flag == time_flags::attributes) out_.times.changed = when;
  }

  base::parsed<void> read_device(std::span<const std::byte> entry, std::uint64_t offset) {
    const auto pn = disk::read<device_number>(entry, 0, "PN", offset);
    if (!pn) return tl::unexpected(pn.error());
    out_.device_high = pn->high.value();
    out_.device_low = pn->low.value();
    return {};
  }

  base::parsed<void> read_place(std::span<const std::byte> entry, std::uint64_t offset,
                                std::optional<std::uint32_t>& into) {
    const auto link = disk::read<directory_link>(entry, 0, "CL or PL", offset);
    if (!link) return tl::unexpected(link.error());
    into = link->block.value();
    return {};
  }

  base::parsed<void> read_sharing(std::span<const std::byte> entry, std::uint64_t offset) {
    const auto sp = disk::read<sharing_protocol>(entry, 0, "SP", offset);
    if (!sp) return tl::unexpected(sp.error());
    if (sp->check != sharing_protocol{}.check) return wrong(fault::bad_magic, offset, "SP: check bytes");
    out_.skipped = sp->skipped;
    return {};
  }

  base::parsed<void> read_reference(std::span<const std::byte> entry, std::uint64_t offset) {
    const auto er = disk::read<extension_reference>(entry, 0, "ER", offset);
    if (!er) return tl::unexpected(er.error());
    if (er->identifier_length > entry.size() - sizeof(*er))
      return wrong(fault::out_of_range, offset, "ER: identifier length");
    const auto id = text_of(entry.subspan(sizeof(*er), er->identifier_length));
    out_.known_extension |= id == identifier || id == "RRIP_1991A" || id == "IEEE_1282";
    return {};
  }

  const disk::source& from_;
  facts out_;
  std::optional<link_text> link_;
  std::optional<place> next_;
  std::uint64_t bytes_left_ = bytes_limit;
};

}  // namespace

base::parsed<facts> read(const disk::source& from, std::span<const std::byte> field, std::uint64_t offset,
                         std::uint64_t* continued) {
  entry_reader reader(from);
  auto out = reader.run(field, offset);
  if (continued != nullptr) *continued = reader.continued();
  return out;
}

}  // namespace comeback::rockridge
