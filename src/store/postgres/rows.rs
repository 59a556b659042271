//! Values of the rows that only PostgreSQL is asked for.

use tokio_postgres::Row;
use tokio_postgres::types::FromSqlOwned;

use super::failure::Fault;

/// What was read.
pub(super) type Read<T> = std::result::Result<T, Fault>;

/// Reads the first column of a row.
pub(super) fn first<T: FromSqlOwned>(row: &Row) -> Read<T> {
    Ok(row.try_get(0)?)
}
