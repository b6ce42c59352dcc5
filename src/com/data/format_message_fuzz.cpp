// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <winbase.h>

namespace {

constexpr DWORD from_string = FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_ARGUMENT_ARRAY;

/// Every insert is a text that is good in either width: no format makes the call read behind its end.
template <class Unit, class Format>
void expand(const std::basic_string<Unit>& source, DWORD flags, Format format) {
  static constexpr std::array<wchar_t, 4> text{L'a', L'b', 0, 0};
  std::array<DWORD_PTR, 99> values{};
  for (std::size_t i = 0; i < values.size(); i += 2) values.at(i) = reinterpret_cast<DWORD_PTR>(text.data());
  std::array<Unit, 64> buffer{};
  const auto inserts = reinterpret_cast<va_list*>(values.data());
  const DWORD count = format(flags, source.c_str(), 0, 0, buffer.data(), DWORD{64}, inserts);
  if (count >= 64 || buffer.at(count) != 0) std::abort();

  Unit* all = nullptr;
  const DWORD whole = format(flags | FORMAT_MESSAGE_ALLOCATE_BUFFER, source.c_str(), 0, 0,
                             reinterpret_cast<Unit*>(&all), DWORD{0}, inserts);
  if (count != 0 && whole != count) std::abort();
  if (all != nullptr && all[whole] != 0) std::abort();
  LocalFree(all);
}

}  // namespace

// A string with inserts: the first byte chooses among flags, the others are the string.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  DWORD flags = from_string;
  if ((data[0] & 1u) != 0) flags |= FORMAT_MESSAGE_IGNORE_INSERTS;
  if ((data[0] & 2u) != 0) flags |= FORMAT_MESSAGE_MAX_WIDTH_MASK;
  const std::string source(reinterpret_cast<const char*>(data) + 1, size - 1);
  expand(source, flags, FormatMessageA);
  std::wstring wide;
  for (const char c : source) wide += static_cast<wchar_t>(static_cast<unsigned char>(c));
  expand(wide, flags, FormatMessageW);
  return 0;
}
