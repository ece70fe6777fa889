/* rev - reverse the characters of each line
 *
 * usage: rev [OPTION] [FILE]...
 *
 * Without FILE, standard input. Bytes that are no character count as one each.
 *
 * install: /usr/bin
 * follows: rev(1) of util-linux
 * hot: copies every byte
 */
#include "libbb.h"
#include "rev.gen.h"

/* Whether all bytes are ASCII. */
static bool is_ascii(const char *p, size_t len)
{
	uint64_t word, high = 0;

	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&word, p, 8);
		high |= word;
	}
	for (; len > 0; p++, len--)
		high |= (unsigned char)*p;
	return !(high & 0x8080808080808080);
}

/* Writes the bytes from `p` in reverse so that they end before `to`. */
static void reverse_bytes(char *to, const char *p, size_t len)
{
	uint64_t word;

	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&word, p, 8);
		word = __builtin_bswap64(word);
		to -= 8;
		memcpy(to, &word, 8);
	}
	while (len-- > 0)
		*--to = *p++;
}

/* The same, character by character. */
static void reverse_chars(char *to, const char *p, size_t len)
{
	const char *end = p + len;

	while (p < end) {
		uint32_t c;
		int n = utf8_decode(p, (size_t)(end - p), &c);

		n = n > 0 ? n : 1;
		to -= n;
		memcpy(to, p, (size_t)n);
		p += n;
	}
}

/* Writes a line of `len` bytes without its newline. */
static void put_reversed(struct buf *spare, const char *line, size_t len, bool utf8)
{
	char *to = buf_room(spare, len);

	if (!utf8 || is_ascii(line, len))
		reverse_bytes(to + len, line, len);
	else
		reverse_chars(to + len, line, len);
	out_mem(to, len);
}

static int rev_file(const char *name, bool utf8, struct buf *spare, struct reader *in)
{
	int fd = name ? open_file(name, O_RDONLY, 0) : STDIN_FILENO;
	const char *line;
	size_t len;

	if (fd < 0) {
		warn_errno("cannot open %s", name);
		return 1;
	}
	reader_open(in, fd);
	while ((line = reader_line(in, &len, '\n')) && !out_failed()) {
		bool ended = line[len - 1] == '\n';

		put_reversed(spare, line, len - ended, utf8);
		if (ended)
			out_char('\n');
	}
	if (in->error)
		warn_code(in->error, "%s: 0", name ? name : "stdin");
	close_file(fd);
	return in->error != 0;
}

int rev_main(struct rev_options *opt, char **files)
{
	bool utf8 = locale_is_utf8();
	struct reader in = { 0 };
	struct buf spare = { 0 };
	int status = 0;

	(void)opt;
	if (!*files)
		return rev_file(NULL, utf8, &spare, &in);
	for (; *files; files++)
		status |= rev_file(*files, utf8, &spare, &in);
	return status;
}
