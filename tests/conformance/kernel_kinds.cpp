// SPDX-License-Identifier: Apache-2.0
#include "kernel_kinds.hpp"

#include "udf_kinds.hpp"

#include <array>
#include <fstream>
#include <ostream>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace comeback::conformance {
namespace {

namespace fs = std::filesystem;
using image::append_way;
using image::file_system;

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string repeated(std::string_view part, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += part;
  return out;
}

void write_names(const fs::path& into) {
  const std::string apple = "\xF0\x9F\x8D\x8E", umlauts = "\xC3\xA4\xC3\xB6\xC3\xBC";
  int number = 0;
  for (const auto& name :
       {std::string("README"), std::string("Readme"), std::string(".profile"), std::string("a.b.c"),
        std::string("trailing."), std::string("semi;colon"), std::string("back\\slash"),
        std::string("line\nbreak"), std::string(" space "), umlauts + ".txt", apple + " pie.txt",
        repeated("y", 100) + ".tar.gz", repeated("x", 240),
        // As long as Linux's isofs shows (fs/isofs/rock.c cuts a name that would reach 254 bytes).
        repeated("z", 253)})
    write(into / name, "content " + std::to_string(number++));
  for (int i = 0; i < 60; ++i)
    write(into / "collide" / ("the same thirty characters in front " + std::to_string(i)), std::to_string(i));
  write(into / repeated("deep/", 20) / "bottom", "deep");
}

void write_links(const fs::path& into) {
  fs::create_directories(into);
  write(into / "one", "a file of three names");
  fs::create_hard_link(into / "one", into / "two");
  fs::create_directories(into / "folder");
  fs::create_hard_link(into / "one", into / "folder/three");
  for (const auto* target : {"one", "../names/README", "/etc/passwd", "nowhere", "./a//b/../c/"})
    fs::create_symlink(target, into / ("link" + std::to_string(std::string(target).size())));
  fs::create_symlink(repeated("long/", 180) + "end", into / "long");
  ::mkfifo((into / "pipe").c_str(), 0640);
  ::mknod((into / "socket").c_str(), S_IFSOCK | 0600, 0);
  if (::geteuid() != 0) return;
  ::mknod((into / "null").c_str(), S_IFCHR | 0666, ::makedev(1, 3));
  ::mknod((into / "disk").c_str(), S_IFBLK | 0660, ::makedev(259, 70000));
  if (::lchown((into / "two").c_str(), 1000, 70000) != 0) return;
}

void write_modes(const fs::path& into) {
  for (const unsigned mode : {0400U, 0644U, 0755U, 0777U, 04755U, 02711U, 01777U}) {
    const auto path = into / std::to_string(mode);
    write(path, "mode");
    ::chmod(path.c_str(), mode);
  }
  fs::create_directories(into / "private");
  ::chmod((into / "private").c_str(), 0700);
}

// Within what the seven bytes of ECMA-119 9.1.5 hold.
void write_times(const fs::path& into) {
  for (const long long seconds : {1LL, 86'399LL, 951'782'400LL, 1'700'000'000LL, 4'102'444'800LL}) {
    const auto path = into / std::to_string(seconds);
    write(path, "time");
    const std::array<timespec, 2> both{timespec{seconds, 0}, timespec{seconds, 123'456'789}};
    ::utimensat(AT_FDCWD, path.c_str(), both.data(), 0);
  }
}

}  // namespace

std::vector<file_system> kernel_kind::seen_as() const {
  std::vector<file_system> out;
  // Where deep folders move, ISO 9660 alone has another tree; in a second session, its names are made of
  // those that Joliet has.
  const bool cut_names = appended && !how.file_systems.rock_ridge && !how.file_systems.udf;
  if (how.file_systems.iso9660 && !how.relocate && !cut_names) out.push_back(file_system::iso9660);
  if (how.file_systems.joliet) out.push_back(file_system::joliet);
  if (how.iso_level == 4) out.push_back(file_system::enhanced);
  if (how.file_systems.rock_ridge) out.push_back(file_system::rock_ridge);
  if (how.file_systems.udf) out.push_back(file_system::udf);
  return out;
}

std::string kernel_kind::mount_options(file_system as) const {
  switch (as) {
    case file_system::iso9660:
    case file_system::enhanced:
      return "norock,nojoliet,map=off,iocharset=utf8" + more_options;
    case file_system::joliet:  // strict: else names that differ in case are one
      return "norock,iocharset=utf8,check=strict" + more_options;
    case file_system::rock_ridge:
      return "nojoliet,iocharset=utf8" + more_options;
    case file_system::udf:
      break;
  }
  return "";
}

void PrintTo(const kernel_kind& k, std::ostream* out) { *out << k.title; }

std::string type_of(file_system as) { return as == file_system::udf ? "udf" : "iso9660"; }

namespace {

tree::add_options everything() { return {.keep_links = true, .keep_special = true, .keep_attributes = true}; }

// Two sessions: sparable volumes do not have them. Those with a virtual allocation table lie on a medium that
// is written once.
void add_appended(std::vector<kernel_kind>& to) {
  const auto add = [&](const std::string& title, const image::options& how, const tree::add_options& adding,
                       append_way way = append_way::exact) {
    to.push_back({"appended_" + title, how, adding, false, way});
  };
  add("joliet", {}, {});
  add("joliet_at_block_0", {.appendable = false}, {});
  add("rock_ridge_joliet", {.file_systems = {.rock_ridge = true}}, everything());
  add("rock_ridge_udf_at_block_0", {.file_systems = {.rock_ridge = true, .udf = true}, .appendable = false},
      everything());
  for (const auto way : {append_way::relinked, append_way::compact}) {
    const auto as = std::string(image::name_of(way)) + "_";
    add(as + "joliet", {}, {}, way);
    add(as + "rock_ridge_joliet", {.file_systems = {.rock_ridge = true}}, everything(), way);
    add(as + "level_4_at_block_0",
        {.file_systems = {.rock_ridge = true}, .iso_level = 4, .appendable = false}, everything(), way);
  }
  for (const auto& k : udf_kinds()) {
    const bool at_random =
        k.partition == udf::partition_type::plain || k.partition == udf::partition_type::metadata;
    if (at_random) add("udf_" + k.title(), k.how(), everything());
    if (k.partition == udf::partition_type::sparable) continue;
    if (k.bridge && (k.partition == udf::partition_type::vat || k.revision != 0x0201)) continue;
    add("compact_udf_" + k.title(), k.how(), everything(), append_way::compact);
    if (k.partition == udf::partition_type::plain)
      add("relinked_udf_" + k.title(), k.how(), everything(), append_way::relinked);
  }
}

std::vector<kernel_kind> all_kinds() {
  std::vector<kernel_kind> all{
      {"iso_level_1", {.file_systems = {.joliet = false}, .iso_level = 1}},
      {"iso_level_3", {.file_systems = {.joliet = false}}},
      {"iso_level_4", {.file_systems = {.joliet = false}, .iso_level = 4}},
      {"iso_level_4_joliet", {.iso_level = 4}},
      {"joliet", {}},
      {"joliet_strict", {.iso_level = 2, .strict_joliet = true}},
      {"at_block_0", {.appendable = false}},
      {"session_at_32", {.file_systems = {.rock_ridge = true}}, everything(), false, {}, ",sbsector=32"},
      {"deduped", {}, {}, true},
      {"rock_ridge", {.file_systems = {.joliet = false, .rock_ridge = true}}, everything()},
      {"rock_ridge_joliet", {.file_systems = {.rock_ridge = true}, .iso_level = 1}, everything()},
      {"rock_ridge_deduped", {.file_systems = {.rock_ridge = true}}, everything(), true},
      {"rock_ridge_relocated",
       {.file_systems = {.joliet = false, .rock_ridge = true}, .relocate = true},
       everything()},
      {"rock_ridge_udf", {.file_systems = {.rock_ridge = true, .udf = true}}, everything()}};
  for (const auto& k : udf_kinds()) all.push_back({"udf_" + k.title(), k.how(), everything()});
  add_appended(all);
  return all;
}

}  // namespace

const std::vector<kernel_kind>& kernel_kinds() {
  static const auto all = all_kinds();
  return all;
}

void write_kernel_corpus(const fs::path& into) {
  for (const std::size_t size : {0U, 1U, 2047U, 2048U, 2049U, 100'000U, 300'000U})
    write(into / "sizes" / std::to_string(size), std::string(size, static_cast<char>('a' + size % 7)));
  write(into / "sizes/again", std::string(100'000U, static_cast<char>('a' + 100'000U % 7)));
  for (int i = 0; i < 60; ++i) write(into / "many" / ("file" + std::to_string(i)), std::to_string(i));
  fs::create_directories(into / "empty");
  write_names(into / "names");
  write_links(into / "links");
  write_modes(into / "modes");
  write_times(into / "times");
}

}  // namespace comeback::conformance
