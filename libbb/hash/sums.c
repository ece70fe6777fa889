/* sums.c - the lines of md5sum and its relatives */
#include "libbb.h"
#include "sums.h"

static const char *const tags[] = {
	[HASH_MD5] = "MD5",       [HASH_SHA1] = "SHA1",       [HASH_SHA224] = "SHA224",
	[HASH_SHA256] = "SHA256", [HASH_SHA384] = "SHA384",   [HASH_SHA512] = "SHA512",
	[HASH_SM3] = "SM3",       [HASH_BLAKE2B] = "BLAKE2b", [HASH_SHA3] = "SHA3",
};

void sums_open(struct sums *s, enum hash_kind kind)
{
	*s = (struct sums){ .kind = kind, .size = hash_size(kind), .spacing = -1 };
	s->block = arena_alloc(IO_BLOCK);
}

void sums_verbosity(struct sums *s, unsigned quiet, unsigned status, unsigned warn)
{
	s->quiet = quiet > status && quiet > warn;
	s->status = status > quiet && status > warn;
	s->warn = warn > quiet && warn > status;
}

void sums_check_options(const struct sums *s, bool text, bool mode)
{
	if (s->tag && text)
		die_usage("--tag does not support --text mode");
	if (s->zero && s->check)
		die_usage("the --zero option is not supported when verifying checksums");
	if (s->tag && s->check)
		die_usage("the --tag option is meaningless when verifying checksums");
	if (mode && s->check)
		die_usage("the --binary and --text options are meaningless when verifying checksums");
	if (s->check)
		return;
	if (s->ignore_missing)
		die_usage("the --ignore-missing option is meaningful only when verifying checksums");
	if (s->status)
		die_usage("the --status option is meaningful only when verifying checksums");
	if (s->warn)
		die_usage("the --warn option is meaningful only when verifying checksums");
	if (s->quiet)
		die_usage("the --quiet option is meaningful only when verifying checksums");
	if (s->strict)
		die_usage("the --strict option is meaningful only when verifying checksums");
}

void sums_length(struct sums *s, const char *bits)
{
	uintmax_t n;
	enum num_error error = parse_uint(bits, NULL, &n);

	if (error == NUM_SUFFIX || error == NUM_INVALID)
		die("invalid length: %s", quote(bits));
	errno = EOVERFLOW;
	if (error == NUM_OVERFLOW)
		die_errno("invalid length: %s", quote(bits));
	if (n > 8 * HASH_MOST) {
		warn("invalid length: %s", quote(bits));
		die("maximum digest length for %s is %d bits", quote(tags[s->kind]), 8 * HASH_MOST);
	}
	if (n % 8 != 0) {
		warn("invalid length: %s", quote(bits));
		die("length is not a multiple of 8");
	}
	s->size = n ? (size_t)n / 8 : HASH_MOST;
}

int sums_read(struct sums *s, const char *file, void (*add)(void *to, const void *p, size_t n), void *to)
{
	int fd = open_input(file);
	ssize_t n;

	s->stdin_closed |= fd == STDIN_FILENO && fcntl(fd, F_GETFD) < 0;
	if (fd < 0) {
		warn_errno("%s", quote_maybe(file));
		return -1;
	}
	while ((n = read_some(fd, s->block, IO_BLOCK)) > 0)
		add(to, s->block, (size_t)n);
	if (n < 0)
		warn_errno("%s", quote_maybe(file));
	close_file(fd);
	return n < 0 ? -1 : 0;
}

/* The end of both kinds of runs: GNU's tools close standard input, and tell if that fails. */
static int finish(const struct sums *s, int status)
{
	if (!s->stdin_closed)
		return status;
	warn_code(EBADF, "standard input");
	return 1;
}

static void add_to_hash(void *to, const void *p, size_t n)
{
	hash_add(to, p, n);
}

