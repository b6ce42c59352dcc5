// SPDX-License-Identifier: Apache-2.0
#include "cli/boot_words.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <charconv>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace comeback::cli {
namespace {

using eltorito::boot_entry;
using eltorito::emulation;

[[noreturn]] void refuse(std::string_view part, std::string_view hint) {
  throw base::error(base::errc::invalid_argument,
                    fmt::format("--boot: '{}' means nothing; {}.", base::printable(part), hint));
}

std::vector<std::string_view> split(std::string_view word) {
  std::vector<std::string_view> out;
  while (true) {
    out.push_back(word.substr(0, word.find(',')));
    if (out.back().size() == word.size()) return out;
    word.remove_prefix(out.back().size() + 1);
  }
}

std::uint16_t number_of(std::string_view part, std::string_view value) {
  const bool hex = value.starts_with("0x");
  if (hex) value.remove_prefix(2);
  std::uint16_t out = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), out, hex ? 16 : 10);
  if (error != std::errc{} || end != value.data() + value.size() || value.empty())
    refuse(part, "give a number up to 65535, decimal or with 0x");
  return out;
}

// The size of a floppy's image tells which floppy.
emulation emulation_of(std::string_view part, std::string_view value, std::uint64_t size) {
  if (value == "none") return emulation::none;
  if (value == "hard-disk") return emulation::hard_disk;
  if (value == "floppy") {
    const auto floppy = eltorito::emulation_for(size);
    // A size that is none of a floppy's is refused by the plan, which names image and sizes.
    return floppy == emulation::none ? emulation::floppy_1_44 : floppy;
  }
  for (const auto one : {emulation::floppy_1_2, emulation::floppy_1_44, emulation::floppy_2_88})
    if (value == eltorito::name_of(one)) return one;
  refuse(part, "emulation is none, floppy, floppy-1.2, floppy-1.44, floppy-2.88 or hard-disk");
}

eltorito::platform platform_of(std::string_view part, std::string_view value) {
  if (value == "bios" || value == "x86") return eltorito::platform::x86;
  for (const auto one : {eltorito::platform::efi, eltorito::platform::powerpc, eltorito::platform::mac})
    if (value == eltorito::name_of(one)) return one;
  refuse(part, "platform is bios, efi, powerpc or mac");
}

void apply(boot_entry& entry, std::string_view part, std::uint64_t size) {
  const auto key = part.substr(0, part.find('='));
  const auto value = key.size() == part.size() ? std::string_view{} : part.substr(key.size() + 1);
  if (key == "platform")
    entry.on = platform_of(part, value);
  else if (key == "emulation")
    entry.how = emulation_of(part, value, size);
  else if (key == "load-segment")
    entry.load_segment = number_of(part, value);
  else if (key == "load-sectors")
    entry.sectors = number_of(part, value);
  else if (key == "id")
    entry.id = value;
  else if (part == "info-table")
    entry.info_table = true;
  else if (part == "not-bootable")
    entry.bootable = false;
  else
    refuse(part, "use platform=, emulation=, load-segment=, load-sectors=, id=, info-table or not-bootable");
}

tree::content_id image_of(const std::string& file, tree::file_tree& tree) {
  const auto inside = tree.find_path(file);
  if (inside && tree.kind(*inside) == tree::node_kind::file) return tree.content_of(*inside);
  return tree.add_hidden_host_file(file);
}

}  // namespace

boot_entry boot_entry_of(const std::string& word, tree::file_tree& tree) {
  const auto parts = split(word);
  if (parts[0].empty())
    throw base::error(base::errc::invalid_argument, "--boot: the name of the boot image is missing.");
  boot_entry entry;
  entry.image = image_of(std::string(parts[0]), tree);
  for (std::size_t i = 1; i < parts.size(); ++i) apply(entry, parts[i], tree.info(entry.image).size);
  return entry;
}

}  // namespace comeback::cli
