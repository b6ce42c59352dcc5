# SPDX-License-Identifier: Apache-2.0
# Everyone off a machine, and folders into an image: demo.py OUTPUT.iso FOLDER [MACHINE]
import shutil, sys
import comeback
output, folder, *machine = sys.argv[1:]
for name in machine:
    task = comeback.Dispatch("VirtualPC.Application").FindVirtualMachine(name).GuestOS.Logoff()
    while not task.IsComplete:
        task.WaitForCompletion(200)
        print(f"{task.Description}: {task.PercentCompleted} %")
    print(f"Result {task.Result}, Error {task.Error & 0xFFFFFFFF:#010x} {task.ErrorDescription}")
image = comeback.Dispatch("IMAPI2FS.MsftFileSystemImage")
image.VolumeName, image.FreeMediaBlocks = "COMEBACK", 0
image.Root.AddTree(folder, False)
with open(output, "wb") as file:
    shutil.copyfileobj(image.CreateResultImage().ImageStream, file, 1 << 20)
