// SPDX-License-Identifier: Apache-2.0
#include "udf/format.hpp"

#include <algorithm>

namespace comeback::udf {
namespace {

constexpr u8 utc_with_offset_zero = 1;  // 1/7.3.1: type 1, and in the low twelve bits zero minutes

// 12 bits, signed (1/7.3.1); -2047 says that there is no zone.
std::int64_t minutes_east(std::uint16_t type_and_zone) {
  const auto zone = static_cast<std::int16_t>(static_cast<std::uint16_t>(type_and_zone << 4)) / 16;
  return zone < -1440 || zone > 1440 ? 0 : zone;
}

}  // namespace

std::uint32_t to_permissions(std::uint16_t mode) noexcept {
  std::uint32_t out = 0;
  for (unsigned who = 0; who < 3; ++who) out |= std::uint32_t{(mode >> (3U * who)) & 7U} << (5 * who);
  return out;
}

std::uint16_t from_permissions(std::uint32_t permissions) noexcept {
  unsigned out = 0;
  for (unsigned who = 0; who < 3; ++who) out |= ((permissions >> (5 * who)) & 7U) << (3 * who);
  return static_cast<std::uint16_t>(out);
}

timestamp to_recorded(base::timestamp t) noexcept {
  constexpr base::timestamp first{-62135596800, 0}, last{253402300799, 999'999'999};  // years 1 to 9999
  t = std::clamp(t, first, last);
  const auto c = base::to_civil(t);
  timestamp out;
  out.type_and_zone = static_cast<std::uint16_t>(utc_with_offset_zero << 12);
  out.year = static_cast<std::uint16_t>(c.year);
  out.month = static_cast<u8>(c.month);
  out.day = static_cast<u8>(c.day);
  out.hour = static_cast<u8>(c.hour);
  out.minute = static_cast<u8>(c.minute);
  out.second = static_cast<u8>(c.second);
  out.centiseconds = static_cast<u8>(t.nanoseconds / 10'000'000);
  out.hundreds_of_microseconds = static_cast<u8>(t.nanoseconds / 100'000 % 100);
  out.microseconds = static_cast<u8>(t.nanoseconds / 1000 % 100);
  return out;
}

std::optional<base::timestamp> from_recorded(const timestamp& t) noexcept {
  if (t.month == 0 || t.month > 12 || t.day == 0 || t.day > 31 || t.hour > 23 || t.minute > 59 ||
      t.second > 60)
    return std::nullopt;
  const auto year = static_cast<std::int16_t>(std::uint16_t{t.year});
  auto out = base::from_civil({year, t.month, t.day, t.hour, t.minute, t.second});
  out.seconds -= minutes_east(t.type_and_zone) * 60;
  out.nanoseconds = std::min<std::uint32_t>(t.centiseconds, 99) * 10'000'000 +
                    std::min<std::uint32_t>(t.hundreds_of_microseconds, 99) * 100'000 +
                    std::min<std::uint32_t>(t.microseconds, 99) * 1000;
  return out;
}

u8 checksum_of(const tag& t) noexcept {
  const auto bytes = disk::bytes_of(t);
  unsigned sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) sum += i == offsetof(tag, checksum) ? 0U : bytes[i];
  return static_cast<u8>(sum);
}

void seal(std::span<std::byte> descriptor, tag_id id, std::uint16_t version, std::uint32_t location,
          std::uint16_t serial) {
  const auto body = descriptor.subspan(sizeof(tag));
  tag t;
  t.id = static_cast<std::uint16_t>(id);
  t.version = version;
  t.serial = serial;
  t.crc = crc_ccitt(body.data(), body.size());
  t.crc_length = static_cast<std::uint16_t>(body.size());
  t.location = location;
  t.checksum = checksum_of(t);
  disk::put(descriptor, 0, t);
}

void move(std::span<std::byte> descriptor, std::uint32_t location) {
  auto t = *disk::read<tag>(descriptor, 0, "tag");
  t.location = location;
  t.checksum = checksum_of(t);
  disk::put(descriptor, 0, t);
}

base::parsed<tag> read_tag(std::span<const std::byte> descriptor, std::uint64_t base) {
  const auto fault = [&](base::fault what, const char* field) {
    return tl::unexpected(base::parse_error{what, base, field});
  };
  auto t = disk::read<tag>(descriptor, 0, "descriptor tag", base);
  if (!t) return t;
  if (checksum_of(*t) != t->checksum) return fault(base::fault::bad_checksum, "descriptor tag: checksum");
  if (descriptor.size() - sizeof(tag) < t->crc_length)
    return fault(base::fault::out_of_range, "descriptor tag: CRC length");
  if (crc_ccitt(descriptor.data() + sizeof(tag), t->crc_length) != t->crc)
    return fault(base::fault::bad_checksum, "descriptor tag: CRC");
  return t;
}

}  // namespace comeback::udf
