/* encode.c - binary data as text: base64 and its relatives
 *
 * hot: base64 and basenc do nothing else
 */
#include "libbb.h"
#include "encode.h"
#include "encode_x86.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define SMALL   "abcdefghijklmnopqrstuvwxyz"
#define DIGITS  "0123456789"

/* A group of `bytes` bytes is `chars` characters of `bits` bits. Where a group may end with = is a bit each. */
static const struct form {
	const char *alphabet;
	unsigned char bits, bytes, chars, paddings;
} forms[] = {
	[ENCODE_BASE64] = { LETTERS SMALL DIGITS "+/", 6, 3, 4, 1 << 2 | 1 << 3 },
	[ENCODE_BASE64URL] = { LETTERS SMALL DIGITS "-_", 6, 3, 4, 1 << 2 | 1 << 3 },
	[ENCODE_BASE32] = { LETTERS "234567", 5, 5, 8, 1 << 2 | 1 << 4 | 1 << 5 | 1 << 7 },
	[ENCODE_BASE32HEX] = { DIGITS "ABCDEFGHIJKLMNOPQRSTUV", 5, 5, 8, 1 << 2 | 1 << 4 | 1 << 5 | 1 << 7 },
	[ENCODE_BASE16] = { DIGITS "ABCDEF", 4, 1, 2, 0 },
	[ENCODE_BASE2MSBF] = { "01", 1, 1, 8, 0 },
	[ENCODE_BASE2LSBF] = { "01", 1, 1, 8, 0 },
	[ENCODE_Z85] = { DIGITS SMALL LETTERS ".-:+=^!/*?&<>()[]{}@%$#", 0, 4, 5, 0 },
};

size_t encoded_size(enum encoding e, size_t n)
{
	return (n + forms[e].bytes - 1) / forms[e].bytes * forms[e].chars;
}

static unsigned reversed(unsigned byte)
{
	byte = (byte & 0x55) << 1 | (byte >> 1 & 0x55);
	byte = (byte & 0x33) << 2 | (byte >> 2 & 0x33);
	return (byte & 0x0f) << 4 | byte >> 4;
}

/* Writes a group of `n` bytes, with = in place of what is missing. */
static void encode_group(enum encoding e, const unsigned char *p, size_t n, char *out)
{
	const struct form *f = &forms[e];
	uint64_t group = 0;

	for (size_t i = 0; i < f->bytes; i++)
		group = group << 8 | (i < n ? p[i] : 0);
	if (e == ENCODE_BASE2LSBF)
		group = reversed((unsigned)group);
	for (size_t i = f->chars; i-- > 0;) {
		bool missing = f->bits * i >= 8 * n;

		if (e == ENCODE_Z85) {
			out[i] = f->alphabet[group % 85];
			group /= 85;
		} else {
			out[i] = missing ? '=' : f->alphabet[group & ((1u << f->bits) - 1)];
			group >>= f->bits;
		}
	}
}

size_t encode(enum encoding e, const unsigned char *p, size_t n, char *out)
{
	const struct form *f = &forms[e];
	size_t done = e == ENCODE_BASE64 ? base64_encode_vectors(p, n, out) : 0;
	size_t len = done / 3 * 4;

	for (; n - done >= f->bytes; done += f->bytes, len += f->chars)
		encode_group(e, p + done, f->bytes, out + len);
	if (n > done && e != ENCODE_Z85) {
		encode_group(e, p + done, n - done, out + len);
		len += f->chars;
	}
	return len;
}

/* Values that are no digits. */
enum { GARBAGE = -1, NEWLINE = -2, PADDING = -3 };

static void make_values(struct decoder *d)
{
	const struct form *f = &forms[d->encoding];

	d->values = arena_alloc(256);
	memset(d->values, GARBAGE, 256);
	for (signed char i = 0; f->alphabet[i]; i++)
		d->values[(unsigned char)f->alphabet[i]] = i;
	d->values['\n'] = NEWLINE;
	if (f->paddings)
		d->values['='] = PADDING;
}

/* Writes the bytes that the characters of the group make so far; returns how many. */
static size_t give(const struct decoder *d, unsigned char *out)
{
	const struct form *f = &forms[d->encoding];
	unsigned bits = d->encoding == ENCODE_Z85 ? d->given / 5 * 32 : d->given * f->bits;
	size_t n = 0;

	for (; bits >= 8; bits -= 8) {
		unsigned byte = d->bits >> (bits - 8) & 0xff;

		out[n++] = (unsigned char)(d->encoding == ENCODE_BASE2LSBF ? reversed(byte) : byte);
	}
	return n;
}

/* Takes a digit, or an = where a group may have one. Returns whether it fits, and all before it did. */
static bool take(struct decoder *d, int value)
{
	const struct form *f = &forms[d->encoding];

	if (d->broken)
		return false;
	if (value == PADDING) {
		if (!d->padding && !(f->paddings >> d->count & 1))
			return false;
		d->padding = true;
	} else {
		if (value < 0 || d->padding)
			return false;
		d->bits = (d->encoding == ENCODE_Z85 ? d->bits * 85 : d->bits << f->bits) + (unsigned)value;
		d->given++;
		if (d->encoding == ENCODE_Z85 && d->bits > UINT32_MAX) {
			d->given = 0;
			return false;
		}
	}
	return true;
}

