/* shred - overwrite files, so that what was in them is hard to recover
 *
 * usage: shred [OPTION]... FILE...
 *
 *   -f, --force               make files writable if need be
 *   -n, --iterations=N        overwrite N times, not 3
 *       --random-source=FILE  take random bytes from FILE
 *   -s, --size=N              overwrite N bytes (perhaps with K, M, G ... after it)
 *   -u                        truncate and remove the file afterwards
 *       --remove[=HOW]...     the same, but unlink, wipe (rename first, to ever shorter names) or wipesync (the same, on
 *                             the disk each time; this if there is no HOW)
 *   -v, --verbose             say what is done
 *   -x, --exact               do not go on to the end of the last block; so for anything but regular files
 *   -z, --zero                overwrite with zeros at the end
 *
 * FILE - is standard output. This is of use only where data is overwritten in place: on most disks, but not on
 * solid-state ones, nor in file systems that keep what was there before.
 *
 * install: /usr/bin
 * follows: GNU coreutils manual, "shred invocation"; the patterns are those of Gutmann, "Secure Deletion of Data from
 * Magnetic and Solid-State Memory"
 */
#include <sys/random.h>
#include "libbb.h"
#include "backup.h"
#include "path.h"
#include "random.h"
#include "shred.gen.h"

enum {
	BLOCK = 3 * 20480, /* whole patterns, and whole pages */
	PATTERNS = 22,
	RANDOM = -1, /* instead of a pattern: random bytes */
	PROGRESS = 5 /* seconds between lines about a pass */
};

enum removal { KEEP, UNLINK, WIPE, WIPE_SYNC };

struct shred {
	bool force, verbose, exact, zero, sized;
	enum removal removal;
	uintmax_t passes, size;
	struct random random;
	bool random_given;
	unsigned char *block;
};

/* A file being overwritten. */
struct target {
	int fd;
	const char *name; /* quoted */
	off_t size;       /* -1 if not known */
	uintmax_t pass, passes;
};

/* --- a pass ------------------------------------------------------------------------------------------------------ */

static void fill_random(struct shred *s, size_t len)
{
	size_t done = 0;

	if (s->random_given) {
		random_bytes(&s->random, s->block, len);
		return;
	}
	while (done < len) {
		ssize_t n = getrandom(s->block + done, len - done, 0);

		if (n < 0 && errno != EINTR)
			die_errno("getrandom");
		done += n > 0 ? (size_t)n : 0;
	}
}

static void fill_pattern(struct shred *s, int pattern)
{
	for (size_t i = 0; i < BLOCK; i++)
		s->block[i] = (unsigned char)(pattern >> (16 - 8 * (i % 3)));
}

static void show_progress(const struct target *t, const char *what, off_t at, bool known)
{
	static const struct size_format format = { .flags = SIZE_AUTO | SIZE_SUFFIX | SIZE_B | SIZE_FLOOR };
	char done[HUMAN_SIZE], all[HUMAN_SIZE];
	const char *first = human_size((uintmax_t)at, 1, &format, done);

	if (!known)
		warn("%s: pass %ju/%ju (%s)...", t->name, t->pass, t->passes, what);
	else if (t->size < 0)
		warn("%s: pass %ju/%ju (%s)...%s", t->name, t->pass, t->passes, what, first);
	else
		warn("%s: pass %ju/%ju (%s)...%s/%s %d%%", t->name, t->pass, t->passes, what, first,
		     human_size((uintmax_t)t->size, 1, &format, all),
		     t->size ? (int)((double)at * 100 / (double)t->size) : 100);
}

/* Overwrites the file once. Finds out its size if that is not known. Returns false after a message on error. */
static bool overwrite(struct shred *s, struct target *t, int pattern)
{
	const char *what = pattern == RANDOM ? "random" : arena_printf("%06x", (unsigned)pattern);
	time_t told = time(NULL);
	bool more = false;
	off_t at = 0;

	if (pattern != RANDOM)
		fill_pattern(s, pattern);
	if (s->verbose)
		show_progress(t, what, 0, false);
	if (lseek(t->fd, 0, SEEK_SET) < 0 && errno != ESPIPE) {
		warn_errno("%s: cannot rewind", t->name);
		return false;
	}
	while (t->size < 0 || at < t->size) {
		size_t len = t->size >= 0 && t->size - at < BLOCK ? (size_t)(t->size - at) : BLOCK;
		ssize_t n;

		if (pattern == RANDOM)
			fill_random(s, len);
		for (size_t done = 0; done < len; done += (size_t)n, at += n) {
			n = write(t->fd, s->block + done, len - done);
			if (n > 0)
				continue;
			if (n < 0 && errno == EINTR) {
				n = 0;
				continue;
			}
			if (t->size < 0 && (n == 0 || errno == ENOSPC)) {
				t->size = at;
				break;
			}
			warn_errno("%s: error writing at offset %jd", t->name, (intmax_t)at);
			return false;
		}
		if (s->verbose && (time(NULL) - told >= PROGRESS || (more && at == t->size))) {
			show_progress(t, what, at, true);
			told = time(NULL);
			more = true;
		}
	}
	if (fdatasync(t->fd) < 0 && errno != EINVAL && errno != EROFS) {
		warn_errno("%s: fdatasync failed", t->name);
		return false;
	}
	return true;
}

