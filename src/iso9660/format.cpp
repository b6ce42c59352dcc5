// SPDX-License-Identifier: Apache-2.0
#include "iso9660/format.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace comeback::iso9660 {
namespace {

template <std::size_t N>
void put_digits(text<N>& into, std::uint64_t value) {
  for (std::size_t i = N; i-- > 0; value /= 10) into.bytes[i] = static_cast<char>('0' + value % 10);
}

template <std::size_t N>
std::optional<unsigned> digits(const text<N>& from) {
  unsigned value = 0;
  const auto* end = from.bytes.data() + N;
  const auto [at, failed] = std::from_chars(from.bytes.data(), end, value);
  return failed == std::errc{} && at == end ? std::optional(value) : std::nullopt;
}

constexpr std::int64_t offset_seconds(u8 quarters) {
  return std::int64_t{static_cast<std::int8_t>(quarters)} * 15 * 60;
}

}  // namespace

recorded_time to_recorded(base::timestamp t) noexcept {
  constexpr base::timestamp first{-2208988800, 0},
      last{5869583999, 0};  // 1900-01-01 00:00:00, 2155-12-31 23:59:59
  const auto c = base::to_civil(std::clamp(t, first, last));
  return {static_cast<u8>(c.year - 1900),
          static_cast<u8>(c.month),
          static_cast<u8>(c.day),
          static_cast<u8>(c.hour),
          static_cast<u8>(c.minute),
          static_cast<u8>(c.second),
          0};
}

base::timestamp from_recorded(const recorded_time& t) noexcept {
  if (t.month == 0 || t.month > 12 || t.day == 0 || t.day > 31) return {};
  auto at =
      base::from_civil({1900 + std::int64_t{t.years_since_1900}, t.month, t.day, t.hour, t.minute, t.second});
  at.seconds -= offset_seconds(t.quarters_from_utc);
  return at;
}

volume_time to_volume_time(base::timestamp t) noexcept {
  constexpr base::timestamp first{-62135596800, 0}, last{253402300799, 0};  // the years 1 to 9999
  const auto c = base::to_civil(std::clamp(t, first, last));
  volume_time out;
  put_digits(out.year, static_cast<std::uint64_t>(c.year));
  put_digits(out.month, c.month);
  put_digits(out.day, c.day);
  put_digits(out.hour, c.hour);
  put_digits(out.minute, c.minute);
  put_digits(out.second, c.second);
  put_digits(out.hundredths, t.nanoseconds / 10'000'000);
  return out;
}

volume_time no_volume_time() noexcept {
  volume_time out;
  put_digits(out.year, 0);
  for (auto* two : {&out.month, &out.day, &out.hour, &out.minute, &out.second, &out.hundredths})
    put_digits(*two, 0);
  return out;
}

std::optional<base::timestamp> from_volume_time(const volume_time& t) noexcept {
  const auto year = digits(t.year), month = digits(t.month), day = digits(t.day), hour = digits(t.hour),
             minute = digits(t.minute), second = digits(t.second);
  if (!year || !month || !day || !hour || !minute || !second || *month == 0 || *month > 12 || *day == 0 ||
      *day > 31)
    return std::nullopt;
  auto at = base::from_civil({*year, *month, *day, *hour, *minute, *second});
  at.seconds -= offset_seconds(t.quarters_from_utc);
  at.nanoseconds = digits(t.hundredths).value_or(0) * 10'000'000;
  return at;
}

}  // namespace comeback::iso9660
