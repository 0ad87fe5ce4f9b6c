/* SPDX-License-Identifier: MIT */
/* Modules that are loaded at run time, so that the command runs without what they need. */
#ifndef ENGINE_MODULE_FILE_H
#define ENGINE_MODULE_FILE_H

/* Loads the module of this name from beside the program, or from the library folder of where it is
 * installed.  It stays until the process ends.  NULL when there is none, or dlerror() tells why
 * not.
 */
void *module_file_open(const char *name);

#endif
