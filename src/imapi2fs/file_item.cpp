// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/file_item.hpp"

#include "com/object/boundary.hpp"
#include "imapi2fs/feature.hpp"
#include "imapi2fs/named_streams.hpp"
#include "imapi2fs/streams.hpp"

#include <string>

namespace comeback::imapi2fs {
namespace {

using com::required;

// The stream of a file that is in the image reads what the image will hold; null: nothing was set yet.
com::ptr<com::stream> data_of(const item& file) {
  if (const auto own = file.image->data_of(file.which)) return content_stream(own, file.facts().name);
  if (file.which.loose && file.which.loose->node == tree::no_node) return {};
  const auto node = file.image->node_of(file.which);
  const auto what = file.image->with_tree([&](const tree::file_tree& t) { return t.content_of(node); });
  return content_stream(content_in(file.image, what), file.facts().name);
}

bool add_stream(const item& file, const std::string& name, com::ptr<IStream> data) {
  return file.image->add_stream(file.which, name, content_of(std::move(data), name));
}

}  // namespace

HRESULT file_item::get_DataSize(LONGLONG* out) noexcept {
  return boundary(out, [&] { return self().facts().size; });
}
HRESULT file_item::get_DataSize32BitLow(LONG* out) noexcept {
  return boundary(out, [&] { return low_half(self().facts().size); });
}
HRESULT file_item::get_DataSize32BitHigh(LONG* out) noexcept {
  return boundary(out, [&] { return high_half(self().facts().size); });
}
HRESULT file_item::get_Data(IStream** out) noexcept {
  return boundary(out, [&] { return data_of(self()); });
}
HRESULT file_item::put_Data(IStream* data) noexcept {
  return boundary(
      [&] { self().image->set_data(self().which, content_of(required_stream(data), self().facts().name)); });
}
HRESULT file_item::get_FsiNamedStreams(IFsiNamedStreams** out) noexcept {
  return boundary(out, [&] { return com::make<named_streams>(self()); });
}
HRESULT file_item::get_IsNamedStream(VARIANT_BOOL* out) noexcept {
  return boundary(out, [] { return false; });
}
HRESULT file_item::AddStream(BSTR name, IStream* data) noexcept {
  bool kept = true;
  return with_feature(
      kept, boundary([&] { kept = add_stream(self(), required(name, "name"), required_stream(data)); }));
}
HRESULT file_item::RemoveStream(BSTR name) noexcept {
  bool kept = true;
  return with_feature(
      kept, boundary([&] { kept = self().image->remove_stream(self().which, required(name, "name")); }));
}
HRESULT file_item::get_IsRealTime(VARIANT_BOOL* out) noexcept {
  return boundary(out, [&] { return self().facts().state.attributes.real_time; });
}
HRESULT file_item::put_IsRealTime(VARIANT_BOOL value) noexcept {
  bool kept = true;
  return with_feature(
      kept, boundary([&] { kept = self().image->set_real_time(self().which, value != VARIANT_FALSE); }));
}

}  // namespace comeback::imapi2fs
