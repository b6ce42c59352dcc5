// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/made/imapi2.hpp"
#include "com/object/ptr.hpp"
#include "optical/medium.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::imapi2fs {

/// The medium in a recorder, by the recorder's id (IDiscRecorder2::get_ActiveDiscRecorder), opened for
/// reading. Throws `base::error`.
using media_reader = std::function<std::unique_ptr<optical::medium>(std::string_view recorder)>;

/// An element of MultisessionInterfaces: the very pointer that the client gave, and what it is.
struct multisession_entry {
  com::ptr<IDispatch> given;
  com::ptr<IMultisession> session;
};
/// Of a one-dimensional array of VARIANT. Null: E_POINTER; another array, or an element that is no object:
/// IMAPI_E_BAD_MULTISESSION_PARAMETER; an object of something else: E_NOINTERFACE.
[[nodiscard]] std::vector<multisession_entry> multisession_entries(SAFEARRAY* array);

/// Where the last session of a medium is, and where the next one begins, as the client's objects say. Numbers
/// are blocks.
struct session_place {
  std::string recorder;  ///< its id
  bool at_random = false;
  std::uint64_t previous = 0, next = 0;  ///< of media that are written in order
  std::uint64_t room = 0;                ///< free for the next session; at random: of the whole medium
  std::uint32_t write_unit = 1;
};
/// Asks the objects: one that has InUse, or the first that is supported. More than one InUse, or a value that
/// is missing or makes no sense: IMAPI_E_BAD_MULTISESSION_PARAMETER. None that is supported: of InUse
/// IMAPI_E_INCOMPATIBLE_MULTISESSION_TYPE, else IMAPI_E_NO_COMPATIBLE_MULTISESSION_TYPE; on media that are
/// only read IMAPI_E_IMPORT_MEDIA_NOT_ALLOWED. A blank medium that is written in order:
/// IMAPI_E_IMPORT_SEEK_FAILURE. Other failures of the objects are handed on.
[[nodiscard]] session_place choose_place(const std::vector<multisession_entry>& among,
                                         const media_reader& media);
/// The id of a recorder.
[[nodiscard]] std::string id_of(IDiscRecorder2& recorder);

}  // namespace comeback::imapi2fs
