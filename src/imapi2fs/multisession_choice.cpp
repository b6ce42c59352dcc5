// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/multisession_choice.hpp"

#include "com/data/text.hpp"
#include "com/data/variant.hpp"
#include "com/object/arrays.hpp"
#include "imapi2fs/import_codes.hpp"

#include <algorithm>
#include <cstdint>

#include <oleauto.h>

namespace comeback::imapi2fs {
namespace {

using base::errc;
using base::error;

// A client's object that has no such value leaves it open; what else fails is the client's own answer.
void require(HRESULT answer, const char* member) {
  if (SUCCEEDED(answer)) return;
  const std::string text = std::string("The multisession object does not tell ") + member + ".";
  throw error(answer == E_NOTIMPL ? codes::bad_multisession_parameter : codes::of(answer), text);
}

[[noreturn]] void senseless(const char* member, LONG value) {
  throw error(codes::bad_multisession_parameter, std::string("The multisession object says that ") + member +
                                                     " is " + std::to_string(value) + ".");
}

template <class On, class I, class T>
T ask(const com::ptr<On>& object, HRESULT (STDMETHODCALLTYPE I::*get)(T*), const char* member) {
  T value{};
  require((object.get()->*get)(&value), member);
  return value;
}

multisession_entry entry_in(const VARIANT& element) {
  VARIANT meant{};
  if (FAILED(com::dereference(element, meant)) || (meant.vt != VT_DISPATCH && meant.vt != VT_UNKNOWN) ||
      !meant.punkVal)
    throw error(codes::bad_multisession_parameter, "An element of MultisessionInterfaces is no object.");
  auto session = com::ptr<IUnknown>(meant.punkVal).as<IMultisession>();
  if (!session)
    throw error(codes::no_interface, "An element of MultisessionInterfaces is no IMultisession object.");
  com::ptr<IDispatch> given(meant.vt == VT_DISPATCH ? meant.pdispVal : session.get());
  return {std::move(given), std::move(session)};
}

/// One object, as the kind of multisession that it is.
struct candidate {
  com::ptr<IMultisessionSequential> sequential;
  com::ptr<IMultisessionRandomWrite> random;
  explicit operator bool() const { return sequential || random; }
};

candidate kind_of(const multisession_entry& one) {
  candidate found{one.session.as<IMultisessionSequential>(), {}};
  if (!found.sequential) found.random = one.session.as<IMultisessionRandomWrite>();
  return found;
}

com::ptr<IDiscRecorder2> recorder_of(const com::ptr<IMultisession>& session) {
  com::ptr<IDiscRecorder2> recorder;
  require(session->get_ImportRecorder(recorder.put()), "ImportRecorder");
  if (!recorder)
    throw error(codes::bad_multisession_parameter, "The multisession object has no ImportRecorder.");
  return recorder;
}

session_place place_of(IMultisessionSequential& on) {
  const com::ptr<IMultisessionSequential> session(&on);
  const LONG previous = ask(session, &IMultisessionSequential::get_StartAddressOfPreviousSession,
                            "StartAddressOfPreviousSession");
  if (previous < 0)
    throw error(codes::import_seek_failure,
                "The medium is blank: there is no session to go on from. Leave MultisessionInterfaces out.");
  const LONG next = ask(session, &IMultisessionSequential::get_NextWritableAddress, "NextWritableAddress");
  if (next <= previous) senseless("NextWritableAddress", next);
  const LONG room = ask(session, &IMultisessionSequential::get_FreeSectorsOnMedia, "FreeSectorsOnMedia");
  if (room < 0) senseless("FreeSectorsOnMedia", room);
  return {.recorder = {},
          .at_random = false,
          .previous = static_cast<std::uint64_t>(previous),
          .next = static_cast<std::uint64_t>(next),
          .room = static_cast<std::uint64_t>(room)};
}

session_place place_of(IMultisessionRandomWrite& on) {
  const com::ptr<IMultisessionRandomWrite> session(&on);
  const LONG unit = ask(session, &IMultisessionRandomWrite::get_WriteUnitSize, "WriteUnitSize");
  if (unit < 1 || unit > 0xFFFF) senseless("WriteUnitSize", unit);
  const LONG all = ask(session, &IMultisessionRandomWrite::get_TotalSectorsOnMedia, "TotalSectorsOnMedia");
  if (all < 1) senseless("TotalSectorsOnMedia", all);
  return {.recorder = {},
          .at_random = true,
          .room = static_cast<std::uint64_t>(all),
          .write_unit = static_cast<std::uint32_t>(unit)};
}

std::vector<multisession_entry> in_use(const std::vector<multisession_entry>& all) {
  std::vector<multisession_entry> found;
  for (const auto& one : all)
    if (ask(one.session, &IMultisession::get_InUse, "InUse") != VARIANT_FALSE) found.push_back(one);
  if (found.size() > 1)
    throw error(codes::bad_multisession_parameter,
                "Several multisession objects are InUse. Leave it to one of them, or to none.");
  return found;
}

bool is_read_only(const std::vector<multisession_entry>& all, const media_reader& media) {
  return std::ranges::any_of(all, [&](const multisession_entry& one) {
    return media(id_of(*recorder_of(one.session)))->facts().how == optical::writing::none;
  });
}

// An object that does not answer is passed over where another one does.
candidate supported_of(const std::vector<multisession_entry>& among) {
  HRESULT failed = S_OK;
  for (const auto& one : among) {
    auto kind = kind_of(one);
    VARIANT_BOOL is = VARIANT_FALSE;
    const HRESULT answer = kind ? one.session->get_IsSupportedOnCurrentMediaState(&is) : S_OK;
    if (FAILED(answer)) failed = answer;
    if (SUCCEEDED(answer) && is != VARIANT_FALSE) return kind;
  }
  require(failed, "whether it is supported");
  return {};
}

candidate choose(const std::vector<multisession_entry>& all, const media_reader& media) {
  const auto used = in_use(all);
  if (auto found = supported_of(used.empty() ? all : used)) return found;
  if (is_read_only(all, media))
    throw error(errc::import_media_not_allowed,
                "The medium is of a kind that is only read. Insert one that can be written.");
  if (used.empty())
    throw error(
        codes::no_compatible_multisession_type,
        "None of the multisession objects can be used with the medium as it is now: it may be closed.");
  throw error(codes::incompatible_multisession_type,
              "The multisession object that is InUse cannot be used with the medium as it is now.");
}

}  // namespace

std::vector<multisession_entry> multisession_entries(SAFEARRAY* array) {
  if (!array) throw error(codes::null_pointer, "The array is null.");
  VARTYPE type = VT_EMPTY;
  LONG low = 0, high = -1;
  constexpr std::int64_t most = 1024;  // there are two kinds
  if (SafeArrayGetDim(array) != 1 || FAILED(SafeArrayGetVartype(array, &type)) || type != VT_VARIANT ||
      FAILED(SafeArrayGetLBound(array, 1, &low)) || FAILED(SafeArrayGetUBound(array, 1, &high)) ||
      std::int64_t{high} - low >= most)
    throw error(codes::bad_multisession_parameter,
                "MultisessionInterfaces is a one-dimensional array of VARIANT, of at most 1024 elements.");
  const com::array_access data(array);
  std::vector<multisession_entry> all;
  for (std::int64_t i = low; i <= high; ++i) all.push_back(entry_in(data.data()[i - low]));
  return all;
}

std::string id_of(IDiscRecorder2& recorder) {
  BSTR given = nullptr;
  const HRESULT answer = recorder.get_ActiveDiscRecorder(&given);
  const std::unique_ptr<OLECHAR, decltype(&SysFreeString)> id(given, SysFreeString);
  if (FAILED(answer)) throw error(codes::of(answer), "The recorder does not tell which device it is.");
  return com::to_utf8(id.get());
}

session_place choose_place(const std::vector<multisession_entry>& among, const media_reader& media) {
  const auto chosen = choose(among, media);
  auto place = chosen.sequential ? place_of(*chosen.sequential) : place_of(*chosen.random);
  const auto session =
      chosen.sequential ? chosen.sequential.as<IMultisession>() : chosen.random.as<IMultisession>();
  place.recorder = id_of(*recorder_of(session));
  return place;
}

}  // namespace comeback::imapi2fs