/* The patterns in an order by chance. */
static void choose_patterns(struct shred *s, int order[PATTERNS])
{
	static const int thirds[] = { 0x249249, 0x492492, 0x924924, 0x6db6db, 0xb6db6d, 0xdb6db6 };

	for (int i = 0; i < PATTERNS; i++)
		order[i] = i < 16 ? i * 0x111111 : thirds[i - 16];
	for (size_t i = PATTERNS - 1; i > 0; i--) {
		size_t k = (size_t)random_upto(&s->random, i);
		int pattern = order[i];

		order[i] = order[k];
		order[k] = pattern;
	}
}

/* Overwrites the file as often as asked for: the first, the last and each twelfth time with random bytes, which is all
 * if they are three at most. */
static bool overwrite_all(struct shred *s, struct target *t)
{
	int order[PATTERNS];
	uintmax_t used = 0;

	if (t->size == 0)
		return true;
	if (s->passes > 3)
		choose_patterns(s, order);
	t->passes = s->passes + s->zero;
	for (t->pass = 1; t->pass <= s->passes; t->pass++) {
		uintmax_t gap = s->passes > 24 ? 12 : (s->passes + 1) / 2;
		bool random = s->passes <= 3 || t->pass == 1 || t->pass == s->passes || t->pass % gap == 1;

		if (!overwrite(s, t, random ? RANDOM : order[used++ % PATTERNS]))
			return false;
	}
	return !s->zero || overwrite(s, t, 0);
}

/* --- removing ---------------------------------------------------------------------------------------------------- */

/* Makes `name` the next of its length in the order of `digits`; false after the last. */
static bool next_name(char *name)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";

	for (size_t i = strlen(name); i-- > 0;) {
		const char *digit = strchr(digits, name[i]);

		if (digit[1]) {
			name[i] = digit[1];
			return true;
		}
		name[i] = digits[0];
	}
	return false;
}

/* Renames the file to ever shorter names. Returns the last. */
static const char *wipe_name(struct shred *s, const char *path, int dir)
{
	size_t len = strlen(path_base(path));
	const char *old = path;

	for (; len > 0; len--) {
		char *name = arena_alloc(len + 1), *new;
		bool done = false;

		memset(name, '0', len);
		do {
			new = strchr(path, '/') ? path_join(path_dir(path), name) : arena_strdup(name);
			done = rename_new(AT_FDCWD, old, AT_FDCWD, new) == 0;
		} while (!done && errno == EEXIST && next_name(name));
		if (!done)
			continue;
		if (s->removal == WIPE_SYNC && dir >= 0)
			fsync(dir);
		if (s->verbose)
			warn("%s: renamed to %s", quote_maybe(old), new);
		old = new;
	}
	return old;
}

static bool remove_file(struct shred *s, const char *path)
{
	const char *name = quote_maybe(path), *last = path;
	int dir = open_file(path_dir(path), O_RDONLY | O_DIRECTORY | O_NONBLOCK, 0);
	bool fine;

	if (s->verbose)
		warn("%s: removing", name);
	if (s->removal != UNLINK)
		last = wipe_name(s, path, dir);
	fine = unlink(last) == 0;
	if (!fine)
		warn_errno("%s: failed to remove", name);
	else if (s->verbose)
		warn("%s: removed", name);
	if (dir >= 0) {
		if (s->removal == WIPE_SYNC)
			fsync(dir);
		close_file(dir);
	}
	return fine;
}

/* --- a file ------------------------------------------------------------------------------------------------------ */

