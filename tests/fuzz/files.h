/* files.h - running applets on files in a directory of the fuzzer's own */
#ifndef FILES_H
#define FILES_H

#include <ftw.h>
#include "libbb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	return at->level > 0 ? remove(path) : 0;
}

static int home = -1;

/* Goes to an empty directory; `name` is that of the target. */
static void enter_directory(const char *name)
{
	static char path[64];

	if (home < 0)
		home = open(".", O_RDONLY);

	if (!*path) {
		snprintf(path, sizeof(path), "/tmp/%s.XXXXXX", name);
		if (!mkdtemp(path))
			abort();
	}
	if (chdir(path) < 0)
		abort();
	nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void leave_directory(void)
{
	if (fchdir(home) < 0)
		abort();
}

static void put_file(const char *name, const void *p, size_t len)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || write_all(fd, p, len) < 0)
		abort();
	close(fd);
}

/* Whether the file has just that in it. */
static bool file_is(const char *name, const void *p, size_t len)
{
	char *text = malloc(len + 1);
	int fd = open(name, O_RDONLY);
	bool same = fd >= 0 && read_all(fd, text, len + 1) == (ssize_t)len && memcmp(text, p, len) == 0;

	close(fd);
	free(text);
	return same;
}

/* Runs an applet with its words (the first is its name). Returns its status; *out is to be freed. */
static int run(const char *const *words, char **out, size_t *len)
{
	char *argv[16] = { NULL };
	int status;

	for (int i = 0; words[i]; i++)
		argv[i] = strdup(words[i]);
	status = run_applet_captured(find_applet(words[0]), argv, out, len);
	for (int i = 0; argv[i]; i++)
		free(argv[i]);
	return status;
}

#endif
