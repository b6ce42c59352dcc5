// SPDX-License-Identifier: Apache-2.0
// Members of an image that ask for recorders and the sessions on their media.

#include "com/object/boundary.hpp"
#include "imapi2fs/arrays.hpp"
#include "imapi2fs/file_system_image.hpp"
#include "imapi2fs/import_codes.hpp"
#include "imapi2fs/paths.hpp"
#include "imapi2fs/previous_session.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace comeback::imapi2fs {
namespace {

using base::errc;
using base::error;

constexpr com::event import_updated{&DFileSystemImageImportEvents::UpdateImport, 0x101};

IDiscRecorder2& required(IDiscRecorder2* recorder) {
  if (!recorder) throw error(codes::null_pointer, "The recorder is null.");
  return *recorder;
}

void require_single(int file_system) {
  (void)single_file_system(file_system);  // invalid_parameter
}

// -1 where media of the kind cannot be written; 0: no limit is known.
std::int32_t room_on(const optical::medium& medium) {
  using enum optical::writing;
  const auto how = medium.facts().how;
  if (how == none)
    throw error(errc::recorder_media_incompatible,
                "A medium of the kind " + std::string(medium.facts().name) + " cannot be written.");
  constexpr std::uint64_t most = std::numeric_limits<std::int32_t>::max();
  const auto blocks = how == random ? medium.capacity() : medium.free_blocks();
  return static_cast<std::int32_t>(std::min(blocks.value, most));
}

/// The items of a session in the order in which a client hears of them.
class import_story {
 public:
  using teller = std::function<void(const std::string& path, LONG directories, LONG files)>;
  explicit import_story(const tree::file_tree& of) : of_(of) {}

  void tell(const teller& to) {
    std::vector<tree::node_id> pending = turned(tree::root);
    while (!pending.empty()) {
      const auto n = pending.back();
      pending.pop_back();
      const bool directory = of_.is_directory(n);
      if (!directory) ++files_;
      to(with_backslashes(of_.path(n)) + (directory ? "\\" : ""), directories_, files_);
      if (!directory) continue;
      ++directories_;
      const auto below = turned(n);
      pending.insert(pending.end(), below.begin(), below.end());
    }
  }

 private:
  [[nodiscard]] std::vector<tree::node_id> turned(tree::node_id dir) const {
    auto all = of_.sorted_children(dir);
    std::ranges::reverse(all);
    return all;
  }

  const tree::file_tree& of_;
  LONG directories_ = 0, files_ = 0;
};

}  // namespace

std::unique_ptr<optical::medium> file_system_image::no_media(std::string_view recorder) {
  throw error(errc::recorder_no_media, "There is no recorder \"" + std::string(recorder) + "\" here.");
}

std::vector<multisession_entry> file_system_image::sessions() {
  const std::lock_guard lock(mutex_);
  return sessions_;
}

session_place file_system_image::next_place() {
  const auto entries = sessions();
  if (entries.empty()) throw error(errc::multisession_not_set, "MultisessionInterfaces must be set first.");
  return choose_place(entries, media_);
}

int file_system_image::import(int which) {
  const auto what = read_previous(previous(), which);
  image_->import(what);
  tell_imported(what);
  return what.file_system;
}

// Once for each file, and before each directory (dfilesystemimageimportevents-updateimport.md). How many
// files there are is known of UDF alone.
void file_system_image::tell_imported(const imported_session& what) {
  auto& point = point_of<DFileSystemImageImportEvents>();
  if (!point.has_sinks()) return;
  const auto& tree = *what.tree;
  const auto all_directories = com::to_abi<LONG>(tree.directory_count());
  const auto all_files = what.file_system == udf_bit ? com::to_abi<LONG>(tree.file_count()) : -1;
  import_story(tree).tell([&](const std::string& path, LONG directories, LONG files) {
    const std::unique_ptr<OLECHAR, decltype(&SysFreeString)> item(com::to_bstr(path), SysFreeString);
    import_updated.raise(point, static_cast<IFileSystemImage3*>(this),
                         static_cast<FsiFileSystems>(what.file_system), item.get(), directories,
                         all_directories, files, all_files);
  });
}

// Null until there was an import.
HRESULT file_system_image::get_ImportedVolumeName(BSTR* out) noexcept {
  if (out) *out = nullptr;
  if (!out) return com::publish(E_POINTER);
  return boundary([&] {
    if (const auto from = image_->current().continues) *out = com::to_bstr(from->label);
  });
}
// A new array for every caller; empty where nothing was put.
HRESULT file_system_image::get_MultisessionInterfaces(SAFEARRAY** out) noexcept {
  return boundary(out, [&] {
    return array_of(sessions(),
                    [](const multisession_entry& one) { return com::dispatch_variant(one.given.get()); });
  });
}
// What is put is judged at once, and again by whatever uses it: InUse may be set later, media change.
HRESULT file_system_image::put_MultisessionInterfaces(SAFEARRAY* value) noexcept {
  return boundary([&] {
    auto entries = multisession_entries(value);
    (void)choose_place(entries, media_);
    const std::lock_guard lock(mutex_);
    std::swap(sessions_, entries);
  });
}
HRESULT file_system_image::SetMaxMediaBlocksFromDevice(IDiscRecorder2* recorder) noexcept {
  return boundary([&] { image_->set_free_media_blocks(room_on(*media_(id_of(required(recorder))))); });
}
HRESULT file_system_image::ChooseImageDefaults(IDiscRecorder2* recorder) noexcept {
  return boundary([&] {
    const auto medium = media_(id_of(required(recorder)));
    const auto room = room_on(*medium);
    image_->choose_defaults(static_cast<int>(medium->facts().type), room);
  });
}
HRESULT file_system_image::CalculateDiscIdentifier(BSTR* out) noexcept {
  return boundary(out, [&] { return identifier_of(previous().on); });
}
// Without a recorder, that of MultisessionInterfaces.
HRESULT file_system_image::IdentifyFileSystemsOnDisc(IDiscRecorder2* recorder, FsiFileSystems* out) noexcept {
  return boundary(out, [&] {
    return file_systems_of(open_last(recorder ? id_of(*recorder) : next_place().recorder, media_));
  });
}
HRESULT file_system_image::GetDefaultFileSystemForImport(FsiFileSystems among, FsiFileSystems* out) noexcept {
  return boundary(out, [&] { return default_for_import(among); });
}
HRESULT file_system_image::ImportFileSystem(FsiFileSystems* out) noexcept {
  return boundary(out, [&] { return import(0); });
}
HRESULT file_system_image::ImportSpecificFileSystem(FsiFileSystems file_system) noexcept {
  return boundary([&] {
    require_single(file_system);
    import(file_system);
  });
}
HRESULT file_system_image::ProbeSpecificFileSystem(FsiFileSystems file_system, VARIANT_BOOL* out) noexcept {
  return boundary(out, [&] {
    require_single(file_system);
    const auto from = previous();
    if ((file_systems_of(from) & file_system) == 0) return false;
    try {
      (void)options_after(from);
      return true;
    } catch (const error& e) {
      if (e.code() != codes::incompatible_previous_session) throw;
      return false;
    }
  });
}

}  // namespace comeback::imapi2fs
