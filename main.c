/* main.c - finds the applet it is called as, and runs it
 *
 * The name is the base name of argv[0]; called as box, box-anything, busybox or toybox, it is the first
 * argument. The words that box itself understands are those of BusyBox, which scripts and installers call.
 */
#include <string.h>
#include <unistd.h>
#include "libbb.h"
#include "path.h"

/* What box itself is to the runner, so that its messages and output go the way of an applet's. */
static int box_main(void *options, char **argv);
static const struct applet box = { .name = "box",
				   .main = box_main,
				   .long_names = "help\0version",
				   .flags = APPLET_RAW | APPLET_NO_HELP,
				   .trouble = 1 };

static char *base_name(char *path)
{
	char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_box(const char *name)
{
	return strcmp(name, "box") == 0 || strncmp(name, "box-", 4) == 0 || strcmp(name, "busybox") == 0 ||
	       strcmp(name, "toybox") == 0;
}

/* The number of letters to insert, delete, replace or swap to get from one word to the other. */
static size_t distance(const char *a, const char *b)
{
	enum { MOST = 32 };
	size_t rows[3][MOST + 1], n = strlen(b);
	size_t *before = rows[0], *last = rows[1], *now = rows[2];

	if (n > MOST)
		return n;
	for (size_t j = 0; j <= n; j++)
		last[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t *spare = before;

		now[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);

			best = last[j] + 1 < best ? last[j] + 1 : best;
			best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
		before = last;
		last = now;
		now = spare;
	}
	return last[n];
}

/* Says that there is no such applet, and which names are close to it. */
static int not_found(const char *name)
{
	size_t best = strlen(name) < 4 ? 1 : 2;
	const char *sep = "; did you mean ";
	struct buf names = { 0 };

	buf_str(&names, "");
	for (size_t near = 1; near <= best && names.len == 0; near++)
		for (size_t i = 0; i < applets_count; i++)
			if (distance(name, applets[i].name) == near && strlen(applets[i].name) > near) {
				buf_fmt(&names, "%s%s", sep, applets[i].name);
				sep = ", ";
			}
	warn("%s: applet not found%s%s", name, names.data, names.len ? "?" : "");
	return 127;
}

/* What `box` alone prints, in the shape of BusyBox's list, which installers parse. */
static void print_overview(void)
{
	size_t column = 80;

	out_fmt("box %s, a Linux userland in one executable.\n\n", BOX_VERSION);
	out_str("Usage: box [FUNCTION [ARGUMENTS]...]\n"
		"   or: box --list[-full]\n"
		"   or: box --help [FUNCTION]\n"
		"   or: box --install [-s] [DIR]\n"
		"   or: FUNCTION [ARGUMENTS]...\n\n"
		"\tA link named like a function runs that function, as does its name as the\n"
		"\tfirst argument. --install makes the links: hard ones, symbolic with -s,\n"
		"\tat their usual places or all in DIR.\n\n"
		"Currently defined functions:\n");
	for (size_t i = 0; i < applets_count; i++) {
		size_t len = strlen(applets[i].name) + (i + 1 < applets_count);

		if (column + len + 1 > 79) {
			out_str(i ? "\n\t" : "\t");
			column = 8;
		} else {
			out_char(' ');
			column++;
		}
		out_fmt("%s%s", applets[i].name, i + 1 < applets_count ? "," : "\n");
		column += len;
	}
}

static int list(bool full)
{
	for (size_t i = 0; i < applets_count; i++)
		out_fmt("%s%s%s\n", full ? applets[i].directory : "", full ? "/" : "", applets[i].name);
	return 0;
}

/* Makes one link to the binary `self`. What is there already stays, with a message. */
static int install_link(const char *self, const char *link_name, bool symbolic)
{
	if ((symbolic ? symlink(self, link_name) : link(self, link_name)) == 0)
		return 0;
	warn_errno("%s", link_name);
	return 1;
}

/* --install [-s] [DIR]: links in DIR, or where each applet belongs. */
static int install(char **argv)
{
	bool symbolic = *argv && strcmp(*argv, "-s") == 0;
	const char *self = read_link(AT_FDCWD, "/proc/self/exe");
	const char *dir;
	int status = 0;

	argv += symbolic;
	dir = *argv;
	if (!self)
		die_errno("/proc/self/exe");
	if (dir && access(dir, F_OK) < 0)
		die_errno("%s", dir);
	for (size_t i = 0; i < applets_count; i++) {
		const struct applet *a = &applets[i];

		status |= install_link(
			self, arena_printf("%s/%s", dir ? dir : arena_printf("/%s", a->directory), a->name),
			symbolic);
	}
	return status;
}

static int help(char **argv)
{
	const struct applet *a;
	char option[] = "--help";
	char *words[] = { *argv, option, NULL };

	if (!*argv) {
		print_overview();
		return 0;
	}
	a = find_applet(*argv);
	if (!a)
		return not_found(*argv);
	if (a->flags & APPLET_NO_HELP) {
		print_help(a);
		return 0;
	}
	return run_applet(a, words);
}

static int box_main(void *options, char **argv)
{
	(void)options;
	if (!*argv) {
		print_overview();
		return 0;
	}
	if (strcmp(*argv, "--list") == 0)
		return list(false);
	if (strcmp(*argv, "--list-full") == 0)
		return list(true);
	if (strcmp(*argv, "--help") == 0)
		return help(argv + 1);
	if (strcmp(*argv, "--install") == 0)
		return install(argv + 1);
	if (strcmp(*argv, "--version") == 0) {
		out_fmt("box %s\n", BOX_VERSION);
		return 0;
	}
	return not_found(*argv);
}

int main(int argc, char **argv)
{
	char own_name[] = "box";
	char *words[] = { own_name, NULL, NULL };
	const struct applet *a;
	char *name;

	if (argc < 1)
		argv = words;
	name = base_name(*argv);
	name += *name == '-';
	a = find_applet(name);
	if (!a && is_box(name)) {
		a = argv[1] ? find_applet(base_name(argv[1])) : NULL;
		if (a)
			argv++;
		else
			a = &box;
	}
	if (!a) {
		words[1] = name;
		argv = words;
		a = &box;
	}
	return run_applet(a, argv);
}
