# SPDX-License-Identifier: Apache-2.0
# Everyone off a machine, and a folder into an image: demo.py OUTPUT.iso FOLDER [MACHINE]
import comeback, shutil, sys
output, folder, *machine = sys.argv[1:]
for name in machine:
    guest = comeback.Dispatch("VirtualPC.Application").FindVirtualMachine(name).GuestOS
    task = guest.Logoff()
    while not task.IsComplete:
        task.WaitForCompletion(200)
        print(f"{task.Description}: {task.PercentCompleted} %")
    print(f"Result {task.Result}, Error {task.Error & 0xFFFFFFFF:#010x} {task.ErrorDescription}")
    print("MultipleUserSessionsAllowed:", guest.MultipleUserSessionsAllowed)
image = comeback.Dispatch("IMAPI2FS.MsftFileSystemImage")
image.VolumeName, image.FreeMediaBlocks = "COMEBACK", 0
image.Root.AddTree(folder, False)
print("MultisessionInterfaces:", image.MultisessionInterfaces)
with open(output, "wb") as file: shutil.copyfileobj(image.CreateResultImage().ImageStream, file, 1 << 20)
