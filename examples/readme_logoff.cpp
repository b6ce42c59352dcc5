// SPDX-License-Identifier: Apache-2.0
#include <VPCCOMInterfaces.h>

int main() {
  CoInitializeEx(nullptr, COINIT_MULTITHREADED);
  IVMVirtualPC* vpc = nullptr;
  IVMVirtualMachine* machine = nullptr;
  IVMGuestOS* guest = nullptr;
  IVMTask* task = nullptr;
  long error = -1;
  if (SUCCEEDED(CoCreateInstance(__uuidof(VMVirtualPC), nullptr, CLSCTX_ALL, IID_PPV_ARGS(&vpc))) &&
      vpc->FindVirtualMachine(SysAllocString(L"lab1"), &machine) == S_OK &&
      SUCCEEDED(machine->get_GuestOS(&guest)) && SUCCEEDED(guest->Logoff(&task)) &&
      SUCCEEDED(task->WaitForCompletion(120000)))
    task->get_Error(&error);  // 0: everyone is off
  return error == 0 ? 0 : 1;
}
