/* quote.c - quoting as GNU does it: in messages and in `ls --quoting-style` */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "arena.h"
#include "buf.h"
#include "quote.h"
#include "utf8.h"

const char *const quoting_styles[] = {
	"literal", "shell",   "shell-always", "shell-escape", "shell-escape-always",
	"c",       "c-maybe", "escape",       "locale",       "clocale",
	NULL
};

/* One character of the text: its length in bytes, and whether it can be shown as it is. */
struct piece {
	size_t len;
	bool printable;
};

static struct piece next_piece(const char *s, size_t len, bool utf8)
{
	unsigned char c = (unsigned char)*s;
	uint32_t cp;
	int n;

	if (c < 0x80 || !utf8)
		return (struct piece){ 1, c >= 0x20 && c < 0x7f };
	n = utf8_decode(s, len, &cp);
	if (n <= 0)
		return (struct piece){ 1, false };
	return (struct piece){ (size_t)n, char_printable(cp) };
}

/* Curved quotes are for those who asked for UTF-8 by name; without a locale GNU's tools print straight ones. */
static bool curved_quotes(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < 3; i++) {
		const char *value = getenv(names[i]);

		if (value && *value) {
			const char *codeset = strchr(value, '.');

			return codeset && (strncasecmp(codeset, ".utf-8", 6) == 0 ||
					   strncasecmp(codeset, ".utf8", 5) == 0);
		}
	}
	return false;
}

/* Writes a byte the way C does: \n, \\ or \303. */
static void escape_byte(struct buf *out, unsigned char c)
{
	static const char letters[] = "abtnvfr"; /* of 7 to 13 */
	char text[5] = { '\\' };

	if (c >= 7 && c <= 13)
		text[1] = letters[c - 7];
	else
		snprintf(text + 1, sizeof(text) - 1, "%03o", c);
	buf_str(out, text);
}

/* Text with C's escapes between `open` and `close`. */
static void c_quoted(struct buf *out, const char *s, size_t len, const char *open, const char *close,
		     const char *extra, bool utf8)
{
	buf_str(out, open);
	for (size_t i = 0; i < len;) {
		struct piece p = next_piece(s + i, len - i, utf8);

		if (!p.printable) {
			for (size_t k = 0; k < p.len; k++)
				escape_byte(out, (unsigned char)s[i + k]);
		} else {
			if (s[i] == '\\' || (*close && !close[1] && s[i] == *close) ||
			    (extra && strchr(extra, s[i])))
				buf_char(out, '\\');
			buf_mem(out, s + i, p.len);
		}
		i += p.len;
	}
	buf_str(out, close);
}

/* Text in the shell's quotes; with `escape` what cannot be printed goes into $'...'. */
static void shell_quoted(struct buf *out, const char *s, size_t len, bool escape, bool utf8)
{
	bool dollar = false;

	buf_char(out, '\'');
	for (size_t i = 0; i < len;) {
		struct piece p = next_piece(s + i, len - i, utf8);

		if (escape && !p.printable) {
			if (!dollar)
				buf_str(out, "'$'");
			dollar = true;
			for (size_t k = 0; k < p.len; k++)
				escape_byte(out, (unsigned char)s[i + k]);
		} else if (s[i] == '\'') {
			buf_str(out, "'\\''");
			dollar = false;
		} else {
			if (dollar)
				buf_str(out, "''");
			dollar = false;
			buf_mem(out, s + i, p.len);
		}
		i += p.len;
	}
	buf_char(out, '\'');
}

/* Whether the shell would take the text for something else, or (with `escape`) it cannot all be printed. */
static bool shell_needs_quotes(const char *s, size_t len, bool escape, const char *extra, bool utf8)
{
	if (len == 0 || *s == '#' || *s == '~' || (len == 1 && (*s == '{' || *s == '}')))
		return true;
	for (size_t i = 0; i < len;) {
		struct piece p = next_piece(s + i, len - i, utf8);

		if ((escape && !p.printable) || (s[i] && strchr("\t\n\r !\"$&'()*;<=>?[\\^`|", s[i])) ||
		    (extra && s[i] && strchr(extra, s[i])))
			return true;
		i += p.len;
	}
	return false;
}

