// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/stream_item.hpp"

#include "com/object/boundary.hpp"
#include "imapi2fs/streams.hpp"

#include <string>

namespace comeback::imapi2fs {
namespace {

using base::errc;
using base::error;

[[noreturn]] void not_of_a_stream() {
  throw error(errc::property_not_accessible, "This is a property of files, not of their named streams.");
}

}  // namespace

// Only UDF has named streams, and keeps their names.
std::string stream_item::name_in(int file_system) const {
  (void)self().image->file_system_name(self().which, file_system);
  return stream_.name;
}

HRESULT stream_item::get_Name(BSTR* out) noexcept {
  return boundary(out, [&] { return stream_.name; });
}
HRESULT stream_item::get_FullPath(BSTR* out) noexcept {
  return boundary(out, [&] { return path_of(self().full_path()); });
}
HRESULT stream_item::put_CreationTime(DATE) noexcept {
  return boundary([] { not_of_a_stream(); });
}
HRESULT stream_item::put_LastAccessedTime(DATE) noexcept {
  return boundary([] { not_of_a_stream(); });
}
HRESULT stream_item::put_LastModifiedTime(DATE) noexcept {
  return boundary([] { not_of_a_stream(); });
}
HRESULT stream_item::put_IsHidden(VARIANT_BOOL) noexcept {
  return boundary([] { not_of_a_stream(); });
}
HRESULT stream_item::FileSystemName(FsiFileSystems file_system, BSTR* out) noexcept {
  return boundary(out, [&] { return name_in(file_system); });
}
HRESULT stream_item::FileSystemPath(FsiFileSystems file_system, BSTR* out) noexcept {
  return boundary(out, [&] { return path_of(self().image->file_system_path(self().which, file_system)); });
}
HRESULT stream_item::get_DataSize(LONGLONG* out) noexcept {
  return boundary(out, [&] { return self().image->size_of(stream_.what); });
}
HRESULT stream_item::get_DataSize32BitLow(LONG* out) noexcept {
  return boundary(out, [&] { return low_half(self().image->size_of(stream_.what)); });
}
HRESULT stream_item::get_DataSize32BitHigh(LONG* out) noexcept {
  return boundary(out, [&] { return high_half(self().image->size_of(stream_.what)); });
}
HRESULT stream_item::get_Data(IStream** out) noexcept {
  return boundary(out, [&] { return content_stream(content_in(self().image, stream_.what), stream_.name); });
}
HRESULT stream_item::put_Data(IStream* data) noexcept {
  return boundary([&] {
    (void)required_stream(data);
    throw error(errc::image_read_only, "The data of a stream that is in the image cannot be replaced.");
  });
}
HRESULT stream_item::get_FsiNamedStreams(IFsiNamedStreams** out) noexcept {
  return boundary(out, []() -> com::ptr<IFsiNamedStreams> { not_of_a_stream(); });
}
HRESULT stream_item::get_IsNamedStream(VARIANT_BOOL* out) noexcept {
  return boundary(out, [] { return true; });
}
HRESULT stream_item::AddStream(BSTR, IStream*) noexcept {
  return boundary([] { not_of_a_stream(); });
}
HRESULT stream_item::RemoveStream(BSTR) noexcept {
  return boundary([] { not_of_a_stream(); });
}
HRESULT stream_item::get_IsRealTime(VARIANT_BOOL* out) noexcept {
  return boundary(out, []() -> bool { not_of_a_stream(); });
}
HRESULT stream_item::put_IsRealTime(VARIANT_BOOL) noexcept {
  return boundary([] { not_of_a_stream(); });
}

}  // namespace comeback::imapi2fs
