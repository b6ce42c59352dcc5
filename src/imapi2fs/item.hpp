// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/made/imapi2fs.hpp"
#include "com/object/ptr.hpp"
#include "com/stream/stream.hpp"
#include "imapi2fs/file_system_image.hpp"
#include "imapi2fs/image_model.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::imapi2fs {

/// An item of an image, which it keeps alive. The object outlives what it names: its members then answer
/// IMAPI_E_ITEM_NOT_FOUND or IMAPI_E_NOT_IN_FILE_SYSTEM.
struct item {
  std::shared_ptr<image_model> image;
  item_ref which;
  com::ptr<file_system_image> owner;

  [[nodiscard]] item_facts facts() const { return image->facts_of(which); }
  [[nodiscard]] std::string full_path()
      const;  ///< with backslashes, as the pages print paths; "" of the root

  // Times that nobody set are that of the last change.
  [[nodiscard]] DATE modified() const;
  [[nodiscard]] DATE created() const;
  [[nodiscard]] DATE accessed() const;
  void set_modified(DATE when) const;
  void set_created(DATE when) const;
  void set_accessed(DATE when) const;
  [[nodiscard]] bool hidden() const { return facts().state.attributes.hidden; }
  void set_hidden(bool wanted) const;
};

/// How an object of ours is told from another client's.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"  // as in com/object/object.hpp
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): an interface
struct item_holder : IUnknown {
  virtual const item& held() const noexcept = 0;
};
#pragma GCC diagnostic pop

/// The object of an item, by its kind.
[[nodiscard]] com::ptr<IFsiItem> make_item(item what);
/// The item behind an object; `invalid_parameter` where another made it, or where it is of another image.
[[nodiscard]] item item_of(IFsiItem* object, const image_model& in);

}  // namespace comeback::imapi2fs

template <>
struct comeback_sdk::uuid_of<comeback::imapi2fs::item_holder> {
  static constexpr GUID value{
      0x3C8A71D5, 0x60F9, 0x4B0B, {0x8E, 0x55, 0x91, 0x2C, 0xD7, 0x04, 0xAB, 0x6E}};  // ours
};

namespace comeback::com {
template <>
struct base_of<imapi2fs::item_holder> {
  using type = IUnknown;
};
}  // namespace comeback::com
