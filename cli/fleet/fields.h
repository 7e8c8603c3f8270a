/* fields.h - writes a record's field as the cell of a row, with the value of the verb query. */
#ifndef CLI_FLEET_FIELDS_H
#define CLI_FLEET_FIELDS_H

#include "model/schema.h"
#include "rows.h"

/* Adds the field's cell.  `room` is a buffer for texts that the caller reuses and releases. */
void cli_rows_field(struct cli_rows *rows, const struct dbc_record *rec,
                    const struct dbc_field *field, struct dbc_buf *room);

#endif
