# SPDX-License-Identifier: Apache-2.0
"""What scripts for these two APIs use of pywin32's win32com. Part of comeback.install_shim()."""
