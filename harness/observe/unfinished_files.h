/* SPDX-License-Identifier: MIT */
/* The temporary names under which files are written: none is left when the program ends early. */
#ifndef OBSERVE_UNFINISHED_FILES_H
#define OBSERVE_UNFINISHED_FILES_H

/* |name|, borrowed until it is forgotten, is removed should the program have to end before that. */
void unfinished_files_add(const char *name);

/* It was renamed or removed. */
void unfinished_files_forget(const char *name);

/* To be called by whoever ends the program at once. */
void unfinished_files_remove(void);

#endif
