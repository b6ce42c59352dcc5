// SPDX-License-Identifier: Apache-2.0
// Where a descriptor keeps what, and what an element is.

#include "com/data/safearray_layout.hpp"

#include "com/data/memory.hpp"
#include "com/data/value_size.hpp"

#include <cstring>

namespace comeback::com::layout {
namespace {

const std::uint8_t* block_of(const SAFEARRAY* array) noexcept {
  return reinterpret_cast<const std::uint8_t*>(array) - hidden;
}

}  // namespace

std::uint8_t* block_of(SAFEARRAY* array) noexcept { return reinterpret_cast<std::uint8_t*>(array) - hidden; }

void put_type(SAFEARRAY* array, VARTYPE type) noexcept {
  const std::uint32_t wide = type;
  std::memcpy(block_of(array) + hidden - sizeof wide, &wide, sizeof wide);
}

void put_iid(SAFEARRAY* array, const GUID& iid) noexcept { std::memcpy(block_of(array), &iid, sizeof iid); }

GUID iid_of(const SAFEARRAY* array) noexcept {
  GUID iid{};
  std::memcpy(&iid, block_of(array), sizeof iid);
  return iid;
}

IRecordInfo* record_of(const SAFEARRAY* array) noexcept {
  IRecordInfo* info = nullptr;
  if (array->fFeatures & FADF_RECORD)
    std::memcpy(&info, block_of(array) + hidden - sizeof(void*), sizeof(void*));
  return info;
}

void put_record(SAFEARRAY* array, IRecordInfo* info) noexcept {
  IRecordInfo* const old = record_of(array);
  if (info) info->AddRef();
  std::memcpy(block_of(array) + hidden - sizeof(void*), &info, sizeof(void*));
  if (old) old->Release();
}

void copy_hidden(SAFEARRAY* to, const SAFEARRAY* from) noexcept {
  std::memcpy(block_of(to), block_of(from), hidden);
  if (IRecordInfo* const info = record_of(to)) info->AddRef();
}

namespace {

VARTYPE told_type(const SAFEARRAY* array) noexcept {
  const USHORT features = array->fFeatures;
  if (features & FADF_DISPATCH) return VT_DISPATCH;
  if (features & FADF_UNKNOWN) return VT_UNKNOWN;
  if (features & FADF_BSTR) return VT_BSTR;
  if (features & FADF_VARIANT) return VT_VARIANT;
  if (features & FADF_RECORD) return VT_RECORD;
  if (!(features & FADF_HAVEVARTYPE)) return VT_EMPTY;
  std::uint32_t type = 0;
  std::memcpy(&type, block_of(array) + hidden - sizeof type, sizeof type);
  return static_cast<VARTYPE>(type);
}

}  // namespace

// A descriptor that its user filled in may contradict itself; its elements then are bytes.
VARTYPE element_type(const SAFEARRAY* array) noexcept {
  const VARTYPE type = told_type(array);
  if (type == VT_RECORD) return type;  // whose description told the size
  return value_size(type) == array->cbElements ? type : VARTYPE{VT_EMPTY};
}

std::optional<std::uint64_t> count_of(const SAFEARRAY* array) noexcept {
  std::uint64_t count = 1;
  for (UINT i = 0; i < array->cDims; ++i)
    if (array->rgsabound[i].cElements == 0) return 0;
  for (UINT i = 0; i < array->cDims; ++i) {
    count *= array->rgsabound[i].cElements;  // below 2^31 before, so below 2^63
    if (count > INT32_MAX || count * array->cbElements > INT32_MAX) return {};
  }
  return count;
}

void* element_at(SAFEARRAY* array, std::uint64_t index) noexcept {
  return static_cast<std::uint8_t*>(array->pvData) + index * array->cbElements;
}

HRESULT copy_element(VARTYPE type, ULONG size, void* to, const void* from, IRecordInfo* record) noexcept {
  if (type == VT_RECORD) {
    if (!record) return E_INVALIDARG;
    record->RecordInit(to);
    return record->RecordCopy(const_cast<void*>(from), to);
  }
  if (type == VT_VARIANT) {
    VariantInit(static_cast<VARIANT*>(to));
    return VariantCopy(static_cast<VARIANT*>(to), static_cast<const VARIANT*>(from));
  }
  std::memcpy(to, from, size);
  if (type == VT_BSTR) {
    const BSTR text = *static_cast<const BSTR*>(from);
    BSTR& copy = *static_cast<BSTR*>(to);
    copy = text ? SysAllocStringByteLen(reinterpret_cast<LPCSTR>(text), SysStringByteLen(text)) : nullptr;
    return text && !copy ? E_OUTOFMEMORY : S_OK;
  }
  if (type == VT_DISPATCH || type == VT_UNKNOWN)
    if (auto* const object = *static_cast<IUnknown* const*>(from)) object->AddRef();
  return S_OK;
}

SAFEARRAY* make_descriptor(UINT dimensions) noexcept {
  const std::size_t size = sizeof(SAFEARRAY) + (dimensions - 1) * sizeof(SAFEARRAYBOUND);
  auto* const block = static_cast<std::uint8_t*>(allocate(hidden + size));
  if (!block) return nullptr;
  std::memset(block, 0, hidden + size);
  auto* const array = reinterpret_cast<SAFEARRAY*>(block + hidden);
  array->cDims = static_cast<USHORT>(dimensions);
  return array;
}

}  // namespace comeback::com::layout
