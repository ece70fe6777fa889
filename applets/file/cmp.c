/* cmp - compare two files byte by byte
 *
 * usage: cmp [OPTION]... FILE1 [FILE2 [SKIP1 [SKIP2]]]
 *
 *   -b, --print-bytes             print the bytes that differ
 *   -i, --ignore-initial=SKIP     pass over the first SKIP bytes of both files, or with SKIP1:SKIP2 of each
 *   -l, --verbose                 print all bytes that differ, and where they are
 *   -n, --bytes=LIMIT...          compare at most LIMIT bytes
 *   -s, --quiet, --silent         print nothing, only tell by the exit status
 *
 * SKIP and LIMIT may end in kB, K (1024), MB, M and so on. FILE - is standard input, and so is a missing FILE2.
 *
 * Exit status: 0 if the files are the same, 1 if they differ, 2 for trouble.
 *
 * install: /usr/bin
 * options: diffutils
 * status: 2
 * hidden: -v
 * hot: it compares as fast as memory can be read
 * follows: POSIX.1-2024 cmp; GNU diffutils manual, "Invoking cmp"
 */
#include "libbb.h"
#include "cmp.gen.h"

struct side {
	const char *name;
	int fd;
	uintmax_t skip;
	struct stat st;
	char *block;
	size_t len;
};

struct job {
	struct side a, b;
	bool bytes, verbose, quiet;
	bool only_status;   /* nobody reads the output */
	uintmax_t left;     /* to be compared */
	uintmax_t offset;   /* of the blocks: bytes compared before */
	uintmax_t newlines; /* in those */
	bool ended_line;    /* they end with a newline, or there were none */
	int width;          /* of an offset */
	bool differ;
};

static uintmax_t read_number(const char *s, const char *end, const char *option)
{
	const char *text = arena_memdup(s, (size_t)(end - s));
	uintmax_t n;
	enum num_error error = parse_uint(text, "kKMGTPEZY0", &n);

	if (error != NUM_OK)
		die_usage("invalid %s value '%s'", option, text);
	return n;
}

static void read_skips(struct job *job, const char *s)
{
	const char *colon = strchr(s, ':'), *end = s + strlen(s);

	job->a.skip = read_number(s, colon ? colon : end, "--ignore-initial");
	job->b.skip = colon ? read_number(colon + 1, end, "--ignore-initial") : job->a.skip;
}

/* Opens a file and passes over its beginning. */
static void open_side(struct job *job, struct side *s)
{
	s->fd = open_input(s->name);
	if (s->fd < 0 || fstat(s->fd, &s->st) < 0) {
		if (job->quiet)
			leave(2);
		die_errno("%s", s->name);
	}
	s->block = arena_alloc(IO_BLOCK);
}

static void read_failed(const struct job *job, const struct side *s)
{
	if (job->quiet)
		leave(2);
	die_errno("%s", s->name);
}

static void skip(struct job *job, struct side *s)
{
	uintmax_t left = s->skip;

	if (left == 0 || (left <= INT64_MAX && lseek(s->fd, (off_t)left, SEEK_CUR) >= 0))
		return;
	while (left > 0) {
		ssize_t n = read_some(s->fd, s->block, left < IO_BLOCK ? (size_t)left : IO_BLOCK);

		if (n < 0)
			read_failed(job, s);
		if (n == 0)
			break;
		left -= (uintmax_t)n;
	}
}

static void fill(struct job *job, struct side *s)
{
	ssize_t n = read_all(s->fd, s->block, job->left < IO_BLOCK ? (size_t)job->left : IO_BLOCK);

	if (n < 0)
		read_failed(job, s);
	s->len = (size_t)n;
}

/* The first place from `i` on where two blocks differ, or `n`. */
static size_t first_difference(const char *a, const char *b, size_t i, size_t n)
{
	for (; i + 64 <= n; i += 64)
		if (memcmp(a + i, b + i, 64) != 0)
			break;
	while (i < n && a[i] == b[i])
		i++;
	return i;
}

/* A byte as text: itself, ^A, or M- and one of these. */
static char *byte_text(unsigned char c, char text[5])
{
	char *at = text;

	if (c >= 128) {
		*at++ = 'M';
		*at++ = '-';
		c -= 128;
	}
	if (c < 32 || c == 127) {
		*at++ = '^';
		c ^= 64;
	}
	*at++ = (char)c;
	*at = 0;
	return text;
}

static void print_difference(struct job *job, size_t i)
{
	unsigned char a = (unsigned char)job->a.block[i], b = (unsigned char)job->b.block[i];
	char left[5], right[5];

	if (job->verbose) {
		out_num(job->offset + i + 1, job->width);
		if (job->bytes)
			out_fmt(" %3o %-4s %3o %s\n", a, byte_text(a, left), b, byte_text(b, right));
		else
			out_fmt(" %3o %3o\n", a, b);
		return;
	}
	out_fmt("%s %s differ: byte %ju, line %ju", job->a.name, job->b.name, job->offset + i + 1,
		job->newlines + mem_count(job->a.block, '\n', i) + 1);
	if (job->bytes)
		out_fmt(" is %3o %s %3o %s", a, byte_text(a, left), b, byte_text(b, right));
	out_char('\n');
}

