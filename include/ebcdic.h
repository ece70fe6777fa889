/* ebcdic.h - EBCDIC, as POSIX.1-2024 dd has it for conv=ebcdic */
#ifndef EBCDIC_H
#define EBCDIC_H

/* The code of each character of ASCII, and of the upper half; a permutation. */
extern const unsigned char ascii_to_ebcdic[256];

#endif