/* Whether "..." will do: an apostrophe, and nothing that means something there. */
static bool fits_double_quotes(const char *s, size_t len, bool utf8)
{
	bool apostrophe = false;

	for (size_t i = 0; i < len;) {
		struct piece p = next_piece(s + i, len - i, utf8);

		apostrophe |= s[i] == '\'';
		if (!p.printable || (i == 0 ? strchr("!\"$&()*;<=>?[\\^`{|}", s[i])
					    : strchr("!\"#$&()*;<=>?[\\^`{|}~", s[i])))
			return false;
		i += p.len;
	}
	return apostrophe;
}

static bool c_needs_quotes(const char *s, size_t len, bool utf8)
{
	for (size_t i = 0; i < len;) {
		struct piece p = next_piece(s + i, len - i, utf8);

		if (!p.printable || s[i] == '"')
			return true;
		i += p.len;
	}
	return false;
}

static void quote_shell(struct buf *out, const char *s, size_t len, enum quoting_style style,
			const char *extra, bool utf8)
{
	bool escape = style == QUOTE_SHELL_ESCAPE || style == QUOTE_SHELL_ESCAPE_ALWAYS;
	bool always = style == QUOTE_SHELL_ALWAYS || style == QUOTE_SHELL_ESCAPE_ALWAYS;

	if (!always && !shell_needs_quotes(s, len, escape, extra, utf8)) {
		buf_mem(out, s, len);
	} else if (fits_double_quotes(s, len, utf8)) {
		buf_char(out, '"');
		buf_mem(out, s, len);
		buf_char(out, '"');
	} else {
		shell_quoted(out, s, len, escape, utf8);
	}
}

char *quote_style(const char *s, size_t len, enum quoting_style style, const char *extra, size_t *out_len)
{
	struct buf out = { 0 };
	bool utf8 = locale_is_utf8();

	switch (style) {
	case QUOTE_LITERAL:
		buf_mem(&out, s, len);
		break;
	case QUOTE_SHELL:
	case QUOTE_SHELL_ALWAYS:
	case QUOTE_SHELL_ESCAPE:
	case QUOTE_SHELL_ESCAPE_ALWAYS:
		quote_shell(&out, s, len, style, extra, utf8);
		break;
	case QUOTE_C_MAYBE:
		if (!c_needs_quotes(s, len, utf8)) {
			buf_mem(&out, s, len);
			break;
		}
		/* fall through */
	case QUOTE_C:
		c_quoted(&out, s, len, "\"", "\"", extra, utf8);
		break;
	case QUOTE_ESCAPE:
		c_quoted(&out, s, len, "", "", extra, utf8);
		break;
	case QUOTE_LOCALE:
	case QUOTE_CLOCALE:
		if (curved_quotes())
			c_quoted(&out, s, len, "\xe2\x80\x98", "\xe2\x80\x99", extra, utf8);
		else if (style == QUOTE_LOCALE)
			c_quoted(&out, s, len, "'", "'", extra, utf8);
		else
			c_quoted(&out, s, len, "\"", "\"", extra, utf8);
		break;
	}
	if (out_len)
		*out_len = out.len;
	return out.data;
}

const char *quote(const char *s)
{
	return quote_style(s, strlen(s), QUOTE_LOCALE, NULL, NULL);
}

const char *quote_maybe(const char *s)
{
	return quote_style(s, strlen(s), QUOTE_SHELL_ESCAPE, ":", NULL);
}

const char *quote_file(const char *s)
{
	return quote_style(s, strlen(s), QUOTE_SHELL_ESCAPE_ALWAYS, NULL, NULL);
}
