// SPDX-License-Identifier: Apache-2.0
#pragma once

// What tools/idl knows about the described types, as static data: IDispatch finds names and arguments here,
// and type_info.hpp shows the same rows as ITypeInfo. Nothing here is made or freed while running.

#include <cstdint>
#include <span>

#include <oaidl.h>

namespace comeback::com {

struct member;
struct described_type;
struct described_library;

/// A type where it is used: `pointers` times a pointer to `type`.
struct used_type {
  VARTYPE type = VT_VOID;  ///< VT_USERDEFINED: `user` says which; VT_SAFEARRAY: an array of VARIANT
  std::uint8_t pointers = 0;
  ULONG count = 0;  ///< not 0: an array of fixed length in the caller's memory
  const described_type* user = nullptr;
};

struct described_parameter {
  const wchar_t* name;
  used_type type;
  USHORT flags;  ///< PARAMFLAG_FIN, _FOUT, _FRETVAL, _FOPT

  [[nodiscard]] constexpr bool is_result() const { return (flags & PARAMFLAG_FRETVAL) != 0; }
  [[nodiscard]] constexpr bool is_optional() const { return (flags & PARAMFLAG_FOPT) != 0; }
};

/// A member of an interface.
struct described_function {
  DISPID id;  ///< DISPID_UNKNOWN outside automation
  const wchar_t* name;
  WORD kind;   ///< DISPATCH_METHOD, _PROPERTYGET or _PROPERTYPUT; INVOKEKIND has the same numbers
  WORD flags;  ///< FUNCFLAG_…
  SHORT slot;  ///< in the virtual table; -1 in a dispinterface
  std::span<const described_parameter> parameters;

  [[nodiscard]] constexpr bool has_result() const {
    return !parameters.empty() && parameters.back().is_result();
  }
  /// What a late-bound caller hands in.
  [[nodiscard]] constexpr std::span<const described_parameter> arguments() const {
    return parameters.first(parameters.size() - (has_result() ? 1 : 0));
  }
};

/// A constant of an enumeration or a field of a structure.
struct described_value {
  const wchar_t* name;
  LONG value;      ///< of a constant; a field's offset
  used_type type;  ///< of a field
};

/// An interface that a class has.
struct described_part {
  const described_type* type;
  INT flags;  ///< IMPLTYPEFLAG_…
};

struct described_type {
  TYPEKIND kind;  ///< TKIND_INTERFACE also for duals, which have a TKIND_DISPATCH view of themselves
  const GUID* id;
  const wchar_t* name;
  WORD flags;  ///< TYPEFLAG_…
  const described_type* base = nullptr;
  std::span<const described_function> functions = {};
  std::span<const described_value> values = {};
  std::span<const described_part> parts = {};
  ULONG size = 0;  ///< of an instance, in bytes
  WORD slots = 0;  ///< of the virtual table
  const described_library* library = nullptr;
  std::span<const member> (*members)() noexcept = nullptr;  ///< the dispatch table

  [[nodiscard]] constexpr bool is_dual() const { return (flags & TYPEFLAG_FDUAL) != 0; }
};

struct described_library {
  const GUID* id;
  const wchar_t* name;
  WORD major, minor;
  std::span<const described_type* const> types;
};

/// The libraries of idl/. Made by tools/idl.
[[nodiscard]] std::span<const described_library* const> described_libraries() noexcept;

/// The row of an interface or a structure. Made by tools/idl.
template <class I>
const described_type& description_of() noexcept;

/// Whether a type is a described structure; made by tools/idl for those.
template <class T>
inline constexpr bool is_record = false;

/// IUnknown, IDispatch and what else the described members name without describing it.
extern const described_type foreign_IUnknown, foreign_IDispatch, foreign_ISequentialStream, foreign_IStream,
    foreign_IEnumVARIANT;

}  // namespace comeback::com
