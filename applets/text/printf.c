/* printf - write the arguments in a format
 *
 * usage: printf FORMAT [ARGUMENT]...
 *
 * FORMAT is used again as long as there are ARGUMENTs; those that are missing are empty or zero.
 *
 *   %%           a per cent sign
 *   %d %i        a number, signed
 *   %u %o %x %X  unsigned; octal; hexadecimal
 *   %e %f %g     floating point; %a in hexadecimal; %E %F %G %A in capitals
 *   %c %s        the first byte of ARGUMENT; all of it
 *   %b           ARGUMENT with the escapes below, octal also as \0NNN
 *   %q           ARGUMENT quoted for the shell
 *
 * After the % may come flags (- + # 0 and blank), a width and a .PRECISION; each of the latter
 * two may be *, which takes it from an ARGUMENT. A number is written as in C; 'C is the code
 * of the character C.
 *
 *   \\ \" \a \b \e \f \n \r \t \v   backslash, quote, bell, backspace, escape, form feed,
 *                                   newline, return, tab, vertical tab
 *   \c                              end the output here
 *   \NNN \xHH                       the byte with this octal or hexadecimal value
 *   \uHHHH \UHHHHHHHH               the Unicode character
 *
 * install: /usr/bin
 * options: raw pure
 * follows: POSIX.1-2024 printf; GNU coreutils manual, "printf invocation"
 */
#include "libbb.h"
#include "printf.gen.h"
#include "printf_format.h"

int printf_main(struct printf_options *opt, char **argv)
{
	(void)opt;
	argv += *argv && strcmp(*argv, "--") == 0;
	if (!*argv)
		die_usage("missing operand");
	return printf_format(argv, NULL);
}
