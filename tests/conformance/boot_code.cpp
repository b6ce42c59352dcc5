// SPDX-License-Identifier: Apache-2.0
#include "boot_code.hpp"

#include "disk/ordered.hpp"
#include "disk/record.hpp"
#include "programs.hpp"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string_view>

namespace comeback::conformance {
namespace {

using disk::le16;
using disk::le32;
using disk::le64;
using namespace std::string_view_literals;

// next: lodsb; test al,al; jz stop; out dx,al; jmp next; stop: hlt; jmp stop
// The same bytes mean the same in 16 and 64 bits.
constexpr auto write_and_stop = "\xAC\x84\xC0\x74\x03\xEE\xEB\xF8\xF4\xEB\xFD"sv;

template <disk::record R>
std::string text_of(const R& r) {
  const auto bytes = disk::bytes_of(r);
  return {bytes.begin(), bytes.end()};
}

struct pe_headers {  // Microsoft PE format, 64 bits, one section
  std::array<std::uint8_t, 60> dos{'M', 'Z'};
  le32 pe_at{64};
  std::array<std::uint8_t, 4> signature{'P', 'E', 0, 0};
  le16 machine{0x8664}, sections{1};
  le32 time, symbols_at, symbols;
  le16 optional_size{240}, characteristics{0x0022};  // executable, large addresses
  le16 magic{0x20B}, linker;
  le32 code_size{512}, data_size, zeros_size, entry{0x1000}, code_at{0x1000};
  le64 image_base;
  le32 section_alignment{0x1000}, file_alignment{512};
  std::array<std::uint8_t, 16> versions{};
  le32 image_size{0x2000}, headers_size{512}, checksum;
  le16 subsystem{10}, dll;  // an EFI application
  le64 stack, stack_now, heap, heap_now;
  le32 loader, directories{16};
  std::array<le64, 16> directory{};
  disk::text<8> name{{'.', 't', 'e', 'x', 't'}};
  le32 virtual_size{512}, virtual_at{0x1000}, raw_size{512}, raw_at{512};
  std::array<std::uint8_t, 12> relocations{};
  le32 flags{0x60000020};  // code, executable, readable
};
static_assert(disk::record<pe_headers> && sizeof(pe_headers) == 64 + 24 + 240 + 40);

std::string padded(std::string text, std::size_t size) {
  text.resize(size);
  return text;
}

void must_run(const std::vector<std::string>& command) {
  if (const auto result = run(command); result.status != 0) throw std::runtime_error(result.output);
}

}  // namespace

std::string bios_code(const std::string& word) {
  // cld; xor ax,ax; mov ds,ax; mov si,<word>; mov dx,0x3F8
  constexpr auto begin = "\xFC\x31\xC0\x8E\xD8\xBE"sv, port = "\xBA\xF8\x03"sv;
  const auto word_at = begin.size() + 2 + port.size() + write_and_stop.size();
  std::string out(begin);
  out += text_of(le16(static_cast<std::uint16_t>(0x7C00 + word_at)));
  return out.append(port).append(write_and_stop).append(word) + '\0';
}

std::string boot_sector(const std::string& word) { return padded(bios_code(word), 510) + "\x55\xAA"; }

std::string hard_disk(const std::string& word) {
  auto mbr = padded(bios_code(word), 446) + "\x80\x01\x01"sv.data();
  mbr += "\x00\x0B\x03\x20\x00"sv;
  mbr += text_of(le32(1)) + text_of(le32(127));
  return padded(padded(mbr, 510) + "\x55\xAA", 128 * 512);
}

std::string efi_program(const std::string& word) {
  // cld; mov dx,0x3F8; lea rsi,[rip+<to the word>]
  auto code = std::string("\xFC\x66\xBA\xF8\x03\x48\x8D\x35"sv) +
              text_of(le32(static_cast<std::uint32_t>(write_and_stop.size())));
  code.append(write_and_stop).append(word);
  return padded(text_of(pe_headers{}), 512) + padded(code, 512);
}

std::string efi_disk(const std::string& word, const std::filesystem::path& work) {
  const auto program = work / "BOOTX64.EFI", disk = work / "efi.img";
  std::ofstream(program, std::ios::binary) << efi_program(word);
  std::filesystem::remove(disk);
  must_run({"mformat", "-i", disk, "-C", "-f", "1440", "::"});
  must_run({"mmd", "-i", disk, "::/EFI", "::/EFI/BOOT"});
  must_run({"mcopy", "-i", disk, program, "::/EFI/BOOT/BOOTX64.EFI"});
  std::ifstream in(disk, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace comeback::conformance
