// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "imapi2fs/item.hpp"

#include <utility>

namespace comeback::imapi2fs {

/// The members of IFsiItem, which files, directories and named streams have alike. `Interface` is the most
/// derived one; `Parts` are as for `com::automation`.
template <class Interface, class... Parts>
class item_members : public com::automation<Interface, Parts...> {
 public:
  explicit item_members(item self) : self_(std::move(self)) {}

  HRESULT get_Name(BSTR* out) noexcept override {
    return this->boundary(out, [&] { return self_.facts().name; });
  }
  HRESULT get_FullPath(BSTR* out) noexcept override {
    return this->boundary(out, [&] { return self_.full_path(); });
  }
  HRESULT get_CreationTime(DATE* out) noexcept override {
    return this->boundary(out, [&] { return self_.created(); });
  }
  HRESULT put_CreationTime(DATE value) noexcept override {
    return this->boundary([&] { self_.set_created(value); });
  }
  HRESULT get_LastAccessedTime(DATE* out) noexcept override {
    return this->boundary(out, [&] { return self_.accessed(); });
  }
  HRESULT put_LastAccessedTime(DATE value) noexcept override {
    return this->boundary([&] { self_.set_accessed(value); });
  }
  HRESULT get_LastModifiedTime(DATE* out) noexcept override {
    return this->boundary(out, [&] { return self_.modified(); });
  }
  HRESULT put_LastModifiedTime(DATE value) noexcept override {
    return this->boundary([&] { self_.set_modified(value); });
  }
  HRESULT get_IsHidden(VARIANT_BOOL* out) noexcept override {
    return this->boundary(out, [&] { return self_.hidden(); });
  }
  HRESULT put_IsHidden(VARIANT_BOOL value) noexcept override {
    return this->boundary([&] { self_.set_hidden(value != VARIANT_FALSE); });
  }
  HRESULT FileSystemName(FsiFileSystems file_system, BSTR* out) noexcept override {
    return this->boundary(out, [&] { return self_.image->file_system_name(self_.which, file_system); });
  }
  HRESULT FileSystemPath(FsiFileSystems file_system, BSTR* out) noexcept override {
    return this->boundary(out, [&] { return self_.image->file_system_path(self_.which, file_system); });
  }

 protected:
  [[nodiscard]] const item& self() const noexcept { return self_; }

 private:
  item self_;
};

}  // namespace comeback::imapi2fs
