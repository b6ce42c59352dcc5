// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <cstdint>

#include <imapi2fserror.h>
#include <winerror.h>

namespace comeback::imapi2fs::codes {

// What only appending to a disc answers.
constexpr base::errc of(HRESULT code) { return base::errc{static_cast<std::uint32_t>(code)}; }

inline constexpr auto null_pointer = of(E_POINTER), no_interface = of(E_NOINTERFACE);
inline constexpr auto incompatible_previous_session = of(IMAPI_E_INCOMPATIBLE_PREVIOUS_SESSION);
inline constexpr auto empty_disc = of(IMAPI_E_EMPTY_DISC);
inline constexpr auto file_is_a_directory_here = of(IMAPI_E_IMPORT_TYPE_COLLISION_FILE_EXISTS_AS_DIRECTORY);
inline constexpr auto directory_is_a_file_here = of(IMAPI_E_IMPORT_TYPE_COLLISION_DIRECTORY_EXISTS_AS_FILE);
inline constexpr auto import_seek_failure = of(IMAPI_E_IMPORT_SEEK_FAILURE);
inline constexpr auto import_read_failure = of(IMAPI_E_IMPORT_READ_FAILURE);
inline constexpr auto disc_mismatch = of(IMAPI_E_DISC_MISMATCH);
inline constexpr auto incompatible_multisession_type = of(IMAPI_E_INCOMPATIBLE_MULTISESSION_TYPE);
inline constexpr auto no_compatible_multisession_type = of(IMAPI_E_NO_COMPATIBLE_MULTISESSION_TYPE);
inline constexpr auto udf_revision_change_not_allowed = of(IMAPI_E_UDF_REVISION_CHANGE_NOT_ALLOWED);
inline constexpr auto bad_multisession_parameter = of(IMAPI_E_BAD_MULTISESSION_PARAMETER);
inline constexpr auto file_system_change_not_allowed = of(IMAPI_E_FILE_SYSTEM_CHANGE_NOT_ALLOWED);

}  // namespace comeback::imapi2fs::codes
