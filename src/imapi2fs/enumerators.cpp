// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/enumerators.hpp"

#include "com/object/boundary.hpp"

namespace comeback::imapi2fs {
namespace {

template <class Enumerator, class Cursor>
com::ptr<Enumerator> clone_of(Cursor& at) {
  auto [items, next] = at.position();
  return com::make<Enumerator>(std::move(items), next);
}

}  // namespace

HRESULT fsi_items::Next(ULONG count, IFsiItem** into, ULONG* fetched) noexcept {
  return at_.next(count, into, fetched);
}
HRESULT fsi_items::Skip(ULONG count) noexcept { return at_.skip(count); }
HRESULT fsi_items::Reset() noexcept { return at_.reset(); }
HRESULT fsi_items::Clone(IEnumFsiItems** out) noexcept {
  return com::boundary(out, [&] { return clone_of<fsi_items>(at_); });
}

HRESULT progress_enumerator::Next(ULONG count, IProgressItem** into, ULONG* fetched) noexcept {
  return at_.next(count, into, fetched);
}
HRESULT progress_enumerator::Skip(ULONG count) noexcept { return at_.skip(count); }
HRESULT progress_enumerator::Reset() noexcept { return at_.reset(); }
HRESULT progress_enumerator::Clone(IEnumProgressItems** out) noexcept {
  return com::boundary(out, [&] { return clone_of<progress_enumerator>(at_); });
}

}  // namespace comeback::imapi2fs