static int digest_of(struct sums *s, const char *file, size_t size, unsigned char *digest)
{
	struct hash h;

	hash_begin(&h, s->kind, size);
	if (sums_read(s, file, add_to_hash, &h) < 0)
		return -1;
	hash_end(&h, digest);
	return 0;
}

static bool needs_escapes(const char *name)
{
	return strpbrk(name, "\\\n\r") != NULL;
}

/* The name with its backslashes and ends of lines written as \\, \n and \r. */
static void out_escaped(const char *name)
{
	for (; *name; name++)
		if (*name == '\n' || *name == '\r' || *name == '\\')
			out_fmt("\\%c", *name == '\n' ? 'n' : *name == '\r' ? 'r' : '\\');
		else
			out_char(*name);
}

static void out_name(const struct sums *s, const char *name)
{
	if (s->zero)
		out_str(name);
	else
		out_escaped(name);
}

static void out_hex(const unsigned char *p, size_t n)
{
	char text[2 * HASH_MOST];

	for (size_t i = 0; i < n; i++) {
		text[2 * i] = "0123456789abcdef"[p[i] >> 4];
		text[2 * i + 1] = "0123456789abcdef"[p[i] & 15];
	}
	out_mem(text, 2 * n);
}

static void print_line(const struct sums *s, const char *name, const unsigned char *digest)
{
	if (!s->zero && needs_escapes(name))
		out_char('\\');
	if (s->tag) {
		out_str(tags[s->kind]);
		if (s->kind == HASH_SHA3 || (s->kind == HASH_BLAKE2B && s->size < HASH_MOST))
			out_fmt("-%zu", 8 * s->size);
		out_str(" (");
		out_name(s, name);
		out_str(") = ");
		out_hex(digest, s->size);
	} else {
		out_hex(digest, s->size);
		out_char(' ');
		out_char(s->binary ? '*' : ' ');
		out_name(s, name);
	}
	out_char(s->zero ? 0 : '\n');
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* Reads the hexadecimal digits at `p` into `digest`. Returns how many bytes they make, 0 if it is an odd number or too many. */
static size_t read_hex(const char *p, unsigned char *digest)
{
	size_t n = 0;

	for (; hex_digit(p[0]) >= 0; p += 2) {
		if (n == HASH_MOST || hex_digit(p[1]) < 0)
			return 0;
		digest[n++] = (unsigned char)(hex_digit(p[0]) << 4 | hex_digit(p[1]));
	}
	return n;
}

/* Undoes out_escaped() in place. Returns false if there is another escape than those. */
static bool unescape(char *name)
{
	char *to = name;

	for (; *name; name++) {
		if (*name == '\\') {
			name++;
			if (*name != 'n' && *name != 'r' && *name != '\\')
				return false;
			*to++ = *name == 'n' ? '\n' : *name == 'r' ? '\r' : '\\';
		} else {
			*to++ = *name;
		}
	}
	*to = 0;
	return true;
}

/* A line that was read. */
struct claim {
	char *name;
	size_t size; /* of the digest, bytes */
	unsigned char digest[HASH_MOST];
};

/* Whether the tag of a line, which `line` points to, is that of the algorithm; moves *line behind it. */
static bool read_tag(struct sums *s, char **line)
{
	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
		size_t len = strlen(tags[i]);

		if ((!s->by_tag && i != s->kind) || strncmp(*line, tags[i], len) != 0)
			continue;
		if ((*line)[len] != ' ' && (*line)[len] != '-' && (*line)[len] != '(')
			continue;
		s->kind = i;
		s->kind_name = NULL;
		*line += len;
		return true;
	}
	return false;
}

