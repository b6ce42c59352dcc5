// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "imapi2fs/item_members.hpp"

#include <utility>

namespace comeback::imapi2fs {

/// A named stream of a file, which looks like a file. It cannot be changed, and has no streams itself.
class stream_item final : public item_members<IFsiFileItem2, com::class_info<&CLSID_FsiFileItem>> {
 public:
  stream_item(item file, tree::named_stream stream)
      : item_members(std::move(file)), stream_(std::move(stream)) {}

  HRESULT get_Name(BSTR* out) noexcept override;
  HRESULT get_FullPath(BSTR* out) noexcept override;
  HRESULT put_CreationTime(DATE value) noexcept override;
  HRESULT put_LastAccessedTime(DATE value) noexcept override;
  HRESULT put_LastModifiedTime(DATE value) noexcept override;
  HRESULT put_IsHidden(VARIANT_BOOL value) noexcept override;
  HRESULT FileSystemName(FsiFileSystems file_system, BSTR* out) noexcept override;
  HRESULT FileSystemPath(FsiFileSystems file_system, BSTR* out) noexcept override;
  HRESULT get_DataSize(LONGLONG* out) noexcept override;
  HRESULT get_DataSize32BitLow(LONG* out) noexcept override;
  HRESULT get_DataSize32BitHigh(LONG* out) noexcept override;
  HRESULT get_Data(IStream** out) noexcept override;
  HRESULT put_Data(IStream* data) noexcept override;
  HRESULT get_FsiNamedStreams(IFsiNamedStreams** out) noexcept override;
  HRESULT get_IsNamedStream(VARIANT_BOOL* out) noexcept override;
  HRESULT AddStream(BSTR name, IStream* data) noexcept override;
  HRESULT RemoveStream(BSTR name) noexcept override;
  HRESULT get_IsRealTime(VARIANT_BOOL* out) noexcept override;
  HRESULT put_IsRealTime(VARIANT_BOOL value) noexcept override;

 private:
  [[nodiscard]] std::string path_of(const std::string& file) const { return file + ":" + stream_.name; }
  [[nodiscard]] std::string name_in(int file_system) const;

  tree::named_stream stream_;
};

}  // namespace comeback::imapi2fs
