/* The header of a PDU (DIMP 4.1): the writer beside dimp_pdu_header_read() of dimp.h. */
#ifndef DIMP_PDU_H
#define DIMP_PDU_H

#include "dimp.h"
#include "wire.h"

enum { PDU_VERSION = 1 };

/* Writes |header|; its version is always PDU_VERSION. */
void pdu_header_write(const struct dimp_pdu_header *header, struct wire_writer *writer);

#endif