/* Reads `TAG (name) = digest` from behind the tag. */
static bool read_tagged(struct sums *s, char *line, struct claim *c)
{
	char *end;

	s->size = hash_size(s->kind);
	if (*line == '-') {
		uintmax_t bits;
		const char *after;

		if (s->kind != HASH_BLAKE2B && s->kind != HASH_SHA3)
			return false;
		if (parse_uint_base(line + 1, &after, 10, NULL, &bits) != NUM_OK || bits == 0 ||
		    bits % 8 != 0 || bits > 8 * HASH_MOST)
			return false;
		s->size = (size_t)bits / 8;
		line += after - line;
	}
	line += *line == ' ';
	end = strrchr(line, ')');
	if (*line != '(' || !end)
		return false;
	*end++ = 0;
	c->name = line + 1;
	end += strspn(end, " \t");
	if (*end++ != '=')
		return false;
	end += strspn(end, " \t");
	c->size = read_hex(end, c->digest);
	return c->size == s->size && end[2 * c->size] == 0;
}

/* Reads `digest  name`, or `digest name` as the BSDs write it if no line before had two characters there. */
static bool read_plain(struct sums *s, char *line, struct claim *c)
{
	c->size = read_hex(line, c->digest);
	if (c->size == 0 || (c->size != s->size && s->kind != HASH_BLAKE2B))
		return false;
	line += 2 * c->size;
	if (*line != ' ' && *line != '\t')
		return false;
	line++;
	if (s->spacing != 1 && (*line == ' ' || *line == '*') && line[1]) {
		s->spacing = 0;
		line++;
	} else if (s->spacing == 0) {
		return false;
	} else {
		s->spacing = 1;
	}
	c->name = line;
	return *line != 0;
}

static bool read_claim(struct sums *s, char *line, struct claim *c)
{
	bool escaped;

	line += strspn(line, " \t");
	escaped = *line == '\\';
	line += escaped;
	if (!(read_tag(s, &line) ? read_tagged(s, line, c) : !s->by_tag && read_plain(s, line, c)))
		return false;
	return !escaped || unescape(c->name);
}

/* What a file of checksums came to. */
struct tally {
	uintmax_t malformed, unreadable, mismatched, matched, formed;
};

static void out_verdict(const char *name, const char *verdict)
{
	bool escape = strchr(name, '\n') != NULL;

	if (escape) {
		out_char('\\');
		out_escaped(name);
	} else {
		out_str(name);
	}
	out_fmt(": %s\n", verdict);
}

static void verify(struct sums *s, const struct claim *c, struct tally *t)
{
	unsigned char digest[HASH_MOST];

	if (s->ignore_missing && strcmp(c->name, "-") != 0 && access(c->name, F_OK) < 0 && errno == ENOENT)
		return;
	if (digest_of(s, c->name, c->size, digest) < 0) {
		t->unreadable++;
		if (!s->status)
			out_verdict(c->name, "FAILED open or read");
	} else if (memcmp(digest, c->digest, c->size) != 0) {
		t->mismatched++;
		if (!s->status)
			out_verdict(c->name, "FAILED");
	} else {
		t->matched++;
		if (!s->status && !s->quiet)
			out_verdict(c->name, "OK");
	}
}

static void warn_count(uintmax_t n, const char *one, const char *many)
{
	if (n > 0)
		warn("WARNING: %ju %s", n, n == 1 ? one : many);
}

/* Tells what was wrong. Returns whether all was well. */
static bool judge(const struct sums *s, const char *shown, const struct tally *t)
{
	if (t->formed == 0) {
		warn("%s: no properly formatted checksum lines found", shown);
		return false;
	}
	if (!s->status) {
		warn_count(t->malformed, "line is improperly formatted", "lines are improperly formatted");
		warn_count(t->unreadable, "listed file could not be read", "listed files could not be read");
		warn_count(t->mismatched, "computed checksum did NOT match",
			   "computed checksums did NOT match");
		if (s->ignore_missing && t->matched == 0)
			warn("%s: no file was verified", shown);
	}
	return t->mismatched == 0 && t->unreadable == 0 && !(s->strict && t->malformed) &&
	       !(s->ignore_missing && t->matched == 0);
}

