// SPDX-License-Identifier: Apache-2.0
// The smallest programs that can show that they were started: they write a word to the first serial port and
// stop.
#pragma once

#include <filesystem>
#include <string>

namespace comeback::conformance {

/// 16-bit code for address 0x7C00, with the word behind it.
[[nodiscard]] std::string bios_code(const std::string& word);
/// A sector of it that BIOSes take for bootable.
[[nodiscard]] std::string boot_sector(const std::string& word);
/// The same as a disk with one partition.
[[nodiscard]] std::string hard_disk(const std::string& word);
/// A PE32+ program for UEFI on x86-64.
[[nodiscard]] std::string efi_program(const std::string& word);
/// A FAT file system of 1.44 MB with that program where firmware looks for it. mtools makes it.
[[nodiscard]] std::string efi_disk(const std::string& word, const std::filesystem::path& work);

}  // namespace comeback::conformance
