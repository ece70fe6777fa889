/* which - tell which file a command is
 *
 * usage: which [-a] NAME...
 *
 *   -a  all files of that name in the directories of PATH, not only the first
 *
 * Exit status: 1 if a NAME is not found, 2 if the command line is wrong.
 *
 * install: /usr/bin
 * options: raw
 * status: 2
 * follows: which(1) of Debian
 */
#include "libbb.h"
#include "which.gen.h"

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* Prints the files of that name, all or the first. Returns whether there is any. */
static bool find(const char *name, const char *path, bool all)
{
	bool found = false;

	if (strchr(name, '/')) {
		found = is_program(name);
		if (found)
			out_line(name);
		return found;
	}
	for (;; path++) {
		size_t len = strcspn(path, ":");
		const char *file = arena_printf("%.*s/%s", len ? (int)len : 1, len ? path : ".", name);

		if (is_program(file)) {
			out_line(file);
			found = true;
			if (!all)
				return true;
		}
		path += len;
		if (!*path)
			return found;
	}
}

/* Reads the options. Returns the operands. */
static char **read_options(char **argv, bool *all)
{
	for (; *argv && (*argv)[0] == '-' && (*argv)[1]; argv++) {
		if (strcmp(*argv, "--") == 0)
			return argv + 1;
		for (const char *letter = *argv + 1; *letter; letter++) {
			const char *message = arena_printf("Illegal option -%c\n", *letter);

			if (*letter != 'a') {
				write_all(STDERR_FILENO, message, strlen(message));
				out_fmt("Usage: %s [-a] args\n", applet_name());
				leave(2);
			}
		}
		*all = true;
	}
	return argv;
}

int which_main(struct which_options *opt, char **argv)
{
	const char *path = getenv("PATH");
	bool all = false;
	int status = 0;

	(void)opt;
	argv = read_options(argv, &all);
	if (!*argv)
		return 1;
	for (; *argv; argv++)
		if (!find(*argv, path ? path : "", all))
			status = 1;
	return status;
}
