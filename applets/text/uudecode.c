/* uudecode - make files of what uuencode wrote
 *
 * usage: uudecode [OPTION]... [FILE]...
 *
 *   -o, --output-file=FILE  write to FILE, whatever the text says
 *   -c, --ignore-chmod      go on if the permissions cannot be set
 *   -h                      show this help
 *   -v                      show the version
 *
 * The name /dev/stdout or - is standard output. FILE - is standard input, and so is no FILE.
 *
 * install: /usr/bin
 * follows: POSIX.1-2024 uudecode; GNU sharutils manual
 */
#include "libbb.h"
#include "encode.h"
#include "uudecode.gen.h"

enum { INVALID = 2, MISSING = 4, NO_OUTPUT = 8 }; /* statuses */

struct job {
	const struct uudecode_options *opt;
	const char *name; /* of the input */
	struct reader in;
	bool base64;
	struct writer out;
};

/* Returns the next line without its end, or NULL. */
static char *next_line(struct job *job, size_t *len)
{
	char *line = reader_line(&job->in, len, '\n');

	if (!line)
		return NULL;
	while (*len > 0 && (line[*len - 1] == '\n' || line[*len - 1] == '\r'))
		--*len;
	return line;
}

static _Noreturn void die_short(const struct job *job)
{
	die_status(INVALID, "%s: Short file", job->name);
}

/* Decodes base64 whole and in one piece: a name. */
static char *decode_name(const char *text)
{
	struct decoder d = { .encoding = ENCODE_BASE64 };
	unsigned char *out = arena_alloc(strlen(text) + 4);
	size_t len, more = 0;

	if (!decode(&d, text, strlen(text), out, &len) || !decode_end(&d, out + len, &more))
		return NULL;
	return arena_memdup(out, len + more);
}

/* Finds the first line: `begin 644 name` or one of its relatives. Returns the name. */
static char *read_begin(struct job *job, mode_t *mode)
{
	char *line, *end;
	size_t len;

	while ((line = next_line(job, &len))) {
		char *text = arena_memdup(line, len), *p = text + 5;
		bool encoded = false;

		if (strncmp(text, "begin", 5) != 0)
			continue;
		job->base64 = strncmp(p, "-base64", 7) == 0;
		p += job->base64 ? 7 : 0;
		encoded = strncmp(p, "-encoded", 8) == 0;
		p += encoded ? 8 : 0;
		if (*p != ' ' || p[1] < '0' || p[1] > '7')
			continue;
		*mode = (mode_t)strtoul(p + 1, &end, 8);
		if (*end != ' ' || !end[1])
			continue;
		p = end + 1;
		while (*p == ' ' && p[1])
			p++;
		return encoded ? decode_name(p) : p;
	}
	return NULL;
}

static void decode_base64(struct job *job)
{
	struct decoder d = { .encoding = ENCODE_BASE64 };
	char *line;
	size_t len, n;

	while ((line = next_line(job, &len))) {
		unsigned char *out;

		if (len >= 4 && memcmp(line, "====", 4) == 0) {
			unsigned char rest[4];

			if (!decode_end(&d, rest, &n))
				die_status(INVALID, "%s: Illegal character", job->name);
			writer_mem(&job->out, rest, n);
			return;
		}
		out = arena_alloc(len + 4);
		if (!decode(&d, line, len, out, &n))
			die_status(INVALID, "%s: Illegal character", job->name);
		writer_mem(&job->out, out, n);
	}
	die_short(job);
}

/* Decodes a line of the historical encoding, of which `n` bytes count. */
static void decode_line(struct job *job, const char *p, size_t len, size_t n)
{
	for (size_t i = 0; n > 0; i += 4) {
		unsigned bits = 0;

		for (size_t k = 0; k < 4; k++) {
			unsigned c = i + k < len ? (unsigned char)p[i + k] : ' ';

			if (c < ' ' || c > '`')
				die_status(INVALID, "%s: Illegal character", job->name);
			bits = bits << 6 | ((c - ' ') & 63);
		}
		for (unsigned shift = 16; n > 0; shift -= 8) {
			writer_char(&job->out, (char)(bits >> shift));
			n--;
			if (shift == 0)
				break;
		}
	}
}

static void decode_lines(struct job *job)
{
	char *line;
	size_t len;

	while ((line = next_line(job, &len))) {
		size_t n = len > 0 ? ((unsigned char)*line - ' ') & 63 : 0;

		if (n == 0) {
			line = next_line(job, &len);
			if (!line || len < 3 || memcmp(line, "end", 3) != 0)
				die_status(INVALID, "%s: No `end' line", job->name);
			return;
		}
		if (len < 2)
			die_short(job);
		decode_line(job, line + 1, len - 1, n);
	}
	die_short(job);
}

static void decode_file(struct job *job, int fd)
{
	mode_t mode = 0;
	char *name;
	int out = STDOUT_FILENO;

	reader_open(&job->in, fd);
	name = read_begin(job, &mode);
	if (job->in.error)
		die_status(INVALID, "%s: %s", job->name, strerror(job->in.error));
	if (!name)
		die_status(INVALID, "%s: Invalid or missing 'begin' line", job->name);
	if (job->opt->output_file)
		name = arena_strdup(job->opt->output_file);
	if (strcmp(name, "-") != 0 && strcmp(name, "/dev/stdout") != 0) {
		out = open_file(name, O_WRONLY | O_CREAT | O_TRUNC, 0666);
		if (out < 0)
			die_status_errno(NO_OUTPUT, "%s", quote_maybe(name));
		if (fchmod(out, mode & 0666) < 0 && !job->opt->ignore_chmod)
			die_status_errno(NO_OUTPUT, "chmod of %s", quote_maybe(name));
	}
	writer_open(&job->out, out);
	if (job->base64)
		decode_base64(job);
	else
		decode_lines(job);
	if (writer_flush(&job->out) < 0)
		die_status(NO_OUTPUT, "%s: %s", name, strerror(job->out.error));
	if (out != STDOUT_FILENO)
		close_file(out);
}

int uudecode_main(struct uudecode_options *opt, char **files)
{
	struct job job = { .opt = opt, .name = "standard input" };
	int status = 0;

	if (print_asked(opt->h, opt->v))
		return 0;
	if (!*files)
		decode_file(&job, STDIN_FILENO);
	for (; *files; files++) {
		int fd = open_input(*files);

		job.name = strcmp(*files, "-") == 0 ? "standard input" : *files;
		if (fd < 0) {
			warn_errno("%s", quote_maybe(*files));
			status = MISSING;
			continue;
		}
		decode_file(&job, fd);
		close_file(fd);
	}
	return status;
}
