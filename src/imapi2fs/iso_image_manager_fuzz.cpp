// SPDX-License-Identifier: Apache-2.0
// Any bytes from block 16 on: validation says whether they may be an image, with a documented code.
#include "com/object/ptr.hpp"
#include "imapi2fs/iso_image_manager.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <imapi2fserror.h>
#include <shlwapi.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace comeback;
  constexpr std::size_t begin = 32768;
  std::vector<std::uint8_t> bytes(begin);
  bytes.insert(bytes.end(), data, data + size);
  com::ptr<IStream> stream;
  *stream.put() = SHCreateMemStream(bytes.data(), static_cast<UINT>(bytes.size()));
  com::ptr<IIsoImageManager> manager = com::make<imapi2fs::iso_image_manager>();
  if (manager->SetStream(stream.get()) != S_OK) std::abort();
  const auto code = manager->Validate();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (size % 2048 != 0 && code != IMAPI_E_IMAGEMANAGER_IMAGE_NOT_ALIGNED) std::abort();
  if (size % 2048 == 0 && size > 0 && text.substr(1, 5) == "CD001" && code != S_OK) std::abort();
  if (size % 2048 == 0 && code != S_OK && code != IMAPI_E_IMAGEMANAGER_NO_VALID_VD_FOUND) std::abort();
  return 0;
}
