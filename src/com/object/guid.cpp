// SPDX-License-Identifier: Apache-2.0
#include "com/object/guid.hpp"

#include <algorithm>
#include <array>
#include <cwchar>

#include <objbase.h>

namespace comeback::com {
namespace {

constexpr std::wstring_view shape = L"{XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX}";

int hex_digit(wchar_t c) noexcept {
  if (c >= L'0' && c <= L'9') return c - L'0';
  if (c >= L'a' && c <= L'f') return c - L'a' + 10;
  if (c >= L'A' && c <= L'F') return c - L'A' + 10;
  return -1;
}

}  // namespace

std::optional<GUID> parse_guid(std::wstring_view text) noexcept {
  if (text.size() != shape.size()) return {};
  BYTE bytes[16] = {};
  int digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (shape[i] != L'X') {
      if (text[i] != shape[i]) return {};
      continue;
    }
    const int value = hex_digit(text[i]);
    if (value < 0) return {};
    bytes[digits / 2] = static_cast<BYTE>(bytes[digits / 2] * 16 + value);
    ++digits;
  }
  GUID guid{static_cast<DWORD>(bytes[0]) << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3],
            static_cast<WORD>(bytes[4] << 8 | bytes[5]),
            static_cast<WORD>(bytes[6] << 8 | bytes[7]),
            {}};
  std::memcpy(guid.Data4, bytes + 8, 8);
  return guid;
}

namespace {

using guid_text = std::array<wchar_t, 39>;  // with the braces, and the null behind them

guid_text print(const GUID& g) noexcept {
  guid_text text{};
  std::swprintf(text.data(), text.size(), L"{%08X-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X}", g.Data1,
                g.Data2, g.Data3, g.Data4[0], g.Data4[1], g.Data4[2], g.Data4[3], g.Data4[4], g.Data4[5],
                g.Data4[6], g.Data4[7]);
  return text;
}

}  // namespace

std::wstring format_guid(const GUID& g) { return print(g).data(); }

}  // namespace comeback::com

int StringFromGUID2(REFGUID guid, LPOLESTR buffer, int size) {
  const auto text = comeback::com::print(guid);
  const int needed = static_cast<int>(text.size());
  if (!buffer || size < needed) return 0;
  std::ranges::copy(text, buffer);
  return needed;
}

HRESULT IIDFromString(LPCOLESTR text, IID* iid) {
  if (!iid) return E_INVALIDARG;
  *iid = GUID_NULL;
  if (!text) return S_OK;
  const auto parsed = comeback::com::parse_guid(text);
  if (!parsed) return CO_E_IIDSTRING;
  *iid = *parsed;
  return S_OK;
}
