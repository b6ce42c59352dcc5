// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <span>
#include <string_view>

#include <oaidl.h>

namespace comeback::com {

/// The codes the documentation lists for a member besides E_POINTER, which every member may give. A failure
/// with another code becomes DISP_E_EXCEPTION, whose error information still names the cause.
struct documented {
  std::span<const base::errc> codes;
};

/// The HRESULT of an error code: the same 32 bits.
[[nodiscard]] constexpr HRESULT to_hresult(base::errc code) noexcept { return static_cast<HRESULT>(code); }

/// Sets the thread's error information to `sentence`; where that is empty, to the table's sentence for the
/// code. `of` is the interface whose member failed, IID_NULL for the system's functions.
void set_error_info(HRESULT code, std::string_view sentence = {}, REFIID of = IID_NULL) noexcept;

/// Adds the interface, and its class as source, to what `set_error_info` or `publish` set. What a client set
/// stays as it is.
void name_origin(REFIID of) noexcept;

/// Who an interface's errors come from: the ProgID of the class that has it, or "library.class" where that
/// has none, or "library.interface" where there is no class; null for interfaces that idl/ does not describe.
/// Made by tools/idl.
[[nodiscard]] const wchar_t* source_of(REFIID of) noexcept;

/// Drops what an earlier call left: it would seem to be about this one.
void clear_error_info() noexcept;

/// The exception now being handled as HRESULT, with the thread's error information set. Only inside a catch
/// block.
[[nodiscard]] HRESULT publish_current_exception(const documented* only = nullptr) noexcept;

/// `code` itself, with the thread's error information set.
[[nodiscard]] HRESULT publish(HRESULT code, std::string_view sentence = {}) noexcept;

}  // namespace comeback::com