static int check_file(struct sums *s, const char *file)
{
	bool is_stdin = strcmp(file, "-") == 0;
	const char *shown = is_stdin ? quote("standard input") : quote_maybe(file);
	int fd = open_input(file);
	struct reader r = { 0 };
	struct tally t = { 0 };
	uintmax_t number = 0;
	size_t len;
	char *line;

	if (fd < 0) {
		warn_errno("%s", quote_maybe(file));
		return 1;
	}
	reader_open(&r, fd);
	while ((line = reader_line(&r, &len, '\n'))) {
		struct arena_mark mark = arena_mark();
		struct claim c;
		char *copy;

		number++;
		len -= line[len - 1] == '\n';
		len -= len > 0 && line[len - 1] == '\r';
		if (len == 0 || *line == '#')
			continue;
		copy = arena_memdup(line, len);
		if (read_claim(s, copy, &c)) {
			t.formed++;
			verify(s, &c, &t);
		} else {
			t.malformed++;
			if (s->warn)
				warn("%s: %ju: improperly formatted %s checksum line", shown, number,
				     s->kind_name ? s->kind_name : tags[s->kind]);
		}
		arena_release(mark);
	}
	close_file(fd);
	if (r.error) {
		s->stdin_closed |= is_stdin && r.error == EBADF;
		warn("%s: read error", quote_maybe(is_stdin ? "standard input" : file));
		return 1;
	}
	return !judge(s, shown, &t);
}

int sums_run(struct sums *s, char **files)
{
	char dash[] = "-", *stdin_only[] = { dash, NULL };
	unsigned char digest[HASH_MOST];
	int status = 0;

	for (files = *files ? files : stdin_only; *files; files++) {
		if (s->check)
			status |= check_file(s, *files);
		else if (digest_of(s, *files, s->size, digest) < 0)
			status = 1;
		else
			print_line(s, *files, digest);
	}
	return finish(s, status);
}

/* One of the older checksums, being computed. */
struct checksum {
	enum checksum_kind kind;
	uint32_t sum;
	uintmax_t length;
};

static void add_to_checksum(void *to, const void *bytes, size_t n)
{
	struct checksum *c = to;
	const unsigned char *p = bytes;
	uint32_t sum = c->sum;

	c->length += n;
	switch (c->kind) {
	case CHECKSUM_CRC:
		sum = crc_posix(sum, p, n);
		break;
	case CHECKSUM_SYSV:
		for (; n > 0; n--)
			sum += *p++;
		break;
	case CHECKSUM_BSD:
		for (; n > 0; n--)
			sum = ((sum >> 1 | sum << 15) + *p++) & 0xffff;
		break;
	}
	c->sum = sum;
}

static void print_checksum(const struct sums *s, struct checksum *c, const char *name)
{
	uintmax_t length = c->length, n;
	unsigned char bytes[8];
	size_t count = 0;

	switch (c->kind) {
	case CHECKSUM_CRC:
		for (n = length; n > 0; n >>= 8)
			bytes[count++] = (unsigned char)n;
		out_fmt("%u %ju", ~crc_posix(c->sum, bytes, count), length);
		break;
	case CHECKSUM_SYSV:
		n = (c->sum & 0xffff) + (c->sum >> 16);
		out_fmt("%ju %ju", (n & 0xffff) + (n >> 16), length / 512 + (length % 512 > 0));
		break;
	case CHECKSUM_BSD:
		out_fmt("%05u %5ju", c->sum, length / 1024 + (length % 1024 > 0));
		break;
	}
	if (name)
		out_fmt(" %s", name);
	out_char(s->zero ? 0 : '\n');
}

int checksum_run(struct sums *s, enum checksum_kind kind, char **files)
{
	char dash[] = "-", *stdin_only[] = { dash, NULL };
	bool named = *files;
	int status = 0;

	for (files = named ? files : stdin_only; *files; files++) {
		struct checksum c = { .kind = kind };

		if (sums_read(s, *files, add_to_checksum, &c) < 0)
			status = 1;
		else
			print_checksum(s, &c, named ? *files : NULL);
	}
	return finish(s, status);
}
