/* fallocate - give a file room on the disk, or take it away
 *
 * usage: fallocate [OPTION]... FILE
 *
 *   -c, --collapse-range  take a range out of the file
 *   -d, --dig-holes       make holes of zeros
 *   -i, --insert-range    put a hole into the file, in front of what is there
 *   -l, --length=NUM      the length of the range
 *   -n, --keep-size       let the file's size be
 *   -o, --offset=NUM      where the range begins, 0 if not given
 *   -p, --punch-hole      make a hole of the range (also -n)
 *   -z, --zero-range      make zeros of the range, with room on the disk
 *   -x, --posix           by posix_fallocate(3), which can do it on any file system
 *   -v, --verbose         say what was done
 *   -V                    print the version
 *   -h                    print this
 *
 * NUM may have K, M, G ... (powers of 1024) or KB, MB ... (powers of 1000) after it.
 *
 * install: /usr/bin
 * follows: fallocate(1) of util-linux; fallocate(2)
 */
#include <linux/falloc.h>
#include "libbb.h"
#include "fallocate.gen.h"

struct job {
	int fd;
	const char *name;
	off_t offset, length;
};

static void allocate(const struct job *job, int mode)
{
	if (fallocate(job->fd, mode, job->offset, job->length) == 0)
		return;
	if (errno == EOPNOTSUPP && mode & FALLOC_FL_KEEP_SIZE)
		die("fallocate failed: keep size mode is unsupported");
	die_errno("fallocate failed");
}

/* posix_fallocate(3), for file systems that have no fallocate(2) too. */
static void allocate_any(const struct job *job)
{
	errno = posix_fallocate(job->fd, job->offset, job->length);
	if (errno)
		die_errno("fallocate failed");
}

static bool all_zeros(const char *p, size_t len)
{
	return *p == 0 && memcmp(p, p + 1, len - 1) == 0;
}

/* Makes holes of the blocks that are zeros, in the range or, without a length, to the end. Returns how many bytes. */
static uintmax_t dig_holes(const struct job *job)
{
	off_t end = job->length ? job->offset + job->length : INT64_MAX, at = job->offset;
	uintmax_t dug = 0;
	struct stat st;
	char *block;

	if (fstat(job->fd, &st) < 0)
		die_errno("stat of %s failed", job->name);
	end = end < st.st_size ? end : st.st_size;
	block = arena_alloc((size_t)st.st_blksize);
	while (at < end) {
		off_t data = lseek(job->fd, at, SEEK_DATA);
		size_t want;
		ssize_t n;

		if (data < 0 && errno == ENXIO)
			break;
		if (data > at)
			at = data - data % st.st_blksize;
		want = (size_t)(end - at < st.st_blksize ? end - at : st.st_blksize);
		n = pread(job->fd, block, want, at);
		if (n < 0)
			die_errno("%s: read failed", job->name);
		if (n == 0)
			break;
		if (all_zeros(block, (size_t)n)) {
			allocate(&(struct job){ job->fd, job->name, at,
						at + n == st.st_size ? st.st_blksize : n },
				 FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE);
			dug += (uintmax_t)n;
		}
		at += n;
	}
	return dug;
}

/* Reads a number, which may have a fraction if a suffix follows: 1.5K. Returns -1 if it is none. */
static off_t read_size(const char *s)
{
	uintmax_t whole, unit = 1, fraction = 0, scale = 1, part;
	const char *end;

	if (*s < '0' || *s > '9' || parse_uint_base(s, &end, 0, NULL, &whole) != NUM_OK)
		return -1;
	if (*end == '.')
		for (end++; *end >= '0' && *end <= '9'; end++)
			if (scale < 1000000) {
				fraction = fraction * 10 + (uintmax_t)(*end - '0');
				scale *= 10;
			}
	if (*end && parse_uint(end, "kKmMgGtTpPEZY0", &unit) != NUM_OK)
		return -1;
	if (scale > 1 && unit == 1)
		return -1;
	if (__builtin_mul_overflow(whole, unit, &whole) || __builtin_mul_overflow(fraction, unit, &part) ||
	    __builtin_add_overflow(whole, part / scale, &whole) || whole > INT64_MAX)
		return -1;
	return (off_t)whole;
}

