/* SPDX-License-Identifier: MIT */
/*
 * The book is text: "boot N", and "serial VSI N" for each VSI, in hex.  It is copied line by line
 * into a new file, but for the lines that change, and the new one takes its name: a crash leaves
 * one or the other.  The lock is on the file that has the name; whoever waited for it looks whether
 * it still has.
 */
#include "live/serial_book.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/complain.h"

enum {
	VSI_DIGITS = 2 * sizeof(struct dimp_vsi),
	LINE_MAX_SIZE = 256,
	PATH_SIZE = 1024,
	WAITS_MAX = 100
};

struct book {
	const char *path;
	char fresh[PATH_SIZE]; /* path of the file to be */
	FILE *old, *new;
	char name[VSI_DIGITS + 1]; /* of the VSI that moves */
	uint64_t boot_last, serial_last;
};

static bool refuse(const struct book *book, const char *why)
{
	complain("state: %s: %s; give another file, or none", book->path, why);
	return false;
}

static bool read_number(const char *text, uint64_t *number)
{
	char *end = NULL;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return errno == 0 && strcmp(end, "\n") == 0;
}

/* Notes a line that is to change, copies another; false when it is neither. */
static bool take_line(struct book *book, const char *line)
{
	static const char boot[] = "boot ", serial[] = "serial ";
	const char *name = line + sizeof serial - 1;
	uint64_t number;

	if (strncmp(line, boot, sizeof boot - 1) == 0)
		return read_number(line + sizeof boot - 1, &book->boot_last);
	if (strncmp(line, serial, sizeof serial - 1) != 0 || strcspn(name, " ") != VSI_DIGITS)
		return false;
	if (strncmp(name, book->name, VSI_DIGITS) == 0)
		return read_number(name + VSI_DIGITS + 1, &book->serial_last);
	return read_number(name + VSI_DIGITS + 1, &number) && fputs(line, book->new) != EOF;
}

static bool copy(struct book *book)
{
	char line[LINE_MAX_SIZE];

	while (fgets(line, sizeof line, book->old) != NULL) {
		if (!take_line(book, line))
			return refuse(book, "is not what a station wrote");
	}
	return ferror(book->old) == 0 || refuse(book, strerror(errno));
}

/* Whether the name still is that of the file that was locked. */
static bool is_current(const struct book *book)
{
	struct stat locked, named;

	return fstat(fileno(book->old), &locked) == 0 && stat(book->path, &named) == 0 &&
		locked.st_ino == named.st_ino && locked.st_dev == named.st_dev;
}

/* Opens the file that has the name, made if there is none, and waits for its lock. */
static bool open_locked(struct book *book)
{
	enum { TRIES_MAX = 1000 };

	for (int tries = 0; tries < TRIES_MAX; tries++) {
		const int descriptor = open(book->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

		book->old = descriptor >= 0 ? fdopen(descriptor, "r+") : NULL;
		if (book->old == NULL || flock(fileno(book->old), LOCK_EX) != 0)
			return refuse(book, strerror(errno));
		if (is_current(book))
			return true;
		(void)fclose(book->old);
		book->old = NULL;
	}
	return refuse(book, "is made anew all the time");
}

static bool open_fresh(struct book *book)
{
	const int length = snprintf(book->fresh, sizeof book->fresh, "%s.new", book->path);

	if (length < 0 || (size_t)length >= sizeof book->fresh)
		return refuse(book, "is too long a name");
	const int descriptor = open(book->fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	book->new = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
	return book->new != NULL || refuse(book, strerror(errno));
}

static uint64_t above(uint64_t last, uint64_t least)
{
	return last >= least ? last + 1 : least;
}

uint64_t serial_book_second(void)
{
	const time_t began = time(NULL);
	struct timespec now;

	/* The clock of time() may be some milliseconds behind the other. */
	for (unsigned tries = 0; tries < WAITS_MAX && time(NULL) == began; tries++) {
		(void)clock_gettime(CLOCK_REALTIME, &now);
		const struct timespec left = {
			.tv_nsec = now.tv_sec > began ? 1000000 : 999999999 - now.tv_nsec};
		(void)nanosleep(&left, NULL);
	}
	return (uint64_t)time(NULL);
}

/* Decides, by what the book has and the time.  One without a boot count does not know who took this
 * second without it. */
static bool choose(const struct book *book, struct serial_numbers *taken)
{
	const uint64_t now = book->path != NULL ? (uint64_t)time(NULL) : serial_book_second();
	const bool is_fresh = book->path != NULL && book->boot_last == 0;

	if (book->boot_last >= UINT32_MAX || book->serial_last == UINT64_MAX)
		return refuse(book, "has come to the end of its numbers");
	if (taken->serial != 0 && taken->serial <= book->serial_last)
		return refuse(book, "has given this serial, or a later one, to a move of this VSI");
	taken->boot_count = (uint32_t)above(book->boot_last, is_fresh ? now + 1 : now);
	if (taken->serial == 0)
		taken->serial = above(book->serial_last, now);
	return true;
}

static bool commit(struct book *book, const struct serial_numbers *taken)
{
	const bool is_written = fprintf(book->new, "boot %" PRIu32 "\nserial %s %" PRIu64 "\n",
					taken->boot_count, book->name, taken->serial) > 0 &&
		fflush(book->new) == 0 && fsync(fileno(book->new)) == 0 &&
		rename(book->fresh, book->path) == 0;

	return is_written || refuse(book, strerror(errno));
}

static void print_name(const struct dimp_vsi *vsi, char name[VSI_DIGITS + 1])
{
	for (size_t each = 0; each < sizeof vsi->octets; each++)
		(void)snprintf(name + 2 * each, 3, "%02x", vsi->octets[each]);
}

bool serial_book_take(const char *path, const struct dimp_vsi *vsi, struct serial_numbers *taken)
{
	struct book book = {.path = path};

	if (path == NULL)
		return choose(&book, taken);
	print_name(vsi, book.name);
	const bool is_taken = open_locked(&book) && open_fresh(&book) && copy(&book) &&
		choose(&book, taken) && commit(&book, taken);

	if (book.new != NULL)
		(void)fclose(book.new);
	if (book.new != NULL && !is_taken)
		(void)unlink(book.fresh);
	if (book.old != NULL)
		(void)fclose(book.old);
	return is_taken;
}
