// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include <oleauto.h>

/// Where a SAFEARRAY keeps what, for the files that hold its functions. A descriptor of ours stands
/// behind a hidden block of 16 bytes: the interface id (FADF_HAVEIID), or in the last four the element type
/// (FADF_HAVEVARTYPE), or in the last eight the IRecordInfo it has a reference to (FADF_RECORD), all in their
/// documented places. Data is a block of its own. Bounds are kept from the
/// rightmost dimension to the leftmost; the functions count dimensions from the left and from 1.
namespace comeback::com::layout {

inline constexpr std::size_t hidden = 16;
/// Memory that is not ours to free or to resize.
inline constexpr USHORT foreign = FADF_AUTO | FADF_STATIC | FADF_EMBEDDED;

[[nodiscard]] std::uint8_t* block_of(SAFEARRAY* array) noexcept;
void put_type(SAFEARRAY* array, VARTYPE type) noexcept;
void put_iid(SAFEARRAY* array, const GUID& iid) noexcept;
[[nodiscard]] GUID iid_of(const SAFEARRAY* array) noexcept;
[[nodiscard]] IRecordInfo* record_of(const SAFEARRAY* array) noexcept;  ///< null where it has none
void put_record(SAFEARRAY* array, IRecordInfo* info) noexcept;          ///< takes a reference
void copy_hidden(SAFEARRAY* to, const SAFEARRAY* from) noexcept;

/// A new one, all zeroes; null without memory.
[[nodiscard]] SAFEARRAY* make_descriptor(UINT dimensions) noexcept;

/// From the features; VT_EMPTY where they say nothing, as with a descriptor that its user filled in.
[[nodiscard]] VARTYPE element_type(const SAFEARRAY* array) noexcept;
/// The number of elements; empty where their bytes do not fit 31 bits.
[[nodiscard]] std::optional<std::uint64_t> count_of(const SAFEARRAY* array) noexcept;
[[nodiscard]] void* element_at(SAFEARRAY* array, std::uint64_t index) noexcept;

// `record` describes the elements of a VT_RECORD array.
[[nodiscard]] bool owns_something(VARTYPE type) noexcept;
/// Empties one element, then gives up what it held.
void clear_element(VARTYPE type, void* element, IRecordInfo* record = nullptr) noexcept;
/// Empties elements, without recursion into the arrays among them; the array is locked meanwhile.
void clear_elements(SAFEARRAY* array, std::uint64_t from, std::uint64_t to) noexcept;
// Their elements have been cleared before.
void free_data(SAFEARRAY* array) noexcept;
void free_array(SAFEARRAY* array) noexcept;
/// Into raw memory; nothing to clear there after a failure.
HRESULT copy_element(VARTYPE type, ULONG size, void* to, const void* from,
                     IRecordInfo* record = nullptr) noexcept;

}  // namespace comeback::com::layout
