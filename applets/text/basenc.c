/* basenc - write binary data as text of a choice of kinds, and back
 *
 * usage: basenc ENCODING [OPTION]... [FILE]
 *
 *       --base64            as base64 does (RFC 4648, section 4)
 *       --base64url         with - and _ for + and /, for URLs and file names (section 5)
 *       --base32            as base32 does (section 6)
 *       --base32hex         with 0-9 and A-V (section 7)
 *       --base16            hexadecimal (section 8)
 *       --base2msbf         bits, the most significant first
 *       --base2lsbf         bits, the least significant first
 *       --z85               five characters for four bytes, as ZeroMQ has it
 *   -d, --decode            make the data of text
 *   -i, --ignore-garbage    when decoding, pass over characters that are not of the alphabet
 *   -w, --wrap=COLS         lines of COLS characters, 76 if not given; 0: one line without an end
 *
 * The last ENCODING given counts. When decoding, newlines are always passed over. FILE - is standard input,
 * and so is no FILE.
 *
 * install: /usr/bin
 * follows: RFC 4648; ZeroMQ RFC 32; GNU coreutils manual, "basenc invocation"
 */
#include "libbb.h"
#include "encode.h"
#include "basenc.gen.h"

int basenc_main(struct basenc_options *opt, char **files)
{
	const unsigned given[] = {
		[ENCODE_BASE64] = opt->base64,       [ENCODE_BASE64URL] = opt->base64url,
		[ENCODE_BASE32] = opt->base32,       [ENCODE_BASE32HEX] = opt->base32hex,
		[ENCODE_BASE16] = opt->base16,       [ENCODE_BASE2MSBF] = opt->base2msbf,
		[ENCODE_BASE2LSBF] = opt->base2lsbf, [ENCODE_Z85] = opt->z85,
	};
	size_t last = 0;

	for (size_t i = 1; i < sizeof(given) / sizeof(*given); i++)
		if (given[i] > given[last])
			last = i;
	if (!given[last])
		die_usage("missing encoding type");
	return encode_run((enum encoding)last, opt->decode, opt->ignore_garbage, opt->wrap, files);
}
