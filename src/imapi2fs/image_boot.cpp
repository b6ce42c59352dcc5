// SPDX-License-Identifier: Apache-2.0
// What an image boots from, as its clients set it.

#include "com/object/boundary.hpp"
#include "imapi2fs/arrays.hpp"
#include "imapi2fs/boot_options.hpp"
#include "imapi2fs/file_system_image.hpp"
#include "imapi2fs/streams.hpp"

#include <utility>

namespace comeback::imapi2fs {
namespace {

using base::errc;
using base::error;

constexpr errc no_interface{static_cast<std::uint32_t>(E_NOINTERFACE)};
constexpr errc null_pointer{static_cast<std::uint32_t>(E_POINTER)};

boot_images asked_of(std::vector<com::ptr<IBootOptions>> options) {
  return [options = std::move(options)] {
    std::vector<boot_image> all;
    for (const auto& one : options) all.push_back(described_by(*one));
    return all;
  };
}

com::ptr<IBootOptions> options_in(const VARIANT& element) {
  VARIANT meant{};
  if (FAILED(com::dereference(element, meant)) || (meant.vt != VT_DISPATCH && meant.vt != VT_UNKNOWN) ||
      !meant.punkVal)
    throw error(errc::invalid_parameter, "An element of the array is no object.");
  auto options = com::ptr<IUnknown>(meant.punkVal).as<IBootOptions>();
  if (!options) throw error(no_interface, "An element of the array is no object of boot options.");
  return options;
}

// One-dimensional, of VARIANT.
std::vector<com::ptr<IBootOptions>> options_in(SAFEARRAY* array) {
  if (!array) throw error(null_pointer, "The array is null.");
  VARTYPE type = VT_EMPTY;
  LONG low = 0, high = -1;
  if (SafeArrayGetDim(array) != 1 || FAILED(SafeArrayGetVartype(array, &type)) || type != VT_VARIANT ||
      FAILED(SafeArrayGetLBound(array, 1, &low)) || FAILED(SafeArrayGetUBound(array, 1, &high)))
    throw error(errc::invalid_parameter, "Boot options come as a one-dimensional array of VARIANT.");
  if (std::int64_t{high} - low >= static_cast<std::int64_t>(most_boot_images))
    throw error(errc::invalid_parameter, "There are more than 32 boot options.");
  std::vector<com::ptr<IBootOptions>> all;
  for (LONG i = low; high >= low && i - low <= high - low; ++i) {
    com::variant element;
    if (FAILED(SafeArrayGetElement(array, &i, element.put())))
      throw error(errc::invalid_parameter, "An element of the array cannot be read.");
    all.push_back(options_in(element.get()));
    if (i == high) break;
  }
  return all;
}

}  // namespace

// A copy of all, the boot image included: what the client has may change or go.
void file_system_image::set_boot(IBootOptions* value) {
  std::vector<com::ptr<IBootOptions>> copies;
  if (value) {
    auto copy = described_by(*value);
    require_boot_images({copy});
    copy.what = image_->stashed(*copy.what, "boot image");
    copies.push_back(com::make<boot_options>(copy, content_stream(copy.what, "boot image")));
  }
  image_->set_boot(asked_of(copies), !copies.empty());
  const std::lock_guard lock(mutex_);
  boot_ = std::move(copies);
  boot_is_copied_ = true;
}

// Keeps the very objects, which are asked again when an image is made.
void file_system_image::set_boot(SAFEARRAY* value) {
  auto options = options_in(value);
  require_boot_images(asked_of(options)());
  image_->set_boot(asked_of(options), !options.empty());
  const std::lock_guard lock(mutex_);
  boot_ = std::move(options);
  boot_is_copied_ = false;
}

// Our own copies stay ours.
std::vector<com::ptr<IBootOptions>> file_system_image::boot() {
  const std::lock_guard lock(mutex_);
  auto all = boot_;
  for (auto& one : all) {
    if (!boot_is_copied_) break;
    const auto copy = described_by(*one);
    one = com::make<boot_options>(copy, content_stream(copy.what, "boot image"));
  }
  return all;
}

HRESULT file_system_image::get_BootImageOptions(IBootOptions** out) noexcept {
  return boundary(out, [&] {
    const auto all = boot();
    return all.empty() ? com::ptr<IBootOptions>() : all.front();
  });
}
HRESULT file_system_image::put_BootImageOptions(IBootOptions* value) noexcept {
  return boundary([&] { set_boot(value); });
}
HRESULT file_system_image::get_BootImageOptionsArray(SAFEARRAY** out) noexcept {
  return boundary(out, [&] {
    return array_of(boot(),
                    [](const com::ptr<IBootOptions>& one) { return com::dispatch_variant(one.get()); });
  });
}
HRESULT file_system_image::put_BootImageOptionsArray(SAFEARRAY* value) noexcept {
  return boundary([&] { set_boot(value); });
}

}  // namespace comeback::imapi2fs