static void tell(const struct job *job, uintmax_t bytes, const char *what)
{
	static const char letters[] = "KMGTPE";
	uintmax_t unit = 1, tenths;
	int power = 0;

	for (; bytes / unit >= 1024 && power < 6; power++)
		unit *= 1024;
	tenths = (bytes % unit * 10 + unit / 2) / unit;
	out_fmt("%s: %ju", job->name, bytes / unit + tenths / 10);
	if (tenths % 10)
		out_fmt(".%ju", tenths % 10);
	if (power)
		out_fmt(" %ciB", letters[power - 1]);
	else
		out_str(" B");
	out_fmt(" (%ju bytes) %s.\n", bytes, what);
}

/* Dies if there is more than one of the options of a group. */
static void check_exclusive(const unsigned *given, const char *const *names, size_t count)
{
	size_t some = 0;
	struct buf list = { 0 };

	for (size_t i = 0; i < count; i++) {
		some += given[i] > 0;
		buf_fmt(&list, " %s", names[i]);
	}
	if (some > 1)
		die("mutually exclusive arguments:%s", list.data);
}

static void check_options(const struct fallocate_options *opt)
{
	static const char *const kinds[] = { "--collapse-range", "--dig-holes", "--punch-hole",
					     "--zero-range" };
	static const char *const sizes[] = { "--collapse-range", "--keep-size" };

	check_exclusive((unsigned[]){ opt->collapse_range, opt->dig_holes, opt->punch_hole, opt->zero_range },
			kinds, 4);
	check_exclusive((unsigned[]){ opt->collapse_range, opt->keep_size }, sizes, 2);
}

int fallocate_main(struct fallocate_options *opt, char **files)
{
	struct job job = { .fd = -1 };
	uintmax_t done;
	const char *what;
	int mode = opt->keep_size ? FALLOC_FL_KEEP_SIZE : 0;

	if (print_asked(opt->h, opt->V))
		return 0;
	check_options(opt);
	if (opt->length)
		job.length = read_size(opt->length);
	if (job.length < 0 || (opt->length && job.length == 0))
		die("invalid length value specified");
	if (opt->offset)
		job.offset = read_size(opt->offset);
	if (job.offset < 0)
		die("invalid offset value specified");
	if (!*files)
		die("no filename specified");
	if (files[1])
		die("unexpected number of arguments");
	if (!opt->length && !opt->dig_holes)
		die("no length argument specified");
	job.name = *files;
	if (opt->collapse_range)
		mode |= FALLOC_FL_COLLAPSE_RANGE;
	if (opt->insert_range)
		mode |= FALLOC_FL_INSERT_RANGE;
	if (opt->punch_hole)
		mode |= FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
	if (opt->zero_range)
		mode |= FALLOC_FL_ZERO_RANGE;
	job.fd = open_file(job.name, O_RDWR | (opt->dig_holes || mode ? 0 : O_CREAT), 0666);
	if (job.fd < 0)
		die_errno("cannot open %s", job.name);
	done = (uintmax_t)job.length;
	if (opt->dig_holes)
		done = dig_holes(&job);
	else if (opt->posix)
		allocate_any(&job);
	else
		allocate(&job, mode);
	what = opt->dig_holes        ? "converted to sparse holes"
	       : opt->punch_hole     ? "hole created"
	       : opt->collapse_range ? "removed"
	       : opt->insert_range   ? "inserted"
	       : opt->zero_range     ? "zeroed"
				     : "allocated";
	if (opt->verbose)
		tell(&job, done, what);
	if (fsync(job.fd) < 0 || close_file(job.fd) < 0)
		die_errno("write failed: %s", job.name);
	return 0;
}
