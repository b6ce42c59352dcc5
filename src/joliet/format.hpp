// SPDX-License-Identifier: Apache-2.0
// Joliet: a supplementary volume descriptor whose texts are UCS-2. docs/formats/joliet.md tells more.
#pragma once

#include "iso9660/descriptor.hpp"
#include "iso9660/reader.hpp"

namespace comeback::joliet {

/// The supplementary volume descriptor (ECMA-119 8.5) with the escape sequence of UCS-2 level 3, "%/E".
[[nodiscard]] iso9660::volume_descriptor descriptor(const iso9660::volume_facts& facts);

/// Whether a descriptor is Joliet's: any of the three levels, "%/@", "%/C", "%/E".
[[nodiscard]] bool is_joliet(const iso9660::volume_descriptor& d) noexcept;

/// Names and texts of Joliet as UTF-8; lone surrogates become U+FFFD.
[[nodiscard]] const iso9660::text_style& style() noexcept;

}  // namespace comeback::joliet