/* Compares the blocks that both have. Returns whether it is enough. */
static bool compare(struct job *job, size_t n)
{
	for (size_t i = 0; (i = first_difference(job->a.block, job->b.block, i, n)) < n; i++) {
		job->differ = true;
		if (!job->only_status)
			print_difference(job, i);
		if (!job->verbose || out_failed())
			return true;
	}
	return false;
}

static void tell_end(const struct job *job, const struct side *s)
{
	if (job->offset == 0)
		warn("EOF on %s which is empty", s->name);
	else if (job->verbose || job->only_status)
		warn("EOF on %s after byte %ju", s->name, job->offset);
	else if (job->ended_line)
		warn("EOF on %s after byte %ju, line %ju", s->name, job->offset, job->newlines);
	else
		warn("EOF on %s after byte %ju, in line %ju", s->name, job->offset, job->newlines + 1);
}

static void compare_files(struct job *job)
{
	while (job->left > 0) {
		size_t n;

		fill(job, &job->a);
		fill(job, &job->b);
		n = job->a.len < job->b.len ? job->a.len : job->b.len;
		if (compare(job, n))
			return;
		job->offset += n;
		job->left -= n;
		if (!job->verbose && !job->quiet)
			job->newlines += mem_count(job->a.block, '\n', n);
		if (n > 0)
			job->ended_line = job->a.block[n - 1] == '\n';
		if (job->a.len != job->b.len) {
			job->differ = true;
			if (!job->quiet)
				tell_end(job, job->a.len < job->b.len ? &job->a : &job->b);
			return;
		}
		if (n < IO_BLOCK)
			return;
	}
}

/* Bytes that a regular file has behind the part passed over; -1 if that is not known. */
static intmax_t rest_of(const struct side *s)
{
	off_t at = lseek(s->fd, 0, SEEK_CUR);

	if (!S_ISREG(s->st.st_mode) || at < 0)
		return -1;
	return s->st.st_size > at ? s->st.st_size - at : 0;
}

/* The width of offsets: that of the largest there can be. */
static int offset_width(const struct job *job)
{
	intmax_t a = rest_of(&job->a), b = rest_of(&job->b),
		 most = job->left < INTMAX_MAX ? (intmax_t)job->left : INTMAX_MAX;
	char digits[NUM_SIZE];

	most = a >= 0 && a < most ? a : most;
	most = b >= 0 && b < most ? b : most;
	return (int)strlen(num_to_str((uintmax_t)most, digits));
}

static bool is_null(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == 0x103;
}

int cmp_main(struct cmp_options *opt, char **argv)
{
	struct job job = {
		.bytes = opt->print_bytes, .verbose = opt->verbose, .quiet = opt->quiet, .left = UINTMAX_MAX
	};
	struct stat out;

	if (opt->v)
		print_version(), leave(0);
	if (opt->verbose && opt->quiet)
		die_usage("options -l and -s are incompatible");
	if (opt->ignore_initial)
		read_skips(&job, opt->ignore_initial);
	for (size_t i = 0; i < opt->bytes.count; i++) {
		const char *limit = opt->bytes.items[i].value;
		uintmax_t n = read_number(limit, limit + strlen(limit), "--bytes");

		job.left = n < job.left ? n : job.left;
	}
	if (!argv[0])
		die_usage("missing operand after '%s'", applet_name());
	job.a.name = argv[0];
	job.b.name = argv[1] ? argv[1] : "-";
	for (int i = 0; i < 2 && argv[1] && argv[1 + i] && argv[2 + i]; i++) {
		uintmax_t n = read_number(argv[2 + i], argv[2 + i] + strlen(argv[2 + i]), "--ignore-initial");
		struct side *s = i ? &job.b : &job.a;

		s->skip = n > s->skip ? n : s->skip;
		if (i && argv[4])
			die_usage("extra operand '%s'", argv[4]);
	}
	if (strcmp(job.a.name, "-") == 0 && strcmp(job.b.name, "-") == 0)
		return 0;
	open_side(&job, &job.a);
	open_side(&job, &job.b);
	if (job.a.st.st_dev == job.b.st.st_dev && job.a.st.st_ino == job.b.st.st_ino &&
	    job.a.skip == job.b.skip && S_ISREG(job.a.st.st_mode))
		return 0;
	job.only_status = job.quiet || (!job.verbose && (fstat(STDOUT_FILENO, &out) < 0 || is_null(&out)));
	skip(&job, &job.a);
	skip(&job, &job.b);
	if (job.quiet && rest_of(&job.a) >= 0 && rest_of(&job.b) >= 0 && rest_of(&job.a) != rest_of(&job.b) &&
	    !opt->bytes.count)
		return 1;
	job.width = offset_width(&job);
	compare_files(&job);
	return job.differ;
}