static void next_group(struct decoder *d)
{
	d->bits = d->count = d->given = 0;
	d->padding = d->broken = false;
}

/* Decodes whole groups of four digits of base64. Returns how many characters those are. */
static size_t decode_fast(struct decoder *d, const char *p, size_t n, unsigned char *out)
{
	size_t done = d->encoding == ENCODE_BASE64 ? base64_decode_vectors(p, n, out) : 0;

	for (out += done / 4 * 3; n - done >= 4; done += 4, out += 3) {
		const unsigned char *q = (const unsigned char *)p + done;
		int a = d->values[q[0]], b = d->values[q[1]], c = d->values[q[2]], e = d->values[q[3]];
		unsigned bits;

		if ((a | b | c | e) < 0)
			break;
		bits = (unsigned)a << 18 | (unsigned)b << 12 | (unsigned)c << 6 | (unsigned)e;
		out[0] = (unsigned char)(bits >> 16);
		out[1] = (unsigned char)(bits >> 8);
		out[2] = (unsigned char)bits;
	}
	return done;
}

bool decode(struct decoder *d, const char *p, size_t n, unsigned char *out, size_t *len)
{
	const struct form *f = &forms[d->encoding];
	const char *end = p + n;

	*len = 0;
	if (!d->values)
		make_values(d);
	if (d->encoding == ENCODE_BASE64URL && mem_chr2(p, '+', '/', n))
		return false;
	while (p < end) {
		int value;

		if (f->bits == 6 && d->count == 0 && end - p >= 4) {
			size_t fast = decode_fast(d, p, (size_t)(end - p), out + *len);

			p += fast;
			*len += fast / 4 * 3;
			if (p == end)
				break;
		}
		value = d->values[(unsigned char)*p++];
		if (value == NEWLINE || (value == GARBAGE && d->skip_garbage))
			continue;
		d->broken |= !take(d, value);
		d->count++;
		if (d->count == f->chars || (d->broken && f->bits == 6)) {
			*len += give(d, out + *len);
			if (d->broken)
				return false;
			next_group(d);
		}
	}
	return true;
}

bool decode_end(struct decoder *d, unsigned char *out, size_t *len)
{
	*len = forms[d->encoding].bits == 6 ? give(d, out) : 0;
	return d->count == 0;
}

static int decode_file(enum encoding e, int fd, bool skip_garbage)
{
	struct decoder d = { .encoding = e, .skip_garbage = skip_garbage };
	char *text = arena_alloc(IO_BLOCK);
	unsigned char *bytes = arena_alloc(IO_BLOCK + 16);
	size_t len;
	ssize_t n;

	while ((n = read_some(fd, text, IO_BLOCK)) > 0 && !out_failed()) {
		bool valid = decode(&d, text, (size_t)n, bytes, &len);

		out_mem(bytes, len);
		if (!valid)
			die("invalid input");
	}
	if (n < 0)
		die_errno("read error");
	if (!decode_end(&d, bytes, &len)) {
		out_mem(bytes, len);
		die("invalid input");
	}
	return 0;
}

/* Writes text in lines of `wrap` characters, of which `column` are in the last one already; returns that of the new one. */
static size_t out_wrapped(const char *text, size_t len, uintmax_t wrap, size_t column)
{
	while (len > 0) {
		size_t part = len < wrap - column ? len : (size_t)(wrap - column);

		out_mem(text, part);
		text += part;
		len -= part;
		column += part;
		if (column == wrap) {
			out_char('\n');
			column = 0;
		}
	}
	return column;
}

static int encode_file(enum encoding e, int fd, uintmax_t wrap)
{
	enum { BLOCK = 60 * 2048 };
	unsigned char *bytes = arena_alloc(BLOCK);
	char *text = arena_alloc(encoded_size(e, BLOCK));
	size_t column = 0;
	ssize_t n;

	do {
		size_t len;

		n = read_all(fd, bytes, BLOCK);
		if (n < 0)
			die_errno("read error");
		len = encode(e, bytes, (size_t)n, text);
		if (wrap == 0)
			out_mem(text, len);
		else
			column = out_wrapped(text, len, wrap, column);
		if (e == ENCODE_Z85 && n % 4 != 0)
			die("invalid input (length must be multiple of 4 characters)");
	} while (n == BLOCK && !out_failed());
	if (column > 0)
		out_char('\n');
	return 0;
}

int encode_run(enum encoding e, bool decoding, bool skip_garbage, const char *wrap, char **files)
{
	const char *file = *files ? *files : "-";
	uintmax_t columns = 76;
	int fd;

	if (wrap) {
		enum num_error error = parse_uint(wrap, NULL, &columns);

		if (error == NUM_SUFFIX || error == NUM_INVALID)
			die("invalid wrap size: %s", quote(wrap));
		if (error == NUM_OVERFLOW || columns > INTMAX_MAX)
			columns = 0;
	}
	if (*files && files[1])
		die_extra_operand(files[1]);
	fd = open_input(file);
	if (fd < 0)
		die_errno("%s", quote_maybe(file));
	return decoding ? decode_file(e, fd, skip_garbage) : encode_file(e, fd, columns);
}
