/* truncate - make files shorter or longer
 *
 * usage: truncate OPTION... FILE...
 *
 *   -c, --no-create          do not make files that are missing
 *   -o, --io-blocks          SIZE counts blocks of input and output, not bytes
 *   -r, --reference=RFILE    as long as RFILE, or by SIZE from there
 *   -s, --size=SIZE          as long as SIZE, or by SIZE
 *
 * SIZE may end in K, M, G, T, P, E, Z, Y (powers of 1024; KiB is the same) or kB, MB ... (powers of 1000), and begin
 * with + (longer by), - (shorter by), < (at most), > (at least), / (rounded down to a multiple) or % (rounded
 * up). What is added reads as zeroes, and takes no space.
 *
 * install: /usr/bin
 * follows: GNU coreutils manual, "truncate invocation"
 */
#include "libbb.h"
#include "truncate.gen.h"

struct job {
	intmax_t size;
	char relative; /* one of + - < > / %, or 0 */
	bool no_create, blocks;
	off_t reference; /* the length of RFILE, or -1 */
};

static void read_size(const char *spec, struct job *job)
{
	const char *s = spec + strspn(spec, " \t\n\v\f\r");
	enum num_error error;

	if (*s && strchr("<>/%", *s))
		job->relative = *s++;
	s += strspn(s, " \t\n\v\f\r");
	if (*s == '+' || *s == '-') {
		if (job->relative)
			die_usage("multiple relative modifiers specified");
		job->relative = *s;
	}
	error = parse_int(s, "EgGkKmMPQRtTYZ0", &job->size);
	errno = EOVERFLOW;
	if (error == NUM_OVERFLOW)
		die_errno("Invalid number: %s", quote(spec));
	if (error != NUM_OK)
		die("Invalid number: %s", quote(spec));
	if ((job->relative == '/' || job->relative == '%') && job->size == 0)
		die("division by zero");
	if (job->relative == '-')
		job->relative = '+';
}

/* The length that a file of the length `from` gets; false if there is no such number. */
static bool new_length(const struct job *job, intmax_t size, intmax_t from, intmax_t *to)
{
	switch (job->relative) {
	case '<':
		*to = from < size ? from : size;
		return true;
	case '>':
		*to = from > size ? from : size;
		return true;
	case '/':
		*to = from / size * size;
		return true;
	case '%':
		*to = from;
		return from % size == 0 || !__builtin_add_overflow(from, size - from % size, to);
	case '+':
		return !__builtin_add_overflow(from, size, to);
	default:
		*to = size;
		return true;
	}
}

static int set_length(const struct job *job, int fd, const char *name)
{
	intmax_t size = job->size, from = job->reference, to = from;
	struct stat st;

	if ((job->blocks || (job->relative && from < 0)) && fstat(fd, &st) < 0) {
		warn_errno("cannot fstat %s", quote_file(name));
		return 1;
	}
	if (job->blocks && __builtin_mul_overflow(size, (intmax_t)st.st_blksize, &size)) {
		warn("overflow in %jd * %jd byte blocks for file %s", job->size, (intmax_t)st.st_blksize,
		     quote_file(name));
		return 1;
	}
	if (job->relative && from < 0) {
		from = st.st_size;
		if (!S_ISREG(st.st_mode)) {
			from = lseek(fd, 0, SEEK_END);
			if (from < 0) {
				warn_errno("cannot get the size of %s", quote_file(name));
				return 1;
			}
		}
	}
	if (size == 0 && job->relative == 0 && from >= 0)
		to = from;
	else if (!new_length(job, size, from, &to)) {
		warn("overflow extending size of file %s", quote_file(name));
		return 1;
	}
	to = to < 0 ? 0 : to;
	if (ftruncate(fd, to) < 0) {
		warn_errno("failed to truncate %s at %jd bytes", quote_file(name), to);
		return 1;
	}
	return 0;
}

/* The length of the file that others are to be like. */
static off_t length_of(const char *file)
{
	struct stat st;
	off_t length;
	int fd;

	if (stat(file, &st) < 0)
		die_errno("cannot stat %s", quote_file(file));
	if (S_ISREG(st.st_mode))
		return st.st_size;
	fd = open_file(file, O_RDONLY, 0);
	length = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	if (length < 0)
		die_errno("cannot get the size of %s", quote_file(file));
	return length;
}

int truncate_main(struct truncate_options *opt, char **files)
{
	struct job job = { .no_create = opt->no_create, .blocks = opt->io_blocks, .reference = -1 };
	int status = 0;

	if (opt->size)
		read_size(opt->size, &job);
	if (!opt->reference && !opt->size)
		die_usage("you must specify either %s or %s", quote("--size"), quote("--reference"));
	if (opt->reference && opt->size && !job.relative)
		die_usage("you must specify a relative %s with %s", quote("--size"), quote("--reference"));
	if (opt->io_blocks && !opt->size)
		die_usage("%s was specified but %s was not", quote("--io-blocks"), quote("--size"));
	if (!*files)
		die_usage("missing file operand");
	if (opt->reference) {
		job.reference = length_of(opt->reference);
	}
	for (; *files; files++) {
		int fd = open_file(*files, O_WRONLY | O_NONBLOCK | (job.no_create ? 0 : O_CREAT), 0666);

		if (fd < 0) {
			if (!job.no_create || errno != ENOENT) {
				warn_errno("cannot open %s for writing", quote_file(*files));
				status = 1;
			}
			continue;
		}
		status |= set_length(&job, fd, *files);
		if (close_file(fd) < 0) {
			warn_errno("failed to close %s", quote_file(*files));
			status = 1;
		}
	}
	return status;
}
