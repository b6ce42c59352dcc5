// SPDX-License-Identifier: Apache-2.0
// A program as people wrote it for Windows, which the tests compile unchanged and run: lists the machines of
// Virtual PC with BSTR, VARIANT and _bstr_t side by side, by the enumerator, by index, and late bound.
//
//   machine_lister_client

// NOLINTBEGIN(modernize-use-nullptr,performance-unnecessary-value-param): the style of its time is what is
// tried here

#include <ComDef.h>
#include <VPCCOMInterfaces.h>
#include <stdio.h>

_COM_SMARTPTR_TYPEDEF(IVMVirtualPC, __uuidof(IVMVirtualPC));
_COM_SMARTPTR_TYPEDEF(IVMVirtualMachine, __uuidof(IVMVirtualMachine));
_COM_SMARTPTR_TYPEDEF(IVMVirtualMachineCollection, __uuidof(IVMVirtualMachineCollection));

const char* StateName(VMVMState state) {
  switch (state) {
    case vmVMState_Running:
      return "running";
    case vmVMState_TurnedOff:
      return "turned off";
    case vmVMState_Saved:
      return "saved";
    default:
      return "in between";
  }
}

// By index, early bound.
long ListByIndex(IVMVirtualMachineCollectionPtr spMachines) {
  long count = 0;
  _com_util::CheckError(spMachines->get_Count(&count));
  for (long i = 1; i <= count; i++) {
    IVMVirtualMachinePtr spMachine;
    _com_util::CheckError(spMachines->get_Item(i, &spMachine));
    BSTR bstrName = NULL;
    VMVMState state = vmVMState_Invalid;
    _com_util::CheckError(spMachine->get_Name(&bstrName));
    _bstr_t name(bstrName, false);  // takes it over
    _com_util::CheckError(spMachine->get_State(&state));
    _bstr_t line = _bstr_t(L"machine ") + name + " is " + StateName(state);
    printf("%s\n", (const char*)line);
  }
  return count;
}

// By the enumerator, late bound: the name is the default property.
long ListByEnumerator(IVMVirtualMachineCollectionPtr spMachines) {
  IUnknownPtr spUnknown;
  _com_util::CheckError(spMachines->get__NewEnum(&spUnknown));
  IEnumVARIANTPtr spEnum = spUnknown;
  long count = 0;
  VARIANT item;
  ULONG fetched = 0;
  VariantInit(&item);
  while (spEnum->Next(1, &item, &fetched) == S_OK && fetched == 1) {
    if (V_VT(&item) == VT_DISPATCH) {
      DISPPARAMS none = {NULL, NULL, 0, 0};
      _variant_t value;
      _com_util::CheckError(V_DISPATCH(&item)->Invoke(DISPID_VALUE, IID_NULL, LOCALE_USER_DEFAULT,
                                                      DISPATCH_PROPERTYGET, &none, &value, NULL, NULL));
      _bstr_t name = value;
      printf("%ld: %ls (%u letters)\n", ++count, (const wchar_t*)name, name.length());
    }
    VariantClear(&item);
  }
  return count;
}

int main() {
  if (FAILED(CoInitializeEx(NULL, COINIT_APARTMENTTHREADED))) return 3;
  CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_DEFAULT, RPC_C_IMP_LEVEL_IMPERSONATE, NULL,
                       EOAC_NONE, NULL);
  int status = 1;
  try {
    IVMVirtualPCPtr spVirtualPC;
    _com_util::CheckError(spVirtualPC.CreateInstance(L"VirtualPC.Application"));
    IVMVirtualMachineCollectionPtr spMachines;
    _com_util::CheckError(spVirtualPC->get_VirtualMachines(&spMachines));
    long byIndex = ListByIndex(spMachines);
    long byEnumerator = ListByEnumerator(spMachines);
    status = byIndex > 0 && byIndex == byEnumerator ? 0 : 1;
  } catch (_com_error& e) {
    _bstr_t description = e.Description();
    fprintf(stderr, "0x%08X: %s %s\n", (unsigned)e.Error(), (LPCSTR)e.ErrorMessage(),
            description.length() ? (LPCSTR)description : "");
  }
  CoUninitialize();
  return status;
}

// NOLINTEND(modernize-use-nullptr,performance-unnecessary-value-param)
