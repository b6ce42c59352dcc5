// SPDX-License-Identifier: Apache-2.0
// A BSTR points behind a 32-bit length in bytes and ends with a null unit that is not counted. The block
// begins eight bytes in front, so that the text is aligned.

#include "com/data/memory.hpp"

#include <cstdint>
#include <cstring>
#include <cwchar>

#include <oleauto.h>

namespace {

using comeback::com::allocate;
constexpr std::size_t front = 8, length_at = 4;
constexpr std::uint64_t longest = INT32_MAX;  // bytes: lengths are often read as signed

std::uint8_t* block_of(BSTR text) { return reinterpret_cast<std::uint8_t*>(text) - front; }

BSTR make(const void* bytes, std::uint64_t size) {
  if (size > longest) return nullptr;
  // Where the last unit is not whole, it ends in zeros, so that the null unit is found behind it.
  constexpr std::uint64_t unit = sizeof(OLECHAR);
  const std::uint64_t whole = (size + unit - 1) / unit * unit;
  auto* const block = static_cast<std::uint8_t*>(allocate(front + whole + unit));
  if (!block) return nullptr;
  const auto length = static_cast<std::uint32_t>(size);
  std::memcpy(block + length_at, &length, sizeof length);
  if (bytes && size) std::memcpy(block + front, bytes, size);
  if (!bytes) std::memset(block + front, 0, size);
  std::memset(block + front + size, 0, whole - size + unit);
  return reinterpret_cast<BSTR>(block + front);
}

}  // namespace

BSTR SysAllocString(const OLECHAR* text) {
  return text ? make(text, std::wcslen(text) * sizeof(OLECHAR)) : nullptr;
}

BSTR SysAllocStringLen(const OLECHAR* text, UINT length) {
  return make(text, std::uint64_t{length} * sizeof(OLECHAR));
}

BSTR SysAllocStringByteLen(LPCSTR bytes, UINT size) { return make(bytes, size); }

INT SysReAllocString(BSTR* string, const OLECHAR* text) {
  if (!string) return FALSE;
  const BSTR fresh = SysAllocString(text);  // before the old one goes: `text` may lie in it
  if (text && !fresh) return FALSE;
  SysFreeString(*string);
  *string = fresh;
  return TRUE;
}

INT SysReAllocStringLen(BSTR* string, const OLECHAR* text, UINT length) {
  if (!string) return FALSE;
  const BSTR fresh = SysAllocStringLen(text, length);  // before the old one goes: `text` may lie in it
  if (!fresh) return FALSE;
  SysFreeString(*string);
  *string = fresh;
  return TRUE;
}

void SysFreeString(BSTR string) {
  if (string) comeback::com::release(block_of(string));
}

UINT SysStringByteLen(BSTR string) {
  if (!string) return 0;
  std::uint32_t length = 0;
  std::memcpy(&length, block_of(string) + length_at, sizeof length);
  return length;
}

UINT SysStringLen(BSTR string) { return SysStringByteLen(string) / static_cast<UINT>(sizeof(OLECHAR)); }
