/* quote.h - quoting as GNU does it: in messages and in `ls --quoting-style`
 *
 * Follows the GNU coreutils manual, "Formatting the file names"; the behaviour of ls 9.1.
 */
#ifndef QUOTE_H
#define QUOTE_H

#include <stddef.h>

enum quoting_style {
	QUOTE_LITERAL,
	QUOTE_SHELL,
	QUOTE_SHELL_ALWAYS,
	QUOTE_SHELL_ESCAPE,
	QUOTE_SHELL_ESCAPE_ALWAYS,
	QUOTE_C,
	QUOTE_C_MAYBE,
	QUOTE_ESCAPE,
	QUOTE_LOCALE,
	QUOTE_CLOCALE,
};

/* The names of the styles in the order of the enum, NULL-terminated. */
extern const char *const quoting_styles[];

/* The quoted form of a name for a message: 'name', with escapes for what cannot be printed, in the arena.
 * (style locale in GNU's terms, with apostrophes). */
const char *quote(const char *s);

/* The same only if the name needs it (style shell-escape): for `name: message`. */
const char *quote_maybe(const char *s);

/* Always in shell quotes (style shell-escape-always): what coreutils prints with quoteaf(), `rm: cannot remove 'x'`. */
const char *quote_file(const char *s);

/* Quotes `len` bytes of `s` in `style`, in the arena; the result's length in *out_len if not NULL. `extra` are more
 * characters to be escaped (`ls` escapes blanks in style escape), or NULL. */
char *quote_style(const char *s, size_t len, enum quoting_style style, const char *extra, size_t *out_len);

#endif
