/* mktemp - make a temporary file or directory, and print its name
 *
 * usage: mktemp [OPTION]... [TEMPLATE]
 *
 *   -d, --directory            make a directory
 *   -u, --dry-run              make nothing, print a name only, which others may take
 *   -q, --quiet                no message if it cannot be made
 *       --suffix=SUFF          append SUFF to TEMPLATE, which then ends in X; SUFF has no slash
 *   -p DIR                     in DIR, or if it is empty in $TMPDIR or /tmp; TEMPLATE is a relative name
 *       --tmpdir[=DIR]         the same
 *   -t                         TEMPLATE is a name without slashes, in $TMPDIR, or else in DIR or /tmp
 *
 * The last part of TEMPLATE has at least three X in a row, which are replaced by letters and digits that make it
 * a new name. Without TEMPLATE it is tmp.XXXXXXXXXX, in $TMPDIR or /tmp. Only the user may read, write
 * (and enter) what is made.
 *
 * install: /usr/bin
 * options: manual
 * hidden: -V
 * follows: GNU coreutils manual, "mktemp invocation"
 */
#include <sys/random.h>
#include "libbb.h"
#include "path.h"
#include "mktemp.gen.h"

/* The template as it was meant: how much of it stays, the X to replace, and what follows. */
struct template
{
	char *text;
	size_t at, count;
};

/* Takes a template apart. `given_suffix` is the argument of --suffix or NULL. */
static struct template read_template(const char *text, const char *given_suffix)
{
	size_t len = strlen(text), end = len, count = 0;
	const char *last, *suffix = given_suffix;

	if (given_suffix) {
		if (len == 0 || text[len - 1] != 'X')
			die("with --suffix, template %s must end in X", quote(text));
	} else {
		last = strrchr(text, 'X');
		end = last ? (size_t)(last - text) + 1 : len;
		suffix = text + end;
	}
	if (strchr(suffix, '/'))
		die("invalid suffix %s, contains directory separator", quote(suffix));
	while (count < end && text[end - count - 1] == 'X')
		count++;
	if (count < 3)
		die("too few X's in template %s", quote(text));
	return (struct template){ given_suffix ? arena_printf("%s%s", text, given_suffix)
					       : arena_strdup(text),
				  end - count, count };
}

/* The directory to put in front, or NULL. */
static const char *directory(const struct mktemp_options *opt, bool no_template)
{
	const char *env = getenv("TMPDIR"), *dir = opt->p_at > opt->tmpdir_at ? opt->p : opt->tmpdir;

	env = env && *env ? env : NULL;
	dir = dir && *dir ? dir : NULL;
	if (opt->t)
		return env ? env : dir ? dir : "/tmp";
	if (dir)
		return dir;
	return opt->tmpdir_at || opt->p_at || no_template ? (env ? env : "/tmp") : NULL;
}

static void randomize(struct template *t)
{
	static const char letters[62] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

	for (size_t i = 0; i < t->count; i++) {
		unsigned char byte;

		do
			if (getrandom(&byte, 1, 0) != 1)
				die_errno("getrandom");
		while (byte >= 4 * sizeof(letters));
		t->text[t->at + i] = letters[byte % sizeof(letters)];
	}
}

/* Makes the file or directory. Returns -1 with errno set on error: EEXIST asks for another name. */
static int make(const struct mktemp_options *opt, const char *name)
{
	struct stat st;
	int fd;

	if (opt->dry_run) {
		if (lstat(name, &st) == 0)
			errno = EEXIST;
		return errno == ENOENT ? 0 : -1;
	}
	if (opt->directory)
		return mkdir(name, 0700);
	fd = open_file(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	return fd < 0 ? -1 : close_file(fd);
}

int mktemp_main(struct mktemp_options *opt, char **argv)
{
	char usual[] = "tmp.XXXXXXXXXX", *words[] = { usual, NULL };
	struct template t;
	const char *dir, *asked;
	bool no_template;

	argv = parse_options(this_applet(), opt, argv);
	if (opt->V)
		print_version(), leave(0);
	no_template = !*argv;
	argv = *argv ? argv : words;
	if (argv[1])
		die_usage("too many templates");
	t = read_template(*argv, opt->suffix);
	dir = directory(opt, no_template);
	if (dir && opt->t && strchr(*argv, '/'))
		die("invalid template, %s, contains directory separator", quote(t.text));
	if (dir && !opt->t && **argv == '/')
		die("invalid template, %s; with --tmpdir, it may not be absolute", quote(t.text));
	if (dir) {
		char *whole = path_join(dir, t.text);

		t.at += strlen(whole) - strlen(t.text);
		t.text = whole;
	}
	asked = arena_strdup(t.text);
	for (int tries = 0; tries < TMP_MAX; tries++) {
		randomize(&t);
		if (make(opt, t.text) == 0) {
			out_line(t.text);
			if (out_flush() < 0 && !opt->dry_run)
				remove(t.text);
			return 0;
		}
		if (errno != EEXIST)
			break;
	}
	if (!opt->quiet)
		warn_errno("failed to create %s via template %s", opt->directory ? "directory" : "file",
			   quote(asked));
	return 1;
}
