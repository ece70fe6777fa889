/* base64, base32 - write binary data as text, and back
 *
 * usage: base64 [OPTION]... [FILE]
 *
 *   -d, --decode            make the data of text
 *   -i, --ignore-garbage    when decoding, pass over characters that are not of the alphabet
 *   -w, --wrap=COLS         lines of COLS characters, 76 if not given; 0: one line without an end
 *
 * When decoding, newlines are always passed over. FILE - is standard input, and so is no FILE.
 *
 * install: /usr/bin
 * follows: RFC 4648; GNU coreutils manual, "base64 invocation" and "base32 invocation"
 */
#include "libbb.h"
#include "encode.h"
#include "base64.gen.h"

int base64_main(struct base64_options *opt, char **files)
{
	enum encoding e = strcmp(applet_name(), "base32") == 0 ? ENCODE_BASE32 : ENCODE_BASE64;

	return encode_run(e, opt->decode, opt->ignore_garbage, opt->wrap, files);
}
