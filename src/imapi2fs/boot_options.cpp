// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/boot_options.hpp"

#include "com/object/boundary.hpp"
#include "imapi2fs/streams.hpp"

namespace comeback::imapi2fs {

using base::errc;
using base::error;

namespace {

constexpr std::size_t longest_manufacturer = 24;  // bytes of the catalog (El Torito 1.0, 2.1)

void check(HRESULT hr) {
  if (FAILED(hr)) throw error(errc::boot_image_data, "The boot options do not tell what they hold.");
}

}  // namespace

boot_options::boot_options(const boot_image& copied, com::ptr<IStream> stream)
    : stream_(std::move(stream)), image_(copied) {}

// "ANSI": one byte a character of Latin 1.
void boot_options::set_manufacturer(const std::string& name) {
  if (com::to_wide(name).size() > longest_manufacturer)
    throw error(errc::invalid_parameter, "\"" + name + "\" has more than 24 characters.");
  for (const wchar_t c : com::to_wide(name))
    if (c > 0xFF || c == 0) throw error(errc::invalid_parameter, "\"" + name + "\" has no name in ANSI.");
  locked([&] { image_.manufacturer = name; });
}

void boot_options::set_emulation(int emulation) {
  locked([&] {
    if (image_.what) require_emulation(emulation, image_.what->size());
    image_.emulation = emulation;
  });
}

// A floppy's size decides; an emulation of floppies that was set before does not fit any other.
void boot_options::assign(com::ptr<IStream> stream) {
  auto what = content_of(stream, "boot image", errc::boot_image_data);
  if (what->size() == 0) throw error(errc::boot_image_data, "The boot image has no bytes.");
  locked([&] {
    const int floppy = emulation_for(what->size());
    if (floppy != no_emulation || image_.emulation < hard_disk_emulation) image_.emulation = floppy;
    image_.what = std::move(what);
    stream_ = std::move(stream);
  });
}

boot_image described_by(IBootOptions& options) {
  boot_image made;
  com::ptr<IStream> stream;
  BSTR manufacturer = nullptr;
  auto platform = PlatformX86;
  auto emulation = EmulationNone;
  check(options.get_BootImage(stream.put()));
  if (!stream) throw error(errc::boot_image_data, "The boot options have no boot image.");
  made.what = content_of(std::move(stream), "boot image", errc::boot_image_data);
  check(options.get_Manufacturer(&manufacturer));
  made.manufacturer = com::to_utf8(manufacturer);
  SysFreeString(manufacturer);
  check(options.get_PlatformId(&platform));
  check(options.get_Emulation(&emulation));
  made.platform = platform;
  made.emulation = emulation;
  return made;
}

HRESULT boot_options::get_BootImage(IStream** out) noexcept {
  return boundary(out, [&] { return locked([&] { return stream_; }); });
}
HRESULT boot_options::get_Manufacturer(BSTR* out) noexcept {
  return boundary(out, [&] { return locked([&] { return image_.manufacturer; }); });
}
HRESULT boot_options::put_Manufacturer(BSTR value) noexcept {
  return boundary([&] { set_manufacturer(com::required(value, "name of the manufacturer")); });
}
HRESULT boot_options::get_PlatformId(PlatformId* out) noexcept {
  return boundary(out, [&] { return locked([&] { return image_.platform; }); });
}
HRESULT boot_options::put_PlatformId(PlatformId value) noexcept {
  return boundary([&] { locked([&] { image_.platform = value; }); });
}
HRESULT boot_options::get_Emulation(EmulationType* out) noexcept {
  return boundary(out, [&] { return locked([&] { return image_.emulation; }); });
}
HRESULT boot_options::put_Emulation(EmulationType value) noexcept {
  return boundary([&] { set_emulation(value); });
}
HRESULT boot_options::get_ImageSize(ULONG* out) noexcept {
  return boundary(out, [&] { return locked([&] { return image_.what ? image_.what->size() : 0; }); });
}
HRESULT boot_options::AssignBootImage(IStream* stream) noexcept {
  return boundary([&] { assign(required_stream(stream)); });
}

}  // namespace comeback::imapi2fs
