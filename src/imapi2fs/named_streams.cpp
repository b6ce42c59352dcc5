// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/named_streams.hpp"

#include "com/object/boundary.hpp"
#include "com/object/enum_variant.hpp"
#include "imapi2fs/enumerators.hpp"
#include "imapi2fs/stream_item.hpp"
#include "imapi2fs/streams.hpp"

#include <memory>
#include <string>

namespace comeback::imapi2fs {
namespace {

com::ptr<stream_item> stream_at(const item& file, LONG index) {
  const auto all = file.image->streams_of(file.which);
  if (index < 0 || static_cast<std::size_t>(index) >= all.size())
    throw base::error(base::errc::invalid_parameter, "There is no stream " + std::to_string(index) + " of " +
                                                         std::to_string(all.size()) + ".");
  return com::make<stream_item>(file, all[static_cast<std::size_t>(index)]);
}

com::ptr<com::enum_variant> enumerate(const item& file) {
  auto list = std::make_shared<com::enum_variant::list>();
  for (const auto& one : file.image->streams_of(file.which))
    list->push_back(text_variant(file.full_path() + ":" + one.name));
  return com::make<com::enum_variant>(std::move(list));
}

com::ptr<fsi_items> enumerate_items(const item& file) {
  auto list = std::make_shared<fsi_items::list>();
  for (const auto& one : file.image->streams_of(file.which))
    list->push_back(com::make<stream_item>(file, one));
  return com::make<fsi_items>(std::move(list));
}

}  // namespace

HRESULT named_streams::get__NewEnum(IEnumVARIANT** out) noexcept {
  return boundary(out, [&] { return enumerate(file_); });
}
HRESULT named_streams::get_Item(LONG index, IFsiFileItem2** out) noexcept {
  return boundary(out, [&] { return stream_at(file_, index); });
}
HRESULT named_streams::get_Count(LONG* out) noexcept {
  return boundary(out, [&] { return file_.image->streams_of(file_.which).size(); });
}
HRESULT named_streams::get_EnumNamedStreams(IEnumFsiItems** out) noexcept {
  return boundary(out, [&] { return enumerate_items(file_); });
}

}  // namespace comeback::imapi2fs