/* Finds out how much is to be overwritten. Returns false after a message if it cannot be. */
static bool measure(const struct shred *s, struct target *t)
{
	struct stat st;

	if (fstat(t->fd, &st) < 0) {
		warn_errno("%s: fstat failed", t->name);
		return false;
	}
	if ((S_ISCHR(st.st_mode) && isatty(t->fd)) || S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)) {
		warn("%s: invalid file type", t->name);
		return false;
	}
	if (s->sized) {
		t->size = (off_t)s->size;
		return true;
	}
	if (S_ISREG(st.st_mode)) {
		off_t over = st.st_blksize > 0 ? st.st_size % st.st_blksize : 0;

		t->size = st.st_size;
		if (over && !s->exact && __builtin_add_overflow(t->size, st.st_blksize - over, &t->size))
			t->size = st.st_size;
		return true;
	}
	t->size = lseek(t->fd, 0, SEEK_END);
	if (t->size <= 0)
		t->size = -1;
	return true;
}

static bool shred_open_file(struct shred *s, struct target *t)
{
	if (!measure(s, t) || !overwrite_all(s, t))
		return false;
	if (s->removal != KEEP && ftruncate(t->fd, 0) < 0 && errno != EINVAL) {
		warn_errno("%s: error truncating", t->name);
		return false;
	}
	return true;
}

static bool shred_stdout(struct shred *s)
{
	struct target t = { .fd = STDOUT_FILENO, .name = "-" };
	int flags = fcntl(t.fd, F_GETFL);

	if (flags < 0) {
		warn_errno("%s: fcntl failed", t.name);
		return false;
	}
	if (flags & O_APPEND) {
		warn("%s: cannot shred append-only file descriptor", t.name);
		return false;
	}
	return shred_open_file(s, &t);
}

static bool shred_file(struct shred *s, const char *path)
{
	struct target t = { .name = quote_maybe(path) };
	bool fine;

	t.fd = open_file(path, O_WRONLY, 0);
	if (t.fd < 0 && errno == EACCES && s->force && chmod(path, S_IWUSR) == 0)
		t.fd = open_file(path, O_WRONLY, 0);
	if (t.fd < 0) {
		warn_errno("%s: failed to open for writing", t.name);
		return false;
	}
	fine = shred_open_file(s, &t);
	if (close_file(t.fd) < 0) {
		warn_errno("%s: failed to close", t.name);
		fine = false;
	}
	return fine && (s->removal == KEEP || remove_file(s, path));
}

static enum removal read_removal(const struct shred_options *opt)
{
	static const char *const names[] = { "unlink", "wipe", "wipesync", NULL };
	enum removal removal = opt->u ? WIPE_SYNC : KEEP;

	for (size_t i = 0; i < opt->remove.count; i++) {
		const char *how = opt->remove.items[i].value;
		enum removal asked = how ? UNLINK + (enum removal)choose(names, NULL, how, "--remove")
					 : WIPE_SYNC;

		if (opt->remove.items[i].at > opt->u)
			removal = asked;
	}
	return removal;
}

/* Reads a number, or dies. */
static uintmax_t read_count(const char *text, const char *suffixes, uintmax_t most, const char *what)
{
	uintmax_t n = 0;
	enum num_error error = parse_uint_base(text, NULL, 0, suffixes, &n);

	errno = EOVERFLOW;
	if (error == NUM_OVERFLOW || (error == NUM_OK && n > most))
		die_errno("invalid %s: %s", what, quote(text));
	if (error != NUM_OK)
		die("invalid %s: %s", what, quote(text));
	return n;
}

int shred_main(struct shred_options *opt, char **files)
{
	struct shred s = { .force = opt->force,
			   .verbose = opt->verbose,
			   .exact = opt->exact,
			   .zero = opt->zero,
			   .passes = 3,
			   .random_given = opt->random_source };
	int status = 0;

	if (opt->iterations)
		s.passes = read_count(opt->iterations, NULL, UINT32_MAX, "number of passes");
	s.removal = read_removal(opt);
	if (opt->size) {
		s.sized = true;
		s.size = read_count(opt->size, "cbBkKMGTPEZYRQ0", INT64_MAX, "file size");
	}
	if (!*files)
		die_usage("missing file operand");
	random_open(&s.random, opt->random_source);
	s.block = arena_alloc(BLOCK);
	for (; *files; files++)
		if (strcmp(*files, "-") == 0 ? !shred_stdout(&s) : !shred_file(&s, *files))
			status = 1;
	return status;
}
