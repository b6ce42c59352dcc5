// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/parsed.hpp"
#include "disk/ordered.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace comeback::disk {

/// A structure that is its own bytes: nothing but byte-aligned fields in the order of the disc.
template <class R>
concept record = std::is_standard_layout_v<R> && std::is_trivially_copyable_v<R> && alignof(R) == 1;

template <record R>
[[nodiscard]] constexpr std::array<std::uint8_t, sizeof(R)> bytes_of(const R& r) {
  return std::bit_cast<std::array<std::uint8_t, sizeof(R)>>(r);
}

static_assert(bytes_of(both32{0x01020304}) == std::array<std::uint8_t, 8>{4, 3, 2, 1, 1, 2, 3, 4});
static_assert(bytes_of(both16{0x0102}) == std::array<std::uint8_t, 4>{2, 1, 1, 2});
static_assert(std::uint64_t{be64{0x0102030405060708}} == 0x0102030405060708);
static_assert(!both16{}.agrees() == false && record<le64> && sizeof(le64) == 8);

/// Copies a record out of `bytes`. A span that ends too early is an answer, not a crash. `base` is where
/// `bytes` begins in the image: it makes the fault's offset one of the image.
template <record R>
[[nodiscard]] base::parsed<R> read(std::span<const std::byte> bytes, std::uint64_t at, std::string_view what,
                                   std::uint64_t base = 0) {
  if (at > bytes.size() || bytes.size() - at < sizeof(R))
    return tl::unexpected(base::parse_error{base::fault::truncated, base + at, std::string(what)});
  R r;
  std::memcpy(&r, bytes.data() + at, sizeof(R));
  return r;
}

/// Puts a record over the bytes at `at`; the caller has made room.
template <record R>
void put(std::span<std::byte> bytes, std::size_t at, const R& r) {
  std::memcpy(bytes.subspan(at, sizeof(R)).data(), &r, sizeof(R));
}

template <record R>
void append(std::vector<std::byte>& bytes, const R& r) {
  const auto at = bytes.size();
  bytes.resize(at + sizeof(R));
  put<R>(bytes, at, r);
}

/// `N` bytes of text, padded at the end.
template <std::size_t N>
struct text {
  std::array<char, N> bytes{};

  [[nodiscard]] constexpr std::string_view all() const { return {bytes.data(), N}; }
  [[nodiscard]] constexpr std::string_view trimmed() const {
    const auto last = all().find_last_not_of(std::string_view(" \0", 2));
    return all().substr(0, last == std::string_view::npos ? 0 : last + 1);
  }
};

/// One field of a record, for inspectors, golden texts and the messages of readers.
struct field {
  std::string_view name;
  std::size_t offset, size;
  std::string_view clause;
  std::string (*print)(std::span<const std::byte> bytes);
};

/// Specialised for each record: `std::array{COMEBACK_FIELD(directory_record, extent, "9.1.3"), …}`.
template <record R>
inline constexpr std::array<field, 0> fields_of{};

namespace detail {
std::string print_number(std::uint64_t value);
std::string print_both(std::uint64_t little, std::uint64_t big);
std::string print_text(std::string_view text);
std::string print_bytes(std::span<const std::byte> bytes);

template <std::unsigned_integral T>
std::string print_value(const both<T>& v) {
  return print_both(T(v.le), T(v.be));
}
template <std::unsigned_integral T, std::endian O>
std::string print_value(const ordered<T, O>& v) {
  return print_number(T(v));
}
template <std::size_t N>
std::string print_value(const text<N>& v) {
  return print_text(v.trimmed());
}
inline std::string print_value(std::uint8_t v) { return print_number(v); }
template <record R>
std::string print_value(const R& v) {
  return print_bytes(std::as_bytes(std::span(&v, 1)));
}

template <class T>
std::string print(std::span<const std::byte> bytes) {
  T value;
  std::memcpy(&value, bytes.first(sizeof(T)).data(), sizeof(T));
  return print_value(value);
}
}  // namespace detail

// offsetof is the one macro that a description of fields costs.
#define COMEBACK_FIELD(record, member, clause)                                       \
  ::comeback::disk::field {                                                          \
    #member, offsetof(record, member), sizeof(record::member), clause,               \
        &::comeback::disk::detail::print<std::remove_cv_t<decltype(record::member)>> \
  }

/// "extent (9.1.3): 18", one line a field.
std::string describe(std::span<const field> fields, std::span<const std::byte> bytes);

template <record R>
[[nodiscard]] std::string describe(const R& r) {
  return describe(fields_of<R>, std::as_bytes(std::span(&r, 1)));
}

}  // namespace comeback::disk
