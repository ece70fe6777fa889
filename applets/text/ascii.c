/* ascii - show the ASCII characters with their numbers
 *
 * usage: ascii
 *
 * install: /usr/bin
 * options: pure
 * follows: toybox ascii
 */
#include "libbb.h"
#include "ascii.gen.h"

enum { ROWS = 16, COLUMNS = 8 };

static const char controls[] = "NULSOHSTXETXEOTENQACKBELBS HT LF VT FF CR SO SI "
			       "DLEDC1DC2DC3DC4NAKSYNETBCANEM SUBESCFS GS RS US ";

int ascii_main(struct ascii_options *opt, char **argv)
{
	(void)opt;
	if (*argv)
		die_extra_operand(*argv);
	for (int column = 0; column < COLUMNS; column++)
		out_fmt("Dec Hex%s", column < 2 ? "    " : column < 5 ? "  " : column < 7 ? "   " : "  ");
	out_char('\n');
	for (int row = 0; row < ROWS; row++) {
		for (int c = row; c < ROWS * COLUMNS; c += ROWS) {
			out_fmt("%*d %02X ", c < 96 ? 3 : 4, c, c);
			if (c < 32)
				out_fmt("%.3s ", controls + 3 * c);
			else if (c == 127)
				out_str("DEL");
			else
				out_fmt("%c%s", c, c < 112 ? " " : "");
		}
		out_char('\n');
	}
	return 0;
}
