// SPDX-License-Identifier: Apache-2.0
// The words of the disc verbs.
#include "cli/disc_words.hpp"
#include "cli/grammar_parts.hpp"
#include "cli/verbs.hpp"

namespace comeback::cli {
namespace {

// A flag without a value has the value "true".
std::string way_to_dedupe(const std::string& value) {
  return value == "true" || value == "link" ? "" : "use --dedupe or --dedupe=link";
}

void add_sources(CLI::App* verb, disc_create_options& o) {
  verb->add_option("IMAGE", o.image, "The image to make; - for standard output")->required();
  verb->add_option("SOURCE", o.sources, "A folder's contents go to the root of the image, a file into it");
  verb->add_option("--root", o.roots, "Put SOURCE under /PATH in the image (may repeat)")
      ->type_name("/PATH=SOURCE")
      ->expected(1)
      ->take_all();
  verb->add_flag("--follow-links", o.follow_links,
                 "Store what symbolic links point to, instead of the links themselves");
  verb->add_flag("--skip-unreadable", o.skip_unreadable,
                 "Leave out what cannot be read, list it at the end and end with status 1");
}

void add_file_systems(CLI::App* verb, disc_create_options& o) {
  verb->add_option("--fs", o.file_systems, "File systems of the image: iso9660, joliet, rockridge, udf")
      ->delimiter(',')
      ->allow_extra_args(false)  // the next word is a source
      ->check(CLI::IsMember({"iso9660", "joliet", "rockridge", "udf"}).description(""))
      ->type_name("NAME,...")
      ->default_str("iso9660,joliet,rockridge");
  verb->add_option("--iso-level", o.iso_level,
                   "ISO 9660 interchange level: 1 (8.3 names), 2 (31 characters), 3 (and files over 4 GiB), "
                   "4 (ISO 9660:1999 beside it)")
      ->check(CLI::Range(1, 4).description(""))
      ->type_name("1-4")
      ->capture_default_str();
  verb->add_flag("--strict", o.strict, "Refuse what the standards forbid instead of tolerating it");
  verb->add_flag(
      "--rr-relocate", o.rr_relocate,
      "Keep to the 8 levels of ISO 9660: folders that are deeper move to /RR_MOVED, and Rock Ridge "
      "shows them where they belong; --strict does so, too");
  verb->add_option("--volume", o.volume, "Volume name; made from the time when left out")->type_name("NAME");
  verb->add_flag(
      "--list-names", o.list_names,
      "Make no image; list the items whose name, or target as a link, a file system cannot record as "
      "it is");
}

void add_udf(CLI::App* verb, disc_create_options& o) {
  verb->add_option("--udf-revision", o.udf_revision, "1.02, 1.50, 2.00, 2.01, 2.50 or 2.60")
      ->check(CLI::IsMember({"1.02", "1.50", "2.00", "2.01", "2.50", "2.60"}).description(""))
      ->type_name("REVISION")
      ->default_str("2.01");
  verb->add_option(
          "--udf-partition", o.udf_partition,
          "plain (up to 2.01), vat, sparable (both from 1.50 on) or metadata (from 2.50 on); default: "
          "plain or metadata")
      ->check(CLI::IsMember({"plain", "vat", "sparable", "metadata"}).description(""))
      ->type_name("KIND");
  verb->add_flag("--no-mirror", o.no_mirror, "Write the nodes of a metadata partition once");
  verb->add_flag("--udf-shared-extents", o.udf_shared_extents,
                 "Let --dedupe share blocks in UDF too, which its standard forbids");
}

void add_boot(CLI::App* verb, disc_create_options& o) {
  verb->add_option("--boot", o.boot,
                   "Boot from FILE, a path in the image or of the host (may repeat); platform=bios|efi, "
                   "emulation=none|floppy|hard-disk, info-table, load-sectors=N, load-segment=N, id=TEXT, "
                   "not-bootable")
      ->type_name("FILE[,KEY=VALUE]...")
      ->expected(1)
      ->take_all();
  verb->add_option("--mbr", o.mbr, "Boot code of a disk, such as isohdpfx.bin: the image boots from USB, too")
      ->type_name("FILE");
}

void add_disc_create(CLI::App* disc, invocation& result) {
  auto o = std::make_shared<disc_create_options>();
  auto* verb =
      add_verb(disc, "create", "Pack files and folders into a new image",
               "comeback disc create photos.iso ~/Pictures --volume PHOTOS\n"
               "  comeback disc create movies.iso ~/Videos --fs udf --udf-revision 2.50 --checksums\n"
               "  comeback disc create live.iso tree "
               "--boot /isolinux/isolinux.bin,info-table --boot efi.img,platform=efi");
  add_sources(verb, *o);
  add_file_systems(verb, *o);
  add_udf(verb, *o);
  add_boot(verb, *o);
  verb->add_flag(
          "--dedupe", o->dedupe,
          "Files with the same contents share their blocks; with --dedupe=link they become one file with "
          "several names, which UDF needs")
      ->check(CLI::Validator(way_to_dedupe, ""))
      ->type_name("[=link]");
  verb->add_flag(
      "--checksums", o->checksums,
      "Carry the SHA-256 of every file, without named streams, in /SHA256SUMS, for `disc verify` and "
      "sha256sum -c");
  verb->parse_complete_callback([o] {
    if (const auto why = contradiction_in(*o); !why.empty()) throw CLI::ValidationError(why);
  });
  runs(verb, o, disc_create, result);
}

void add_image_argument(CLI::App* verb, std::string& image) {
  verb->add_option("IMAGE", image, "A disc image")->required();
}

void add_file_system(CLI::App* verb, std::string& name) {
  verb->add_option(
          "--fs", name,
          "Look through this file system: udf, rockridge, joliet, iso9660-1999 or iso9660; default: the "
          "first of them that is there")
      ->check(CLI::IsMember({"udf", "rockridge", "joliet", "iso9660-1999", "iso9660"}).description(""))
      ->type_name("NAME");
}

void add_session(CLI::App* verb, unsigned& number) {
  verb->add_option("--session", number,
                   "Look at the image as it was when session N was the last one; default: the last")
      ->check(CLI::Range(1U, 1U << 20U).description(""))
      ->type_name("N");
}

void add_disc_append(CLI::App* disc, invocation& result) {
  auto o = std::make_shared<disc_append_options>();
  auto* verb = add_verb(disc, "append", "Write a new session behind those that an image has",
                        "comeback disc append photos.iso ~/Pictures/2027 --at /2027\n"
                        "  comeback disc append photos.iso --remove /drafts\n"
                        "  comeback disc append photos.iso --from 1");
  verb->add_option("IMAGE", o->image, "The image to append to")->required();
  verb->add_option("SOURCE", o->sources, "A folder's contents are merged into it, a file goes into it");
  verb->add_option("--at", o->at,
                   "The folder of the image that the sources go to; made where it is not there")
      ->type_name("/DIR")
      ->capture_default_str();
  verb->add_option("--root", o->roots, "Put SOURCE under /PATH in the image (may repeat)")
      ->type_name("/PATH=SOURCE")
      ->expected(1)
      ->take_all();
  verb->add_option("--remove", o->remove,
                   "Leave out this file or folder from now on (may repeat); older sessions keep it")
      ->type_name("/PATH")
      ->expected(1)
      ->take_all();
  verb->add_option("--from", o->from, "Go on from session N instead of the last one")
      ->check(CLI::Range(1U, 1U << 20U).description(""))
      ->type_name("N");
  verb->add_option(
          "--append", o->way,
          "exact: write all folders again, for every reader; compact: only those that changed and those "
          "above them, fast on large images; relinked: the same, and mend the way up in the others where "
          "they lie")
      ->check(CLI::IsMember({"exact", "relinked", "compact"}).description(""))
      ->type_name("WAY")
      ->capture_default_str();
  verb->add_option("--volume", o->volume, "Volume name; that of the session before when left out")
      ->type_name("NAME");
  verb->add_flag("--follow-links", o->follow_links,
                 "Store what symbolic links point to, instead of the links themselves");
  verb->add_flag("--skip-unreadable", o->skip_unreadable,
                 "Leave out what cannot be read, list it at the end and end with status 1");
  runs(verb, o, disc_append, result);
}

void add_disc_diff(CLI::App* disc, invocation& result) {
  auto o = std::make_shared<disc_diff_options>();
  auto* verb = add_verb(disc, "diff",
                        "What changed between two sessions (+ added, - removed, ~ changed, m time or mode "
                        "alone), or between an image and a folder",
                        "comeback disc diff photos.iso --from 1 --to 3");
  add_image_argument(verb, o->image);
  verb->add_option("DIR", o->directory, "Compare with this folder");
  verb->add_option("--from", o->from,
                   "The older session; default: the one before the last; with DIR: the last")
      ->check(CLI::Range(1U, 1U << 20U).description(""))
      ->type_name("N");
  auto* to = verb->add_option("--to", o->to, "The newer session; default: the last")
                 ->check(CLI::Range(1U, 1U << 20U).description(""))
                 ->type_name("N");
  to->excludes(verb->get_option("DIR"));
  verb->add_flag("--follow-links", o->follow_links, "As given when the image was made");
  add_file_system(verb, o->file_system);
  runs(verb, o, disc_diff, result);
}

void add_disc_readers(CLI::App* disc, invocation& result) {
  auto o = std::make_shared<disc_image_options>();
  auto* info = add_verb(disc, "info", "Volumes, file systems, boot entries and sizes of an image",
                        "comeback disc info photos.iso");
  add_image_argument(info, o->image);
  add_session(info, o->session);
  runs(info, o, disc_info, result);

  auto* ls = add_verb(disc, "ls", "List a folder of an image", "comeback disc ls -lR photos.iso /2026");
  add_image_argument(ls, o->image);
  ls->add_option("PATH", o->path, "Folder or file in the image")->capture_default_str();
  ls->add_flag("-l,--long", o->long_format,
               "Also kinds, modes, numbers of names, owners, sizes, dates, first blocks and link targets");
  ls->add_flag("-R,--recursive", o->recursive, "Also what lies below");
  add_file_system(ls, o->file_system);
  add_session(ls, o->session);
  runs(ls, o, disc_ls, result);

  auto c = std::make_shared<disc_image_options>();
  auto* cat =
      add_verb(disc, "cat", "Write a file of an image to standard output", "comeback disc cat a.iso /README");
  add_image_argument(cat, c->image);
  cat->add_option("PATH", c->path, "File in the image")->required();
  add_file_system(cat, c->file_system);
  add_session(cat, c->session);
  runs(cat, c, disc_cat, result);

  auto s = std::make_shared<disc_image_options>();
  auto* sessions =
      add_verb(disc, "sessions", "The sessions of an image, a row each", "comeback disc sessions photos.iso");
  add_image_argument(sessions, s->image);
  runs(sessions, s, disc_sessions, result);
}

void add_disc_extract(CLI::App* disc, invocation& result) {
  auto o = std::make_shared<disc_extract_options>();
  auto* verb =
      add_verb(disc, "extract", "Copy files out of an image; what cannot be read is left out and listed",
               "comeback disc extract photos.iso ./out /2026");
  add_image_argument(verb, o->image);
  verb->add_option("DIR", o->directory, "The folder to copy into; made when it is not there")->required();
  verb->add_option("PATH", o->paths, "Only these files and folders of the image");
  verb->add_flag("--overwrite", o->overwrite, "Replace files that exist already");
  verb->add_flag("--devices", o->devices, "Also devices, pipes and sockets, which are left out otherwise");
  add_file_system(verb, o->file_system);
  add_session(verb, o->session);
  runs(verb, o, disc_extract, result);
}

void add_disc_verify(CLI::App* disc, invocation& result) {
  auto o = std::make_shared<disc_verify_options>();
  auto* verb =
      add_verb(disc, "verify",
               "Check the structure of every file system, checksums that the image carries, and contents "
               "against the sources",
               "comeback disc verify photos.iso --against ~/Pictures");
  add_image_argument(verb, o->image);
  add_session(verb, o->session);
  verb->add_option("--against", o->against, "Compare every name and content with this folder (may repeat)")
      ->type_name("DIR|/PATH=SOURCE")
      ->expected(1)
      ->take_all();
  verb->add_flag("--follow-links", o->follow_links, "As given when the image was made");
  runs(verb, o, disc_verify, result);
}

}  // namespace

void add_disc(CLI::App& app, invocation& result) {
  auto* disc = add_group(app, "disc", "Disc images");
  add_disc_create(disc, result);
  add_disc_append(disc, result);
  add_disc_readers(disc, result);
  add_disc_extract(disc, result);
  add_disc_verify(disc, result);
  add_disc_diff(disc, result);
}

}  // namespace comeback::cli
